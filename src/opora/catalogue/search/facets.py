"""Counting the values of a facet among what a selection lets through without that facet's own condition."""

import numpy as np
from numpy.typing import NDArray

from .columns import FREE_BIT, FUNDING_BIT, SPECIAL_BIT, WEEKDAY_BIT
from .filters import Selection, folded
from .values import FUNDINGS, OLDEST_AGE, PROGRAMME_FACETS


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


def count_facet(selection: Selection, facet: str) -> dict:
    """Value → programmes, with every condition but the facet's own."""
    state = selection.state
    if facet in PROGRAMME_FACETS:
        rows = selection.rows
        if facet in selection.row_conditions:
            near = selection.near_rows
            failed = selection.row_failures[near] - selection.row_conditions[facet][near]
            rows = near[failed == 0]
        line = PROGRAMME_FACETS.index(facet)
        column = state.programmes.codes[line]
        counts = np.bincount(column[: state.rows] if len(rows) == state.rows else column[rows])
        values = state.codes[line].values
        filled = np.flatnonzero(counts)
        return {
            values[number]: count
            for number, count in zip(filled.tolist(), counts[filled].tolist(), strict=True)
            if values[number] not in (None, "")
        }
    bits = selection.row_bits
    if selection.group_failures is not None and facet in selection.group_conditions:
        failed = selection.group_failures - selection.group_conditions[facet]
        rows, bits = folded(state, selection.groups, failed == 0)
        bits = bits[selection.row_failures[rows] == 0]
    return _bit_facet(bits, facet)
