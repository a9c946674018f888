"""What the dashboard of a territory shows: figures with all they are made of, and breakdowns as charts with tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from opora.catalogue.vocabulary import FocusArea
from opora.core import measures, russian
from opora.core.reasons import Hidden
from opora.core.ui.shapes import Chart, Series, Stat
from opora.monitoring import coverage, kept
from opora.monitoring.coverage import Cell
from opora.monitoring.indicators import Figure, Scope, catalogue, get
from opora.monitoring.indicators.base import Measure
from opora.monitoring.indicators.coverage import ENROLMENTS, UNIQUE
from opora.monitoring.models import IndicatorTarget
from opora.monitoring.queries import learners_by, locality_names, population_by_age, population_by_municipality
from opora.territory.models import Municipality

HEAD = (
    "coverage",
    "unique_children",
    "enrolments",
    "multiplicity",
    "certificates_share",
    "funded_share",
    "free_places",
    "answered_in_time",
    "organisations",
    "teachers",
    "programmes",
    "unknown_residence",
)
KEPT = (*HEAD, "certificates", "contracts", "money_nominal", "money_reserved", "money_spent", "private_share")
"""Figures that pages of a whole region show first: counted by the worker each minute."""
MILLION = 1_000_000
LARGEST = 12
"""Programmes on the chart of an organisation; the register has them all."""
FUNDING = {"budget": "Бюджет", "certificate": "Сертификат", "paid": "Платно"}
OWN_HEAD = (
    "learners",
    "free_places",
    "attendance",
    "lessons_held",
    "answered_in_time",
    "contracts",
    "programmes",
    "teachers",
)
OF_TEACHER = ("learners", "attendance", "lessons_held", "free_places")
"""What a teacher's groups can be asked for; the rest belongs to the whole organisation."""


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the ranking of municipalities."""

    name: str
    oktmo: str
    children: int
    population: int
    enrolments: int

    @property
    def share(self) -> Decimal | None:
        """Coverage, % with one digit, half up; None where the population is unknown."""
        return get("coverage").ratio(Decimal(self.children), Decimal(self.population)) if self.population else None


def is_own(scope: Scope) -> bool:
    """Is this the scope of own organisations or groups (`queries.own_scope`), not of a territory?"""
    return any(isinstance(value, frozenset) for _, value in scope.filters)


def own_codes(scope: Scope) -> tuple[str, ...]:
    """Indicators that have a meaning for an own scope."""
    return OF_TEACHER if scope.get("teacher") is not None else OWN_HEAD


def stats(scope: Scope, cells: Iterable[Cell] = ()) -> list[Stat]:
    """The head figures of a territory or of an own scope with links to their rows.

    What the cells of the territory hold is not counted again.
    """
    codes = own_codes(scope) if is_own(scope) else HEAD
    return [shown(one, scope) for one in figures_of(codes, scope, _known(cells))]


def figures_of(codes: Iterable[str], scope: Scope, known: Mapping[Measure, Decimal] | None = None) -> list[Figure]:
    """Figures in order: kept ones of a whole region (:mod:`opora.monitoring.kept`), the others counted now."""
    ready = kept.figures(scope)
    return [
        get(code).made_of(*ready[code], scope) if code in ready else get(code).figure(scope, known) for code in codes
    ]


def _known(cells: Iterable[Cell]) -> dict[Measure, Decimal]:
    """Enrolments and unique children of the whole territory."""
    whole = next((cell for cell in cells if not cell.level), None)
    return {ENROLMENTS: Decimal(whole.enrolments), UNIQUE: Decimal(whole.children)} if whole else {}


def own_charts(scope: Scope) -> dict[str, Chart]:
    """Learners of an own scope by programme, focus area and way of paying."""
    areas = dict(FocusArea.choices)
    parts: tuple[tuple[str, str, str, str, dict[str, str]], ...] = (
        ("focus", "По направленностям", "Направленность", "focus_area", areas),
        ("funding", "Кто оплачивает", "Финансирование", "funding", FUNDING),
        ("programme", "По программам, самые большие", "Программа", "group__programme__name", {}),
    )
    charts = {}
    for name, title, category, lookup, labels in parts:
        found = list(learners_by(scope, lookup).items())[:LARGEST]
        charts[name] = Chart(
            f"own-{name}",
            title,
            [labels.get(code, code) or "Не указано" for code, _ in found],
            [Series("Дети без повторов", [count for _, count in found])],
            kind="hbar",
            category_title=category,
        )
    return charts


def shown(figure: Figure, scope: Scope) -> Stat:
    """A figure ready to show: «44,4 %», «3 761 из 8 468», date, address of the rows."""
    digits, unit = get(figure.code).digits, figure.unit
    value = "нет данных" if figure.value is None else russian.number(figure.value, digits)
    note = ""
    if figure.unit == "₽" and figure.value is not None:
        value, unit, note = _money(figure.value)
    if figure.denominator is not None:
        note = f"{russian.number(figure.numerator)} из {russian.number(figure.denominator)}"
    return Stat(
        title=figure.name,
        value=value,
        unit="" if figure.value is None else unit,
        note=note,
        date=f"на {russian.date_short(figure.date)}",
        url=address(figure.code, scope),
    )


def _money(rubles: Decimal) -> tuple[str, str, str]:
    """(short figure, its unit, the exact sum): «2,35», «млн ₽», «2 353 102,16 ₽»."""
    exact = russian.money(rubles)
    if rubles >= MILLION:
        return russian.number(rubles / MILLION, 2), f"млн{russian.NBSP}₽", exact
    return russian.number(rubles, 0), "₽", exact


def address(code: str, scope: Scope, **narrow: object) -> str:
    """Where the rows of a figure are listed."""
    query = {"territory": scope.oktmo, "date": scope.date.isoformat(), **narrow}
    if is_own(scope):
        query["own"] = "1"
    return f"/office/figures/{code}/?{urlencode({key: value for key, value in query.items() if value})}"


def counted(scope: Scope, region_id: int | None) -> tuple[list[Cell], dt.datetime]:
    """All cells of the territory: from the region's cube when it is fresh, else directly."""
    assert scope.municipalities is not None
    return coverage.cells_of(scope.municipalities, scope.date, region_id)


