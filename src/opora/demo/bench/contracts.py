"""Active contracts for the turn of the month: certificates of 42 municipalities with one or two contracts each."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache

from django.db import connection, transaction

from opora.certificates.rules.arithmetic import Split, split_contract
from opora.certificates.rules.money import to_kopecks, to_roubles
from opora.certificates.rules.months import month_end
from opora.core import clock
from opora.demo import loading
from opora.demo.bench import crowd
from opora.demo.sink import Sink
from opora.territory.models import Region

MUNICIPALITIES = 42
MONTHS = 6
"""January to June, the months of every contract: one for each repetition, the last for the interruption."""
PAID = Decimal(6000)
"""What a certificate pays for a contract: it has money for one or two."""
GROUPS = 12
BESIDE = 1_000_000
"""Families with contracts are numbered from here where those of the rush are there too."""


def load_contracts(contracts: int, municipalities: int, *, beside_crowd: bool = False) -> None:
    """Write certificates with one or two active contracts each; `beside_crowd`: into the region of the rush."""
    today = clock.today()
    with crowd.loading_sink("contracts") as sink:
        region = Region.objects.get(code="99").pk if beside_crowd else crowd.region(sink)
        given = 0
        for number in range(municipalities):
            place = crowd.district(sink, region, number + beside_crowd, today)
            share = contracts * (number + 1) // municipalities - given
            _municipality(sink, place, given + (BESIDE if beside_crowd else 0), share, today)
            given += share
            loading.copy(sink)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('opora.bulk', 'on', true)")
        cursor.execute(_SUMS)
        cursor.execute(_PLACES)
    loading.analyse()


_SUMS = """
WITH ours AS (SELECT k.* FROM contract k JOIN municipality m ON m.id = k.municipality_id AND m.oktmo LIKE '996%'),
     held AS (SELECT certificate_id, sum(certificate_sum) AS money FROM ours GROUP BY 1),
     entries AS (
    INSERT INTO certificate_entry (certificate_id, period_id, act, source_kind, source_id, d_nominal, d_balance,
        d_reserve, d_spent, reason, at)
    SELECT certificate_id, period_id, 'request', 'contract', id, 0, -certificate_sum, certificate_sum, 0,
        'Резерв по заявке', requested_at FROM ours
)
UPDATE certificate_balance b SET balance = balance - held.money, reserve = held.money
  FROM held WHERE held.certificate_id = b.certificate_id
"""
"""Set the totals of certificates to what their contracts reserve."""


_PLACES = """
UPDATE group_places p SET places_taken = n
  FROM (SELECT group_id, count(*) AS n FROM contract k JOIN municipality m ON m.id = k.municipality_id
         AND m.oktmo LIKE '996%' GROUP BY 1) held
 WHERE held.group_id = p.group_id
"""


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
    split = _split(today.year + 1)
    common = {
        "child_id": child, "group_id": group[1], "organisation_id": place["organisation_id"],
        "municipality_id": place["municipality_id"], "starts_on": split.start, "total_sum": to_roubles(split.total),
        "certificate_sum": to_roubles(split.certificate), "guardian_sum": to_roubles(split.guardian),
    }  # fmt: skip
    application = sink.add("enrolment.Application", funding="certificate", state="enrolled", **common)
    sink.add(
        "enrolment.Enrolment", application_id=application, funding="certificate", focus_area="technical",
        **{name: common[name] for name in ("child_id", "group_id", "organisation_id", "municipality_id", "starts_on")},
    )  # fmt: skip
    contract = sink.add(
        "enrolment.Contract", application_id=application, certificate_id=certificate, period_id=place["period"],
        programme_id=group[0], focus_area="technical", state="active", ends_on=split.end,
        price=crowd.PRICE, normative_cost=crowd.NORMATIVE_COST, requested_at=clock.now(), accepted_at=clock.now(),
        acceptance={"channel": "online"}, **common,
    )  # fmt: skip
    for part in split.months:
        sink.add(
            "enrolment.ContractMonth", contract_id=contract, month=part.month, state="reserved",
            certificate_sum=to_roubles(part.certificate), guardian_sum=to_roubles(part.guardian),
        )  # fmt: skip


@cache
def _split(year: int) -> Split:
    """The months of every contract."""
    start, end = dt.date(year, 1, 1), month_end(dt.date(year, MONTHS, 1))
    return split_contract(
        price=to_kopecks(Decimal(crowd.PRICE)),
        normative_cost=to_kopecks(Decimal(crowd.NORMATIVE_COST)),
        balance=to_kopecks(PAID),
        group_start=start,
        group_end=end,
        start=start,
        end=end,
    )
