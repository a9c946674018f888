"""Funding programmes and periods: draft → review → approved; afterwards only amending acts (spec/financing.md)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

from opora.certificates import policy, queries
from opora.certificates.models import (
    CertificateGroup,
    FocusAreaLimit,
    FundingPeriod,
    FundingProgramme,
)
from opora.certificates.models_funding import PeriodRemark
from opora.certificates.rules import PeriodParameters
from opora.certificates.rules.period import closing_reasons, closing_takes_effect, period_reasons
from opora.certificates.services_acts import Ground, ground_of
from opora.certificates.services_funding import serve_queue
from opora.certificates.services_limits import refuse_overlap
from opora.core import clock
from opora.core.access import Actor
from opora.core.outbox import emit
from opora.core.reasons import Hidden, Reason, Refused
from opora.core.transactions import act
from opora.core.workdays import end_of_day
from opora.territory.models import LegalAct

ACT_OF_APPROVAL = "Укажите акт, которым утверждён период."


@dataclasses.dataclass(frozen=True, slots=True)
class GroupData:
    """A certificate group as a form gives it; money in roubles."""

    name: str
    code: str
    category: str
    age_from: int
    age_to: int
    nominal: Decimal
    limit_certificates: int
    limit_money: Decimal


def save_programme(
    actor: Actor, *, programme: FundingProgramme | None = None, municipality_id: int = 0, **values: Any
) -> FundingProgramme:
    """Make or change a funding programme (name, is_academic, scheme, payer_name, payer_code)."""
    with act(actor):
        if programme is None:
            policy.PROGRAMME.require(actor, "add")
            if municipality_id not in actor.municipalities(*policy.FUNDERS) and not actor.system:
                raise Hidden("municipality")
            programme = FundingProgramme(municipality_id=municipality_id)
        else:
            programme = policy.PROGRAMME.get(actor, "edit", pk=programme.pk)
        if not str(values["payer_code"]).isdigit() or len(values["payer_code"]) != 2:
            raise Refused(Reason("payer_code", "Код плательщика – две цифры.", field="payer_code"))
        for name, value in values.items():
            setattr(programme, name, value)
        programme.save()
    return programme


def save_period(
    actor: Actor,
    *,
    programme: FundingProgramme,
    period: FundingPeriod | None,
    name: str,
    starts_on: dt.date,
    ends_on: dt.date,
    parameters: PeriodParameters | None = None,
) -> FundingPeriod:
    """Make or change a period while it is a draft. Refused when it crosses a year or another period."""
    policy.PROGRAMME.get(actor, "edit", pk=programme.pk)
    with act(actor):
        if period is not None:
            period = locked(actor, period, "edit")
            only_draft(period)
        others = FundingPeriod.objects.filter(programme=programme).exclude(pk=period.pk if period else 0)
        spans = list(others.values_list("starts_on", "ends_on"))
        if reasons := period_reasons(starts_on, ends_on, spans):
            raise Refused([dataclasses.replace(reason, field="ends_on") for reason in reasons])
        period = period or FundingPeriod(programme=programme, municipality_id=programme.municipality_id)
        period.name, period.starts_on, period.ends_on = name, starts_on, ends_on
        if parameters is not None:
            period.parameters = differing(parameters)
        period.save()
    return period


def save_group(
    actor: Actor, *, period: FundingPeriod, group: CertificateGroup | None, data: GroupData
) -> CertificateGroup:
    """Make or change a certificate group while its period is a draft."""
    with act(actor):
        parent = locked(actor, period, "edit")
        only_draft(parent)
        check_group(parent, group, data)
        row = group or CertificateGroup(period=parent)
        for field in dataclasses.fields(data):
            setattr(row, field.name, getattr(data, field.name))
        row.save()
    return row


def delete_group(actor: Actor, *, group: CertificateGroup) -> None:
    """Remove a certificate group of a draft."""
    with act(actor):
        parent = locked(actor, group.period, "edit")
        only_draft(parent)
        CertificateGroup.objects.filter(pk=group.pk, period=parent).delete()


def save_focus_limits(actor: Actor, *, period: FundingPeriod, limits: dict[str, tuple[bool, int | None]]) -> None:
    """Set what is paid and how many contracts a certificate may have, per focus area, while a draft."""
    with act(actor):
        parent = locked(actor, period, "edit")
        only_draft(parent)
        for code, (allowed, contracts) in limits.items():
            FocusAreaLimit.objects.update_or_create(
                period=parent,
                focus_area=code,
                defaults={"allowed": allowed, "contracts_per_certificate": contracts},
            )


def submit(actor: Actor, *, period: FundingPeriod) -> FundingPeriod:
    """Send a draft to the coordinator; refused without certificate groups."""
    with act(actor):
        row = locked(actor, period, "submit")
        only_draft(row)
        if not CertificateGroup.objects.filter(period=row).exists():
            raise Refused(Reason("no_groups", "Добавьте хотя бы одну группу сертификатов с номиналом и пределами."))
        row.state = FundingPeriod.State.REVIEW
        row.save(update_fields=["state"])
        _emit(row, "submitted")
    return row


def send_back(actor: Actor, *, period: FundingPeriod, remark: str) -> FundingPeriod:
    """Return a period from review to its authors with what is to be changed."""
    with act(actor):
        row = locked(actor, period, "approve")
        if len(remark.strip()) < 5:
            raise Refused(Reason("remark_missing", "Напишите, что исправить: это прочитает плательщик.", field="text"))
        only_in(row, FundingPeriod.State.REVIEW, "Вернуть можно период, который ждёт утверждения.")
        row.state = FundingPeriod.State.DRAFT
        row.save(update_fields=["state"])
        PeriodRemark.objects.create(period=row, text=remark.strip(), account_id=actor.account_id, at=clock.now())
        _emit(row, "sent_back")
    return row


def approve(actor: Actor, *, period: FundingPeriod, legal_act: LegalAct | None) -> FundingPeriod:
    """Approve by a legal act; afterwards parameters change only by an amending act."""
    with act(actor):
        row = _approved(actor, period, legal_act)
    _serve_queues(row)
    return row


def approve_by(actor: Actor, *, period: FundingPeriod, ground: Ground | None) -> FundingPeriod:
    """Approve by an act of the register or by a new one with its number, day and file; Refused without an act."""
    with act(actor):
        policy.PERIOD.get(actor, "approve", pk=period.pk)
        title = f"Об утверждении периода «{period.name}»"
        row = _approved(actor, period, ground_of(actor, period, ground, title=title, missing=ACT_OF_APPROVAL))
    _serve_queues(row)
    return row


def _approved(actor: Actor, period: FundingPeriod, legal_act: LegalAct | None) -> FundingPeriod:
    row = locked(actor, period, "approve")
    only_in(row, FundingPeriod.State.REVIEW, "Утвердить можно период, который ждёт утверждения.")
    if legal_act is None:
        raise Refused(Reason("act_missing", ACT_OF_APPROVAL, field="act"))
    refuse_overlap(row)
    row.state, row.act = FundingPeriod.State.APPROVED, legal_act
    row.approved_at, row.approved_by_id = clock.now(), actor.account_id
    row.save()
    _emit(row, "approved")
    return row


def _serve_queues(row: FundingPeriod) -> None:
    """After the approval's own transaction: the next certificate is never waited for with a group locked."""
    for group_id in CertificateGroup.objects.filter(period=row).order_by("pk").values_list("pk", flat=True):
        serve_queue(group_id)


