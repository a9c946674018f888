"""What waits in inventories and in sharing of resources (K7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Min

from opora.core import clock
from opora.core.access import Actor
from opora.core.office import work
from opora.core.office.work import WorkItem
from opora.providers import policy, queries_inventory


@work.register
def inventory(actor: Actor) -> Iterator[WorkItem]:
    """Sheets to fill in and to take, requests to answer."""
    if actor.system:
        return
    if policy.sheets.allowed(actor, "fill"):
        rows = queries_inventory.to_fill(actor)
        day = rows.aggregate(day=Min("campaign__due_on"))["day"]
        yield WorkItem("Заполнить листы инвентаризации", rows.count(), "/office/inventory_sheets/", _end(day))
    if policy.sheets.allowed(actor, "decide"):
        count = queries_inventory.to_decide(actor).count()
        yield WorkItem("Принять листы инвентаризации", count, "/office/inventory_sheets/?state=sent")
    if policy.offers.allowed(actor, "change"):
        asked = queries_inventory.to_answer(actor)
        day = asked.aggregate(day=Min("starts_on"))["day"]
        yield WorkItem(
            "Ответить на запросы ресурсов", asked.count(), "/office/resource_requests/?state=asked", _end(day)
        )


def _end(day: dt.date | None) -> dt.datetime | None:
    """The end of a day as a moment."""
    return None if day is None else dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=clock.MOSCOW)
