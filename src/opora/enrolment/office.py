"""What enrolment puts on the office: journal, applications with the nearest deadline, lessons without marks (K7)."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse_lazy

from opora.core import russian
from opora.core.access import CENTRE_ROLES, Actor
from opora.core.office import menu, panels, shortcuts, work
from opora.core.office.panels import Panel, Row
from opora.core.office.work import WorkItem
from opora.enrolment import policy, queries_lessons
from opora.enrolment import queries_office as office
from opora.enrolment import queries_rollover as rollover
from opora.providers.queries import today_of

menu.add(
    "Журнал",
    lambda: str(reverse_lazy("enrolment:journal")),
    section="enrolment",
    icon="calendar-days",
    order=20,
    allowed=lambda actor: policy.LESSON.allowed(actor, "view"),
)


def _list(query: str) -> str:
    return f"{reverse_lazy('register_list', args=['applications'])}?{query}"


@work.register
def applications(actor: Actor) -> Iterator[WorkItem]:
    """Applications that wait for the provider, by the nearest deadline; the centre and authorities see only overdue ones."""
    rows = office.waiting_applications(actor)
    if actor.has("provider_manager") and not actor.system:
        rows = rows.filter(organisation__in=actor.organisations("provider_manager"))
        first = rows.first()
        yield WorkItem("Ответить на заявки", rows.count(), _list("state=submitted"), office.first_deadline(first))
        ready = office.confirmed_applications(actor).count()
        yield WorkItem("Издать приказ о зачислении", ready, str(reverse_lazy("enrolment:order_new")))
    elif actor.has(*CENTRE_ROLES, "coordinator", "regional_operator") and not actor.system:
        late = office.overdue(actor)
        yield WorkItem(
            "Организации не ответили в срок", late.count(), _list("due=late"), office.first_deadline(late.first())
        )


@work.register
def lessons(actor: Actor) -> Iterator[WorkItem]:
    """Today's lessons that the teacher has not noted yet."""
    yield WorkItem("Отметить занятия сегодня", office.unmarked_today(actor), str(reverse_lazy("enrolment:journal")))


@work.register
def rollovers(actor: Actor) -> Iterator[WorkItem]:
    """A change of school year that is to be reviewed, or whose answers are in."""
    if actor.system or not actor.has("provider_manager"):
        return
    batches = reverse_lazy("register_list", args=["rollovers"])
    yield WorkItem("Проверить переход на новый год", rollover.to_review(actor).count(), f"{batches}?state=draft")
    ready = rollover.to_start(actor).count()
    yield WorkItem("Выполнить переход: срок ответов прошёл", ready, f"{batches}?state=asking")


def next_lessons(actor: Actor) -> Iterator[Panel]:
    """A teacher's lessons of today, else of the nearest day of the week that has some."""
    if not actor.staff_ids:
        return
    today = today_of(actor)
    lessons = queries_lessons.nearest_day(office.own_running_groups(actor), today)
    if not lessons:
        return
    day = lessons[0].date
    title = "Мои занятия сегодня" if day == today else f"Ближайшие занятия: {russian.date(day)}"
    journal = f"{reverse_lazy('enrolment:journal')}?date={day.isoformat()}"
    rows = [
        Row(
            title=f"{one.group.programme.name}, {one.group.name}",
            url=journal,
            lead=f"{russian.time(one.planned.starts_at)}–{russian.time(one.planned.ends_at)}",
            note=one.place,
        )
        for one in lessons
    ]
    yield Panel(title, rows, journal, "Открыть журнал")


panels.register(next_lessons, order=10)

shortcuts.add(
    "/office/applications/", "Кто хочет учиться и до какого дня ответить", roles=("provider_manager",), order=10
)
shortcuts.add("/office/journal/", "Занятия по дням, отметки и темы", roles=("provider_manager", "teacher"), order=12)
shortcuts.add("/office/orders/", "О зачислении, переводе и отчислении", roles=("provider_manager",), order=16)
shortcuts.add("/office/enrolments/", "Кто учится: справки, карточки безопасности", roles=("teacher",), order=20)
shortcuts.add(
    "/office/enrolments/", "Кто, где и с какого дня учится", roles=("provider_manager", "coordinator"), order=40
)
shortcuts.add(
    "/office/applications/", "Заявки организаций и сроки ответа", roles=("centre_head", "coordinator"), order=35
)
shortcuts.add("/office/contracts/", "Договоры, помесячные суммы, расторжения", roles=("payer",), order=20)
shortcuts.add(
    "/office/applications/new/",
    "Записать ребёнка по заявлению на бумаге",
    roles=("desk_operator",),
    order=20,
    title="Новая заявка",
    icon="plus",
    allowed=lambda actor: actor.has(*policy.ENTERING),
)
