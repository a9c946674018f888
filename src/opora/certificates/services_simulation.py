"""Variants of a period's parameters: made, counted, compared, taken into the draft (D2)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from opora.certificates import policy, queries
from opora.certificates import queries_simulation as reading
from opora.certificates.models import CertificateGroup, FundingPeriod
from opora.certificates.models_funding import SimulationVariant
from opora.certificates.rules.behaviour import AGES, Behaviour, Settings
from opora.certificates.rules.simulation import INLINE_CHILDREN, Plan, PlanGroup, simulate, summary
from opora.certificates.services_periods import differing
from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act

MOST_VARIANTS = 12


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """What a variant changes in a certificate group; kopecks."""

    nominal: int
    limit_certificates: int
    limit_money: int


def save_variant(
    actor: Actor,
    *,
    period: FundingPeriod,
    variant: SimulationVariant | None = None,
    name: str,
    limits: dict[str, Limits] | None = None,
    over_commitment: bool | None = None,
    settings: Settings | None = None,
) -> SimulationVariant:
    """Make or change a variant and count it: at once, or by the worker where there are many children.

    `limits` by the code of the group; what is not named stays as in the period.
    """
    with act(actor):
        policy.PERIOD.get(actor, "simulate", pk=period.pk)
        same = SimulationVariant.objects.filter(period=period).exclude(pk=variant.pk if variant else 0)
        plan = changed(reading.plan_of(period), limits or {}, over_commitment)
        if reasons := _reasons(plan, name, [row.name for row in same]):
            raise Refused(reasons)
        row = variant or SimulationVariant(period=period, account_id=actor.account_id)
        row.name, row.plan, row.settings = name.strip(), plan.to_json(), (settings or Settings()).to_json()
        row.state, row.progress = SimulationVariant.State.WAITING, 0
        row.save()
    _count(row)
    return row


def recount(actor: Actor, *, variant: SimulationVariant) -> SimulationVariant:
    """Count again on the children and contracts of today."""
    with act(actor):
        policy.VARIANT.get(actor, "edit", pk=variant.pk)
        variant.state, variant.progress = SimulationVariant.State.WAITING, 0
        variant.save(update_fields=["state", "progress"])
    _count(variant)
    return variant


def delete_variant(actor: Actor, *, variant: SimulationVariant) -> None:
    """Throw a variant away."""
    with act(actor):
        policy.VARIANT.get(actor, "edit", pk=variant.pk)
        SimulationVariant.objects.filter(pk=variant.pk).delete()


def take_into_draft(actor: Actor, *, variant: SimulationVariant) -> FundingPeriod:
    """Write the variant's nominals, limits and switch into the draft; refused after it was sent for approval."""
    with act(actor):
        policy.VARIANT.get(actor, "edit", pk=variant.pk)
        period = FundingPeriod.objects.select_for_update(no_key=True, of=("self",)).get(pk=variant.period_id)
        if period.state != FundingPeriod.State.DRAFT:
            raise Refused(Reason("wrong_state", "Период уже не черновик: изменить его можно только актом."))
        plan = Plan.from_json(variant.plan)
        rows = {row.code: row for row in CertificateGroup.objects.filter(period=period)}
        for group in plan.groups:
            row = rows.get(group.code)
            if row is None:
                continue  # the group was removed from the draft since
            row.nominal, row.limit_money = Decimal(group.nominal) / 100, Decimal(group.limit_money) / 100
            row.limit_certificates = group.limit_certificates
            row.save(update_fields=["nominal", "limit_certificates", "limit_money"])
        parameters = dataclasses.replace(queries.parameters_of(period), over_commitment=plan.over_commitment)
        period.parameters = differing(parameters)
        period.save(update_fields=["parameters"])
    return period


