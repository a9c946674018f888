"""Filters, facets, order and pages over one snapshot.

A programme may fail at most one condition to count in the facet of that very condition ("all but its own"); so
rows and groups with two failures are dropped early and each facet is one more pass over what is left.
"""

from dataclasses import dataclass, replace
from math import asin, sqrt

import numpy as np
from numpy.typing import NDArray

from .columns import (
    FREE,
    FREE_BIT,
    FUNDING_BIT,
    NO_MINUTES,
    SPECIAL,
    SPECIAL_BIT,
    WEEKDAY_BIT,
    State,
    age_bits,
    degrees,
    sphere,
)
from .matching import TextMatch, match_text
from .values import (
    FUNDINGS,
    OLDEST_AGE,
    PROGRAMME_FACETS,
    GroupPoint,
    Hint,
    Hit,
    SearchQuery,
    SearchResult,
)

EARTH_KM = 6371.0088
FREE_BONUS = np.float32(0.05)
COMPLETENESS_BONUS = np.float32(0.05)
SEVERAL = 2

_FIELD_OF_FACET = {"focus_area": "focus_areas"}
_HINTED = (
    *(
        "q",
        "focus_areas",
        "municipality",
        "locality",
        "organisation",
        "level",
        "study_form",
        "ages",
        "weekdays",
    ),
    *("funding", "free_only", "special_needs", "open_only", "price_max", "within_km"),
)
_EMPTY = {
    "q": "",
    "free_only": False,
    "special_needs": False,
    "open_only": False,
    "price_max": None,
    "within_km": None,
}

Rows = NDArray[np.int64]


@dataclass(slots=True)
class Selection:
    """What passes: rows, and per row the groups' bits; failures kept for facets without their own filter."""

    state: State
    row_failures: NDArray[np.int8]
    row_conditions: dict[str, NDArray[np.bool_]]
    rows: Rows
    row_bits: NDArray[np.uint32]
    near_rows: Rows
    near_bits: NDArray[np.uint32]
    groups: Rows | None
    group_failures: NDArray[np.int8] | None
    group_conditions: dict[str, NDArray[np.bool_]]


def search(state: State, query: SearchQuery) -> SearchResult:
    """One page of what the query finds in this state."""
    text = match_text(state, query.q)
    selection = select(state, query, text)
    found = selection.rows
    page, scores = _page(selection, query, text)
    meaning = text.meaning
    return SearchResult(
        items=_hits(state, query, page, scores),
        total=len(found),
        facets={facet: _facet(selection, facet) for facet in query.facets},
        corrected=meaning.corrected,
        suggestion=meaning.suggestion,
        layout_swapped=meaning.layout_swapped,
        partial=text.partial,
        relaxed=[] if len(found) else _hints(state, query, text),
    )


def select(state: State, query: SearchQuery, text: TextMatch) -> Selection:
    """Apply all conditions of the query."""
    failures = np.full(state.rows, SEVERAL, np.int8)
    if text.rows is None:
        failures[state.alive] = 0
    else:
        failures[text.rows] = 0
    row_conditions = _row_conditions(state, query)
    for failed in row_conditions.values():
        failures += failed
    near = np.flatnonzero(failures < SEVERAL)
    groups, strict, conditions = _group_conditions(state, query, near)
    if strict is None and not conditions:
        near_bits = state.row_bits[near]
        passed = failures[near] == 0
        return Selection(
            state, failures, row_conditions, near[passed], near_bits[passed], near, near_bits, None, None, {}
        )
    count = len(strict) if strict is not None else len(next(iter(conditions.values())))
    group_failures = np.zeros(count, np.int8)
    if strict is not None:
        group_failures[strict] = SEVERAL
    for failed in conditions.values():
        group_failures += failed
    near, near_bits = _folded(state, groups, group_failures == 0)
    kept = failures[near] < SEVERAL
    near, near_bits = near[kept], near_bits[kept]
    passed = failures[near] == 0
    return Selection(
        state,
        *(failures, row_conditions, near[passed], near_bits[passed], near, near_bits),
        *(groups, group_failures, conditions),
    )


