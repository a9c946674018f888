"""The crowd of the rush: 2 000 groups of one district and a family with a funded certificate for each application.

Groups begin in January, so that every contract has the same five months whatever the day of the run is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from opora.core import clock
from opora.demo import loading
from opora.demo.bench.stage import Stage
from opora.demo.sink import Sink
from opora.people.models import ApiToken
from opora.people.tokens import digest

PROGRAMMES = 200
OKTMO = "99600000"
"""The district of the rush."""
NOMINAL = "12000.00"
PRICE, NORMATIVE_COST = "18000.00", "16200.00"
CHANGED = (
    "application", "contract", "contract_month", "enrolment", "outbox", "letter", "idempotent_call", "history",
    "certificate_entry",
)  # fmt: skip
"""Tables that applications fill; emptied before each repetition."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who applies: ids of equal length; child n belongs to account n and holds certificate n."""

    children: list[int]
    public_ids: list[str]
    accounts: list[int]
    groups: list[int]

    def token(self, number: int) -> str:
        return token_of(self.accounts[number])


def token_of(account_id: int) -> str:
    """The invented token of an account; it opens nothing but the benchmark's own database."""
    return f"opora_bench_{account_id:012d}"


def sizes(stage: Stage) -> tuple[int, int]:
    """(groups, applications of one repetition)."""
    return stage.size(2000, 400, 20), stage.size(5000, 1500, 80)


