"""What waits in inventories and in sharing of resources (K7)."""

from __future__ import annotations

from collections.abc import Iterator

from opora.core.access import Actor
from opora.core.office import work
from opora.core.office.work import WorkItem, end_of
from opora.providers import policy, queries_inventory

ZONE = "municipality__time_zone"


@work.register
def inventory(actor: Actor) -> Iterator[WorkItem]:
    """Sheets to fill in and to take, requests to answer."""
    if actor.system:
        return
    if policy.sheets.allowed(actor, "fill"):
        rows = queries_inventory.to_fill(actor)
        first = rows.order_by("campaign__due_on").values_list("campaign__due_on", f"campaign__{ZONE}").first()
        moment = end_of(*first) if first else None
        yield WorkItem("Заполнить листы инвентаризации", rows.count(), "/office/inventory_sheets/", moment)
    if policy.sheets.allowed(actor, "decide"):
        count = queries_inventory.to_decide(actor).count()
        yield WorkItem("Принять листы инвентаризации", count, "/office/inventory_sheets/?state=sent")
    if policy.offers.allowed(actor, "change"):
        asked = queries_inventory.to_answer(actor)
        first = asked.order_by("starts_on").values_list("starts_on", f"offer__organisation__{ZONE}").first()
        moment = end_of(*first) if first else None
        yield WorkItem("Ответить на запросы ресурсов", asked.count(), "/office/resource_requests/?state=asked", moment)