def _row_conditions(state: State, query: SearchQuery) -> dict[str, NDArray[np.bool_]]:
    """Per active filter on programmes: which rows fail it."""
    conditions = {}
    for line, facet in enumerate(PROGRAMME_FACETS):
        wanted = getattr(query, _FIELD_OF_FACET.get(facet, facet))
        if wanted:
            numbers = state.codes[line].known(wanted)
            column = state.programmes.codes[line, : state.rows]
            if len(numbers) == 1:
                conditions[facet] = column != numbers[0]
            else:
                allowed = np.zeros(len(state.codes[line].values) + 1, bool)
                allowed[numbers] = True
                conditions[facet] = ~allowed[column]
    return conditions


def _groups_of(state: State, rows: Rows) -> Rows:
    """Places of all groups of the rows, in order."""
    counts = state.programmes.group_count[rows]
    first = state.programmes.first_group[rows]
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(first - ends + counts, counts) + np.arange(total)


def _group_conditions(
    state: State, query: SearchQuery, rows: Rows
) -> tuple[Rows | None, NDArray[np.bool_] | None, dict[str, NDArray[np.bool_]]]:
    """Groups looked at (None = all), which of them fail a condition without a facet, and failures per facet."""
    masks = _bit_masks(query)
    has_strict = any(value is not None for value in (query.time_from, query.time_to, query.price_max, query.within_km))
    if not masks and not has_strict and not query.open_only:
        return None, None, {}
    groups = _groups_of(state, rows) if len(rows) * 2 < state.rows else None
    bits = state.bits if groups is None else state.bits[groups]
    conditions = {facet: (bits & mask) == 0 for facet, mask in masks.items()}
    strict = _strict_failures(state, query, groups) if has_strict or query.open_only else None
    return groups, strict, conditions


def _bit_masks(query: SearchQuery) -> dict[str, np.uint32]:
    """Per active filter on groups that has a facet: the bits of which a group needs at least one."""
    masks: dict[str, int] = {}
    for age in query.ages:
        masks["age"] = masks.get("age", 0) | age_bits(age, age)
    for day in query.weekdays:
        masks["weekday"] = masks.get("weekday", 0) | 1 << (WEEKDAY_BIT + day - 1)
    for funding in query.funding:
        masks["funding"] = masks.get("funding", 0) | 1 << (FUNDING_BIT + FUNDINGS.index(funding))  # type: ignore[arg-type]
    if query.free_only:
        masks["free"] = int(FREE)
    if query.special_needs:
        masks["special_needs"] = int(SPECIAL)
    return {facet: np.uint32(mask) for facet, mask in masks.items()}


def _strict_failures(state: State, query: SearchQuery, groups: Rows | None) -> NDArray[np.bool_]:
    """Groups that fail time, price, distance or the enrolment window."""
    at = slice(0, state.group_rows) if groups is None else groups
    columns = state.groups
    failed = np.zeros(state.group_rows if groups is None else len(groups), bool)
    if query.time_from is not None:
        failed |= columns.start[at] < max(query.time_from, NO_MINUTES + 1)
    if query.time_to is not None:
        end = columns.end[at]
        failed |= (end > query.time_to) | (end == NO_MINUTES)
    if query.price_max is not None:
        failed |= columns.price[at] > query.price_max
    if query.open_only:
        failed |= ~columns.open[at]
    if query.within_km is not None:
        chord = _chord_squared(state, query, at)
        failed |= ~(chord <= (2 * np.sin(min(query.within_km / EARTH_KM / 2, np.pi / 2))) ** 2)
    return failed


def _chord_squared(state: State, query: SearchQuery, at: slice | Rows) -> NDArray[np.float32]:
    """Squared straight distance on the unit sphere from the place of the query; NaN when unknown."""
    x, y, z = state.groups.sphere[:, at]
    here = np.asarray(sphere(*query.near), np.float32)  # type: ignore[misc]
    return (x - here[0]) ** 2 + (y - here[1]) ** 2 + (z - here[2]) ** 2


def _folded(state: State, groups: Rows | None, passed: NDArray[np.bool_]) -> tuple[Rows, NDArray[np.uint32]]:
    """Rows with at least one passing group and the OR of the bits of those groups."""
    at = np.flatnonzero(passed)
    if groups is not None:
        at = groups[at]
    if not len(at):
        return np.empty(0, np.int64), np.empty(0, np.uint32)
    rows = state.groups.row[at]
    starts = np.concatenate(([0], np.flatnonzero(rows[1:] != rows[:-1]) + 1))
    return rows[starts], np.bitwise_or.reduceat(state.bits[at], starts)