def by_focus_area(cells: Iterable[Cell]) -> Chart:
    """Enrolments and unique children by focus area, the largest first."""
    found = {cell.focus_area: cell for cell in cells if cell.level == "focus_area"}
    areas = sorted(FocusArea, key=lambda area: -(found[area.value].enrolments if area.value in found else 0))
    return Chart(
        "by-focus",
        "По направленностям",
        [area.label for area in areas],
        [
            Series("Зачисления", [found[a.value].enrolments if a.value in found else 0 for a in areas]),
            Series("Дети без повторов", [found[a.value].children if a.value in found else 0 for a in areas]),
        ],
        kind="hbar",
        category_title="Направленность",
        source="Дети без повторов по направленностям не складываются: ребёнок может учиться на нескольких.",
    )


def by_age(cells: Iterable[Cell], scope: Scope) -> Chart:
    """Coverage of each single year of age, with its numerator and denominator in the table."""
    found = {cell.age: cell.children for cell in cells if cell.level == "age"}
    people = population_by_age(scope)
    ages = list(range(5, 18))
    ratio = get("coverage").ratio
    shares = [ratio(Decimal(found.get(age, 0)), Decimal(people.get(age, 0))) for age in ages]
    return Chart(
        "by-age",
        "Охват по возрасту",
        [russian.plural(age, "год", "года", "лет") for age in ages],
        [
            Series("Охват", shares),
            Series("Дети без повторов", [found.get(age, 0) for age in ages], drawn=False, places=0),
            Series("Живёт на территории", [people.get(age, 0) for age in ages], drawn=False, places=0),
        ],
        kind="bar",
        unit="%",
        places=1,
        category_title="Возраст",
    )


