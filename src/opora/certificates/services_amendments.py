"""An approved period changes only by an amending act: parameters, groups, limits of focus areas and programmes (D2)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from opora.catalogue.vocabulary import FocusArea
from opora.certificates import policy, queries
from opora.certificates.models import (
    CertificateGroup,
    FocusAreaLimit,
    FundingPeriod,
    PeriodAmendment,
    ProgrammeLimit,
)
from opora.certificates.rules import PeriodParameters
from opora.certificates.rules.parameters import changes, labels
from opora.certificates.services_acts import Ground, ground_of, record_amendment
from opora.certificates.services_funding import lock_group, serve_queue
from opora.certificates.services_periods import GroupData, check_group, differing, locked, only_in
from opora.core import russian
from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.territory.models import LegalAct

_AREAS = dict(FocusArea.choices)
LIMIT_ACT = "Период утверждён: укажите акт, которым меняется предел."


def amending_act(actor: Actor, row: FundingPeriod, ground: Ground | None) -> LegalAct:
    """The act of an amendment; Refused when it is missing or the period is not approved. Call inside `act`."""
    only_in(row, FundingPeriod.State.APPROVED, "Актом меняют только утверждённый период.")
    return ground_of(actor, row, ground, title=f"О внесении изменений в период «{row.name}»")


def amend_parameters(
    actor: Actor, *, period: FundingPeriod, parameters: PeriodParameters, ground: Ground | None
) -> PeriodAmendment:
    """Change parameters of an approved period by an act; the change is kept as what was and what became."""
    with act(actor):
        row = locked(actor, period, "amend")
        ground_act = amending_act(actor, row, ground)
        was = queries.parameters_of(row)
        found = changes(was, parameters)
        if not found:
            raise Refused(Reason("nothing_changed", "Ни один параметр не изменён."))
        if was.over_commitment and not parameters.over_commitment and (reasons := _over_given(row)):
            raise Refused(reasons)
        row.parameters = differing(parameters)
        row.save(update_fields=["parameters"])
        titles = labels()
        return record_amendment(
            actor, row, ground_act, [(titles[name], was, now) for name, (was, now) in found.items()]
        )


def amend_group(actor: Actor, *, group: CertificateGroup, data: GroupData, ground: Ground | None) -> PeriodAmendment:
    """Change nominal and limits of a group of an approved period by an act.

    Limits cannot go below what is given already; a new nominal is for certificates given from now on. A raised
    limit serves the queue at once.
    """
    with act(actor):
        period = locked(actor, group.period, "amend")
        ground_act = amending_act(actor, period, ground)
        row = lock_group(group.pk)
        check_group(period, row, data)
        load = queries.group_load(row)
        over = queries.parameters_of(period).over_commitment
        reasons = []
        if data.limit_certificates < load.certificates:
            reasons.append(
                Reason("limit_taken", f"Уже выдано сертификатов: {load.certificates}.", field="limit_certificates")
            )
        if not over and data.limit_money * 100 < load.nominals:
            given = russian.money(Decimal(load.nominals) / 100)
            reasons.append(Reason("money_taken", f"Уже выдано номиналов на {given}.", field="limit_money"))
        if over and data.limit_money < (used := queries.used_of(row)):
            message = f"Уже зарезервировано и списано {russian.money(used)}."
            reasons.append(Reason("money_used", message, field="limit_money"))
        if reasons:
            raise Refused(reasons)
        kept = ("nominal", "limit_certificates", "limit_money", "name", "age_from", "age_to", "category")
        found = []
        for name in kept:
            was, now = getattr(row, name), getattr(data, name)
            if was != now:
                label = str(CertificateGroup._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
                found.append((f"{row.name}: {label}", str(was), str(now)))
                setattr(row, name, now)
        if not found:
            raise Refused(Reason("nothing_changed", "Ничего не изменено."))
        row.save()
        amendment = record_amendment(actor, period, ground_act, found)
    serve_queue(row.pk)
    return amendment


def _over_given(period: FundingPeriod) -> list[Reason]:
    """Groups whose nominals are beyond their money: over-commitment cannot be switched off above them."""
    return [
        Reason(
            "over_given",
            f"{state.group.name}: номиналов выдано на {russian.money(state.nominals)}, это больше предела "
            f"{russian.money(state.group.limit_money)}.",
            hint="Сначала поднимите предел денег группы.",
            field="over_commitment",
        )
        for state in queries.groups_of(period)
        if state.nominals > state.group.limit_money
    ]


def amend_focus_limits(
    actor: Actor, *, period: FundingPeriod, limits: dict[str, tuple[bool, int | None]], ground: Ground | None
) -> PeriodAmendment:
    """Change by an act what is paid and how many contracts a certificate may have, per focus area."""
    with act(actor):
        row = locked(actor, period, "amend")
        ground_act = amending_act(actor, row, ground)
        known = queries.focus_limits(row)
        found: list[tuple[str, Any, Any]] = []
        for code, (allowed, contracts) in limits.items():
            was = known.get(code)
            before = (was.allowed, was.contracts_per_certificate) if was else (True, None)
            if before[0] != allowed:
                found.append((f"{_AREAS[code]}: оплачивается", before[0], allowed))
            if before[1] != contracts:
                found.append((f"{_AREAS[code]}: договоров на сертификат", before[1], contracts))
            FocusAreaLimit.objects.update_or_create(
                period=row, focus_area=code, defaults={"allowed": allowed, "contracts_per_certificate": contracts}
            )
        if not found:
            raise Refused(Reason("nothing_changed", "Ничего не изменено."))
        return record_amendment(actor, row, ground_act, found)


def amend_programme_limit(
    actor: Actor, row: ProgrammeLimit, data: Mapping[str, Any], *, ground: Ground | None
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
    if row.pk and any(name in data and data[name] != getattr(row, name) for name in ("period", "programme")):
        reasons.append(Reason("approved", "В утверждённом периоде меняют только число договоров.", field="programme"))
    was = row.contracts if row.pk else None
    if not reasons and was == data.get("contracts", was):
        reasons.append(Reason("nothing_changed", "Ничего не изменено.", field="contracts"))
    if reasons:
        raise Refused(reasons)
    legal_act = ground_of(
        actor, period, ground, title=f"О внесении изменений в период «{period.name}»", missing=LIMIT_ACT
    )
    for name, value in data.items():
        setattr(row, name, value)
    row.save()
    label = f"Договоров по программе «{row.programme.name}»"
    change = (label, "без предела" if was is None else was, row.contracts)
    return record_amendment(actor, period, legal_act, [change])