def _facet(selection: Selection, facet: str) -> dict:
    """Value → programmes, with every condition but the facet's own."""
    state = selection.state
    if facet in PROGRAMME_FACETS:
        rows = selection.rows
        if facet in selection.row_conditions:
            near = selection.near_rows
            failed = selection.row_failures[near] - selection.row_conditions[facet][near]
            rows = near[failed == 0]
        line = PROGRAMME_FACETS.index(facet)
        counts = np.bincount(state.programmes.codes[line, rows])
        values = state.codes[line].values
        filled = np.flatnonzero(counts)
        return {
            values[number]: count
            for number, count in zip(filled.tolist(), counts[filled].tolist(), strict=True)
            if values[number] not in (None, "")
        }
    bits = selection.row_bits
    if facet in selection.group_conditions:
        failed = selection.group_failures - selection.group_conditions[facet]
        rows, bits = _folded(state, selection.groups, failed == 0)
        bits = bits[selection.row_failures[rows] == 0]
    return _bit_facet(bits, facet)


def _table(width: int) -> NDArray[np.float64]:
    """Line n holds the bits of n; a product with counts per n gives counts per bit."""
    return ((np.arange(1 << width)[:, None] >> np.arange(width)) & 1).astype(np.float64)


_TABLES = {width: _table(width) for width in (1, 3, 7, 9, 10)}
_BIT_FACETS: dict[str, tuple[tuple[int, int], ...]] = {
    "age": ((0, 10), (10, 9)),
    "weekday": ((WEEKDAY_BIT, 7),),
    "funding": ((FUNDING_BIT, 3),),
    "free": ((FREE_BIT, 1),),
    "special_needs": ((SPECIAL_BIT, 1),),
}
_BIT_VALUES: dict[str, tuple] = {
    "age": tuple(range(OLDEST_AGE + 1)),
    "weekday": tuple(range(1, 8)),
    "funding": FUNDINGS,
    "free": (True,),
    "special_needs": (True,),
}


def _bit_facet(bits: NDArray[np.uint32], facet: str) -> dict:
    counts: list[float] = []
    for shift, width in _BIT_FACETS[facet]:
        part = (bits >> np.uint32(shift)) & np.uint32((1 << width) - 1)
        counts.extend((np.bincount(part, minlength=1 << width) @ _TABLES[width]).tolist())
    return {value: int(count) for value, count in zip(_BIT_VALUES[facet], counts, strict=True) if count}


def _page(selection: Selection, query: SearchQuery, text: TextMatch) -> tuple[Rows, NDArray[np.float32]]:
    """Rows of the wanted page in order, and their scores."""
    state, rows = selection.state, selection.rows
    score = state.programmes.completeness[rows] * COMPLETENESS_BONUS
    score += ((selection.row_bits & FREE) != 0) * FREE_BONUS
    if text.rows is not None:
        score += text.scores[np.searchsorted(text.rows, rows)]
    keys: list[NDArray] = [-score, state.programmes.ids[rows]]
    special = _sort_key(selection, query)
    if special is not None:
        keys.insert(0, special)
    end = query.page * query.per_page
    best = top(keys, end)[end - query.per_page :]
    return rows[best], score[best]


def _sort_key(selection: Selection, query: SearchQuery) -> NDArray | None:
    """What an order other than relevance sorts by, ascending; None for relevance."""
    state, rows = selection.state, selection.rows
    if query.sort == "newest":
        return -state.programmes.published[rows]
    if query.sort == "relevance" or (query.sort == "distance" and query.near is None):
        return None
    if not len(rows):
        return np.empty(0)
    passing = _passing_groups(state, query, rows)
    owners = np.searchsorted(rows, state.groups.row[passing])
    if query.sort == "free":
        return -np.bincount(owners, weights=state.free[passing].clip(0), minlength=len(rows))
    worst = np.full(len(rows), np.inf)
    values = (
        state.groups.price[passing].astype(np.float64)
        if query.sort == "price"
        else np.nan_to_num(_chord_squared(state, query, passing), nan=np.inf)
    )
    if len(passing):
        starts = np.flatnonzero(np.concatenate(([True], owners[1:] != owners[:-1])))
        worst[owners[starts]] = np.minimum.reduceat(values, starts)
    return worst


