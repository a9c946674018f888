"""The same search written plainly: loops over documents, no arrays, no cleverness. Slow, and easy to believe."""

from dataclasses import replace
from math import asin, cos, radians, sin, sqrt

import numpy as np

from ..filters import EARTH_KM
from ..values import GROUP_FACETS, PROGRAMME_FACETS, GroupFacts, ProgrammeDoc, SearchQuery

GROUP_FILTERS = {"age": "ages", "weekday": "weekdays", "funding": "funding"}
OFF = {
    "age": {"ages": ()},
    "weekday": {"weekdays": ()},
    "funding": {"funding": ()},
    "free": {"free_only": False},
    "special_needs": {"special_needs": False},
    "focus_area": {"focus_areas": ()},
}


def kilometres(query: SearchQuery, group: GroupFacts) -> float | None:
    """Great circle distance by the haversine formula."""
    if query.near is None or group.lat is None or group.lon is None:
        return None
    (lat, lon), (a, b) = map(radians, query.near), map(radians, (group.lat, group.lon))
    half = sin((a - lat) / 2) ** 2 + cos(lat) * cos(a) * sin((b - lon) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def group_fits(query: SearchQuery, group: GroupFacts) -> bool:
    """Whether one group fulfils every condition on groups."""
    far = kilometres(query, group)
    return all(
        (
            not query.ages or any(group.age_from <= age <= group.age_to for age in query.ages),
            not query.weekdays or bool(group.weekdays & set(query.weekdays)),
            not query.funding or bool(group.funding & set(query.funding)),
            not query.free_only or group.free > 0,
            not query.special_needs or group.special_needs,
            not query.open_only or group.window_open,
            query.price_max is None or group.price_kopecks <= query.price_max,
            query.time_from is None or (group.start_minutes is not None and group.start_minutes >= query.time_from),
            query.time_to is None or (group.end_minutes is not None and group.end_minutes <= query.time_to),
            query.within_km is None or (far is not None and far <= query.within_km),
        )
    )


def asks_of_groups(query: SearchQuery) -> bool:
    """Whether any condition concerns groups."""
    return any(
        (
            *(
                query.ages,
                query.weekdays,
                query.funding,
                query.free_only,
                query.special_needs,
                query.open_only,
            ),
            *(x is not None for x in (query.price_max, query.time_from, query.time_to, query.within_km)),
        )
    )


def value_of(doc: ProgrammeDoc, facet: str) -> object:
    """A programme's value of a programme facet."""
    return getattr(doc, f"{facet}_id" if facet in ("municipality", "locality", "organisation") else facet)


def found(docs: list[ProgrammeDoc], query: SearchQuery) -> dict[int, list[GroupFacts]]:
    """Id of each matching programme → its matching groups."""
    result = {}
    for doc in docs:
        wanted = {f: getattr(query, "focus_areas" if f == "focus_area" else f) for f in PROGRAMME_FACETS}
        if any(values and value_of(doc, facet) not in values for facet, values in wanted.items()):
            continue
        if not set(query.q.split()) <= set(doc.name.split()):
            continue
        groups = [group for group in doc.groups if group_fits(query, group)]
        if groups or not asks_of_groups(query):
            result[doc.id] = groups
    return result


def group_values(group: GroupFacts, facet: str) -> set:
    """Values of a facet on groups that one group counts for."""
    return {
        "age": set(range(group.age_from, group.age_to + 1)),
        "weekday": set(group.weekdays),
        "funding": set(group.funding),
        "free": {True} if group.free > 0 else set(),
        "special_needs": {True} if group.special_needs else set(),
    }[facet]


def facet(docs: list[ProgrammeDoc], query: SearchQuery, name: str) -> dict:
    """Value → number of programmes with every condition but the facet's own."""
    others = replace(query, **OFF.get(name, {name: ()}))
    counts: dict = {}
    matching = found(docs, others)
    for doc in docs:
        if doc.id not in matching:
            continue
        if name in GROUP_FACETS:
            values = set().union(*(group_values(group, name) for group in matching[doc.id]))
        else:
            values = {value_of(doc, name)} - {None, ""}
        for value in values:
            counts[value] = counts.get(value, 0) + 1
    return counts


def browse_score(doc: ProgrammeDoc, groups: list[GroupFacts]) -> np.float32:
    """Score of a programme when no words were typed."""
    score = np.float32(doc.completeness / 100) * np.float32(0.05)
    return score + np.float32(any(group.free > 0 for group in groups)) * np.float32(0.05)


def order(docs: list[ProgrammeDoc], query: SearchQuery) -> list[int]:
    """Ids in the order asked for (not by distance: equal ways differ by rounding), without words."""
    by_id = {doc.id: doc for doc in docs}

    def key(item: tuple[int, list[GroupFacts]]) -> tuple:
        programme, groups = item
        doc = by_id[programme]
        first = {
            "relevance": 0.0,
            "newest": -(doc.published_at.timestamp() if doc.published_at else 0.0),
            "price": min((group.price_kopecks for group in groups), default=float("inf")),
            "free": -sum(max(0, group.free) for group in groups),
        }[query.sort]
        return (first, -browse_score(doc, groups), programme)

    return [programme for programme, _ in sorted(found(docs, query).items(), key=key)]
