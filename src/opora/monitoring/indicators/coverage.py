"""Coverage and what stands beside it: enrolments, unique children, multiplicity, population (I3).

One filter for all: enrolments in force on the date, of children aged 5–17 on that date whose residence is in the
territory. A provisional record counts as the child that it repeats (``coalesce(matched_to, id)``).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from opora.catalogue.vocabulary import FocusArea
from opora.enrolment.models import Enrolment
from opora.enrolment.queries import in_force
from opora.monitoring.indicators.base import Indicator, Measure, Scope, register
from opora.territory.models import Population

AGE_FROM, AGE_TO = 5, 17
PERSON = Coalesce("child__matched_to_id", "child_id")


def years_before(date: dt.date, years: int) -> dt.date:
    """The same calendar day `years` earlier; 29 February becomes the 28th (who was born on 1 March is not yet so old)."""
    try:
        return date.replace(year=date.year - years)
    except ValueError:
        return dt.date(date.year - years, 2, 28)


def born_between(date: dt.date, age_from: int, age_to: int) -> tuple[dt.date, dt.date]:
    """(after, until]: birth dates of those aged `age_from`…`age_to` full years on `date`."""
    return years_before(date, age_to + 1), years_before(date, age_from)


def covered(scope: Scope) -> QuerySet[Any]:
    """Enrolments that coverage counts."""
    age = scope.get("age")
    after, until = born_between(scope.date, *((age, age) if age is not None else (AGE_FROM, AGE_TO)))
    rows = Enrolment.objects.filter(in_force(scope.date), child__birth_date__gt=after, child__birth_date__lte=until)
    rows = rows.exclude(child__state="merged")
    rows = (
        rows.filter(child__municipality_id__isnull=False)
        if scope.municipalities is None
        else rows.filter(child__municipality_id__in=scope.municipalities)
    )
    for key, lookup in _NARROW.items():
        if (value := scope.get(key)) is not None:
            rows = rows.filter(**{lookup: value})
    return rows


_NARROW = {
    "focus_area": "focus_area",
    "locality": "child__locality_id",
    "organisation": "organisation_id",
    "funding": "funding",
    "level": "group__programme__level",
    "study_form": "group__programme__study_form",
}


def population(scope: Scope) -> QuerySet[Any]:
    """Population rows of ages 5–17 of the latest known year not after the date, by municipality."""
    age = scope.get("age")
    rows = Population.objects.filter(age__gte=AGE_FROM, age__lte=AGE_TO)
    if age is not None:
        rows = rows.filter(age=age)
    if scope.municipalities is not None:
        rows = rows.filter(municipality_id__in=scope.municipalities)
    latest = (
        Population.objects.filter(municipality_id=OuterRef("municipality_id"), year__lte=scope.date.year)
        .order_by()
        .values("municipality_id")
        .annotate(year=Max("year"))
        .values("year")
    )
    return rows.filter(year=Subquery(latest))


ENROLMENTS = Measure(covered, label="зачисления")
UNIQUE = Measure(covered, "distinct", PERSON, label="дети без повторов")
POPULATION = Measure(population, "sum", "count", label="дети 5–17 лет, живущие на территории")
SOURCE = "Зачисления, действующие на дату, в системе «Опора»"
COLUMNS = (
    ("child", "Ребёнок"),
    ("group__programme__name", "Программа"),
    ("organisation__short_name", "Организация"),
    ("starts_on", "Зачислен"),
)

register(
    Indicator(
        "coverage",
        "Охват детей дополнительным образованием",
        "%",
        "Дети 5–17 лет без повторов, живущие на территории и зачисленные хотя бы на одну программу, "
        "к численности детей 5–17 лет",
        SOURCE + "; численность населения по возрастам",
        UNIQUE,
        POPULATION,
        factor=100,
        digits=1,
        basis="Целевая модель развития региональных систем дополнительного образования детей",
        columns=COLUMNS,
        personal=True,
    ),
    Indicator(
        "unique_children",
        "Дети без повторов",
        "чел.",
        "Дети 5–17 лет, живущие на территории и зачисленные хотя бы на одну программу; каждый считается один раз",
        SOURCE,
        UNIQUE,
        columns=COLUMNS,
        personal=True,
    ),
    Indicator(
        "enrolments",
        "Зачисления",
        "",
        "Зачисления детей 5–17 лет, живущих на территории; ребёнок на двух программах – два зачисления",
        SOURCE,
        ENROLMENTS,
        columns=COLUMNS,
        personal=True,
    ),
    Indicator(
        "multiplicity",
        "Кратность охвата",
        "на ребёнка",
        "Зачисления к числу детей без повторов, с одним и тем же отбором",
        SOURCE,
        ENROLMENTS,
        UNIQUE,
        digits=2,
        columns=COLUMNS,
        personal=True,
    ),
    Indicator(
        "population",
        "Численность детей 5–17 лет",
        "чел.",
        "Дети 5–17 лет, живущие на территории, по последнему известному году",
        "Численность населения по одногодичным возрастам",
        POPULATION,
        columns=(
            ("municipality__name", "Муниципалитет"),
            ("year", "Год"),
            ("age", "Возраст"),
            ("count", "Детей"),
            ("source", "Источник"),
        ),
    ),
)


def _by_focus(area: str) -> Measure:
    return Measure(lambda scope: covered(scope).filter(focus_area=area), label="зачисления")


for _area in FocusArea:
    register(
        Indicator(
            f"enrolments.{_area.value}",
            f"Зачисления: {_area.label.lower()} направленность",
            "",
            "Зачисления детей 5–17 лет, живущих на территории, на программы направленности",
            SOURCE,
            _by_focus(_area.value),
            columns=COLUMNS,
            personal=True,
        )
    )

UNKNOWN_RESIDENCE = Measure(
    lambda scope: Enrolment.objects.filter(
        in_force(scope.date),
        child__municipality_id__isnull=True,
        **({} if scope.municipalities is None else {"municipality_id__in": scope.municipalities}),
    ),
    "distinct",
    F("child_id"),
)
register(
    Indicator(
        "unknown_residence",
        "Зачислены, но место жительства неизвестно",
        "чел.",
        "Зачисленные дети без муниципалитета проживания: в охват не входят, пока он не указан",
        SOURCE,
        UNKNOWN_RESIDENCE,
        columns=COLUMNS,
        personal=True,
    )
)