def _passing_groups(state: State, query: SearchQuery, rows: Rows) -> Rows:
    """Places of the groups of the rows that fulfil all conditions on groups."""
    groups = _groups_of(state, rows)
    passed = np.ones(len(groups), bool)
    bits = state.bits[groups]
    for mask in _bit_masks(query).values():
        passed &= (bits & mask) != 0
    return groups[passed & ~_strict_failures(state, query, groups)]


def top(keys: list[NDArray], count: int) -> NDArray[np.int64]:
    """Places of the `count` smallest by the keys in turn, in order: partition first, sort only what is shown."""
    chosen = np.arange(len(keys[0]))
    taken: list[NDArray] = []
    wanted = min(count, len(chosen))
    for key in keys:
        if len(chosen) <= wanted or not wanted:
            break
        values = key[chosen]
        border = np.partition(values, wanted - 1)[wanted - 1]
        under = chosen[values < border]
        taken.append(under)
        chosen = chosen[values == border]
        wanted -= len(under)
    taken.append(chosen[:wanted])
    places = np.concatenate(taken)
    return places[np.lexsort([key[places] for key in reversed(keys)])]


def _hits(state: State, query: SearchQuery, rows: Rows, scores: NDArray[np.float32]) -> list[Hit]:
    """The shown programmes with their matching groups and the way to the nearest of these."""
    passing = _passing_groups(state, query, np.sort(rows))
    owners = state.groups.row[passing].tolist()
    chords = _chord_squared(state, query, passing).tolist() if query.near is not None else [None] * len(owners)
    groups: dict[int, list[int]] = {}
    nearest: dict[int, float] = {}
    for owner, group, chord in zip(owners, state.groups.ids[passing].tolist(), chords, strict=True):
        groups.setdefault(owner, []).append(group)
        if chord is not None and chord == chord:
            nearest[owner] = min(chord, nearest.get(owner, chord))
    ids = state.programmes.ids[rows].tolist()
    return [
        Hit(i, tuple(groups.get(row, ())), _kilometres(nearest.get(row)), score)
        for i, row, score in zip(ids, rows.tolist(), scores.tolist(), strict=True)
    ]


def _kilometres(chord_squared: float | None) -> float | None:
    """Length of the arc over a chord, to 10 metres."""
    if chord_squared is None:
        return None
    return round(2 * EARTH_KM * asin(min(1.0, sqrt(chord_squared) / 2)), 2)


def points(state: State, query: SearchQuery, limit: int) -> list[GroupPoint]:
    """Matching groups with coordinates, in order of programme and group id."""
    rows = select(state, query, match_text(state, query.q)).rows
    passing = _passing_groups(state, query, rows)
    passing = passing[~np.isnan(state.groups.sphere[0, passing])]
    programme_ids = state.programmes.ids[state.groups.row[passing]]
    order = np.lexsort((state.groups.ids[passing], programme_ids))[:limit]
    passing, programme_ids = passing[order], programme_ids[order]
    return [
        GroupPoint(programme, group, *(round(d, 5) for d in degrees(*place)))
        for programme, group, place in zip(
            programme_ids.tolist(),
            state.groups.ids[passing].tolist(),
            state.groups.sphere[:, passing].astype(np.float64).T.tolist(),
            strict=True,
        )
    ]


def _hints(state: State, query: SearchQuery, text: TextMatch) -> list[Hint]:
    """For each condition: how many programmes there are without it; the most helpful first."""
    hints = []
    for name in _HINTED:
        empty = _EMPTY.get(name, ())
        if getattr(query, name) == empty or (name == "q" and text.rows is None):
            continue
        other = replace(query, **{name: empty}, facets=())
        total = len(select(state, other, match_text(state, "") if name == "q" else text).rows)
        if total:
            hints.append(Hint(name, total))
    if query.time_from is not None or query.time_to is not None:
        total = len(select(state, replace(query, time_from=None, time_to=None), text).rows)
        if total:
            hints.append(Hint("time", total))
    return sorted(hints, key=lambda hint: (-hint.total, hint.drop))
