"""Requests in the office: what waits for who answers and for who asked (K7)."""

from __future__ import annotations

from collections.abc import Iterator

from opora.core.access import Actor
from opora.core.office import menu, work
from opora.core.office.work import WorkItem
from opora.monitoring.requests import policy, queries

menu.add(
    "Производственный календарь", "/office/workdays/", section="system", icon="calendar-days", order=60,
    roles=policy.CALENDAR_KEEPERS,
)  # fmt: skip
ANSWERS = "/office/data_request_answers/"


@work.register
def requests(actor: Actor) -> Iterator[WorkItem]:
    """Requests to answer, answers that were returned, answers to look at."""
    if actor.system or not actor.has(*policy.FILLERS, *policy.SENDERS):
        return
    if policy.ANSWER.allowed(actor, "fill"):
        rows = queries.incoming(actor)
        fresh, due = queries.nearest(rows.filter(state="draft"))
        yield WorkItem("Ответить на запросы данных", fresh, f"{ANSWERS}?state=draft&own=1", due)
        back, due = queries.nearest(rows.filter(state="returned"))
        yield WorkItem("Исправить возвращённые ответы", back, f"{ANSWERS}?state=returned&own=1", due)
    if policy.ANSWER.allowed(actor, "judge"):
        waiting = queries.to_judge(actor).count()
        yield WorkItem("Рассмотреть ответы на запросы", waiting, f"{ANSWERS}?state=sent&judge=1")
