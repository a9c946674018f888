"""What keeps approved periods apart, and limits of programmes after approval: only by an amending act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opora.certificates import policy, queries
from opora.certificates.models import FundingPeriod, PeriodAmendment, ProgrammeLimit
from opora.core import clock, russian
from opora.core.access import Actor
from opora.core.outbox import emit
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


def amend_programme_limit(
    actor: Actor, row: ProgrammeLimit, data: Mapping[str, Any], *, act_text: str
) -> PeriodAmendment:
    """Set or change the limit of a programme in an approved period by an act; what was and became is kept.

    Contracts beyond a lowered limit go on to their end; new ones wait. Call inside `act`. Raises Refused.
    """
    period: FundingPeriod = data.get("period") or row.period
    policy.PERIOD.get(actor, "amend", pk=period.pk)
    period = FundingPeriod.objects.select_for_update(no_key=True, of=("self",)).get(pk=period.pk)
    reasons = []
    if period.state != FundingPeriod.State.APPROVED:
        reasons.append(Reason("wrong_state", "Период завершён: его пределы больше не меняют.", field="period"))
    if len(act_text.strip()) < 5:
        reasons.append(
            Reason(
                "act_missing",
                "Период утверждён: укажите акт – вид, номер и дату, которыми меняется предел.",
                field="act_text",
            )
        )
    if row.pk and any(name in data and data[name] != getattr(row, name) for name in ("period", "programme")):
        reasons.append(Reason("approved", "В утверждённом периоде меняют только число договоров.", field="programme"))
    was = row.contracts if row.pk else None
    if not reasons and was == data.get("contracts", was):
        reasons.append(Reason("nothing_changed", "Ничего не изменено.", field="contracts"))
    if reasons:
        raise Refused(reasons)
    for name, value in data.items():
        setattr(row, name, value)
    row.save()
    label = f"Договоров по программе «{row.programme.name}»"
    amendment = PeriodAmendment.objects.create(
        period=period,
        act_text=act_text.strip()[:300],
        changes=[{"label": label, "was": "без предела" if was is None else was, "now": row.contracts}],
        fields=[label[:60]],
        account_id=actor.account_id,
        at=clock.now(),
    )
    emit("funding_period.changed", "funding_period", period.pk, municipality_id=period.municipality_id, act="amended")
    return amendment
