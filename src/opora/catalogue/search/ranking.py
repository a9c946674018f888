"""Order of what was found: the wanted page is picked by partition, only what is shown gets sorted."""

import numpy as np
from numpy.typing import NDArray

from .columns import FREE
from .filters import Rows, Selection, chord_squared, passing_groups
from .matching import TextMatch
from .values import SearchQuery

FREE_BONUS = np.float32(0.05)
COMPLETENESS_BONUS = np.float32(0.05)


def page_of(selection: Selection, query: SearchQuery, text: TextMatch) -> tuple[Rows, NDArray[np.float32]]:
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
    passing = passing_groups(state, query, rows)
    owners = np.searchsorted(rows, state.groups.row[passing])
    if query.sort == "free":
        return -np.bincount(owners, weights=state.free[passing].clip(0), minlength=len(rows))
    worst = np.full(len(rows), np.inf)
    values = (
        state.groups.price[passing].astype(np.float64)
        if query.sort == "price"
        else np.nan_to_num(chord_squared(state, query, passing), nan=np.inf)
    )
    if len(passing):
        starts = np.flatnonzero(np.concatenate(([True], owners[1:] != owners[:-1])))
        worst[owners[starts]] = np.minimum.reduceat(values, starts)
    return worst


def top(keys: list[NDArray], count: int) -> NDArray[np.int64]:
    """Places of the `count` smallest by the keys in turn, in order."""
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
