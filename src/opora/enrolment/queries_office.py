"""Reading enrolment for the office: groups at work, the journal, orders, deadlines in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from opora.catalogue.models import Group, GroupPlaces
from opora.core import clock, russian
from opora.core.access import Actor
from opora.core.localtime import local_today
from opora.core.models import AccessLog
from opora.core.reasons import Hidden
from opora.core.workdays import official_calendar, working_days_between
from opora.enrolment import policy, queries_lessons, rules
from opora.enrolment.models import (
    Application,
    Attendance,
    Enrolment,
    Lesson,
    Order,
    OrderTemplate,
    SafetyCard,
)
from opora.people.models import Account, Guardianship
from opora.providers.models import Organisation, Signatory

SOON = 1
"""Working days before a deadline from which it is marked."""


def deadline_text(deadline: dt.datetime | None, zone: str) -> tuple[str, str]:
    """(«осталось 2 рабочих дня», state of the tag) of a provider's deadline; empty when there is none.

    `zone` is that of the application's municipality, by whose days the deadline is counted.
    """
    if deadline is None:
        return "", "neutral"
    if deadline <= clock.now():
        days = (clock.now() - deadline).days
        late = f"просрочено на {russian.plural(days, 'день', 'дня', 'дней')}" if days else "срок вышел сегодня"
        return late, "danger"
    last = (deadline - dt.timedelta(seconds=1)).astimezone(clock.zone(zone)).date()
    today = clock.today(zone)
    left = working_days_between(today + dt.timedelta(days=1), last, official_calendar())
    if last == today:
        return "ответить сегодня", "warning"
    return russian.left(left), "warning" if left <= SOON else "neutral"


def last_day(deadline: dt.datetime | None) -> dt.datetime | None:
    """The last moment of the day of a deadline, which is kept as the midnight after it."""
    return deadline - dt.timedelta(minutes=1) if deadline else None


def first_deadline(first: Application | None) -> dt.datetime | None:
    """The deadline of the first of a list, as people read it; None for an empty list."""
    return last_day(first.deadline) if first else None


def waiting_applications(actor: Actor) -> QuerySet[Application]:
    """Submitted applications that the actor may confirm, by deadline."""
    if not policy.APPLICATION.allowed(actor, "confirm"):
        return Application.objects.none()
    return policy.APPLICATION.rows(actor, "confirm").filter(state="submitted").order_by("deadline", "pk")


def confirmed_applications(actor: Actor) -> QuerySet[Application]:
    """Confirmed budget and paid applications that wait for an order of enrolment."""
    if not policy.ORDER.allowed(actor, "edit"):
        return Application.objects.none()
    rows = policy.APPLICATION.rows(actor, "enrol").filter(state="confirmed").exclude(funding="certificate")
    return rows.filter(organisation__in=actor.organisations("provider_manager")) if not actor.system else rows


def by_keys(actor: Actor, action: str, keys: Iterable[str]) -> list[Application]:
    """Applications picked in a list that the actor may act on, in the order of their deadlines."""
    wanted = [key for key in keys if len(key) == 36]
    rows = policy.APPLICATION.rows(actor, action).filter(public_id__in=wanted)
    return list(rows.select_related("child", "group").order_by("deadline", "pk"))


def application_card(actor: Actor, public_id: Any) -> Application:
    """An application with all that its office card shows. Raises Forbidden or Hidden."""
    found = policy.APPLICATION.get(actor, "view", public_id=public_id)
    related = (
        "child",
        "child__locality",
        "group",
        "group__programme",
        "organisation",
        "municipality",
        "contract",
        "applicant",
    )
    return Application.objects.select_related(*related).get(pk=found.pk)


def guardians(child_id: int) -> list[Guardianship]:
    """Living guardians of a child, for calling them."""
    rows = Guardianship.objects.filter(child_id=child_id, ended_at__isnull=True).exclude(relation="self")
    return list(rows.select_related("account").order_by("pk"))


def viewings(application: Application) -> int:
    """How many times the card was opened by staff."""
    return AccessLog.objects.filter(object_kind="enrolment.application", object_id=application.pk).count()


@dataclass(frozen=True, slots=True)
class Learner:
    """A child of a group on a day."""

    enrolment: Enrolment
    has_card: bool


def group_at_work(actor: Actor, pk: int, action: str = "view") -> Group:
    """A group for its office page. Raises Forbidden or Hidden."""
    policy.JOURNAL.get(actor, action, pk=pk)
    return Group.objects.select_related(
        "programme", "module", "organisation", "organisation__locality", "municipality", "venue", "teacher"
    ).get(pk=pk)


def learners(group: Group, on: dt.date) -> list[Enrolment]:
    """Children who study in the group on a day (or will, when the day is before its start), by name."""
    rows = Enrolment.objects.filter(group=group).exclude(ends_on__lt=on)
    if group.starts_on <= on:
        rows = rows.filter(starts_on__lte=on)
    cards = SafetyCard.objects.filter(child_id=OuterRef("child_id"))
    return list(
        rows.select_related("child", "application").annotate(has_card=Exists(cards)).order_by("child__sort_name", "pk")
    )


def places_of(group: Group) -> GroupPlaces:
    """Capacity, places taken, length of the queue."""
    return GroupPlaces.objects.filter(group_id=group.pk).first() or GroupPlaces(
        group_id=group.pk, capacity=group.capacity
    )


def queue_of(group: Group) -> list[tuple[int, Application, str]]:
    """(place, application, why there) of a group's waiting list in its one order."""
    rows = Application.objects.filter(group=group, state="waiting").select_related("child").order_by(*rules.ORDER_BY)
    found = []
    for place, one in enumerate(rows, start=1):
        why = f"по времени подачи: {russian.date_time(one.submitted_at.astimezone(clock.zone(group.municipality.time_zone)))}"
        if one.priority_class < 100:
            why = f"льготная очередь (класс {one.priority_class}), затем {why}"
        if one.bundle:
            why += "; вместе с братом или сестрой"
        found.append((place, one, why))
    return found


