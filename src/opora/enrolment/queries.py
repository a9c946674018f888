"""Reads of enrolment; every read takes the actor and gives only what its policy lets the actor see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from opora.catalogue.models import Group, GroupPlaces, LessonException, Slot
from opora.catalogue.queries import free_places
from opora.catalogue.rules import Change, PlannedLesson, WeeklySlot, lessons
from opora.certificates.models import Certificate, CertificateEntry, FundingPeriod
from opora.certificates.rules import ACT_LABELS
from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Hidden, Reason
from opora.enrolment import policy, rules
from opora.enrolment.models import Application, Contract, Enrolment
from opora.enrolment.services.facts import calendar_of
from opora.people.models import Child

__all__ = [
    "application",
    "applications",
    "applications_of_child",
    "card",
    "child_timetable",
    "contract",
    "contracts",
    "enrolments",
    "free_places",
    "statement",
    "waiting_list",
]
_WITH = ("child", "group", "group__programme", "organisation", "municipality", "contract")


def applications(actor: Actor, *, states: Iterable[str] = (), **filters: Any) -> QuerySet[Application]:
    """Applications that the actor may see, newest first; `filters` such as organisation, group, funding.

    Raises Forbidden when no role lets the actor see any.
    """
    policy.APPLICATION.require(actor, "view")
    rows = policy.APPLICATION.rows(actor, "view").filter(**filters).select_related(*_WITH)
    return rows.filter(state__in=list(states)) if states else rows


def applications_of_child(actor: Actor, child: Child | int) -> QuerySet[Application]:
    """All applications of one child."""
    return applications(actor, child_id=child if isinstance(child, int) else child.pk)


def overdue(actor: Actor) -> QuerySet[Application]:
    """Submitted applications whose provider did not answer in time (the centre sees them)."""
    return applications(actor, states=["submitted"], deadline__lte=clock.now()).order_by("deadline", "id")


def application(actor: Actor, *, public_id: UUID | str) -> Application:
    """One application, or Hidden."""
    found: Application = policy.APPLICATION.get(actor, "view", public_id=public_id)
    return Application.objects.select_related(*_WITH).get(pk=found.pk)


class ApplicationCard(NamedTuple):
    """One row of the database function application_card(), in its order. Sums in roubles; names of the child."""

    id: int
    public_id: UUID
    child_id: int
    child_key: UUID
    last_name: str
    first_name: str
    patronymic: str
    group_id: int
    programme: str
    organisation: str
    funding: str
    state: str
    priority_class: int
    starts_on: dt.date
    total_sum: Decimal
    certificate_sum: Decimal
    guardian_sum: Decimal
    submitted_at: dt.datetime
    deadline: dt.datetime | None
    offer_expires_at: dt.datetime | None
    reason_code: str
    reason: str
    contract: UUID | None
    position: int | None

    @property
    def pk(self) -> int:
        return self.id

    @property
    def child_name(self) -> str:
        return " ".join(part for part in (self.last_name, self.first_name, self.patronymic) if part)


def card(actor: Actor, *, public_id: UUID | str) -> ApplicationCard:
    """What an application's card says, in one statement for the family; Hidden when it is a stranger's."""
    policy.APPLICATION.require(actor, "view")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM application_card(%s)", [public_id])
        row = cursor.fetchone()
    found = ApplicationCard._make(row) if row else None
    if found is None or not policy.APPLICATION.can(actor, "view", found):
        raise Hidden("view")
    return found


def contracts(actor: Actor, **filters: Any) -> QuerySet[Contract]:
    """Contracts that the actor may see, newest first."""
    policy.CONTRACT.require(actor, "view")
    rows = policy.CONTRACT.rows(actor, "view").filter(**filters)
    return rows.select_related("child", "group", "programme", "organisation", "certificate", "application")


def contract(actor: Actor, *, public_id: UUID | str) -> Contract:
    """One contract, or Hidden."""
    found: Contract = policy.CONTRACT.get(actor, "view", public_id=public_id)
    return contracts(actor).get(pk=found.pk)


def in_force(date: Any) -> Q:
    """Enrolments in force on a date or date expression: by order or contract, any funding; what coverage counts."""
    return Q(starts_on__lte=date) & (Q(ends_on__isnull=True) | Q(ends_on__gte=date))


def enrolments(actor: Actor, *, on: dt.date | None = None, **filters: Any) -> QuerySet[Enrolment]:
    """Children who study, of those that the actor may see; `on`: only those who study that day."""
    policy.ENROLMENT.require(actor, "view")
    rows = policy.ENROLMENT.rows(actor, "view").filter(**filters).select_related("child", "group", "organisation")
    return rows.filter(starts_on__lte=on).exclude(ends_on__lt=on) if on else rows


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of a waiting list. `place` counts from 1; `why` explains a place that is not by arrival alone."""

    place: int
    application: Application
    why: str = ""


