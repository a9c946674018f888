"""Orders: draft, issue with a number, effect on the learners, DOCX (E5); two kinds belong to the change of year (E6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from opora.catalogue.models import Group
from opora.core import clock, files
from opora.core.access import Actor
from opora.core.models import StoredFile
from opora.core.numbering import take_number
from opora.core.outbox import emit
from opora.core.reasons import Hidden, Reason, Refused
from opora.core.transactions import act
from opora.enrolment import policy
from opora.enrolment.documents import orders as documents
from opora.enrolment.models import Application, Contract, Enrolment, Funding, Order, OrderLine, OrderTemplate
from opora.enrolment.services import holding, letters
from opora.enrolment.services.decide import enrol
from opora.enrolment.services.holding import retried
from opora.enrolment.services.terminate import leave
from opora.enrolment.services.transfer import transfer
from opora.providers.models import Organisation, Signatory

SUFFIX = {"enrolment": "з", "transfer": "п", "withdrawal": "о", "next_year": "пг", "completion": "ок"}
STATES = {
    "enrolment": ("confirmed", "enrolled"),
    "transfer": ("enrolled",),
    "withdrawal": ("enrolled", "withdrawn", "finished"),
    "next_year": ("confirmed", "enrolled"),
    "completion": ("enrolled", "withdrawn", "finished"),
}
INTO = ("enrolment", "next_year")
"""Orders whose application is for the group into which the child comes."""


@dataclass(frozen=True, slots=True)
class Line:
    """One child of an order: its application, the new group of a transfer, the day it takes effect, the ground.

    `from_group`: where a child came from whose application is for the next year's group.
    """

    application: Application
    effective_on: dt.date
    to_group: Group | None = None
    ground: str = ""
    from_group: Group | None = None


def draft_order(actor: Actor, *, organisation: Organisation, kind: str, lines: Sequence[Line]) -> Order:
    """Draft an order of one organisation. Raises Refused with every line that does not fit."""
    policy.ORDER.require(actor, "edit")
    if not actor.system and organisation.pk not in actor.organisations("provider_manager"):
        raise Hidden("organisation")
    _check_lines(organisation, kind, lines)
    with act(actor):
        order = Order.objects.create(
            organisation=organisation,
            municipality_id=organisation.municipality_id,
            kind=kind,
            created_by_id=actor.account_id,
        )
        OrderLine.objects.bulk_create(
            OrderLine(
                order=order,
                application=line.application,
                child_id=line.application.child_id,
                from_group_id=(
                    (line.from_group.pk if line.from_group else None) if kind in INTO else line.application.group_id
                ),
                to_group=line.application.group if kind in INTO else line.to_group,
                effective_on=line.effective_on,
                ground=line.ground.strip()[:300],
            )
            for line in lines
        )
    return order


def _check_lines(organisation: Organisation, kind: str, lines: Sequence[Line]) -> None:
    reasons: list[Reason] = []
    if not lines:
        reasons.append(Reason("no_lines", "Выберите хотя бы одного ребёнка.", field="applications"))
    seen: set[int] = set()
    for line in lines:
        one, name = line.application, line.application.child.full_name
        if one.organisation_id != organisation.pk or one.state not in STATES[kind]:
            reasons.append(Reason("wrong_state", f"{name}: заявка не подходит для этого приказа."))
        if one.child_id in seen:
            reasons.append(Reason("repeated", f"{name}: ребёнок назван в приказе дважды."))
        seen.add(one.child_id)
        if kind == "transfer" and (line.to_group is None or line.to_group.pk == one.group_id):
            reasons.append(Reason("no_group", f"{name}: укажите другую группу.", field="to_group"))
        if kind == "withdrawal" and not line.ground.strip():
            reasons.append(Reason("no_ground", f"{name}: укажите причину отчисления.", field="ground"))
    living = {one.application.pk for one in lines}
    drafted = OrderLine.objects.filter(application_id__in=living, order__state="draft", order__kind=kind)
    for row in drafted.select_related("child"):
        reasons.append(Reason("in_draft", f"{row.child.full_name}: уже стоит в другом проекте приказа."))
    if reasons:
        raise Refused(reasons)


def delete_draft(actor: Actor, *, order: Order) -> None:
    """Throw a draft away; an issued order stays for ever."""
    allowed = policy.ORDER.get(actor, "edit", pk=order.pk)
    with act(actor):
        row = Order.objects.select_for_update(no_key=True, of=("self",)).get(pk=allowed.pk)
        _draft(row)
        row.lines.all().delete()
        row.delete()


@retried
def issue_order(actor: Actor, *, order: Order, signatory: Signatory, date: dt.date | None = None) -> Order:
    """Issue: the learners are enrolled, moved or withdrawn, the order gets its number (last) and its document.

    Everything in one transaction: when one child cannot be enrolled, nothing happens and the reasons name the child.
    """
    allowed = policy.ORDER.get(actor, "edit", pk=order.pk)
    with act(actor):
        known = list(allowed.lines.select_related("application", "child", "from_group", "to_group"))
        applications = [line.application for line in known if line.application is not None]
        groups = {one.group_id for one in applications} | {line.to_group_id for line in known if line.to_group_id}
        certificates = Contract.objects.filter(application__in=applications).values_list("certificate_id", flat=True)
        holding.lock(groups, certificates)
        row = (
            Order.objects.select_for_update(no_key=True, of=("self",)).select_related("municipality").get(pk=allowed.pk)
        )
        _draft(row)
        if signatory.organisation_id != row.organisation_id:
            raise Refused(Reason("signatory", "Подписант другой организации.", field="signatory"))
        row.date = date or clock.today(row.municipality.time_zone)
        recorded = [line for line in known if not _effect(actor, row, line)]
        number = take_number("organisation", row.organisation_id, f"order-{row.kind}", row.date.year)
        row.number, row.signatory, row.state = f"{number}-{SUFFIX[row.kind]}", signatory, Order.State.ISSUED
        row.file = _document(actor, row)
        row.save()
        emit("order.issued", "order", row.pk, municipality_id=row.municipality_id, order_kind=row.kind)
        for line in recorded:  # the others had a letter of the act itself
            if line.application is not None:
                letters.tell_guardians(line.application, letters.ordered(line, row), about=f"order:{row.pk}:{line.pk}")
    order.refresh_from_db()
    return order


def _draft(row: Order) -> None:
    if row.state != Order.State.DRAFT:
        raise Refused(Reason("issued", "Приказ уже издан, изменить его нельзя.", hint="Издайте новый приказ."))


def _effect(actor: Actor, order: Order, line: OrderLine) -> bool:
    """What the order does to one learner; False when it records what was done before. A refusal names the child."""
    application = line.application
    if application is None:
        return False
    application.refresh_from_db()
    try:
        if order.kind in INTO:
            return _enrol(actor, application, line)
        if order.kind == Order.Kind.TRANSFER:
            assert line.to_group is not None
            transfer(actor, application=application, group=line.to_group)
            return True
        if order.kind == Order.Kind.COMPLETION:
            complete(application, line.effective_on)
            return False  # the order's own letter tells of it
        return _withdraw(actor, application, line)
    except Refused as refused:
        name = line.child.full_name
        raise Refused(
            Reason(one.code, f"{name}: {one.message}", one.ground, one.hint, one.field) for one in refused.reasons
        ) from refused


def _enrol(actor: Actor, application: Application, line: OrderLine) -> bool:
    if application.state == Application.State.ENROLLED:
        return False  # by a contract, or enrolled before the order was written
    if application.funding == Funding.CERTIFICATE:
        raise Refused(Reason("contract_waits", "семья ещё не приняла договор, приказ издаётся после этого."))
    enrol(actor, application=application, starts_on=line.effective_on)
    return True


def complete(application: Application, on: dt.date, reason: str = "Обучение окончено") -> None:
    """The study of this year has its last day; a day that a notice has set before stays."""
    Enrolment.objects.filter(application=application, ends_on__isnull=True).update(ends_on=on, end_reason=reason)


def _withdraw(actor: Actor, application: Application, line: OrderLine) -> bool:
    enrolment = Enrolment.objects.filter(application=application).first()
    if enrolment is None:
        raise Refused(Reason("not_enrolled", "ребёнок не зачислен."))
    if enrolment.ends_on is not None:
        return False  # the family or a termination ended the study already: the order records it
    if application.funding == Funding.CERTIFICATE:
        raise Refused(
            Reason(
                "contract_decides",
                "место оплачено сертификатом.",
                hint="Сначала расторгните договор на карточке заявки.",
            )
        )
    leave(actor, application=application, on=line.effective_on, reason=line.ground)
    return True


def _document(actor: Actor, order: Order) -> StoredFile:
    data = documents.render_order(order, template_of(order.organisation_id, order.kind))
    name = f"Приказ {order.number} {order.get_kind_display().lower()} {order.date:%d.%m.%Y}.docx"
    return files.store(actor, owner=order, name=name, content_type=files.DOCX, data=data)


def template_of(organisation_id: int, kind: str) -> bytes:
    """The organisation's own template, else the shipped one."""
    own = OrderTemplate.objects.filter(organisation_id=organisation_id, kind=kind).select_related("file").first()
    return files.read(own.file) if own else documents.shipped(kind)


def save_template(actor: Actor, *, organisation: Organisation, kind: str, name: str, data: bytes) -> OrderTemplate:
    """Keep the organisation's own template after trying it. Raises Refused with what is wrong in it."""
    policy.ORDER.require(actor, "edit")
    if not actor.system and organisation.pk not in actor.organisations("provider_manager"):
        raise Hidden("organisation")
    if reasons := documents.template_reasons(data, kind):
        raise Refused(reasons)
    with act(actor):
        file = files.store(actor, owner=organisation, name=name, content_type=files.DOCX, data=data)
        row, _ = OrderTemplate.objects.update_or_create(organisation=organisation, kind=kind, defaults={"file": file})
    return row


def drop_template(actor: Actor, *, organisation: Organisation, kind: str) -> None:
    """Go back to the shipped template."""
    policy.ORDER.require(actor, "edit")
    if not actor.system and organisation.pk not in actor.organisations("provider_manager"):
        raise Hidden("organisation")
    with act(actor):
        OrderTemplate.objects.filter(organisation=organisation, kind=kind).delete()
