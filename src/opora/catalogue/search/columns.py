"""The snapshot that readers search: columns of programmes and groups.

Rows are only appended. A changed programme gets a new row and its old one dies; everything a reader may
notice changes with the exchange of one `State` object, so a reader sees all of a change or nothing of it.
Arrays have spare room at the end, which the writer fills before it shows a state that reaches there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .lexicon import Lexicon
from .postings import Postings
from .values import FUNDINGS, OLDEST_AGE, PROGRAMME_FACETS, GroupFacts, ProgrammeDoc

WEEKDAY_BIT = OLDEST_AGE + 1
FUNDING_BIT = WEEKDAY_BIT + 7
FREE_BIT = FUNDING_BIT + len(FUNDINGS)
SPECIAL_BIT = FREE_BIT + 1
FREE = np.uint32(1 << FREE_BIT)
SPECIAL = np.uint32(1 << SPECIAL_BIT)
NO_MINUTES = -1


def age_bits(age_from: int, age_to: int) -> int:
    """Bits 0 … 18 of the ages in a closed range; ages over 18 share the last bit."""
    low, high = min(max(age_from, 0), OLDEST_AGE), min(age_to, OLDEST_AGE)
    return ((1 << (high + 1)) - (1 << low)) if high >= low and age_to >= age_from else 0


def group_bits(group: GroupFacts) -> int:
    """All that facets and filters test about a group, packed: ages, weekdays, funding, free places, needs."""
    bits = age_bits(group.age_from, group.age_to)
    for day in group.weekdays:
        if not 1 <= day <= 7:
            raise ValueError(f"group {group.id}: weekday {day} is not 1 … 7")
        bits |= 1 << (WEEKDAY_BIT + day - 1)
    for number, funding in enumerate(FUNDINGS):
        if funding in group.funding:
            bits |= 1 << (FUNDING_BIT + number)
    if group.free > 0:
        bits |= int(FREE)
    return bits | (int(SPECIAL) if group.special_needs else 0)


class Codes:
    """Values of one facet ↔ small numbers. Grows only."""

    def __init__(self) -> None:
        self.values: list = []
        self._numbers: dict = {}

    def number(self, value: object) -> int:
        """Number of a value, given when new (writer only)."""
        if value not in self._numbers:
            self.values.append(value)
            self._numbers[value] = len(self.values) - 1
        return self._numbers[value]

    def known(self, values: Iterable[object]) -> list[int]:
        """Numbers of those values that any programme ever had."""
        return [self._numbers[value] for value in values if value in self._numbers]


def facet_value(doc: ProgrammeDoc, facet: str) -> object:
    """A programme's value of a programme facet; None or an empty text means it has none."""
    return getattr(doc, f"{facet}_id" if facet in ("municipality", "locality", "organisation") else facet)


@dataclass(frozen=True, slots=True)
class Programmes:
    """Columns with one entry per row. `codes` has one line per programme facet."""

    ids: NDArray[np.int64]
    published: NDArray[np.float64]
    completeness: NDArray[np.float32]
    first_group: NDArray[np.int32]
    group_count: NDArray[np.int32]
    codes: NDArray[np.int32]

    @classmethod
    def empty(cls) -> "Programmes":
        """Columns without entries."""
        whole = np.zeros(0, np.int32)
        return cls(
            ids=np.zeros(0, np.int64),
            published=np.zeros(0, np.float64),
            completeness=np.zeros(0, np.float32),
            first_group=whole,
            group_count=whole,
            codes=np.zeros((len(PROGRAMME_FACETS), 0), np.int32),
        )


@dataclass(frozen=True, slots=True)
class Groups:
    """Columns with one entry per group; groups of a row are neighbours. Places are on the unit sphere."""

    ids: NDArray[np.int64]
    row: NDArray[np.int32]
    start: NDArray[np.int16]
    end: NDArray[np.int16]
    price: NDArray[np.int64]
    open: NDArray[np.bool_]
    sphere: NDArray[np.float32]

    @classmethod
    def empty(cls) -> "Groups":
        """Columns without entries."""
        minutes = np.zeros(0, np.int16)
        return cls(
            ids=np.zeros(0, np.int64),
            row=np.zeros(0, np.int32),
            start=minutes,
            end=minutes,
            price=np.zeros(0, np.int64),
            open=np.zeros(0, np.bool_),
            sphere=np.zeros((3, 0), np.float32),
        )


Columns = TypeVar("Columns", Programmes, Groups)


