"""The address of the catalogue page as values: parsed kindly, written back canonically. Pure, no ORM.

What cannot be understood is left out and named to the visitor; a page of the catalogue is never an error page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from opora.catalogue.search.values import FUNDINGS, SORTS
from opora.catalogue.vocabulary import FocusArea

CATALOGUE = "/navigator/"
PER_PAGE = 12
LEVELS = {"starter": "Стартовый", "basic": "Базовый", "advanced": "Продвинутый"}
STUDY_FORMS = {
    "full_time": "Очно",
    "part_time": "Очно и дистанционно",
    "correspondence": "Заочно",
    "distance": "Дистанционно",
}
FUNDING_NAMES = {"budget": "Бесплатно", "certificate": "По сертификату", "paid": "Платно"}
DAY_PARTS = {
    "morning": ("Утром, до 12:00", None, 12 * 60),
    "day": ("Днём, с 12:00 до 17:00", 12 * 60, 17 * 60),
    "evening": ("Вечером, после 16:00", 16 * 60, None),
}
"""Code → (label, all lessons from, all lessons to) in minutes from midnight."""
DISTANCES = (1, 3, 5, 10, 30)
PRICES = (500, 2000, 5000, 10000, 20000)
SORT_NAMES = {
    "relevance": "Подходящие сначала",
    "distance": "Ближе",
    "price": "Дешевле",
    "free": "Больше мест",
    "newest": "Новые",
}
VIEWS = ("list", "map")
MOST_WORDS = 200
YOUNGEST, OLDEST = 3, 18

_PLACE = re.compile(r"^\s*(-?\d{1,2}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)\s*$")
_NAMES = {
    "age": "возраст",
    "weekday": "день недели",
    "price": "цену",
    "near": "место",
    "within": "расстояние",
    "page": "номер страницы",
    "locality": "населённый пункт",
    "place": "населённый пункт",
}


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions of the catalogue page. `price` in roubles, `within` in km, `near` is (lat, lon)."""

    q: str = ""
    focus_area: tuple[str, ...] = ()
    age: tuple[int, ...] = ()
    weekday: tuple[int, ...] = ()
    time: str = ""
    free: bool = False
    open: bool = False
    funding: tuple[str, ...] = ()
    price: int | None = None
    municipality: tuple[str, ...] = ()
    locality: tuple[int, ...] = ()
    organisation: str = ""
    level: tuple[str, ...] = ()
    study_form: tuple[str, ...] = ()
    special: bool = False
    place: int | None = None
    near: tuple[float, float] | None = None
    within: int | None = None
    child: str = ""
    sort: str = "relevance"
    view: str = "list"
    page: int = 1
    rejected: tuple[str, ...] = field(default=(), compare=False)
    """Russian names of what was in the address and could not be understood."""

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Parameters that differ from the defaults, in a fixed order."""
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name == "rejected" or value == one.default:
                continue
            if one.name == "near":
                yield "near", f"{value[0]:.5f},{value[1]:.5f}"
            elif isinstance(value, tuple):
                yield from ((one.name, str(item)) for item in value)
            else:
                yield one.name, "1" if value is True else str(value)

    def url(self, **changes: Any) -> str:
        """Address of the same search with some conditions changed; the page starts again from one."""
        changed = replace(self, **({"page": 1} | changes))
        query = urlencode(list(changed.pairs()))
        return f"{CATALOGUE}?{query}" if query else CATALOGUE

    def without(self, name: str, value: Any = None) -> str:
        """Address without a condition, or without one of its values."""
        current = getattr(self, name)
        if isinstance(current, tuple) and value is not None:
            return self.url(**{name: tuple(item for item in current if item != value)})
        default = next(one.default for one in fields(self) if one.name == name)
        return self.url(**{name: default})

    @property
    def narrowed(self) -> bool:
        """Is there any condition besides words, order, view and page?"""
        kept: dict[str, Any] = {
            "q": "",
            "sort": "relevance",
            "view": "list",
            "page": 1,
            "child": "",
            "near": None,
            "place": None,
        }
        return replace(self, **kept) != Filters()


def parse(data: QueryDict) -> Filters:
    """Filters from the query of an address; nothing raises."""
    rejected: list[str] = []

    def integers(name: str, low: int, high: int) -> tuple[int, ...]:
        found = []
        for text in filter(None, map(str.strip, data.getlist(name))):
            if text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high:
                found.append(int(text))
            else:
                rejected.append(_NAMES[name])
        return tuple(dict.fromkeys(found))

    def first(name: str, low: int, high: int) -> int | None:
        found = integers(name, low, high)
        return found[0] if found else None

    near = _place(data.get("near", ""), lambda: rejected.append(_NAMES["near"]))
    place = first("place", 1, 2**31)
    sort = _one(data, "sort", SORTS, "relevance")
    return Filters(
        q=" ".join(data.get("q", "").replace("\x00", "").split())[:MOST_WORDS],
        focus_area=_several(data, "focus_area", FocusArea.values),
        age=integers("age", 0, OLDEST),
        weekday=integers("weekday", 1, 7),
        time=_one(data, "time", DAY_PARTS, ""),
        free=_flag(data, "free"),
        open=_flag(data, "open"),
        funding=_several(data, "funding", FUNDINGS),
        price=first("price", 0, 10**7),
        municipality=tuple(dict.fromkeys(code for code in data.getlist("municipality") if code.isalnum())),
        locality=integers("locality", 1, 2**31),
        organisation=data.get("organisation", "")[:80] if re.fullmatch(r"[\w-]*", data.get("organisation", "")) else "",
        level=_several(data, "level", LEVELS),
        study_form=_several(data, "study_form", STUDY_FORMS),
        special=_flag(data, "special"),
        place=place,
        near=near,
        within=first("within", 1, 500),
        child=data.get("child", "")[:40],
        sort=sort,
        view=_one(data, "view", VIEWS, "list"),
        page=first("page", 1, 10**6) or 1,
        rejected=tuple(dict.fromkeys(rejected)),
    )


def _flag(data: QueryDict, name: str) -> bool:
    return data.get(name, "") in ("1", "on", "true", "True")


def _one(data: QueryDict, name: str, known: Iterable[str], default: str) -> str:
    value = data.get(name, default)
    return value if value in set(known) else default


def _several(data: QueryDict, name: str, known: Iterable[str]) -> tuple[str, ...]:
    allowed = set(known)
    return tuple(dict.fromkeys(value for value in data.getlist(name) if value in allowed))


def _place(text: str, refuse: Callable[[], None]) -> tuple[float, float] | None:
    if not text.strip():
        return None
    match = _PLACE.match(text)
    if match:
        lat, lon = float(match[1]), float(match[2])
        if abs(lat) <= 90 and abs(lon) <= 180:
            return lat, lon
    refuse()
    return None
