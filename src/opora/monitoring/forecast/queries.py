"""The forecast of a territory: population by age, places and enrolments by locality and focus area, what is lacking."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, F, Sum
from django.db.models.functions import Coalesce

from opora.catalogue.models import Group
from opora.catalogue.vocabulary import FocusArea
from opora.monitoring.forecast import rules
from opora.monitoring.forecast.rules import Need, Parameters, Spot
from opora.monitoring.indicators import Scope, get
from opora.monitoring.indicators.coverage import AGE_FROM, AGE_TO, born_between, covered
from opora.monitoring.models import ForecastParameters
from opora.people.models import Child
from opora.territory.models import Locality, Municipality, Population

SOURCE = "Численность населения по одногодичным возрастам; места открытых групп; действующие зачисления"


@dataclass(frozen=True, slots=True)
class Place:
    """A locality, or a municipality where a region is looked at."""

    pk: int
    name: str
    lat: float | None
    lon: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """A need with the names that people read."""

    place: Place
    area: str
    need: Need


@dataclass(frozen=True, slots=True)
class Forecast:
    """Everything the page shows: cohorts by year, needs at the horizon, and what all of it was counted from."""

    first_year: int
    cohorts: list[dict[int, Decimal]]
    lines: list[Line]
    parameters: list[ForecastParameters]
    source: str
    present_coverage: Decimal | None
    population_year: int | None

    @property
    def years(self) -> list[int]:
        return [self.first_year + step for step in range(len(self.cohorts))]

    @property
    def totals(self) -> list[int]:
        """Children of 5–17 years by year."""
        return [rules.whole(rules.school_age(cohort)) for cohort in self.cohorts]

    @property
    def lacking(self) -> list[Line]:
        """Where groups are needed, the most first."""
        return [line for line in self.lines if line.need.groups]

    @property
    def groups(self) -> int:
        return sum(line.need.groups for line in self.lines)


def forecast(scope: Scope) -> Forecast:
    """The forecast of the scope's municipalities, each by its own parameters, added up."""
    ids = sorted(scope.municipalities or ())
    known = _known(scope, ids)
    chosen = parameters_of(ids, known)
    cohorts: list[dict[int, Decimal]] = [defaultdict(Decimal) for _ in range(rules.HORIZON + 1)]
    for pk in ids:
        for step, cohort in enumerate(rules.project(known.get(pk, {}), chosen[pk].values)):
            for age, count in cohort.items():
                cohorts[step][age] += count
    now = rules.school_age(cohorts[0])
    figure = get("coverage").figure(scope)
    wanted = _wanted(chosen.values())
    shares = _shares(scope)
    needs = rules.needs(
        _spots(scope, shares),
        share_of_place=shares,
        rate_of_area=_rates(scope, now),
        children=rules.school_age(cohorts[-1]),
        growth=rules.growth(figure.value, wanted),
        group_size=_group_sizes(scope),
    )
    places = _places(scope, {need.place for need in needs})
    areas = dict(FocusArea.choices)
    lines = [Line(places[need.place], areas.get(need.area, need.area), need) for need in needs if need.place in places]
    year = Population.objects.filter(municipality_id__in=ids, year__lte=scope.date.year).order_by("-year").first()
    return Forecast(
        scope.date.year, [dict(one) for one in cohorts], lines, list(chosen.values()), SOURCE, figure.value,
        year.year if year else None,
    )  # fmt: skip


def _known(scope: Scope, ids: list[int]) -> dict[int, dict[int, int]]:
    """Municipality → age → children of the latest known year, ages below five too where they are known."""
    found: dict[int, dict[int, int]] = {pk: {} for pk in ids}
    latest: dict[int, int] = {}
    rows = Population.objects.filter(municipality_id__in=ids, age__lte=AGE_TO, year__lte=scope.date.year)
    for row in rows.order_by("municipality_id", "-year", "age"):
        if latest.setdefault(row.municipality_id, row.year) == row.year:
            found[row.municipality_id][row.age] = row.count
    return found