def close_contracting(actor: Actor, *, period: FundingPeriod) -> FundingPeriod:
    """Close new contracts of the period, once, in its last months; takes effect after the notice."""
    with act(actor):
        row = locked(actor, period, "close_contracting")
        only_in(row, FundingPeriod.State.APPROVED, "Закрыть можно только утверждённый период.")
        zone = clock.zone(row.municipality.time_zone)
        today = clock.today(zone)
        parameters = queries.parameters_of(row)
        if reasons := closing_reasons(
            today=today,
            period_end=row.ends_on,
            last_months=parameters.closing_last_months,
            already_closed=row.contracting_closes_at is not None,
        ):
            raise Refused(reasons)
        first_closed = closing_takes_effect(today, parameters.closing_notice_days)
        row.contracting_closes_at = end_of_day(first_closed - dt.timedelta(days=1), zone)
        row.save(update_fields=["contracting_closes_at"])
        _emit(row, "contracting_closed")
    return row


def differing(parameters: PeriodParameters) -> dict[str, Any]:
    """Only what differs from the defaults is stored, so that a better default reaches everybody."""
    standard, given = PeriodParameters().to_json(), parameters.to_json()
    return {name: value for name, value in given.items() if value != standard[name]}


def locked(actor: Actor, period: FundingPeriod, action: str) -> FundingPeriod:
    """Authorise, lock, read again."""
    policy.PERIOD.get(actor, action, pk=period.pk)
    rows = FundingPeriod.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("municipality", "programme").get(pk=period.pk)


def only_draft(row: FundingPeriod) -> None:
    """Refuse unless the period is a draft."""
    only_in(row, FundingPeriod.State.DRAFT, "Период уже не черновик: изменить его можно только актом.")


def only_in(row: FundingPeriod, state: str, message: str) -> None:
    """Refuse with `message` unless the period is in `state`."""
    if row.state != state:
        raise Refused(Reason("wrong_state", message, hint=f"Сейчас: {row.get_state_display().lower()}."))


def check_group(period: FundingPeriod, group: CertificateGroup | None, data: GroupData) -> None:
    """Refuse a group whose ages, money or code do not fit, every reason at its field."""
    reasons = []
    if data.age_from > data.age_to:
        reasons.append(Reason("ages", "Возраст «с» больше возраста «по».", field="age_to"))
    if data.nominal > data.limit_money:
        reasons.append(Reason("money", "Предел денег меньше одного номинала.", field="limit_money"))
    same = CertificateGroup.objects.filter(period=period, code=data.code)
    if same.exclude(pk=group.pk if group else 0).exists():
        reasons.append(Reason("code", "Группа с таким кодом в периоде уже есть.", field="code"))
    if reasons:
        raise Refused(reasons)


def _emit(row: FundingPeriod, what: str) -> None:
    emit("funding_period.changed", "funding_period", row.pk, municipality_id=row.municipality_id, act=what)
