"""Active contracts for the turn of the month: certificates of 42 municipalities with one or two contracts each."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import connection, transaction

from opora.core import clock
from opora.demo import loading
from opora.demo.bench import crowd
from opora.demo.bench.stage import Stage
from opora.demo.sink import Sink

MUNICIPALITIES = 42
MONTHS = 6
"""January to June, the months of every contract: one for each repetition, the last for the interruption."""
PART = {"certificate": Decimal(1000), "guardian": Decimal(2000)}
"""What a month costs; a certificate pays for one contract or two."""
GROUPS = 12


def load_months(stage: Stage) -> None:
    """Certificates with one or two active contracts each, in 42 municipalities, into an empty database."""
    contracts = stage.size(300_000, 20_000, 600)
    today = clock.today()
    with crowd.loading_sink() as sink:
        region = crowd.region(sink)
        given = 0
        for number in range(MUNICIPALITIES):
            place = crowd.district(sink, region, number, today)
            share = contracts * (number + 1) // MUNICIPALITIES - given
            _municipality(sink, place, given, share, today)
            given += share
            loading.copy(sink)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('opora.bulk', 'on', true)")
        cursor.execute(_SUMS)
    loading.analyse()


_SUMS = """
WITH held AS (SELECT certificate_id, sum(certificate_sum) AS money FROM contract GROUP BY 1),
     entries AS (
    INSERT INTO certificate_entry (certificate_id, period_id, act, source_kind, source_id, d_nominal, d_balance,
        d_reserve, d_spent, reason, at)
    SELECT certificate_id, period_id, 'request', 'contract', id, 0, -certificate_sum, certificate_sum, 0,
        'Резерв по заявке', requested_at FROM contract
)
UPDATE certificate_balance b SET balance = balance - held.money, reserve = held.money
  FROM held WHERE held.certificate_id = b.certificate_id
"""
"""Set the totals of certificates to what their contracts reserve."""


def _municipality(sink: Sink, place: dict[str, int], first: int, contracts: int, today: dt.date) -> None:
    groups = crowd.learning_groups(sink, place, GROUPS, today, capacity=contracts)
    number = left = 0
    while left < contracts:
        child, certificate = crowd.family(sink, place, first + number, today)
        for one in range(min(1 + number % 2, contracts - left)):
            _contract(sink, place, child, certificate, groups[(number + one) % len(groups)], today)
            left += 1
        number += 1


def _contract(
    sink: Sink, place: dict[str, int], child: int, certificate: int, group: tuple[int, int], today: dt.date
) -> None:
    year = today.year + 1
    money = {f"{who}_sum": part * MONTHS for who, part in PART.items()}
    common = {
        "child_id": child, "group_id": group[1], "organisation_id": place["organisation_id"],
        "municipality_id": place["municipality_id"], "starts_on": dt.date(year, 1, 1), "total_sum": crowd.PRICE, **money,
    }  # fmt: skip
    application = sink.add("enrolment.Application", funding="certificate", state="enrolled", **common)
    contract = sink.add(
        "enrolment.Contract", application_id=application, certificate_id=certificate, period_id=place["period"],
        programme_id=group[0], focus_area="technical", state="active", ends_on=dt.date(year, 6, 30),
        price=crowd.PRICE, normative_cost=crowd.NORMATIVE_COST, requested_at=clock.now(), accepted_at=clock.now(),
        acceptance={"channel": "online"}, **common,
    )  # fmt: skip
    for month in range(1, MONTHS + 1):
        sink.add(
            "enrolment.ContractMonth", contract_id=contract, month=dt.date(year, month, 1), state="reserved",
            **{f"{who}_sum": part for who, part in PART.items()},
        )  # fmt: skip