def running_groups(actor: Actor) -> QuerySet[Group]:
    """Groups whose journal the actor keeps or looks at, in their term."""
    today = local_today("municipality__time_zone")
    rows = policy.JOURNAL.rows(actor, "view").filter(state__in=("open", "closed"), ends_on__gte=today)
    return rows.select_related("programme", "organisation", "municipality").order_by("name", "pk")


def own_running_groups(actor: Actor) -> list[int]:
    """Ids of groups that the actor itself teaches; a manager's whole organisation."""
    rows = running_groups(actor).filter(starts_on__lte=local_today("municipality__time_zone"))
    if actor.staff_ids:
        rows = rows.filter(teacher__in=actor.staff_ids)
    elif not actor.has("provider_manager"):
        return []
    return list(rows.values_list("pk", flat=True)[:400])


def lessons_on(actor: Actor, day: dt.date) -> list[Lesson]:
    """Lessons of a day that the actor keeps, with how many children are marked, in order of time."""
    rows = policy.LESSON.rows(actor, "view").filter(date=day)
    if actor.staff_ids and not actor.has("provider_manager"):
        rows = rows.filter(Q(group__teacher__in=actor.staff_ids) | Q(teacher__in=actor.staff_ids))
    return list(
        rows.select_related("group", "group__programme", "group__venue", "teacher")
        .annotate(marked=Count("marks", distinct=True))
        .order_by("starts_at", "group__name")[:200]
    )


def unmarked_today(actor: Actor) -> int:
    """Today's lessons of a teacher that nobody has noted yet, by the timetable."""
    if not policy.LESSON.allowed(actor, "mark") or not actor.staff_ids:
        return 0
    first, last = clock.today(clock.WESTERNMOST), clock.today(clock.EASTERNMOST)
    planned = [
        one
        for one in queries_lessons.of_groups(own_running_groups(actor), first, last)
        if one.date == clock.today(one.group.municipality.time_zone)
    ]
    noted = {
        (row.group_id, row.starts_at)
        for row in Lesson.objects.filter(
            date=local_today("municipality__time_zone"), group_id__in=[one.group.pk for one in planned], state="held"
        )
    }
    due = [one for one in planned if not one.planned.cancelled]
    return sum(1 for one in due if (one.group.pk, one.planned.starts_at) not in noted)


def lesson_card(actor: Actor, pk: int, action: str = "view") -> Lesson:
    """A lesson for its page. Raises Forbidden or Hidden."""
    policy.LESSON.get(actor, action, pk=pk)
    related = ("group", "group__programme", "group__venue", "group__teacher", "teacher", "municipality", "organisation")
    return Lesson.objects.select_related(*related).get(pk=pk)


def marks_of(lesson_ids: Iterable[int]) -> dict[tuple[int, int], Attendance]:
    """(lesson, enrolment) → mark."""
    rows = Attendance.objects.filter(lesson_id__in=list(lesson_ids))
    return {(row.lesson_id, row.enrolment_id): row for row in rows}


def names_of(account_ids: Iterable[int]) -> dict[int, str]:
    """Names of accounts, for «кто отметил»."""
    return {row.pk: str(row) for row in Account.objects.filter(pk__in=[pk for pk in account_ids if pk])}


def month_lessons(group: Group, first: dt.date, last: dt.date) -> list[Lesson]:
    """Lessons of the group within a month, in order."""
    return list(Lesson.objects.filter(group=group, date__range=(first, last)).order_by("date", "starts_at"))


def studied_within(group: Group, first: dt.date, last: dt.date) -> list[Enrolment]:
    """Children who studied in the group on any day of first…last, by name."""
    rows = Enrolment.objects.filter(group=group, starts_on__lte=last).exclude(ends_on__lt=first)
    return list(rows.select_related("child").order_by("child__sort_name", "pk"))


