"""Corruptions planted directly in SQL with the database's own guards asleep: doctor names exactly the right check."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from opora.core import clock, files, installation
from opora.core.access import SYSTEM
from opora.core.models import StoredFile
from opora.enrolment import invariants, services
from opora.enrolment.models import Contract, Order
from opora.enrolment.services import orders
from opora.enrolment.services.orders import Line
from opora.monitoring import coverage
from opora.people.models import ChildCategory
from opora.people.services_consents import record_consent
from opora.providers.models import Signatory
from tests.enrolment.world import REQUEST_DAY, World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.fault]

LATER = "now() - interval '1 hour'"

PLANTED: dict[str, tuple[str, set[str]]] = {
    # what is planted → (SQL, exactly the checks that must fail)
    "a place too many in the counter": (
        "UPDATE group_places SET places_taken = places_taken + 1 WHERE capacity > 1",
        {"places.counted"},
    ),
    "an application that holds a place vanished": (
        "DELETE FROM application WHERE id = (SELECT min(id) FROM application WHERE state = 'submitted' AND"
        " funding = 'budget')",
        {"places.counted", "application.acknowledged"},
    ),
    "the queue is told shorter": (
        "UPDATE group_places SET waiting = waiting - 1 WHERE waiting > 1",
        {"places.waiting"},
    ),
    "more places given than there are": (
        "UPDATE group_places SET capacity = 0 WHERE places_taken = 1",
        {"places.never_oversold", "places.row_of_group", "database.guards"},
    ),
    "the capacity of a group changed by hand": (
        "UPDATE learning_group SET capacity = capacity + 1 WHERE id = (SELECT min(id) FROM learning_group)",
        {"places.row_of_group"},
    ),
    "an earlier place in the queue": (
        "UPDATE application SET submitted_at = submitted_at - interval '1 day' WHERE id = (SELECT max(id) FROM"
        " application WHERE state = 'waiting')",
        {"waitlist.order"},
    ),
    "a better class in the queue": (
        "UPDATE application SET priority_class = 1 WHERE id = (SELECT max(id) FROM application WHERE state = 'waiting')",
        {"waitlist.order"},
    ),
    "a nominal out of nothing": (
        "UPDATE certificate_balance SET nominal = nominal + 100, balance = balance + 100"
        " WHERE id = (SELECT min(id) FROM certificate_balance)",
        {"certificate.entries"},
    ),
    "a balance that does not add up": (
        "UPDATE certificate_balance SET balance = balance - 1 WHERE id = (SELECT min(id) FROM certificate_balance)",
        {"certificate.sums", "certificate.entries", "database.guards"},
    ),
    "a movement changed afterwards": (
        "UPDATE certificate_entry SET d_balance = d_balance + 1, d_nominal = d_nominal + 1"
        " WHERE id = (SELECT min(id) FROM certificate_entry)",
        {"certificate.entries"},
    ),
    "a movement that does not add up": (
        "UPDATE certificate_entry SET d_nominal = d_nominal + 1 WHERE id = (SELECT min(id) FROM certificate_entry)",
        {"certificate.entry_balanced", "certificate.entries", "database.guards"},
    ),
    "a movement taken from its contract": (
        "UPDATE certificate_entry SET source_id = 0 WHERE act = 'request' AND source_kind = 'contract'",
        {"certificate.entry_source"},
    ),
    "a month spent twice": (
        "INSERT INTO certificate_entry (certificate_id, period_id, act, source_kind, source_id, month, d_nominal,"
        " d_balance, d_reserve, d_spent, reason) SELECT certificate_id, period_id, act, source_kind, source_id, month,"
        " 0, 0, -d_spent, d_spent, '' FROM certificate_entry WHERE act = 'month'",
        {"contract.spent_once", "certificate.entries", "database.guards"},
    ),
    "a month spent without a movement": (
        "UPDATE contract_month SET state = 'spent' WHERE id = (SELECT max(m.id) FROM contract_month m"
        " JOIN contract k ON k.id = m.contract_id WHERE k.state = 'active')",
        {"contract.spent_once", "certificate.reserve_of_contracts"},
    ),
    "a kopeck lost from a month": (
        "UPDATE contract_month SET guardian_sum = guardian_sum - 0.01 WHERE id = (SELECT max(id) FROM contract_month)",
        {"contract.months", "contract.split"},
    ),
    "a kopeck moved between months": (
        "UPDATE contract_month SET guardian_sum = guardian_sum + CASE WHEN id = (SELECT min(id) FROM contract_month)"
        " THEN 0.01 ELSE -0.01 END WHERE id IN (SELECT id FROM contract_month ORDER BY id LIMIT 2)",
        {"contract.split"},
    ),
    "money spent without consent": (
        "UPDATE contract SET accepted_at = NULL WHERE state = 'active'",
        {"contract.agreed"},
    ),
    "a closed contract that keeps its reserve": (
        "UPDATE contract SET state = 'refused' WHERE state = 'active'",
        {"contract.reserve_of_living", "contract.application"},
    ),
    "an application ahead of its contract": (
        "UPDATE application SET state = 'confirmed' WHERE id = (SELECT application_id FROM contract"
        " WHERE state = 'requested' ORDER BY id LIMIT 1)",
        {"contract.application"},
    ),
    "a contract of another child": (
        "UPDATE contract SET child_id = (SELECT max(id) FROM child) WHERE state = 'active'",
        {"contract.parties"},
    ),
    "a certificate application without its contract": (
        "UPDATE application SET funding = 'certificate' WHERE funding = 'budget' AND state = 'submitted'",
        {"application.contract"},
    ),
    "an enrolment nobody learns in": (
        "DELETE FROM enrolment WHERE ends_on IS NULL",
        {"application.enrolment", "coverage.cube"},
    ),
    "an acknowledged application lost": (
        "UPDATE idempotent_call SET response = '{\"application\": 0}' WHERE id = (SELECT min(id) FROM idempotent_call)",
        {"application.acknowledged"},
    ),
    "a group over its money": (
        "UPDATE certificate_group SET limit_money = 1",
        {"certificate_group.money"},
    ),
    "a group over its number": (
        "UPDATE certificate_group SET limit_certificates = 0",
        {"certificate_group.certificates"},
    ),
    "an accounting certificate with money": (
        "UPDATE certificate SET kind = 'accounting' WHERE id = (SELECT min(certificate_id) FROM certificate_balance"
        " WHERE balance > 0)",
        {"certificate.closed_balance"},
    ),
    "a gap in the numbers of contracts": (
        "UPDATE counter SET last = last + 1 WHERE series = 'contract'",
        {"numbers.contracts"},
    ),
    "a number of a contract given twice": (
        "UPDATE contract SET number = (SELECT min(number) FROM contract WHERE number <> '') WHERE number <> ''",
        {"numbers.contracts"},
    ),
    "an order that vanished": (
        "DELETE FROM enrolment_order_line; DELETE FROM enrolment_order",
        {"numbers.orders"},
    ),
    "a child that vanished": (
        "DELETE FROM child WHERE id = (SELECT max(id) FROM child)",
        {"database.references"},
    ),
    "a check that was dropped": (
        "ALTER TABLE group_places DROP CONSTRAINT group_places_never_oversold",
        {"database.guards"},
    ),
    "a history trigger that was switched off": (
        "ALTER TABLE application DISABLE TRIGGER history_of_application",
        {"database.guards"},
    ),
    "a history trigger that was dropped": ("DROP TRIGGER history_of_contract ON contract", {"database.guards"}),
    "an append-only guard that was dropped": (
        "DROP TRIGGER certificate_entry_append_only ON certificate_entry",
        {"database.guards"},
    ),
    "a sequence set back": (
        "SELECT setval(pg_get_serial_sequence('application', 'id'), 1, false)",
        {"database.sequences"},
    ),
    "a child without consent": (
        "DELETE FROM consent WHERE id = (SELECT min(s.id) FROM consent s JOIN consent_text t ON t.id = s.text_id"
        " WHERE t.kind = 'processing')",
        {"consent.processing"},
    ),
    "a sensitive category without its consent": (
        "DELETE FROM consent s USING consent_text t WHERE t.id = s.text_id AND t.kind = 'sensitive'",
        {"consent.sensitive"},
    ),
    "another text under a given consent": (
        "UPDATE consent_text SET text = text || '.' WHERE kind = 'processing'",
        {"consent.texts"},
    ),
    "a document that vanished": ("file:lost", {"files.present"}),
    "a document that was altered": ("file:altered", {"files.whole"}),
    "a document of another length": ("UPDATE stored_file SET size = size + 1", {"files.whole"}),
    "a cube that tells another figure": (
        "UPDATE cube_refresh SET cube = jsonb_set(cube, '{cells,0,children}', '999')",
        {"coverage.cube"},
    ),
    "a job that failed": (
        "INSERT INTO job (public_id, task, queue, priority, args, kwargs, state, leased_by, attempts, max_attempts,"
        " error, progress) VALUES (gen_random_uuid(), 'x', '', 0, '[]', '{}', 'failed', '', 8, 8, 'x', 0)",
        {"jobs.failed"},
    ),
    "a job nobody takes": (
        "INSERT INTO job (public_id, task, queue, priority, args, kwargs, state, leased_by, attempts, max_attempts,"
        f" error, progress, run_after) VALUES (gen_random_uuid(), 'x', '', 0, '[]', '{{}}', 'ready', '', 0, 8, '', 0,"
        f" {LATER})",
        {"jobs.late"},
    ),
    "a lease that ran out": (
        "INSERT INTO job (public_id, task, queue, priority, args, kwargs, state, leased_by, attempts, max_attempts,"
        f" error, progress, leased_until) VALUES (gen_random_uuid(), 'x', '', 0, '[]', '{{}}', 'running', 'w', 1, 8,"
        f" '', 0, {LATER})",
        {"jobs.lease"},
    ),
    "a letter that was refused to the end": (
        "INSERT INTO letter (address, kind, subject, body, link, dedup, attempts) VALUES ('a@b.example', '', '', '', '',"
        " 'planted', 99)",
        {"letters.undeliverable"},
    ),
    "a change of a newer version": (
        "INSERT INTO django_migrations (app, name, applied) VALUES ('core', '9999_later', now())",
        {"database.newer"},
    ),
    "a change of a room this version lacks": (
        "INSERT INTO django_migrations (app, name, applied) VALUES ('astrology', '0001_initial', now())",
        {"database.newer"},
    ),
    "a change not applied": (
        "DELETE FROM django_migrations WHERE app = 'monitoring' AND name = '0002_history'",
        {"database.migrations"},
    ),
}
TESTED_ELSEWHERE = ("settlement.", "rollover.", "requests.", "governance.", "providers.", "territory.", "outreach.")
"""Planted in tests of their own: test_planted_settlement, test_planted_registers, tests/rollover, tests/requests."""
NOT_PLANTED = {"database.version", "letters.late", "disk.space", "backup.fresh"}
"""Need another server, a mail server, a full disk, a folder of copies: tried in tests of their own."""


def populated(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Every kind of row that a corruption is planted in."""
    monkeypatch.setattr("django.conf.settings.MEDIA_ROOT", tmp_path / "files")
    with clock.frozen(REQUEST_DAY):
        paid, narrow = world.group(), world.group(capacity=1)
        families = [world.family() for _ in range(5)]
        for one in families[:3]:
            world.certificate(one.child)
        done = services.apply(families[0].actor, child=families[0].child, group=paid, funding="certificate",
                              idempotency_key="a")  # fmt: skip
        services.confirm(world.manager, application=done.application_id)
        contract = Contract.objects.get(pk=done.contract_id)
        services.accept_contract(families[0].actor, contract=contract, text_hash=services.terms_hash(contract))
        other = services.apply(families[1].actor, child=families[1].child, group=paid, funding="certificate")
        services.confirm(world.manager, application=other.application_id)
        services.apply(families[2].actor, child=families[2].child, group=paid, funding="certificate")
        world.organisation.ownership = "municipal"
        world.organisation.save()
        for one in families[2:]:
            services.apply(
                one.actor, child=one.child, group=narrow, funding="budget", idempotency_key=f"b{one.child.pk}"
            )
        signatory = Signatory.objects.create(
            organisation=world.organisation, name="Иванова Ольга Петровна", post="Директор", ground="Устава",
            starts_on=REQUEST_DAY.date(),
        )  # fmt: skip
        order = orders.draft_order(
            world.manager,
            organisation=world.organisation,
            kind="enrolment",
            lines=[Line(done.application, REQUEST_DAY.date())],
        )
        orders.issue_order(world.manager, order=order, signatory=signatory)
        child = families[0].child
        record_consent(SYSTEM, kind="sensitive", account_id=None, child_id=child.pk, giver_name="Лесная Анна")
        ChildCategory.objects.create(child=child, code="disabled", starts_on=REQUEST_DAY.date())
        world.child(families[4].account, last_name="Последняя")
    files.store(SYSTEM, owner=world.organisation, name="a.txt", content_type="text/plain", data=b"a" * 10)
    coverage.refresh_cube(world.municipality.region_id, frozenset({world.municipality.pk}), REQUEST_DAY.date())
    assert Order.objects.filter(state="issued").exists()