def load_crowd(groups: int, families: int) -> None:
    """Write the crowd into the current database, beside what is there; no name or number of it occurs elsewhere."""
    with loading_sink() as sink:
        today = clock.today()
        place = district(sink, region(sink), 0, today)
        learning_groups(sink, place, groups, today, capacity=families // groups + 5)
        for number in range(families):
            family(sink, place, number, today)
    accounts = crowd().accounts
    ApiToken.objects.bulk_create(
        (
            ApiToken(
                account_id=pk, name="bench", prefix="opora_bench_", hash=digest(token_of(pk)), scopes=["read", "write"]
            )
            for pk in accounts
        ),
        batch_size=2000,
    )
    loading.analyse()


@contextmanager
def loading_sink(seed: str = "crowd") -> Iterator[Sink]:
    """A sink whose rows are in the database when the block ends; history stays silent."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('opora.bulk', 'on', true), set_config('statement_timeout', '0', true)")
        sink = Sink(clock.now(), f"bench/{seed}", loading.first_ids())
        yield sink
        loading.copy(sink)
        loading.set_sequences()


def region(sink: Sink) -> int:
    return sink.add("territory.Region", code="99", name="Область замеров", oktmo="99000000")


def district(sink: Sink, region_id: int, number: int, today: dt.date) -> dict[str, int]:
    """A district with one organisation and an approved period of next spring; ids of its rows by name."""
    year = today.year + 1
    place = {
        "municipality_id": sink.add(
            "territory.Municipality", region_id=region_id, oktmo=f"996{number:02d}000", name=f"Район {number}"
        )
    }
    organisation = sink.add(
        "providers.Organisation", slug=f"bench-{number}", full_name="Дом творчества", short_name="Дом творчества",
        kind="other", **place,
    )  # fmt: skip
    funding = sink.add("certificates.FundingProgramme", name="Программа ПФ", payer_name="Плательщик", **place)
    period = sink.add(
        "certificates.FundingPeriod", programme_id=funding, name="Весна", starts_on=dt.date(year, 1, 1),
        ends_on=dt.date(year, 8, 31), state="approved", **place,
    )  # fmt: skip
    certificate_group = sink.add(
        "certificates.CertificateGroup", period_id=period, code="main", name="Все дети", nominal=NOMINAL,
        limit_certificates=1_000_000, limit_money="9000000000.00",
    )  # fmt: skip
    sink.add(
        "certificates.PaymentAgreement", period_id=period, organisation_id=organisation, number="1", date=today,
        state="signed", **place,
    )  # fmt: skip
    return place | {"organisation_id": organisation, "period": period, "certificate_group": certificate_group}


def learning_groups(
    sink: Sink, district: dict[str, int], count: int, today: dt.date, capacity: int
) -> list[tuple[int, int]]:
    """Open groups of certified programmes from January to May; returns (programme, group) ids."""
    place = {key: district[key] for key in ("municipality_id", "organisation_id")}
    modules = []
    for number in range(min(PROGRAMMES, count)):
        programme = sink.add(
            "catalogue.Programme", slug=f"bench-{district['municipality_id']}-{number}",
            name=f"Робототехника {number}", focus_area="technical", state="published", **place,
        )  # fmt: skip
        module = sink.add("catalogue.Module", programme_id=programme, number=1, name="Первый год", hours=72)
        modules.append((programme, module))
        sink.add(
            "certificates.ProgrammeRegisterEntry", programme_id=programme, register="certified", decision="Решение 1",
            starts_on=today - dt.timedelta(days=300), municipality_id=district["municipality_id"],
        )  # fmt: skip
    made = []
    for number in range(count):
        programme, module = modules[number % len(modules)]
        group = sink.add(
            "catalogue.Group", module_id=module, programme_id=programme, name=f"Группа {number}", capacity=capacity,
            starts_on=dt.date(today.year + 1, 1, 15), ends_on=dt.date(today.year + 1, 5, 31), age_from=5, age_to=17,
            for_certificate=True, price=PRICE, normative_cost=NORMATIVE_COST, state="open", **place,
        )  # fmt: skip
        sink.add("catalogue.GroupPlaces", group_id=group, capacity=capacity)
        made.append((programme, group))
    return made


def family(sink: Sink, district: dict[str, int], number: int, today: dt.date) -> tuple[int, int]:
    """An account, its child and the child's funded certificate; returns (child, certificate) ids."""
    place = {"municipality_id": district["municipality_id"]}
    account = sink.add(
        "people.Account", email=f"family{number}@bench.example", password="!", first_name="Анна", last_name="Лесная"
    )
    child = sink.add(
        "people.Child", last_name="Лесной", first_name="Миша", birth_date=dt.date(today.year - 9, 6, 1), sex="m",
        match_key=f"лесной миша {number}", **place,
    )  # fmt: skip
    sink.add("people.Guardianship", account_id=account, child_id=child, relation="mother")
    certificate = sink.add(
        "certificates.Certificate", child_id=child, number=f"99{number:08d}", kind="funded", state="active", **place
    )
    money_of = {"certificate_id": certificate, "period_id": district["period"]}
    sink.add(
        "certificates.CertificateBalance", certificate_group_id=district["certificate_group"], nominal=NOMINAL,
        balance=NOMINAL, version=1, **money_of,
    )  # fmt: skip
    sink.add(
        "certificates.CertificateEntry", act="nominal", source_kind="certificate", source_id=certificate,
        d_nominal=NOMINAL, d_balance=NOMINAL, reason="Номинал", **money_of,
    )  # fmt: skip
    return child, certificate


def crowd() -> Crowd:
    """Read the crowd."""
    with connection.cursor() as cursor:
        return read(cursor)


def read(cursor: Any) -> Crowd:
    """Read the crowd with a cursor of any connection."""
    cursor.execute(
        "SELECT c.id, c.public_id::text, g.account_id FROM child c JOIN guardianship g ON g.child_id = c.id"
        " JOIN municipality m ON m.id = c.municipality_id AND m.oktmo = %s ORDER BY c.id",
        [OKTMO],
    )
    rows = cursor.fetchall()
    cursor.execute(
        "SELECT g.id FROM learning_group g JOIN municipality m ON m.id = g.municipality_id AND m.oktmo = %s"
        " ORDER BY g.id",
        [OKTMO],
    )
    groups = [row[0] for row in cursor.fetchall()]
    return Crowd([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows], groups)


def reset(hot_capacity: int | None = None) -> None:
    """Undo all applications: every repetition starts from the same rows. With a number, one hot group has it."""
    loading.empty(", ".join(CHANGED))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE certificate_balance SET balance = nominal, reserve = 0, spent = 0, version = 1 WHERE reserve > 0"
        )
        cursor.execute("UPDATE group_places SET places_taken = 0, waiting = 0 WHERE places_taken + waiting > 0")
        cursor.execute("UPDATE api_token SET last_used_at = NULL WHERE last_used_at IS NOT NULL")
        cursor.execute(
            "INSERT INTO certificate_entry (certificate_id, period_id, act, source_kind, source_id, d_nominal,"
            " d_balance, d_reserve, d_spent, reason, at) SELECT certificate_id, period_id, 'nominal', 'certificate',"
            " certificate_id, nominal, nominal, 0, 0, 'Номинал', now() FROM certificate_balance"
        )
        if hot_capacity is not None:
            cursor.execute(
                "UPDATE group_places SET capacity = %s WHERE group_id = (SELECT min(group_id) FROM group_places)",
                [hot_capacity],
            )
        # not the emptied tables: plans made for "no rows" would be kept by all sessions and read them whole
        cursor.execute("VACUUM (ANALYZE) certificate_entry, certificate_balance, group_places, api_token")
        cursor.execute("CHECKPOINT")


def written() -> dict[str, int]:
    """Rows per table that applications wrote since the reset: equal for everything that is compared."""
    counts: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for table in CHANGED:
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[table] = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM certificate_balance")
        counts["certificate_entry"] -= cursor.fetchone()[0]
        cursor.execute("SELECT sum(places_taken), sum(waiting) FROM group_places")
        counts["places"], counts["waiting"] = cursor.fetchone()
    return counts
