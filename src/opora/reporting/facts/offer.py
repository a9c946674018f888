"""What is offered: organisations, programmes, places, premises and staff."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from django.db.models import Count, Q

from opora.catalogue.models import Group, GroupPlaces, Programme
from opora.catalogue.vocabulary import FocusArea
from opora.monitoring.indicators import Scope
from opora.monitoring.indicators.others import teachers
from opora.providers.models import Organisation, Staff, Venue
from opora.reporting.facts.tables import Column, Frozen, Where, table

ACCESSIBLE = {
    "ramp": "Пандус",
    "lift": "Лифт или подъёмник",
    "toilet": "Доступный санузел",
    "parking": "Места для машин инвалидов",
    "tactile": "Тактильные указатели",
    "sign_language": "Помощь на русском жестовом языке",
}
CATALOGUE = "Каталог программ"


def _organisations(scope: Scope) -> dict[str, Frozen]:
    rows = Organisation.objects.filter(state="active", **Where(scope).of(organisation="pk"))
    kinds = Counter(rows.values_list("kind", "ownership"))
    labels = dict(Organisation.Kind.choices)
    by_kind: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for (kind, ownership), count in kinds.items():
        by_kind[labels[kind]][ownership == "private"] += count
    found = sorted(((label, sum(two), two[1]) for label, two in by_kind.items()), key=lambda row: (-row[1], row[0]))
    return {
        "organisations_by_kind": table(
            (Column("Вид организации"), Column("Организаций", "int"), Column("из них частных", "int")),
            found,
            source="Реестр организаций",
            total=("Всего", sum(row[1] for row in found), sum(row[2] for row in found)),
        )
    }


def _programmes(scope: Scope) -> dict[str, Frozen]:
    published = Programme.objects.filter(state="published", **Where(scope).of())
    levels = Counter(published.values_list("focus_area", "level"))
    groups = Group.objects.filter(
        state="open", programme__state="published", ends_on__gte=scope.date, **Where(scope).of()
    )
    open_groups = dict(groups.order_by().values_list("pk", "programme__focus_area"))
    places: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    counters = GroupPlaces.objects.filter(group_id__in=groups.values("pk"))
    for pk, capacity, taken in counters.values_list("group_id", "capacity", "places_taken"):
        one = places[open_groups[pk]]
        one[0], one[1], one[2] = one[0] + 1, one[1] + capacity, one[2] + max(0, capacity - taken)
    by_level: list[tuple[Any, ...]] = []
    by_places: list[tuple[Any, ...]] = []
    for area in FocusArea:
        of_level = [levels.get((area.value, level), 0) for level in Programme.Level.values]
        by_level.append((area.label, sum(of_level), *of_level))
        by_places.append((area.label, *places[area.value]))
    by_level.sort(key=lambda row: -row[1])
    by_places.sort(key=lambda row: -row[2])
    forms = dict(published.order_by().values_list("study_form").annotate(total=Count("pk")))
    return {
        "programmes_by_level": table(
            (Column("Направленность"), Column("Программ", "int"), *_levels()),
            by_level,
            source=CATALOGUE,
            total=("Всего", *(sum(row[place] for row in by_level) for place in range(1, len(by_level[0])))),
        ),
        "places": table(
            (Column("Направленность"), Column("Групп", "int"), Column("Мест", "int"), Column("Свободно", "int")),
            by_places,
            source=f"{CATALOGUE}; счётчики мест групп",
            total=("Всего", *(sum(row[place] for row in by_places) for place in (1, 2, 3))),
        ),
        "programmes_by_form": table(
            (Column("Форма обучения"), Column("Программ", "int")),
            [(label, forms[code]) for code, label in Programme.StudyForm.choices if code in forms],
            source=CATALOGUE,
            total=("Всего", sum(forms.values())),
        ),
    }


def _levels() -> list[Column]:
    return [Column(f"{label.lower().removesuffix('ый')}ого уровня", "int") for label in Programme.Level.labels]


def _premises(scope: Scope) -> dict[str, Frozen]:
    rows = Venue.objects.filter(
        is_active=True, organisation__state="active", **Where(scope).of("organisation__municipality_id")
    )
    found = list(rows.values_list("accessibility", flat=True))
    counted = Counter(code for codes in found for code in codes)
    return {
        "venues": table(
            (Column("Что есть на площадке"), Column("Площадок", "int")),
            [("Всего площадок", len(found)), *((label, counted.get(code, 0)) for code, label in ACCESSIBLE.items())],
            source="Реестр площадок",
        )
    }


def _staff(scope: Scope) -> dict[str, Frozen]:
    rows = teachers(scope).order_by()
    by_category = dict(rows.values_list("qualification").annotate(total=Count("pk")))
    total = sum(by_category.values())
    categories = [
        (label, by_category[code], None) for code, label in reversed(Staff.Qualification.choices) if code in by_category
    ]
    by_organisation = rows.values_list("organisation__short_name").annotate(
        total=Count("pk"), category=Count("pk", filter=Q(qualification__in=("first", "highest")))
    )
    several = len(scope.municipalities or ()) > 1
    found: dict[str, Frozen] = {
        "staff_by_category": table(
            (Column("Категория"), Column("Педагогов", "int"), Column("Доля, %", "percent")),
            categories,
            source="Реестр работников",
            total=("Всего", total, None),
        )
    }
    if not several:
        found["staff_by_organisation"] = table(
            (Column("Организация"), Column("Педагогов", "int"), Column("с первой и высшей категорией", "int")),
            by_organisation.order_by("-total", "organisation__short_name"),
            source="Реестр работников",
            total=("Всего", total, by_category.get("first", 0) + by_category.get("highest", 0)),
        )
    return found


def offer_tables(scope: Scope) -> dict[str, Frozen]:
    """All tables about what is offered."""
    return {**_organisations(scope), **_programmes(scope), **_premises(scope), **_staff(scope)}
