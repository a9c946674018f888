"""From the filters of the page to the search engine and back to words: chips, corrections, ways out of "nothing"."""

from __future__ import annotations

from dataclasses import dataclass, replace

from opora.catalogue.live import live
from opora.catalogue.search.index import SearchQuery, SearchResult
from opora.core import russian
from opora.core.ui.shapes import FOCUS_AREAS
from opora.navigator import labels, queries
from opora.navigator.filters import (
    DAY_PARTS,
    FUNDING_NAMES,
    LEVELS,
    PER_PAGE,
    STUDY_FORMS,
    Filters,
)

FACETS = (
    *("focus_area", "municipality", "locality", "level", "study_form"),
    *("age", "weekday", "funding", "free", "special_needs"),
)
NOWHERE = -1
"""An id that no place has: an unknown code finds nothing instead of everything."""


@dataclass(frozen=True, slots=True)
class Origin:
    """From where distances are counted."""

    point: tuple[float, float]
    name: str


def origin_of(filters: Filters, home: tuple[float, float] | None = None) -> Origin | None:
    """The visitor's own point, else the chosen locality, else the chosen child's home."""
    if filters.near:
        return Origin(filters.near, "от вас")
    spot = labels.localities().get(filters.place) if filters.place else None
    if spot and spot.latitude is not None and spot.longitude is not None:
        return Origin((spot.latitude, spot.longitude), f"от населённого пункта {spot.name}")
    return Origin(home, "от дома") if home else None


def sort_of(filters: Filters, origin: Origin | None) -> str:
    """The order that is on: without words nothing is "relevant", so near ones or new ones come first."""
    if filters.sort != "relevance" or filters.q:
        return "relevance" if filters.sort == "distance" and origin is None else filters.sort
    return "distance" if origin else "newest"


def search_query(filters: Filters, origin: Origin | None) -> SearchQuery:
    """What the engine is asked."""
    oktmo = {spot.code: spot.id for spot in labels.municipalities().values()}
    _, time_from, time_to = DAY_PARTS.get(filters.time, ("", None, None))
    return SearchQuery(
        q=filters.q,
        focus_areas=filters.focus_area,
        ages=filters.age,
        municipality=tuple(oktmo.get(code, NOWHERE) for code in filters.municipality),
        locality=filters.locality,
        organisation=() if not filters.organisation else (queries.organisation_id(filters.organisation) or NOWHERE,),
        level=filters.level,
        study_form=filters.study_form,
        weekdays=filters.weekday,
        time_from=time_from,
        time_to=time_to,
        free_only=filters.free,
        open_only=filters.open,
        funding=filters.funding,
        price_max=None if filters.price is None else filters.price * 100,
        special_needs=filters.special,
        near=origin.point if origin else None,
        within_km=filters.within if origin else None,
        sort=sort_of(filters, origin),  # type: ignore[arg-type]
        page=filters.page,
        per_page=PER_PAGE,
        facets=FACETS,
    )


def find(filters: Filters, origin: Origin | None) -> tuple[SearchResult, SearchQuery]:
    """Search; a page behind the last one becomes the last one."""
    query = search_query(filters, origin)
    result = live.search(query)
    last = max(1, -(-result.total // PER_PAGE))
    if query.page > last:
        query = replace(query, page=last)
        result = live.search(query)
    return result, query


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition that is on, with the address without it."""

    text: str
    url: str


def chips(filters: Filters, origin: Origin | None) -> list[Chip]:
    """All conditions that are on, in the order of the panel."""
    found = [Chip(FOCUS_AREAS[code], filters.without("focus_area", code)) for code in filters.focus_area]
    found += [Chip(russian.years(age), filters.without("age", age)) for age in filters.age]
    found += [Chip(russian.WEEKDAYS[day - 1].capitalize(), filters.without("weekday", day)) for day in filters.weekday]
    if filters.time:
        found.append(Chip(DAY_PARTS[filters.time][0], filters.without("time")))
    if filters.free:
        found.append(Chip("Есть места", filters.without("free")))
    if filters.open:
        found.append(Chip("Запись открыта", filters.without("open")))
    found += [Chip(FUNDING_NAMES[code], filters.without("funding", code)) for code in filters.funding]
    if filters.price is not None:
        found.append(Chip(f"До {russian.number(filters.price)}{russian.NBSP}₽", filters.without("price")))
    return found + _place_chips(filters, origin)


def _place_chips(filters: Filters, origin: Origin | None) -> list[Chip]:
    oktmo = {spot.code: spot.name for spot in labels.municipalities().values()}
    found = [
        Chip(oktmo.get(code, f"ОКТМО {code}"), filters.without("municipality", code)) for code in filters.municipality
    ]
    places = labels.localities()
    found += [
        Chip(places[pk].name if pk in places else "Неизвестное место", filters.without("locality", pk))
        for pk in filters.locality
    ]
    if filters.organisation:
        row = queries.organisation(filters.organisation)
        found.append(Chip(row.short_name if row else "Неизвестная организация", filters.without("organisation")))
    found += [Chip(f"{LEVELS[code]} уровень", filters.without("level", code)) for code in filters.level]
    found += [Chip(STUDY_FORMS[code], filters.without("study_form", code)) for code in filters.study_form]
    if filters.special:
        found.append(Chip("Для детей с ОВЗ", filters.without("special")))
    if filters.within and origin:
        text = f"Не дальше {russian.number(filters.within)}{russian.NBSP}км {origin.name}"
        found.append(Chip(text, filters.without("within")))
    elif origin and (filters.near or filters.place):
        name = "near" if filters.near else "place"
        found.append(Chip(f"Расстояние {origin.name}", filters.without(name)))
    return found


_DROPS: dict[str, tuple[str, str]] = {
    "q": ("q", "слов «{q}»"),
    "focus_areas": ("focus_area", "направленности"),
    "municipality": ("municipality", "муниципалитета"),
    "locality": ("locality", "населённого пункта"),
    "organisation": ("organisation", "организации"),
    "level": ("level", "уровня"),
    "study_form": ("study_form", "формы занятий"),
    "ages": ("age", "возраста"),
    "weekdays": ("weekday", "дней недели"),
    "funding": ("funding", "способа оплаты"),
    "free_only": ("free", "свободных мест"),
    "special_needs": ("special", "условий для детей с ОВЗ"),
    "open_only": ("open", "открытой записи"),
    "price_max": ("price", "предела цены"),
    "within_km": ("within", "предела расстояния"),
    "time": ("time", "времени суток"),
}


@dataclass(frozen=True, slots=True)
class WayOut:
    """What to give up when nothing is found, and how many programmes there are then."""

    text: str
    url: str
    total: int


def ways_out(filters: Filters, result: SearchResult) -> list[WayOut]:
    """Each condition whose dropping helps, the most helpful first."""
    found = []
    for hint in result.relaxed:
        name, text = _DROPS[hint.drop]
        found.append(WayOut(f"Без {text.format(q=filters.q)}", filters.without(name), hint.total))
    return found
