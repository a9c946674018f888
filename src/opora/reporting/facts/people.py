"""Children of the report: coverage by every breakdown, categories, certificates, applications."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count, F
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from opora.catalogue.vocabulary import FocusArea
from opora.certificates.models import Certificate
from opora.core import russian
from opora.core.localtime import LocalDate
from opora.enrolment.models import Application, Enrolment
from opora.monitoring import coverage
from opora.monitoring.coverage import Cell
from opora.monitoring.dashboard import FUNDING, ranking
from opora.monitoring.indicators import Scope
from opora.monitoring.indicators.coverage import PERSON, SOURCE, covered, in_force
from opora.monitoring.queries import learners_by, locality_names, population_by_age
from opora.people.models import ChildCategory
from opora.reporting.facts.tables import Column, Frozen, Where, table

CHILDREN = Column("Дети без повторов, чел.", "people")
ENROLLED = Column("Зачисления", "int")
LARGEST = 15
"""Localities and organisations that a table of the report names; the rest goes into one line."""


def coverage_tables(scope: Scope) -> dict[str, Frozen]:
    """Breakdowns of coverage, each total counted afresh; of single organisations – of those who learn there."""
    if Where(scope).is_own:
        return _learners(scope)
    cells = coverage.compute(scope.municipalities or frozenset(), scope.date)
    found = {
        "by_focus": _by_focus(cells),
        "by_age": _by_age(cells, scope),
        "by_funding": _by_funding(cells),
        "by_locality": _by_locality(cells),
    }
    if len(scope.municipalities or ()) > 1:
        found["municipalities"] = _municipalities(cells, scope)
    return found


def _learners(scope: Scope) -> dict[str, Frozen]:
    areas = learners_by(scope, "focus_area")
    rows = [(area.label, areas.get(area.value, 0)) for area in FocusArea]
    return {
        "by_focus": table((Column("Направленность"), CHILDREN), sorted(rows, key=lambda row: -row[1]), source=SOURCE),
        "by_funding": table(
            (Column("Кто оплачивает"), CHILDREN),
            [(FUNDING.get(code, code), count) for code, count in learners_by(scope, "funding").items()],
            source=SOURCE,
        ),
    }


def _by_focus(cells: Iterable[Cell]) -> Frozen:
    found = {cell.focus_area: cell for cell in cells if cell.level == "focus_area"}
    rows = [
        (area.label, found[area.value].enrolments, found[area.value].children)
        if area.value in found
        else (area.label, 0, 0)
        for area in FocusArea
    ]
    rows.sort(key=lambda row: -row[1])
    return table(
        (Column("Направленность"), ENROLLED, CHILDREN), rows, source=SOURCE, total=_total(cells, "Всего на территории")
    )


def _total(cells: Iterable[Cell], label: str) -> tuple[str, int, int]:
    whole = next(cell for cell in cells if not cell.level)
    return label, whole.enrolments, whole.children


def _by_age(cells: Iterable[Cell], scope: Scope) -> Frozen:
    found = {cell.age: cell.children for cell in cells if cell.level == "age"}
    people = population_by_age(scope)
    rows = [(russian.years(age), found.get(age, 0), people.get(age, 0), None) for age in range(5, 18)]
    total = ("Всего 5–17 лет", sum(row[1] for row in rows), sum(row[2] for row in rows), None)
    columns = (Column("Возраст"), CHILDREN, Column("Живёт на территории, чел.", "int"), Column("Охват, %", "percent"))
    return table(columns, rows, source=f"{SOURCE}; численность населения по возрастам", total=total)


def _by_funding(cells: Iterable[Cell]) -> Frozen:
    found = {cell.funding: cell for cell in cells if cell.level == "funding"}
    rows = [(label, found[code].enrolments, found[code].children) for code, label in FUNDING.items() if code in found]
    return table(
        (Column("Кто оплачивает обучение"), ENROLLED, CHILDREN), rows, source=SOURCE, total=_total(cells, "Всего")
    )


def _by_locality(cells: Iterable[Cell]) -> Frozen:
    rows = sorted((cell for cell in cells if cell.level.endswith("locality")), key=lambda cell: -cell.children)
    names = locality_names(cell.locality for cell in rows)
    named = [
        (names.get(cell.locality or 0, "Населённый пункт не указан"), cell.children, cell.enrolments) for cell in rows
    ]
    rest = named[LARGEST:]
    if rest:
        places = russian.plural(len(rest), "пункт", "пункта", "пунктов")
        # a child lives in one place: children of different localities are different children
        named = [*named[:LARGEST], (f"Ещё {places}", sum(row[1] for row in rest), sum(row[2] for row in rest))]
    return table(
        (Column("Где живёт ребёнок"), CHILDREN, ENROLLED),
        named,
        source=SOURCE,
        total=("Всего", sum(row[1] for row in named), sum(row[2] for row in named)),
    )


def _municipalities(cells: Iterable[Cell], scope: Scope) -> Frozen:
    rows = [
        (place.name, place.children, place.population, place.share, place.enrolments) for place in ranking(cells, scope)
    ]
    columns = (
        Column("Муниципалитет"), CHILDREN, Column("Живёт 5–17 лет, чел.", "int"), Column("Охват, %", "percent"), ENROLLED,
    )  # fmt: skip
    return table(columns, rows, source=f"{SOURCE}; численность населения по возрастам")


def access_tables(scope: Scope) -> dict[str, Frozen]:
    """Categories of covered children; a child may have several, so that they do not add up."""
    enrolled = (
        Enrolment.objects.filter(in_force(scope.date), **Where(scope).of()) if Where(scope).is_own else covered(scope)
    )
    rows = (
        enrolled.order_by()
        .filter(child__categories__starts_on__lte=scope.date)
        .exclude(child__categories__ends_on__lt=scope.date)
        .values("child__categories__code")
        .annotate(children=Count(PERSON, distinct=True))
    )
    counted = {row["child__categories__code"]: row["children"] for row in rows}
    named = [(label, counted.get(code, 0)) for code, label in ChildCategory.Code.choices]
    named.sort(key=lambda row: -row[1])
    return {
        "categories": table(
            (Column("Категория"), CHILDREN), named, source=f"{SOURCE}; категории детей, подтверждённые документом"
        )
    }


def navigator_tables(scope: Scope) -> dict[str, Frozen]:
    """Applications of the year by where they stand and by how they came."""
    submitted = LocalDate(F("submitted_at"), F("municipality__time_zone"))
    first = dt.date(scope.date.year, 1, 1)
    rows = Application.objects.filter(**Where(scope).of()).filter(
        GreaterThanOrEqual(submitted, first), LessThanOrEqual(submitted, scope.date)
    )
    by_state = dict(rows.order_by().values_list("state").annotate(total=Count("pk")))
    by_channel = dict(rows.order_by().values_list("source").annotate(total=Count("pk")))
    labels = dict(Application._meta.get_field("source").choices or ())
    source = "Журнал заявок"
    return {
        "applications": table(
            (Column("Что с заявкой"), Column("Заявок", "int")),
            [(label, by_state[code]) for code, label in Application.State.choices if code in by_state],
            source=source,
            total=("Всего за год", sum(by_state.values())),
        ),
        "channels": table(
            (Column("Как подана"), Column("Заявок", "int")),
            [(str(labels.get(code, code)), count) for code, count in sorted(by_channel.items(), key=lambda x: -x[1])],
            source=source,
            total=("Всего за год", sum(by_channel.values())),
        ),
    }


def certificate_tables(scope: Scope) -> dict[str, Frozen]:
    """Certificates in force by kind."""
    where = Where(scope)
    rows = Certificate.objects.filter(state__in=("active", "frozen"))
    if where.is_own:
        learning = Enrolment.objects.filter(in_force(scope.date), **where.of())
        rows = rows.filter(child_id__in=learning.values(person=Coalesce("child__matched_to_id", F("child_id"))))
    else:
        rows = rows.filter(**where.of())
    counted = dict(rows.order_by().values_list("kind").annotate(total=Count("pk")))
    names = dict(Certificate._meta.get_field("kind").choices or ())
    return {
        "certificates": table(
            (Column("Вид сертификата"), Column("Действует, шт.", "int")),
            [(str(names.get(code, code)), counted[code]) for code in ("accounting", "funded") if code in counted],
            source="Реестр сертификатов",
            total=("Всего", sum(counted.values())),
        )
    }
