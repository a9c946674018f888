"""A teacher's message, a reported absence, letters of what waits for the guardian: by the ordinary services."""

from __future__ import annotations

import datetime as dt

from django.db.models import F

from opora.core import clock
from opora.core.access import SYSTEM
from opora.demo.frame import Frame
from opora.enrolment import services
from opora.enrolment.models import Application, Contract, Enrolment, GroupMessage
from opora.enrolment.services import absence, messages, prolong
from opora.people.actors import actor_of
from opora.people.models import Account, Guardianship

TEACHER, MANAGER, GUARDIAN = "teacher@opora.demo", "provider_manager@opora.demo", "guardian@opora.demo"
TEXT = (
    "Добрый день. На следующем занятии показываем, чему научились за месяц: родители могут прийти"
    " за двадцать минут до конца.\n\nПожалуйста, дайте ребёнку сменную обувь и бутылку воды."
)
NEWS = (
    "Добрый день. В эту субботу занятия пройдут в соседнем кабинете: в нашем меняют свет. Время прежнее."
    "\n\nЕсли ребёнок не придёт, предупредите педагога в личном кабинете."
)


def write(frame: Frame) -> None:
    """After the district is in the database. Nothing is told where the demo's people have no common group."""
    message = _message(frame)
    guardian = Account.objects.filter(email=GUARDIAN).first()
    if message is not None:
        with clock.frozen(frame.moment(frame.before(1), 20)):
            for reader in list(message.readers.exclude(account=guardian).order_by("pk"))[::2]:
                messages.mark_read(actor_of(reader.account), reader=reader)
    if guardian is not None:
        _absence(frame, guardian)
        _news(frame)
        with clock.frozen(frame.moment(frame.date, 8)):
            _questions(frame, guardian)


def _studying(frame: Frame, **more: object) -> list[Enrolment]:
    rows = Enrolment.objects.filter(ends_on__isnull=True, starts_on__lte=frame.before(2), **more)
    rows = rows.filter(group__ends_on__gt=frame.date + dt.timedelta(days=10))
    return list(rows.select_related("child", "group__teacher__account").order_by("pk"))


def _message(frame: Frame) -> GroupMessage | None:
    """To a group of the demo's teacher, one where a child of the demo's guardian learns if there is such a group."""
    taught = _studying(frame, group__teacher__account__email=TEACHER)
    family = _studying(frame, child__guardianships__account__email=GUARDIAN, group__teacher__account__isnull=False)
    common = [one for one in taught if one.group_id in {row.group_id for row in family}]
    found = (common or family or taught)[:1]
    if not found:
        return None
    group = found[0].group
    if group.teacher is None or group.teacher.account is None:
        return None
    with clock.frozen(frame.moment(frame.before(2), 18)):
        return messages.send(actor_of(group.teacher.account), group=group, text=TEXT)


def _absence(frame: Frame, guardian: Account) -> None:
    family = _studying(frame, child__guardianships__account=guardian)
    if not family:
        return
    with clock.frozen(frame.moment(frame.date, 7, 40)):
        absence.report(
            actor_of(guardian),
            child=family[0].child,
            first_day=frame.date,
            last_day=frame.date + dt.timedelta(days=6),
            cause="ill",
            comment="Вернёмся через неделю",
        )


def _questions(frame: Frame, guardian: Account) -> None:
    """What waits for the guardian's answer, each with its letter: a place that came free, going on after New Year."""
    children = Guardianship.objects.filter(account=guardian, ended_at__isnull=True).values("child_id")
    waiting = Application.objects.filter(child_id__in=children, state="waiting").select_related("group")
    for one in waiting.order_by("pk"):
        if services.position(one) == 1:
            services.set_capacity(SYSTEM, group=one.group, capacity=one.group.capacity + 1)
            break
    active = Contract.objects.filter(child_id__in=children, state="active", terminates_on__isnull=True)
    active = active.filter(ends_on__gt=frame.date, group__ends_on__gt=F("ends_on"))
    for contract in active.exclude(acceptance__has_key="guardian_prolongs").order_by("pk")[:1]:
        prolong.agree(SYSTEM, contract=contract, agrees=True)


def _news(frame: Frame) -> None:
    """The manager writes to the group of its organisation where a child of the guardian learns."""
    manager = Account.objects.filter(email=MANAGER).first()
    actor = actor_of(manager) if manager else None
    family = _studying(frame, child__guardianships__account__email=GUARDIAN)
    for one in family:
        if actor is not None and one.organisation_id in actor.organisations("provider_manager"):
            with clock.frozen(frame.moment(frame.before(1), 17)):
                messages.send(actor, group=one.group, text=NEWS)
            return
