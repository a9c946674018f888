"""The panel of conditions: every choice with the number of programmes behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from opora.catalogue.search.index import SearchResult
from opora.core import russian
from opora.core.ui.shapes import FOCUS_AREAS
from opora.navigator import labels
from opora.navigator.filters import (
    DAY_PARTS,
    DISTANCES,
    FUNDING_NAMES,
    LEVELS,
    OLDEST,
    PRICES,
    STUDY_FORMS,
    YOUNGEST,
    Filters,
)
from opora.navigator.options import Option, written
from opora.navigator.queries import Spot

MOST_ORIGINS = 100


@dataclass(frozen=True, slots=True)
class Facet:
    """A question of the panel; `look`: checks, pills or select."""

    name: str
    title: str
    look: str
    options: tuple[Option, ...]
    folded: bool = False
    ready: str = ""
    """The written options, where they are kept."""

    @property
    def chosen(self) -> bool:
        return any(option.on and option.value for option in self.options)


def panel(filters: Filters, result: SearchResult, far: bool) -> list[Facet]:
    """Questions of the panel in order; `far` says that distances can be counted."""
    counts = result.facets
    found = [
        _pills("age", "Возраст ребёнка", _ages(filters, counts.get("age", {}))),
        _checks("focus_area", "Направленность", FOCUS_AREAS.items(), counts.get("focus_area", {}), filters.focus_area),
        Facet("free", "Места", "checks", tuple(_free(filters, counts))),
        _pills("weekday", "Дни занятий", _weekdays(filters, counts.get("weekday", {}))),
        _select("time", "Время", "Любое", [(key, label) for key, (label, _, _) in DAY_PARTS.items()], filters.time),
        _checks("funding", "Сколько стоит", FUNDING_NAMES.items(), counts.get("funding", {}), filters.funding),
        _select(
            "price",
            "Цена не выше",
            "Любая",
            [(str(n), f"до {russian.number(n)}{russian.NBSP}₽") for n in _with(PRICES, filters.price)],
            "" if filters.price is None else str(filters.price),
        ),
        *_places(filters, counts, far),
        _checks("level", "Уровень", LEVELS.items(), counts.get("level", {}), filters.level, folded=True),
        _checks(
            "study_form",
            "Форма занятий",
            STUDY_FORMS.items(),
            counts.get("study_form", {}),
            filters.study_form,
            folded=True,
        ),
    ]
    return [facet for facet in found if facet.chosen or len(facet.options) > 1 or facet.name == "free"]


def _with(known: Iterable[int], value: int | None) -> list[int]:
    return sorted({*known, *([] if value is None else [value])})


def _ages(filters: Filters, counts: dict[Any, int]) -> Iterable[Option]:
    for age in range(YOUNGEST, OLDEST + 1):
        count, on = counts.get(age, 0), age in filters.age
        if count or on or 5 <= age <= 17:
            yield Option(str(age), str(age), russian.number(count), on, f"{russian.years(age)}, программ: {count}")


def _weekdays(filters: Filters, counts: dict[Any, int]) -> Iterable[Option]:
    for day, name in enumerate(russian.WEEKDAYS, 1):
        count = counts.get(day, 0)
        yield Option(
            str(day),
            russian.WEEKDAYS_SHORT[day - 1],
            russian.number(count),
            day in filters.weekday,
            f"{name}, программ: {count}",
        )


def _free(filters: Filters, counts: dict[str, dict[Any, int]]) -> Iterable[Option]:
    yield Option("1", "Есть свободные места", russian.number(counts.get("free", {}).get(True, 0)), filters.free)


def _pills(name: str, title: str, options: Iterable[Option]) -> Facet:
    return Facet(name, title, "pills", tuple(options))


def _checks(
    name: str,
    title: str,
    choices: Iterable[tuple[Any, str]],
    counts: dict[Any, int],
    chosen: tuple[Any, ...],
    folded: bool = False,
) -> Facet:
    options = tuple(
        Option(str(value), label, russian.number(counts.get(value, 0)), value in chosen)
        for value, label in choices
        if counts.get(value) or value in chosen
    )
    return Facet(name, title, "checks", options, folded and not any(option.on for option in options))


def _select(name: str, title: str, nothing: str, choices: Iterable[tuple[str, str]], chosen: str) -> Facet:
    options = [Option("", nothing, on=not chosen)]
    options += [Option(value, label, on=value == chosen) for value, label in choices]
    return Facet(name, title, "select", tuple(options))


def _places(filters: Filters, counts: dict[str, dict[Any, int]], far: bool) -> list[Facet]:
    towns, found = labels.municipalities(), []
    if len(towns) > 1:
        held = counts.get("municipality", {})
        choices = [
            (spot.code, f"{spot.name} ({russian.number(held.get(spot.id, 0))})")
            for spot in towns.values()
            if held.get(spot.id) or spot.code in filters.municipality
        ]
        found.append(_select("municipality", "Муниципалитет", "Любой", choices, "".join(filters.municipality[:1])))
    reached = {spot.id for spot in towns.values() if spot.code in filters.municipality} or set(towns)
    if len(reached) == 1:
        near = [spot for spot in labels.localities().values() if spot.municipality_id in reached]
        held = counts.get("locality", {})
        found.append(
            _checks(
                "locality",
                "Населённый пункт",
                [(spot.id, spot.name) for spot in near],
                held,
                filters.locality,
                folded=False,
            )
        )
    found.append(_origins(tuple(sorted(reached)), "" if filters.place is None else str(filters.place)))
    if far:
        choices = [(str(n), f"до {n}{russian.NBSP}км") for n in _with(DISTANCES, filters.within)]
        found.append(
            _select("within", "Не дальше", "Любое", choices, "" if filters.within is None else str(filters.within))
        )
    return found


_kept_origins: tuple[dict[int, Spot], dict[tuple[tuple[int, ...], str], Facet]] = ({}, {})


def _origins(municipalities: tuple[int, ...], chosen: str) -> Facet:
    """Localities that distances are counted from: hundreds, always the same, kept as long as their names."""
    global _kept_origins
    places, (known, facets) = labels.localities(), _kept_origins
    if known is not places:
        facets = {}
        _kept_origins = (places, facets)
    facet = facets.get((municipalities, chosen))
    if facet is None:
        points = [
            (str(spot.id), spot.name)
            for spot in places.values()
            if spot.municipality_id in municipalities and spot.latitude is not None
        ]
        plain = _select("place", "Расстояние считать от", "Не считать", points, chosen)
        facet = replace(plain, ready=written(plain.name, plain.look, plain.options))
        if len(facets) < MOST_ORIGINS:
            facets[municipalities, chosen] = facet
    return facet
