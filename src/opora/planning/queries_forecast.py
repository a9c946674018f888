"""Reads for taking needs of the forecast into a plan: the actor first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from opora.core.access import Actor
from opora.monitoring.forecast.queries import Forecast, Line
from opora.monitoring.indicators import Scope
from opora.planning import policy
from opora.planning.models import ForecastNeed, PlanSection
from opora.planning.rules.states import EDITABLE
from opora.territory.models import Locality


@dataclass
class Offer:
    """A line of the forecast that lacks groups, and the items of the actor's plans that took it already."""

    line: Line
    municipality_id: int
    locality_id: int | None
    taken: list[ForecastNeed] = field(default_factory=list)

    @property
    def key(self) -> str:
        """How the page names it: «12:technical»."""
        return f"{self.line.place.pk}:{self.line.need.area}"

    @property
    def place(self) -> tuple[int, int | None, str]:
        """What a plan takes once."""
        return self.municipality_id, self.locality_id, self.line.need.area


def offers(actor: Actor, scope: Scope, found: Forecast) -> list[Offer]:
    """Where groups are needed, the most first; of one municipality by localities, else by municipalities."""
    lines = found.lacking
    if len(scope.municipalities or ()) > 1:
        made = [Offer(line, line.place.pk, None) for line in lines]
    else:
        ids = {line.place.pk for line in lines}
        home = dict(Locality.objects.filter(pk__in=ids).values_list("pk", "municipality_id"))
        made = [Offer(line, home[line.place.pk], line.place.pk) for line in lines]
    by_place = {one.place: one for one in made}
    for need in _taken(actor, scope):
        if one := by_place.get((need.municipality_id, need.locality_id, need.focus_area)):
            one.taken.append(need)
    return made


def _taken(actor: Actor, scope: Scope) -> Any:
    rows = ForecastNeed.objects.filter(
        plan__in=policy.plans.rows(actor, "write").filter(state__in=EDITABLE),
        municipality_id__in=scope.municipalities or (),
    )
    return rows.select_related("item", "plan")


def open_sections(actor: Actor) -> list[PlanSection]:
    """Sections of plans that the actor may change now, the latest year first."""
    rows = PlanSection.objects.filter(policy.sections.scope(actor, "change"), plan__state__in=EDITABLE)
    return list(rows.select_related("plan__centre", "plan__municipality").order_by("-plan__year", "plan_id", "number"))


def need_of(item_id: int) -> ForecastNeed | None:
    """The need that an item was made of, if any."""
    rows = ForecastNeed.objects.filter(item_id=item_id).select_related("municipality", "locality")
    return rows.first()


def basis_of(scope: Scope, found: Forecast) -> dict[str, Any]:
    """What a forecast was counted from, as an item keeps it."""
    return {
        "territory": scope.name,
        "oktmo": scope.oktmo,
        "source": found.source,
        "population_year": found.population_year,
        "coverage": _text(found.present_coverage),
        "parameters": [
            {
                "municipality": str(one.municipality),
                "births": _text(one.births),
                "survival": _text(one.survival),
                "migration": _text(one.migration),
                "coverage": _text(one.coverage),
                "source": one.source,
            }
            for one in found.parameters
        ],
    }


def _text(value: Any) -> str:
    return "" if value is None else str(value)
