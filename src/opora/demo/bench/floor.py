"""The floor: the rows of one application written by plain SQL, without rules, checks or repeats.

The same statements serve pgbench (variables ``:name``) and the bare Django view (``%(name)s``). The tables are the
real ones with their indexes, constraints and history. `ONE` says the same in one statement, one round trip.
"""

from __future__ import annotations

_PLACES = "UPDATE group_places SET places_taken = places_taken + 1 WHERE group_id = :grp"
_APPLICATION = """
INSERT INTO application (public_id, child_id, group_id, organisation_id, municipality_id, applicant_id, source, funding,
    state, priority_class, starts_on, total_sum, certificate_sum, guardian_sum, submitted_at, deadline, reason_code,
    reason, comment)
VALUES (gen_random_uuid(), :child, :grp, :organisation, :municipality, :account, 'guardian', 'certificate',
    'submitted', 100, make_date(:year, 1, 15), 18000, 12000, 6000, now(), now() + interval '5 days', '', '', '')
RETURNING id
"""
_CONTRACT = """
INSERT INTO contract (public_id, number, application_id, certificate_id, period_id, child_id, group_id, programme_id,
    organisation_id, municipality_id, focus_area, state, starts_on, ends_on, price, normative_cost, total_sum,
    certificate_sum, guardian_sum, requested_at, acceptance, terminated_by, termination_ground)
{source} gen_random_uuid(), '', {application}, :certificate, :period, :child, :grp, :programme, :organisation,
    :municipality, 'technical', 'requested', make_date(:year, 1, 15), make_date(:year, 5, 31), 18000, 16200, 18000,
    12000, 6000, now(), '{{}}'::jsonb, '', '' {tail}
RETURNING id
"""
_MONTHS = """
INSERT INTO contract_month (contract_id, month, certificate_sum, guardian_sum, state)
SELECT {contract}, make_date(:year, m, 1), 2400, 1200, 'reserved' FROM {tables}generate_series(1, 5) m
"""
_ENTRY = """
INSERT INTO certificate_entry (certificate_id, period_id, act, source_kind, source_id, d_nominal, d_balance, d_reserve,
    d_spent, reason, account_id, at)
SELECT :certificate, :period, 'request', 'contract', {contract}, 0, -12000, 12000, 0,
    'Резерв по заявке: Робототехника 17', :account, now() {tail}
"""
_BALANCE = """
UPDATE certificate_balance SET balance = balance - 12000, reserve = reserve + 12000, version = version + 1
WHERE certificate_id = :certificate AND period_id = :period
"""
_OUTBOX = """
INSERT INTO outbox (kind, object_kind, object_id, municipality_id, payload, at)
SELECT kind, object, key, :municipality, payload::jsonb, now() FROM {tables}(VALUES
    ('certificate.entry', 'certificate', CAST(:certificate AS bigint),
     '{{"act": "request", "entry": 1, "period": 1, "d_spent": "0", "d_balance": "-12000.00", "d_nominal": "0"}}'),
    ('contract.changed', 'contract', CAST({contract} AS bigint), '{{"state": "requested", "application": 1}}'),
    ('application.changed', 'application', CAST({application} AS bigint),
     '{{"state": "submitted", "group": 1, "public_id": "00000000-0000-4000-8000-000000000000"}}')
) AS facts (kind, object, key, payload)
"""
_LETTER = """
INSERT INTO letter (account_id, address, kind, subject, body, link, dedup, created_at, attempts)
SELECT :account, 'family@bench.example', 'application', 'Заявка подана: Группа 17', repeat('Заявка принята. ', 20),
    '/cabinet/', 'application-' || {application} || '-submitted', now(), 0 {tail}
"""
_CALL = """
INSERT INTO idempotent_call (account_id, key, request_hash, response, at)
SELECT :account, 'key-' || :child, repeat('0', 64), '{{"code": "placed", "application": 1, "contract": 1,
    "position": null, "public_id": "00000000-0000-4000-8000-000000000000"}}'::jsonb, now() {tail}
"""


def _plain(text: str) -> str:
    return " ".join(
        text.format(
            source="SELECT", application=":application", contract=":contract", tables="", tail="",
        ).split()
    )  # fmt: skip


STATEMENTS = tuple(
    _plain(text) for text in (_PLACES, _APPLICATION, _CONTRACT, _MONTHS, _ENTRY, _BALANCE, _OUTBOX, _LETTER, _CALL)
)
"""In the order of writing; the second returns the application's id, the third the contract's."""


def one() -> str:
    """All rows in one statement."""
    names = {"source": "SELECT", "application": "a.id", "contract": "k.id"}
    parts = {
        "p": _PLACES,
        "a": _APPLICATION,
        "k": _CONTRACT.format(**names, tail="FROM a"),
        "m": _MONTHS.format(**names, tables="k, "),
        "e": _ENTRY.format(**names, tail="FROM k"),
        "b": _BALANCE,
        "o": _OUTBOX.format(**names, tables="a, k, LATERAL "),
        "l": _LETTER.format(**names, tail="FROM a"),
    }
    steps = ", ".join(f"{name} AS ({' '.join(text.split())})" for name, text in parts.items())
    return f"WITH {steps} {' '.join(_CALL.format(tail='').split())}"


def variables(first: dict[str, int], groups: int, programmes: int, per_client: int, year: int) -> str:
    """pgbench: the n-th application of a client. `first` holds the first id of each table; ids are consecutive."""
    return "\n".join(
        [
            "\\set n :n + 1",
            f"\\set number :client_id * {per_client} + :n - 1",
            f"\\set child {first['child']} + :number",
            f"\\set account {first['account']} + :number",
            f"\\set certificate {first['certificate']} + :number",
            f"\\set grp {first['grp']} + mod(:number, {groups})",
            f"\\set programme {first['programme']} + mod(:number, {programmes})",
            *(f"\\set {name} {first[name]}" for name in ("organisation", "municipality", "period")),
            f"\\set year {year}",
        ]
    )


def script(head: str) -> str:
    """pgbench: statements in a transaction, as an ordinary client sends them."""
    lines = [head, "BEGIN;"]
    for number, statement in enumerate(STATEMENTS):
        ending = {1: "AS application \\gset", 2: "AS contract \\gset"}.get(number)
        lines.append(f"{statement} {ending}" if ending else f"{statement};")
    return "\n".join([*lines, "END;"]) + "\n"


def script_of_one(head: str) -> str:
    """pgbench: the same rows in one statement."""
    return f"{head}\n{one()};\n"