def compute(variant_id: int) -> None:
    """Count a variant and keep its figures with what they stand on. Safe to repeat."""
    row = SimulationVariant.objects.select_related("period__municipality").filter(pk=variant_id).first()
    if row is None:
        return  # thrown away meanwhile
    plan, settings = Plan.from_json(row.plan), Settings.from_json(row.settings)
    behaviour = reading.behaviour_for(row.period, plan)
    children = reading.children_of(plan, row.period.municipality_id, behaviour)
    outcome = simulate(plan, children, behaviour, settings, progress=_progress(row))
    SimulationVariant.objects.filter(pk=row.pk).update(
        state=SimulationVariant.State.READY,
        progress=100,
        result=summary(outcome),
        source=source_of(behaviour, len(children.ages), int((children.groups >= 0).sum())),
        computed_at=clock.now(),
    )


def source_of(behaviour: Behaviour, children: int, covered: int) -> dict[str, Any]:
    """What the figures stand on, as the page shows it."""
    return {
        "assumed": behaviour.assumed,
        "base": behaviour.base,
        "first": behaviour.first.isoformat(),
        "last": behaviour.last.isoformat(),
        "seen_until": behaviour.seen_until.isoformat(),
        "children": children,
        "covered": covered,
        "certificates": 0 if behaviour.assumed else len(behaviour.histories),
        "contracts": 0 if behaviour.assumed else sum(len(one.contracts) for one in behaviour.histories),
        "ages": [
            [age, behaviour.children.get(age, 0), behaviour.asked.get(age, 0), round(1000 * behaviour.take_up(age))]
            for age in AGES
            if behaviour.children.get(age)
        ],
        "categories": {code: round(value * 100) for code, value in sorted(behaviour.categories.items())},
        "idle_percent": behaviour.idle_percent,
        "early_percent": behaviour.early_percent,
        "yearly_cost": behaviour.yearly_cost,
        "contracts_each": round(behaviour.contracts_per_certificate * 100),
        "starts": _starts(behaviour),
    }


def _starts(behaviour: Behaviour) -> list[tuple[int, int]]:
    """(calendar month, contracts begun in it), from the month of the period's first day."""
    months: dict[int, int] = {}
    for history in behaviour.histories:
        for one in history.contracts:
            month = (behaviour.first + dt.timedelta(days=max(0, one.start))).month
            months[month] = months.get(month, 0) + 1
    return sorted(months.items())


def changed(plan: Plan, limits: dict[str, Limits], over_commitment: bool | None) -> Plan:
    """The plan with other nominals and limits."""
    groups = tuple(
        dataclasses.replace(group, **dataclasses.asdict(limits[group.code])) if group.code in limits else group
        for group in plan.groups
    )
    over = plan.over_commitment if over_commitment is None else over_commitment
    return dataclasses.replace(plan, groups=groups, over_commitment=over)


def _reasons(plan: Plan, name: str, others: list[str]) -> list[Reason]:
    reasons = []
    if not plan.groups:
        reasons.append(
            Reason("no_groups", "Считать нечего: в периоде нет групп сертификатов.", hint="Сначала добавьте группу.")
        )
    if not name.strip():
        reasons.append(Reason("name_missing", "Назовите вариант.", field="name"))
    if name.strip() in others:
        reasons.append(Reason("name_taken", "Вариант с таким названием уже есть.", field="name"))
    if len(others) >= MOST_VARIANTS:
        reasons.append(Reason("too_many", f"Вариантов не больше {MOST_VARIANTS}: удалите лишний.", field="name"))
    return [*reasons, *(reason for group in plan.groups for reason in _group_reasons(group))]


def _group_reasons(group: PlanGroup) -> list[Reason]:
    if group.nominal > group.limit_money:
        message = f"{group.name}: предел денег меньше одного номинала."
        return [Reason("money", message, field=f"limit_money__{group.code}")]
    return []


def _count(row: SimulationVariant) -> None:
    from opora.certificates.jobs import simulate_variant

    if reading.count_children(row.period.municipality_id, row.period.starts_on) > INLINE_CHILDREN:
        simulate_variant.enqueue(row.pk)
    else:
        compute(row.pk)
        row.refresh_from_db()


def _progress(row: SimulationVariant) -> Callable[[int], None]:
    def tell(percent: int) -> None:
        SimulationVariant.objects.filter(pk=row.pk).update(progress=percent)

    return tell