def extended(columns: Columns, count: int, room: int) -> Columns:
    """The columns with room for at least `count + room` entries, copied when they had less."""
    have = columns.ids.shape[0]
    if have >= count + room:
        return columns
    size = count + room + max(256, (count + room) // 8)
    grown: dict[str, NDArray] = {}
    for column in fields(columns):
        old: NDArray = getattr(columns, column.name)
        new = np.zeros((*old.shape[:-1], size), old.dtype)
        new[..., :count] = old[..., :count]
        grown[column.name] = new
    return replace(columns, **grown)


def taken(columns: Columns, places: NDArray[np.int64]) -> Columns:
    """The columns with only the entries at these places."""
    chosen = {column.name: getattr(columns, column.name)[..., places] for column in fields(columns)}
    return replace(columns, **chosen)


def sphere(lat: float | None, lon: float | None) -> tuple[float, float, float]:
    """A place on the unit sphere; NaN when unknown."""
    if lat is None or lon is None:
        return (float("nan"),) * 3
    phi, lam = np.radians(lat), np.radians(lon)
    return float(np.cos(phi) * np.cos(lam)), float(np.cos(phi) * np.sin(lam)), float(np.sin(phi))


def degrees(x: float, y: float, z: float) -> tuple[float, float]:
    """Latitude and longitude of a place on the unit sphere."""
    return float(np.degrees(np.arctan2(z, np.hypot(x, y)))), float(np.degrees(np.arctan2(y, x)))


@dataclass(frozen=True, slots=True)
class State:
    """One consistent view. Nothing a reader of this state may see is written to once it is published."""

    programmes: Programmes
    groups: Groups
    rows: int
    group_rows: int
    live: int
    alive: NDArray[np.bool_]
    bits: NDArray[np.uint32]
    row_bits: NDArray[np.uint32]
    free: NDArray[np.int32]
    names: list[str]
    codes: tuple[Codes, ...]
    lexicon: Lexicon
    postings: Postings

    @classmethod
    def empty(cls) -> "State":
        """A view of nothing, with a lexicon of its own."""
        none = np.zeros(0, np.uint32)
        return cls(
            *(
                Programmes.empty(),
                Groups.empty(),
                0,
                0,
                0,
                np.zeros(0, bool),
                none,
                none,
                np.zeros(0, np.int32),
            ),
            *([], tuple(Codes() for _ in PROGRAMME_FACETS), Lexicon(), Postings()),
        )


def fill_programmes(
    columns: Programmes, codes: Sequence[Codes], docs: Sequence[ProgrammeDoc], row: int, group: int
) -> None:
    """Write documents into the spare room of the columns, from `row` and first group `group` on."""
    end = row + len(docs)
    counts = np.array([len(doc.groups) for doc in docs], np.int32)
    columns.ids[row:end] = [doc.id for doc in docs]
    columns.published[row:end] = [doc.published_at.timestamp() if doc.published_at else 0.0 for doc in docs]
    columns.completeness[row:end] = [doc.completeness / 100 for doc in docs]
    columns.group_count[row:end] = counts
    columns.first_group[row:end] = group + np.cumsum(counts) - counts
    for line, (facet, known) in enumerate(zip(PROGRAMME_FACETS, codes, strict=True)):
        columns.codes[line, row:end] = [known.number(facet_value(doc, facet)) for doc in docs]


def fill_groups(columns: Groups, docs: Sequence[ProgrammeDoc], row: int, group: int) -> None:
    """Write the groups of documents into the spare room of the columns."""
    pairs = [(number, found) for number, doc in enumerate(docs, start=row) for found in doc.groups]
    end = group + len(pairs)
    columns.ids[group:end] = [found.id for _, found in pairs]
    columns.row[group:end] = [number for number, _ in pairs]
    columns.start[group:end] = [_minutes(found.start_minutes) for _, found in pairs]
    columns.end[group:end] = [_minutes(found.end_minutes) for _, found in pairs]
    columns.price[group:end] = [found.price_kopecks for _, found in pairs]
    columns.open[group:end] = [found.window_open for _, found in pairs]
    phi = np.radians(np.array([np.nan if found.lat is None else found.lat for _, found in pairs], np.float64))
    lam = np.radians(np.array([np.nan if found.lon is None else found.lon for _, found in pairs], np.float64))
    columns.sphere[0, group:end] = np.cos(phi) * np.cos(lam)
    columns.sphere[1, group:end] = np.cos(phi) * np.sin(lam)
    columns.sphere[2, group:end] = np.where(np.isnan(lam), np.nan, np.sin(phi))


def _minutes(value: int | None) -> int:
    return NO_MINUTES if value is None else value


def folded_bits(bits: NDArray[np.uint32], first: NDArray[np.int32], counts: NDArray[np.int32]) -> NDArray[np.uint32]:
    """OR of the bits of each row's groups; 0 for a row without groups."""
    result = np.zeros(len(first), np.uint32)
    filled = np.flatnonzero(counts)
    if len(filled):
        result[filled] = np.bitwise_or.reduceat(bits, first[filled])
    return result
