"""What planning puts on the office: the menu and what waits for the centre and the coordinator (K7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse, reverse_lazy

from opora.core import clock
from opora.core.access import Actor
from opora.core.office import menu, work
from opora.core.office.work import WorkItem
from opora.core.registers import registry
from opora.monitoring.forecast import links
from opora.monitoring.indicators import Scope
from opora.planning import policy, queries

menu.add(
    "План на этот год",
    lambda: str(reverse_lazy("planning:newest")),
    section="planning",
    icon="calendar-check",
    order=5,
    allowed=lambda actor: policy.plans.allowed(actor, "view"),
)

menu.add(
    "Просроченные пункты",
    lambda: str(reverse_lazy("planning:overdue")),
    section="planning",
    icon="triangle-alert",
    order=15,
    allowed=lambda actor: policy.plans.allowed(actor, "view"),
)

menu.add(
    "Создание центра",
    lambda: str(reverse_lazy("planning:founding")),
    section="planning",
    icon="clipboard-check",
    order=40,
    allowed=lambda actor: policy.founding.allowed(actor, "view"),
)


@links.register
def into_plan(actor: Actor, scope: Scope) -> links.Link | None:
    """On the page of the forecast: the way into a plan, for those who write plans."""
    if not policy.plans.allowed(actor, "write"):
        return None
    territory = f"?territory={scope.oktmo}" if scope.oktmo else ""
    return links.Link("Включить в план", f"{reverse('planning:forecast')}{territory}", "list-checks")


@work.register
def waiting(actor: Actor) -> Iterator[WorkItem]:
    """Plans to approve for the coordinator; returned plans and overdue items for the centre."""
    if policy.plans.allowed(actor, "approve"):
        plans = list(queries.awaiting_approval(actor)[:50])
        if plans:
            yield WorkItem("Планы на утверждении", len(plans), reverse("planning:approval", args=[plans[0].pk]))
    if policy.plans.allowed(actor, "submit"):
        plans = list(queries.returned(actor)[:50])
        if plans:
            yield WorkItem(
                "Планы, возвращённые с замечаниями", len(plans), reverse("planning:plan", args=[plans[0].pk])
            )
    if policy.plans.allowed(actor, "write"):
        yield from _overdue(actor)
    if policy.plans.allowed(actor, "publish") and (count := queries.unpublished_for(actor).count()):
        yield WorkItem("Опубликовать планы", count, f"{registry.get('plans').list_address}?published=0")


def _overdue(actor: Actor) -> Iterator[WorkItem]:
    rows = queries.overdue(actor)
    count = rows.count()
    if count:
        first = rows[0]
        end = dt.datetime.combine(first.due_on, dt.time.max, clock.zone(first.plan.municipality.time_zone))
        yield WorkItem("Просроченные пункты плана", count, reverse("planning:overdue"), deadline=end)
