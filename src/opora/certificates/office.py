"""What certificates add to the office: the desk, funding, applications with their deadlines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from opora.certificates import policy, queries
from opora.core import clock
from opora.core.access import Actor
from opora.core.office import menu, work
from opora.core.workdays import end_of_day
from opora.people import policy as people


@work.register
def applications(actor: Actor) -> Iterable[work.WorkItem]:
    """Applications for certificates by the nearest due date."""
    if not policy.CERTIFICATE.allowed(actor, "work"):
        return
    rows = queries.to_answer(actor)
    first = rows.first()
    if first is None:
        return
    deadline = None
    if first.answer_due:
        deadline = end_of_day(first.answer_due, clock.zone(first.municipality.time_zone)) - dt.timedelta(minutes=1)
    yield work.WorkItem("Заявления на сертификат: ответить", rows.count(), "/office/desk/", deadline)


@work.register
def periods(actor: Actor) -> Iterable[work.WorkItem]:
    """Funding periods that wait for the coordinator."""
    if policy.PERIOD.allowed(actor, "approve"):
        count = queries.periods_in_review(actor)
        yield work.WorkItem("Периоды финансирования: утвердить", count, "/office/funding/")


menu.add(
    "Пункт приёма",
    "/office/desk/",
    section="certificates",
    icon="ticket",
    order=10,
    allowed=lambda actor: people.CHILD.allowed(actor, "find"),
)
menu.add(
    "Программы финансирования",
    "/office/funding/",
    section="certificates",
    icon="wallet",
    order=20,
    allowed=lambda actor: policy.PROGRAMME.allowed(actor, "view"),
)
