"""What keeps approved periods apart."""

from __future__ import annotations

from opora.certificates import queries
from opora.certificates.models import FundingPeriod
from opora.core import russian
from opora.core.reasons import Reason, Refused
from opora.territory.models import Municipality


def refuse_overlap(period: FundingPeriod) -> None:
    """Raise Refused when another approved period of the municipality has a day in common with this one.

    The municipality is locked first, so that two approvals at once are judged one after the other; the exclusion
    constraint of the table is the second fence.
    """
    Municipality.objects.select_for_update(no_key=True).get(pk=period.municipality_id)
    other = queries.approved_beside(period)
    if other is not None:
        raise Refused(
            Reason(
                "period_overlaps",
                f"В эти дни уже действует утверждённый период «{other.name}»:"
                f" {russian.period(other.starts_on, other.ends_on)}.",
                hint="Сдвиньте даты: один день муниципалитета оплачивает один период.",
                field="ends_on",
            )
        )