def by_locality(cells: Iterable[Cell]) -> Chart:
    """Unique children and enrolments by place of residence, the largest first."""
    rows = sorted((cell for cell in cells if cell.level.endswith("locality")), key=lambda cell: -cell.children)
    names = locality_names(cell.locality for cell in rows)
    rows = rows[:25]
    return Chart(
        "by-locality",
        "По месту жительства",
        [names.get(cell.locality or 0, "Не указано") for cell in rows],
        [
            Series("Дети без повторов", [cell.children for cell in rows]),
            Series("Зачисления", [cell.enrolments for cell in rows]),
        ],
        kind="hbar",
        category_title="Населённый пункт",
    )


def by_funding(cells: Iterable[Cell]) -> Chart:
    """Enrolments by who pays."""
    names = FUNDING
    found = {cell.funding: cell for cell in cells if cell.level == "funding"}
    return Chart(
        "by-funding",
        "Кто оплачивает",
        list(names.values()),
        [
            Series("Зачисления", [found[code].enrolments if code in found else 0 for code in names]),
            Series("Дети без повторов", [found[code].children if code in found else 0 for code in names]),
        ],
        kind="hbar",
        category_title="Финансирование",
    )


def ranking(cells: Iterable[Cell], scope: Scope) -> list[Place]:
    """Municipalities by coverage, the best first; the same denominator rule for each."""
    people = population_by_municipality(scope)
    rows = Municipality.objects.filter(pk__in=scope.municipalities or ()).values_list(
        "pk", "short_name", "name", "oktmo"
    )
    names = {pk: (short or name, oktmo) for pk, short, name, oktmo in rows}
    found = {cell.municipality: cell for cell in cells if cell.level == "municipality"}
    places = [
        Place(
            name,
            oktmo,
            found[pk].children if pk in found else 0,
            people.get(pk, 0),
            found[pk].enrolments if pk in found else 0,
        )
        for pk, (name, oktmo) in names.items()
    ]
    return sorted(places, key=lambda place: (-(place.share or Decimal(-1)), place.name))


@dataclass(frozen=True, slots=True)
class Target:
    """Plan and fact of one indicator by a date."""

    code: str
    name: str
    unit: str
    due: dt.date
    planned: Decimal
    reached: Decimal | None
    source: str

    @property
    def done(self) -> bool:
        return self.reached is not None and self.reached >= self.planned


def targets(scope: Scope, cells: Iterable[Cell] = ()) -> list[Target]:
    """Target values of the territory with what is reached on the date; what the cells hold is not counted again."""
    rows = _kept_targets(municipality_id__in=scope.municipalities or (), organisation__isnull=True)
    reached = {one.code: one.value for one in figures_of(sorted({row.code for row in rows}), scope, _known(cells))}
    return [_target(row, reached[row.code]) for row in rows]


def own_targets(own: Scope) -> list[Target]:
    """Target values of own organisations, each with what its organisation has reached; counted in one statement."""
    rows = _kept_targets(organisation_id__in=own.get("organisation") or ())
    asked = [_own_parts(own, row) for row in rows]
    found = iter(measures.numbers([part for parts in asked for part in parts]))
    shown = []
    for row, parts in zip(rows, asked, strict=True):
        values = [next(found) for _ in parts]
        denominator = values[1] if len(values) > 1 else None
        shown.append(_target(row, get(row.code).ratio(values[0], denominator) if values else None))
    return shown


def _own_parts(own: Scope, row: IndicatorTarget) -> list[measures.Part]:
    """Nothing where the indicator knows no organisations (any more)."""
    try:
        return get(row.code).parts(replace(own, filters=(("organisation", frozenset({row.organisation_id})),)))
    except Hidden:
        return []


def _kept_targets(**where: Any) -> list[IndicatorTarget]:
    """Targets in force of indicators that the catalogue has."""
    rows = IndicatorTarget.objects.filter(is_active=True, code__in=[one.code for one in catalogue()], **where)
    return list(rows.order_by("due", "code", "pk"))


def _target(row: IndicatorTarget, reached: Decimal | None) -> Target:
    indicator = get(row.code)
    return Target(row.code, indicator.name, indicator.unit, row.due, row.value, reached, row.source)