def safety_card(actor: Actor, enrolment: Enrolment) -> SafetyCard | None:
    """The safety card of a learner, for who teaches it now; None when the family has not filled it in.

    Raises Forbidden without a teaching role, Hidden when the child learns elsewhere or no longer.
    """
    policy.ENROLMENT.get(actor, "safety", pk=enrolment.pk)
    if enrolment.ends_on is not None and enrolment.ends_on < clock.today(enrolment.municipality.time_zone):
        raise Hidden("safety_card")
    return SafetyCard.objects.filter(child_id=enrolment.child_id).select_related("child").first()


def enrolment_of(actor: Actor, pk: int) -> Enrolment:
    """An enrolment that the actor sees. Raises Forbidden or Hidden."""
    policy.ENROLMENT.get(actor, "view", pk=pk)
    return Enrolment.objects.select_related(
        "child",
        "group",
        "group__programme",
        "group__module",
        "group__municipality",
        "organisation",
        "organisation__locality",
    ).get(pk=pk)


def order_card(actor: Actor, pk: int, action: str = "view") -> Order:
    """An order with its lines. Raises Forbidden or Hidden."""
    policy.ORDER.get(actor, action, pk=pk)
    return (
        Order.objects.select_related(
            "organisation", "organisation__locality", "municipality", "signatory", "file", "created_by"
        )
        .prefetch_related("lines__child", "lines__from_group", "lines__to_group", "lines__application")
        .get(pk=pk)
    )


def signatories(organisation_id: int) -> QuerySet[Signatory]:
    """Who may sign for an organisation today, the head before deputies."""
    today = local_today("organisation__municipality__time_zone")
    rows = Signatory.objects.filter(organisation_id=organisation_id, starts_on__lte=today).exclude(ends_on__lt=today)
    return rows.order_by("is_deputy", "pk")


RECENT = dt.timedelta(days=60)
"""Children who began so lately are offered for an enrolment order without asking for their group."""


def ready_for_order(
    actor: Actor, organisation: Organisation, kind: str, group_id: int | None = None
) -> QuerySet[Application]:
    """Applications that an order of this kind may name, by group and child; of one group when it is chosen.

    Without a group: the confirmed and those who began lately for an enrolment, nobody for other orders.
    """
    states = {"enrolment": ("confirmed", "enrolled"), "transfer": ("enrolled",), "withdrawal": ("enrolled",)}[kind]
    rows = policy.APPLICATION.rows(actor, "view").filter(organisation=organisation, state__in=states)
    rows = rows.exclude(pk__in=_ordered(kind)) if kind == "enrolment" else rows
    if kind == "enrolment":
        rows = rows.exclude(state="confirmed", funding="certificate")
    if kind == "transfer":
        rows = rows.filter(enrolment__ends_on__isnull=True)
    if group_id is not None:
        rows = rows.filter(group_id=group_id)
    elif kind == "enrolment":
        since = clock.today(organisation.municipality.time_zone) - RECENT
        rows = rows.filter(Q(state="confirmed") | Q(enrolment__starts_on__gte=since))
    else:
        rows = rows.none()
    return rows.select_related("child", "group", "group__programme").order_by("group__name", "child__sort_name")


def _ordered(kind: str) -> Any:
    return Order.objects.filter(kind=kind, lines__application__isnull=False).values("lines__application_id")


def own_organisations(actor: Actor) -> QuerySet[Organisation]:
    """Organisations that the actor manages."""
    return Organisation.objects.filter(pk__in=actor.organisations("provider_manager")).order_by("sort_name")


def own_templates(organisation: Organisation) -> dict[str, OrderTemplate]:
    """Kind of order → the organisation's own template."""
    rows = OrderTemplate.objects.filter(organisation=organisation).select_related("file")
    return {row.kind: row for row in rows}


def groups_of(organisation: Organisation) -> QuerySet[Group]:
    """Groups that run or are being filled."""
    today = clock.today(organisation.municipality.time_zone)
    rows = Group.objects.filter(organisation=organisation, state__in=("open", "closed"), ends_on__gte=today)
    return rows.select_related("programme").order_by("programme__sort_name", "name")


def overdue(actor: Actor) -> QuerySet[Application]:
    """Applications that their providers did not answer in time, for the centre."""
    rows = policy.APPLICATION.rows(actor, "view").filter(state="submitted", deadline__lte=clock.now())
    return rows.order_by("deadline", "pk")


def open_groups(actor: Actor) -> QuerySet[Group]:
    """Open groups into which the actor may enter applications."""
    entering = policy.ENTERING
    reached = Q(organisation__in=actor.organisations(*entering)) | Q(municipality__in=actor.municipalities(*entering))
    rows = Group.objects.filter(reached, state="open", ends_on__gte=local_today("municipality__time_zone"))
    return rows.select_related("programme").order_by("programme__sort_name", "name")
