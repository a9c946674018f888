"""Plain values that go into the search engine and come out of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple

Funding = Literal["budget", "certificate", "paid"]
Sort = Literal["relevance", "distance", "price", "newest", "free"]

FUNDINGS: tuple[Funding, ...] = ("budget", "certificate", "paid")
SORTS: tuple[Sort, ...] = ("relevance", "distance", "price", "newest", "free")
PROGRAMME_FACETS = ("focus_area", "municipality", "locality", "organisation", "level", "study_form")
GROUP_FACETS = ("age", "weekday", "funding", "free", "special_needs")
FACETS = PROGRAMME_FACETS + GROUP_FACETS
DEFAULT_FACETS = ("focus_area", "municipality", "age", "weekday", "funding", "free")

OLDEST_AGE = 18
"""Ages of 18 and more are counted together."""


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """A learning group as the search sees it.

    Ages in full years (both ends belong); weekdays as ISO numbers 1 (Monday) … 7; minutes from midnight,
    local time: the earliest beginning and the latest end of a lesson; price in kopecks; `free` places now.
    """

    id: int
    age_from: int
    age_to: int
    weekdays: frozenset[int] = frozenset()
    start_minutes: int | None = None
    end_minutes: int | None = None
    free: int = 0
    price_kopecks: int = 0
    funding: frozenset[str] = frozenset()
    lat: float | None = None
    lon: float | None = None
    special_needs: bool = False
    window_open: bool = True
    start_date: date | None = None


@dataclass(frozen=True, slots=True)
class ProgrammeDoc:
    """A published programme with its groups, as the search sees it. `completeness` is 0 … 100 percent."""

    id: int
    name: str
    annotation: str = ""
    keywords: str = ""
    activity_direction: str = ""
    organisation: str = ""
    teachers: tuple[str, ...] = ()
    venue: str = ""
    locality: str = ""
    focus_area: str = ""
    level: str = ""
    study_form: str = ""
    municipality_id: int | None = None
    organisation_id: int | None = None
    locality_id: int | None = None
    published_at: datetime | None = None
    completeness: int = 0
    groups: tuple[GroupFacts, ...] = ()


def _several(value: object) -> tuple:
    """A tuple of filter values from a single value, an iterable or None."""
    if value is None or value == "":
        return ()
    if isinstance(value, str) or not isinstance(value, Iterable):
        return (value,)
    return tuple(value)


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is looked for. Several values of one filter mean "any of them"; single values are accepted too.

    `ages`: the group takes at least one of them. `weekdays`: a lesson on at least one. `time_from`,
    `time_to`: all lessons lie between (minutes from midnight). `price_max` in kopecks. `near` is (lat, lon).
    Conditions on groups must hold together in one group. Raises ValueError on values that make no sense.
    """

    q: str = ""
    focus_areas: tuple[str, ...] = ()
    ages: tuple[int, ...] = ()
    municipality: tuple[int, ...] = ()
    locality: tuple[int, ...] = ()
    organisation: tuple[int, ...] = ()
    level: tuple[str, ...] = ()
    study_form: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    time_from: int | None = None
    time_to: int | None = None
    free_only: bool = False
    open_only: bool = False
    funding: tuple[str, ...] = ()
    price_max: int | None = None
    special_needs: bool = False
    near: tuple[float, float] | None = None
    within_km: float | None = None
    sort: Sort = "relevance"
    page: int = 1
    per_page: int = 20
    facets: tuple[str, ...] = DEFAULT_FACETS

    def __post_init__(self) -> None:
        for name in (
            *("focus_areas", "ages", "municipality", "locality", "organisation", "level", "study_form"),
            *("weekdays", "funding", "facets"),
        ):
            object.__setattr__(self, name, _several(getattr(self, name)))
        checks = (
            (all(1 <= day <= 7 for day in self.weekdays), "weekdays"),
            (all(age >= 0 for age in self.ages), "ages"),
            (set(self.funding) <= set(FUNDINGS), "funding"),
            (self.sort in SORTS, "sort"),
            (set(self.facets) <= set(FACETS), "facets"),
            (self.page >= 1, "page"),
            (1 <= self.per_page <= 1000, "per_page"),
            (self.within_km is None or (self.near is not None and self.within_km > 0), "within_km"),
            (self.near is None or (abs(self.near[0]) <= 90 and abs(self.near[1]) <= 180), "near"),
        )
        wrong = [name for good, name in checks if not good]
        if wrong:
            raise ValueError(f"search query: bad value of {', '.join(wrong)}")


class Hit(NamedTuple):
    """One programme found, with the groups that fulfil all conditions on groups."""

    id: int
    group_ids: tuple[int, ...]
    distance_km: float | None
    score: float


class Hint(NamedTuple):
    """What to drop when nothing is found (a field of the query) and how many programmes then remain."""

    drop: str
    total: int


class Suggestion(NamedTuple):
    """A line of the type-ahead list: a phrase to search, or a programme to open."""

    text: str
    kind: Literal["phrase", "programme"]
    programme_id: int | None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of what was found.

    `facets`: facet → {value: programmes}, each counted without its own filter. `corrected`: what was
    searched instead of the words typed. `suggestion`: another spelling worth offering. `partial`: no
    programme has all the words, so those with most of them are shown. `relaxed`: when nothing is found.
    """

    items: list[Hit]
    total: int
    facets: dict[str, dict] = field(default_factory=dict)
    corrected: str | None = None
    suggestion: str | None = None
    layout_swapped: bool = False
    partial: bool = False
    relaxed: list[Hint] = field(default_factory=list)


class GroupPoint(NamedTuple):
    """A matching group for the map, in degrees."""

    programme_id: int
    group_id: int
    lat: float
    lon: float
