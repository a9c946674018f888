"""Conditions of a query over one snapshot.

A programme may fail at most one condition to count in the facet of that very condition ("all but its
own"); so rows and groups with two failures are dropped early and each facet is one more pass over the rest.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .columns import FREE, FUNDING_BIT, NO_MINUTES, SPECIAL, WEEKDAY_BIT, State, age_bits, sphere
from .matching import TextMatch
from .values import FUNDINGS, PROGRAMME_FACETS, SearchQuery

EARTH_KM = 6371.0088
SEVERAL = 2

_FIELD_OF_FACET = {"focus_area": "focus_areas"}

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
    near, near_bits = folded(state, groups, group_failures == 0)
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


def groups_of(state: State, rows: Rows) -> Rows:
    """Places of all groups of the rows, in order."""
    counts = state.programmes.group_count[rows]
    first = state.programmes.first_group[rows]
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(first - ends + counts, counts) + np.arange(total)


def _group_conditions(
    state: State, query: SearchQuery, rows: Rows
) -> tuple[Rows | None, NDArray[np.bool_] | None, dict[str, NDArray[np.bool_]]]:
    """Groups looked at (None = all), failures of conditions without a facet, failures per facet."""
    masks = _bit_masks(query)
    has_strict = any(value is not None for value in (query.time_from, query.time_to, query.price_max, query.within_km))
    if not masks and not has_strict and not query.open_only:
        return None, None, {}
    groups = groups_of(state, rows) if len(rows) * 2 < state.rows else None
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
        masks["funding"] = masks.get("funding", 0) | 1 << (FUNDING_BIT + FUNDINGS.index(funding))
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
        chord = chord_squared(state, query, at)
        failed |= ~(chord <= (2 * np.sin(min(query.within_km / EARTH_KM / 2, np.pi / 2))) ** 2)
    return failed


def chord_squared(state: State, query: SearchQuery, at: slice | Rows) -> NDArray[np.float32]:
    """Squared straight distance on the unit sphere from the place of the query; NaN when unknown."""
    x, y, z = state.groups.sphere[:, at]
    here = np.asarray(sphere(*query.near), np.float32)  # type: ignore[misc]
    return (x - here[0]) ** 2 + (y - here[1]) ** 2 + (z - here[2]) ** 2


def folded(state: State, groups: Rows | None, passed: NDArray[np.bool_]) -> tuple[Rows, NDArray[np.uint32]]:
    """Rows with at least one passing group and the OR of the bits of those groups."""
    at = np.flatnonzero(passed)
    if groups is not None:
        at = groups[at]
    if not len(at):
        return np.empty(0, np.int64), np.empty(0, np.uint32)
    rows = state.groups.row[at].astype(np.int64)
    starts = np.concatenate(([0], np.flatnonzero(rows[1:] != rows[:-1]) + 1))
    return rows[starts], np.bitwise_or.reduceat(state.bits[at], starts)


def passing_groups(state: State, query: SearchQuery, rows: Rows) -> Rows:
    """Places of the groups of the rows that fulfil all conditions on groups."""
    groups = groups_of(state, rows)
    passed = np.ones(len(groups), bool)
    bits = state.bits[groups]
    for mask in _bit_masks(query).values():
        passed &= (bits & mask) != 0
    return groups[passed & ~_strict_failures(state, query, groups)]
