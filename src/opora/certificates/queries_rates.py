"""Reading rates, coefficients, remarks and copies of periods."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from opora.certificates import policy
from opora.certificates.models import FundingPeriod
from opora.certificates.models_funding import FundingCoefficient, FundingRate, PeriodRemark
from opora.certificates.rules.normative import CONDITIONS, GROUP_SIZE, Coefficient
from opora.core.access import Actor
from opora.people.models import Account


def rates_of(period: FundingPeriod) -> dict[tuple[str, str], Decimal]:
    """(focus area, programme kind) → roubles per learner-hour."""
    rows = FundingRate.objects.filter(period=period)
    return {(row.focus_area, row.programme_kind): row.rate for row in rows}


def coefficients_of(period: FundingPeriod) -> list[Coefficient]:
    """In the order of CONDITIONS; sizes of groups from the smallest."""
    kinds = list(CONDITIONS)
    found = [
        Coefficient(row.kind, row.code, row.value.normalize())
        for row in FundingCoefficient.objects.filter(period=period)
    ]

    def order(one: Coefficient) -> tuple[int, int, str]:
        size = int(one.code) if one.kind == GROUP_SIZE else 0
        return (kinds.index(one.kind), size, one.code)

    return sorted(found, key=order)


def remarks_of(period: FundingPeriod) -> list[PeriodRemark]:
    """Why the period was returned, newest first."""
    return list(PeriodRemark.objects.filter(period=period).select_related("account"))


def periods_to_copy(actor: Actor, municipality_id: int) -> list[FundingPeriod]:
    """Periods of the municipality that a new one may begin as."""
    rows = policy.PERIOD.rows(actor, "edit").filter(municipality_id=municipality_id)
    return list(rows.select_related("programme").order_by("-starts_on", "-pk")[:20])


def names_of(account_ids: Iterable[int]) -> dict[int, str]:
    """Account id → the name of the member of staff."""
    rows = Account.objects.filter(pk__in=set(account_ids))
    return {row.pk: f"{row.last_name} {row.first_name}".strip() or row.email for row in rows}
