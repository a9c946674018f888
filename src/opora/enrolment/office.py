"""What enrolment puts on the office: journal, applications with the nearest deadline, lessons without marks (K7)."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse_lazy

from opora.core.access import Actor
from opora.core.office import menu, work
from opora.core.office.work import WorkItem
from opora.enrolment import policy
from opora.enrolment import queries_office as office

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
    """Applications that wait for the provider, by the nearest deadline; the centre sees only overdue ones."""
    rows = office.waiting_applications(actor)
    if actor.has("provider_manager") and not actor.system:
        rows = rows.filter(organisation__in=actor.organisations("provider_manager"))
        first = rows.first()
        yield WorkItem("Ответить на заявки", rows.count(), _list("state=submitted"), office.first_deadline(first))
        ready = office.confirmed_applications(actor).count()
        yield WorkItem("Издать приказ о зачислении", ready, str(reverse_lazy("enrolment:order_new")))
    elif actor.has("centre_head", "methodologist", "organiser") and not actor.system:
        late = office.overdue(actor)
        yield WorkItem(
            "Организации не ответили в срок", late.count(), _list("due=late"), office.first_deadline(late.first())
        )


@work.register
def lessons(actor: Actor) -> Iterator[WorkItem]:
    """Today's lessons that the teacher has not noted yet."""
    yield WorkItem("Отметить занятия сегодня", office.unmarked_today(actor), str(reverse_lazy("enrolment:journal")))
