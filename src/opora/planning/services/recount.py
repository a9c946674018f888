"""The recount: what lists of many plans show of items is counted hourly and after each evidence."""

from __future__ import annotations

from opora.core import clock
from opora.core.access import SYSTEM
from opora.core.transactions import act
from opora.planning import queries
from opora.planning.counting import Standing
from opora.planning.models import Plan, PlanItem


def recount(plan: Plan) -> int:
    """Store value and outcome of each item as its page shows them; returns how many changed their outcome.

    Derived values: the change history keeps silent about them.
    """
    return _store(plan, _flat(queries.standings(plan)))


def recount_item(item: PlanItem) -> int:
    """The same for one item, its parts and the item that it is a part of."""
    found = _flat([queries.standing_of(item)])
    if item.parent is not None:
        found.append(queries.standing_of(item.parent))
    return _store(item.plan, found)


def _store(plan: Plan, found: list[Standing]) -> int:
    today, moment = queries.today_of(plan), clock.now()
    changed: dict[int, PlanItem] = {}
    turned = 0
    for standing in found:
        item = standing.item
        done_on = (item.done_on or standing.proof.last or today) if standing.is_done else None
        turned += (done_on is None) != (item.done_on is None)
        value = standing.progress.value if standing.progress else None
        if (item.done_on, item.reached_value) == (done_on, value) and item.reached_at is not None:
            continue
        item.done_on, item.reached_value, item.reached_at = done_on, value, moment
        changed[item.pk] = item
    if changed:
        with act(SYSTEM, quiet_history=True):
            PlanItem.objects.bulk_update(changed.values(), ["done_on", "reached_value", "reached_at"])
    return turned


def _flat(found: list[Standing]) -> list[Standing]:
    return [one for standing in found for one in (standing, *standing.parts)]


def recount_all() -> int:
    """All plans in force; returns how many items changed their outcome."""
    return sum(recount(plan) for plan in queries.living_plans())