def diagnosis() -> dict[str, dict[str, Any]]:
    out = io.StringIO()
    try:
        call_command("doctor", "--json", stdout=out)
    except SystemExit as stopped:
        assert stopped.code == 1
    return {one["name"]: one for one in json.loads(out.getvalue())["checks"]}


@contextlib.contextmanager
def planted(statement: str) -> Iterator[None]:
    """Foreign keys, checks, unique constraints and triggers are out of the way; afterwards all is as before."""
    if statement.startswith("file:"):
        path = files.path_of(StoredFile.objects.filter(name="a.txt").latest("pk").sha256)
        data = path.read_bytes()
        path.unlink() if statement.endswith("lost") else path.write_bytes(b"b" * len(data))
        yield
        path.write_bytes(data)
        return
    with contextlib.suppress(_Enough), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            try:
                with transaction.atomic():
                    cursor.execute(statement)
            except IntegrityError as refused:
                broken = refused.__cause__.diag
                cursor.execute(f"ALTER TABLE {broken.table_name} DROP CONSTRAINT {broken.constraint_name}")
                cursor.execute(statement)
            cursor.execute("SET LOCAL session_replication_role = origin")
        yield
        raise _Enough
    with connection.cursor() as cursor:  # a sequence does not roll back
        cursor.execute("SELECT setval(pg_get_serial_sequence('application', 'id'), max(id)) FROM application")


class _Enough(Exception):
    """Rolls the savepoint back."""


@pytest.fixture
def district(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    populated(make_world(), monkeypatch, tmp_path)
    with connection.cursor() as cursor:  # nothing of the making is left to be checked at the end
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_every_check_is_planted(district: None) -> None:
    names = {one.name for one in installation.check()}
    assert {one.name for one in invariants.CHECKS} <= names
    here = {one for one in names if not one.startswith(TESTED_ELSEWHERE)}
    assert here == set().union(*(checks for _, checks in PLANTED.values())) | NOT_PLANTED


def test_what_is_planted_is_named_and_nothing_else(district: None) -> None:
    """All in one district: each corruption in a savepoint of its own that is rolled back."""
    assert [one for one in diagnosis().values() if not one["ok"]] == []
    wrong = {}
    for name, (statement, wanted) in PLANTED.items():
        with planted(statement):
            found = {key: one for key, one in diagnosis().items() if not one["ok"]}
        if set(found) != wanted or not all(one["figure"] and one["advice"] for one in found.values()):
            wrong[name] = sorted(found)
    assert not wrong, "\n".join(f"{name}: {found}" for name, found in wrong.items())
    assert [one for one in diagnosis().values() if not one["ok"]] == []
