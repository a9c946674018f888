"""Needs of the forecast become items of a plan that count themselves, each once (A5, I1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from opora.catalogue.vocabulary import FocusArea
from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.monitoring import measures_groups as measured
from opora.planning.models import ForecastNeed, Plan, PlanItem, PlanSection
from opora.planning.queries import counter_of
from opora.planning.rules import needs
from opora.planning.services.items import save_item
from opora.planning.services.plans import locked, require, require_editable

REPORT = "Сведения о группах в навигаторе"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A need chosen for the plan; without a locality it is that of the whole municipality."""

    municipality_id: int
    locality_id: int | None
    name: str
    focus_area: str
    needed: int
    places: int
    groups: int


@dataclass(frozen=True, slots=True)
class Basis:
    """The forecast that the needs come from: its day, the year it looks at, what it was counted from."""

    counted_on: dt.date
    year: int
    facts: Mapping[str, Any]


@dataclass
class Taken:
    """What came of it: items made now, and those that had taken the same need before."""

    made: list[PlanItem] = field(default_factory=list)
    known: list[PlanItem] = field(default_factory=list)


def take_needs(
    actor: Actor,
    *,
    section: PlanSection,
    wanted: Sequence[Wanted],
    basis: Basis,
    by: str = "groups",
    due: str,
    responsible: str = "",
) -> Taken:
    """Write each need as an item of the section, bound to the groups (`by` "places": places) opened there.

    A plan takes the need of a place and a focus area once: repeating changes nothing. Raises Refused for nothing
    chosen, a place that the plan's centre does not serve, a term that is not understood, a plan in force.
    """
    if not wanted:
        raise Refused(Reason("needs_required", "Отметьте хотя бы одну строку прогноза.", field="pick"))
    with act(actor):
        plan = locked(section.plan_id)
        require(actor, "write", plan)
        require_editable(plan)
        served = counter_of(plan).municipalities
        strange = sorted({one.name for one in wanted if one.municipality_id not in served})
        if strange:
            text = f"Центр этого плана не обслуживает: {', '.join(strange)}."
            raise Refused(Reason("needs_outside", text, hint="Выберите план другого центра.", field="section"))
        kept = {
            (need.municipality_id, need.locality_id, need.focus_area): need.item
            for need in ForecastNeed.objects.filter(plan=plan).select_related("item")
        }
        taken = Taken()
        for one in wanted:
            place = (one.municipality_id, one.locality_id, one.focus_area)
            if place in kept:
                taken.known.append(kept[place])
                continue
            kept[place] = _item(actor, section, one, by, due, responsible)
            _need(plan, kept[place], one, basis)
            taken.made.append(kept[place])
    return taken


def _item(actor: Actor, section: PlanSection, one: Wanted, by: str, due: str, responsible: str) -> PlanItem:
    lack = one.needed - one.places
    words = {
        "number": "",
        "section": section,
        "content": needs.content(one.name, FocusArea(one.focus_area).label),
        "quantity": needs.quantity(lack if by == "places" else one.groups, by),
        "report_form": REPORT,
        "due": due,
        "responsible": responsible,
    }
    item = save_item(actor, PlanItem(), words)
    item.measure = measured.PLACES_OPENED if by == "places" else measured.GROUPS_OPENED
    where = {measured.LOCALITY: one.locality_id} if one.locality_id else {measured.MUNICIPALITY: one.municipality_id}
    item.narrowing = {measured.AREA: one.focus_area, **{name: str(pk) for name, pk in where.items()}}
    item.save(update_fields=["measure", "narrowing"])
    return item


def _need(plan: Plan, item: PlanItem, one: Wanted, basis: Basis) -> None:
    ForecastNeed.objects.create(
        plan=plan,
        item=item,
        municipality_id=one.municipality_id,
        locality_id=one.locality_id,
        focus_area=one.focus_area,
        year=basis.year,
        counted_on=basis.counted_on,
        needed=one.needed,
        places=one.places,
        groups=one.groups,
        basis=dict(basis.facts),
    )
