"""One search over one snapshot: words, conditions, facets, order, page, hints when nothing is found."""

from dataclasses import replace
from math import asin, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .columns import State, degrees
from .facets import count_facet
from .filters import EARTH_KM, Rows, chord_squared, passing_groups, select
from .matching import TextMatch, match_text
from .ranking import page_of
from .values import GroupPoint, Hint, Hit, SearchQuery, SearchResult

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


def search(state: State, query: SearchQuery, text: TextMatch | None = None) -> SearchResult:
    """One page of what the query finds in this state; `text` when its words are matched already."""
    text = text or match_text(state, query.q)
    selection = select(state, query, text)
    found = selection.rows
    page, scores = page_of(selection, query, text)
    meaning = text.meaning
    return SearchResult(
        items=_hits(state, query, page, scores),
        total=len(found),
        facets={facet: count_facet(selection, facet) for facet in query.facets},
        corrected=meaning.corrected,
        suggestion=meaning.suggestion,
        layout_swapped=meaning.layout_swapped,
        partial=text.partial,
        relaxed=[] if len(found) else _hints(state, query, text),
    )


def _hits(state: State, query: SearchQuery, rows: Rows, scores: NDArray[np.float32]) -> list[Hit]:
    """The shown programmes with their matching groups and the way to the nearest of these."""
    passing = passing_groups(state, query, np.sort(rows))
    owners = state.groups.row[passing].tolist()
    chords = chord_squared(state, query, passing).tolist() if query.near is not None else [None] * len(owners)
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
    passing = passing_groups(state, query, rows)
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
        changes: dict[str, Any] = {name: empty, "facets": ()}
        other = replace(query, **changes)
        total = len(select(state, other, match_text(state, "") if name == "q" else text).rows)
        if total:
            hints.append(Hint(name, total))
    if query.time_from is not None or query.time_to is not None:
        total = len(select(state, replace(query, time_from=None, time_to=None), text).rows)
        if total:
            hints.append(Hint("time", total))
    return sorted(hints, key=lambda hint: (-hint.total, hint.drop))