def waiting_list(actor: Actor, *, group: Group | int) -> list[QueueRow]:
    """The queue of a group in its one order (rules.waitlist), with names: for staff."""
    allowed = policy.PLACES.get(actor, "queue", pk=group if isinstance(group, int) else group.pk)
    rows = Application.objects.filter(group=allowed, state="waiting").select_related("child", "municipality")
    return [
        QueueRow(number, one, "льготная очередь" if one.priority_class < 100 else "")
        for number, one in enumerate(rows.order_by(*rules.ORDER_BY), start=1)
    ]


def places(group_ids: Iterable[int]) -> dict[int, GroupPlaces]:
    """Counters of places by group: capacity, places taken, length of the queue. Public figures."""
    return {row.group_id: row for row in GroupPlaces.objects.filter(group_id__in=list(group_ids))}


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One movement with the totals after it, roubles."""

    at: dt.datetime
    act: str
    reason: str
    contract: Contract | None
    month: dt.date | None
    d_nominal: Decimal
    d_balance: Decimal
    d_reserve: Decimal
    d_spent: Decimal
    balance: Decimal
    reserve: Decimal
    spent: Decimal


def statement(actor: Actor, *, certificate: Certificate, period: FundingPeriod) -> list[StatementRow]:
    """Every movement of a certificate in a period, oldest first, with the totals after each."""
    policy.STATEMENT.get(actor, "view", pk=certificate.pk)
    entries = list(CertificateEntry.objects.filter(certificate=certificate, period=period).order_by("pk"))
    ids = {entry.source_id for entry in entries if entry.source_kind == "contract"}
    known = Contract.objects.select_related("group", "programme").in_bulk(ids)
    balance = reserve = spent = Decimal("0.00")
    rows = []
    for entry in entries:
        balance, reserve, spent = balance + entry.d_balance, reserve + entry.d_reserve, spent + entry.d_spent
        rows.append(
            StatementRow(
                entry.at,
                ACT_LABELS.get(entry.act, entry.act),
                entry.reason,
                known.get(entry.source_id) if entry.source_kind == "contract" else None,
                entry.month,
                entry.d_nominal,
                entry.d_balance,
                entry.d_reserve,
                entry.d_spent,
                balance,
                reserve,
                spent,
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class ChildLesson:
    """A lesson of a child with its group."""

    lesson: PlannedLesson
    group: Group


def child_timetable(actor: Actor, *, child: Child | int, first: dt.date, last: dt.date) -> list[ChildLesson]:
    """Lessons of the child's groups in first…last while the child studies there; holidays have none."""
    allowed = policy.CHILD.get(actor, "timetable", pk=child if isinstance(child, int) else child.pk)
    rows = Enrolment.objects.filter(child=allowed, starts_on__lte=last).exclude(ends_on__lt=first)
    found: list[ChildLesson] = []
    for row in rows.select_related("group", "group__municipality", "group__programme"):
        begin = max(first, row.starts_on, row.group.starts_on)
        end = min(day for day in (last, row.ends_on, row.group.ends_on) if day is not None)
        found += [ChildLesson(lesson, row.group) for lesson in group_lessons(row.group, begin, end)]
    return sorted(found, key=lambda one: (one.lesson.date, one.lesson.starts_at, one.group.pk))


def group_lessons(group: Group, first: dt.date, last: dt.date) -> list[PlannedLesson]:
    """Dated lessons of a group by its timetable, its changes and the working calendar of its region."""
    slots = [
        WeeklySlot(
            slot.pk,
            slot.weekday,
            slot.starts_at,
            slot.ends_at,
            slot.academic_hours,
            slot.room,
            slot.teacher_id or group.teacher_id,
            slot.valid_from,
            slot.valid_to,
        )
        for slot in Slot.objects.filter(group=group)
    ]
    changes = [
        Change(
            one.kind,
            one.date,
            one.slot_id,
            one.new_date,
            one.new_starts_at,
            one.new_ends_at,
            one.substitute_id,
            reason=one.reason,
        )
        for one in LessonException.objects.filter(group=group, date__range=(first, last))
    ]
    calendar = calendar_of(group.municipality.region_id)
    return lessons(slots, first, last, is_holiday=calendar.is_festive, changes=changes)


def acts_of(actor: Actor, application: Application | ApplicationCard) -> list[str]:
    """Codes of what this actor may do with the application now: drives the buttons."""
    grants = {
        "confirm": "confirm",
        "enrol": "enrol",
        "refuse": "refuse",
        "withdraw": "withdraw",
        "accept_place": "answer",
        "decline_place": "answer",
        "leave": "leave",
    }
    codes = [one.code for one in rules.APPLICATION.acts(application.state) if one.code in grants]
    if application.funding == "certificate":
        codes = [code for code in codes if code not in ("enrol", "leave")]
    return [code for code in codes if policy.APPLICATION.can(actor, grants[code], application)]


def why_waiting(application: Application) -> Reason | None:
    """What the family reads about its place in the queue."""
    if application.state != "waiting":
        return None
    bundle = " Место предложат, когда их хватит на всех детей сразу." if application.bundle else ""
    return Reason(
        "waiting",
        f"Все места в группе заняты. Очередь идёт по времени подачи, льготные заявки – раньше.{bundle}",
        hint="Когда подойдёт ваша очередь, мы напишем. На ответ будет двое суток.",
    )