def parameters_of(ids: Iterable[int], known: dict[int, dict[int, int]]) -> dict[int, ForecastParameters]:
    """Kept parameters, else such as say that they are a supposition: births like the youngest known cohort."""
    kept = {
        one.municipality_id: one
        for one in ForecastParameters.objects.filter(municipality_id__in=list(ids)).select_related("municipality")
    }
    return {pk: kept.get(pk) or _supposed(pk, known.get(pk, {})) for pk in ids}


def outlined(scope: Scope) -> list[Municipality]:
    """Municipalities of the scope whose outline is known."""
    return list(Municipality.objects.filter(pk__in=scope.municipalities or (), outline__isnull=False))


def municipality_of(scope: Scope) -> Municipality:
    """The scope's only municipality."""
    return Municipality.objects.get(pk__in=scope.municipalities or ())


def current_parameters(scope: Scope) -> ForecastParameters:
    """Parameters of the scope's only municipality."""
    ids = sorted(scope.municipalities or ())
    return parameters_of(ids, _known(scope, ids))[ids[0]]


def _supposed(pk: int, ages: dict[int, int]) -> ForecastParameters:
    usual = Parameters(Decimal(ages[min(ages)] if ages else 0))
    return ForecastParameters(
        municipality_id=pk,
        births=int(usual.births),
        survival=usual.survival,
        migration=usual.migration,
        source="Предположение системы: рождений столько, сколько детей самого младшего известного возраста, "
        "переезды уравновешены. Уточните по данным органа статистики.",
    )


def _wanted(chosen: Iterable[ForecastParameters]) -> Decimal | None:
    """The wanted coverage when all municipalities agree on it."""
    values = {one.coverage for one in chosen}
    return values.pop() if len(values) == 1 else None


def _by_place(scope: Scope, locality: str, municipality: str) -> str:
    return municipality if len(scope.municipalities or ()) > 1 else locality


def _shares(scope: Scope) -> dict[int, Decimal]:
    """Part of the registered children of 5–17 who live at each place."""
    after, until = born_between(scope.date, AGE_FROM, AGE_TO)
    lookup = _by_place(scope, "locality_id", "municipality_id")
    rows = Child.objects.filter(
        municipality_id__in=scope.municipalities or (), birth_date__gt=after, birth_date__lte=until
    )
    counted = dict(
        rows.exclude(state="merged")
        .exclude(**{f"{lookup}__isnull": True})
        .order_by()
        .values_list(lookup)
        .annotate(n=Count("pk"))
    )
    total = sum(counted.values())
    return {pk: Decimal(count) / total for pk, count in counted.items()} if total else {}


def _rates(scope: Scope, children: Decimal) -> dict[str, Decimal]:
    """Enrolments of each focus area per child of the territory."""
    if not children:
        return {}
    counted = covered(scope).order_by().values_list("focus_area").annotate(n=Count("pk"))
    return {area: Decimal(count) / children for area, count in counted}


def _groups(scope: Scope) -> Any:
    rows = Group.objects.filter(state="open", programme__state="published", ends_on__gte=scope.date)
    return rows.filter(municipality_id__in=scope.municipalities or ()).order_by()


def _group_sizes(scope: Scope) -> dict[str, int]:
    """The usual size of a group of each area."""
    rows = _groups(scope).values_list("programme__focus_area").annotate(size=Avg("capacity"))
    return {area: max(1, round(size)) for area, size in rows}


def _spots(scope: Scope, shares: dict[int, Decimal]) -> list[Spot]:
    """Every place where children live or learn × every focus area."""
    local = Coalesce("venue__locality_id", "organisation__locality_id")
    place = F("municipality_id") if len(scope.municipalities or ()) > 1 else local
    rows = _groups(scope).annotate(spot=place).values_list("spot", "programme__focus_area").annotate(n=Sum("capacity"))
    places = {(spot, area): total for spot, area, total in rows if spot is not None}
    where = sorted(set(shares) | {spot for spot, _ in places})
    return [Spot(spot, area, places.get((spot, area), 0)) for spot in where for area in FocusArea.values]


def _places(scope: Scope, ids: set[int]) -> dict[int, Place]:
    model: Any = Municipality if len(scope.municipalities or ()) > 1 else Locality
    return {one.pk: Place(one.pk, str(one), one.latitude, one.longitude) for one in model.objects.filter(pk__in=ids)}
