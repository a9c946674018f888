"""The index answers as the plain reference does, after any history of changes."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ..index import Index
from ..values import FACETS, ProgrammeDoc, SearchQuery
from . import reference
from .strategies import programmes, queries

IDS = st.integers(1, 14)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Index, list[ProgrammeDoc]]:
    """An index after a build and some changes, and the documents it must now answer for."""
    kept = {i: draw(programmes(i)) for i in draw(st.sets(IDS, max_size=10))}
    index = Index().build(kept.values())
    for _ in range(draw(st.integers(0, 4))):
        act = draw(st.sampled_from(("upsert", "upsert", "remove", "set_free", "compact")))
        ids = sorted(draw(st.sets(IDS, max_size=4)))
        if act == "upsert":
            changed = [draw(programmes(i)) for i in ids]
            kept |= {doc.id: doc for doc in changed}
            index.upsert(changed)
        elif act == "remove":
            kept = {i: doc for i, doc in kept.items() if i not in ids}
            index.remove(ids)
        elif act == "set_free":
            free = {group.id: draw(st.integers(-1, 2)) for i in ids if i in kept for group in kept[i].groups}
            assert index.set_free_many(free) == len(free)
            kept = {i: _with_free(doc, free) for i, doc in kept.items()}
        else:
            index.compact()
    return index, list(kept.values())


def _with_free(doc: ProgrammeDoc, free: dict[int, int]) -> ProgrammeDoc:
    groups = tuple(replace(group, free=free.get(group.id, group.free)) for group in doc.groups)
    return replace(doc, groups=groups)


@settings(max_examples=200, deadline=None)
@given(histories(), queries())
def test_filters_facets_and_order_equal_the_reference(
    history: tuple[Index, list[ProgrammeDoc]], query: SearchQuery
) -> None:
    index, docs = history
    words = SearchQuery(q=query.q)
    if query.q and not reference.found(docs, words):
        query = replace(query, q="")  # nobody has all the words: what is shown then is another test's matter
    result = index.search(query)
    expected = reference.found(docs, query)
    assert len(index) == len(docs)
    assert {hit.id: set(hit.group_ids) for hit in result.items} == {
        programme: {group.id for group in groups} for programme, groups in expected.items()
    }
    assert result.total == len(expected)
    for facet in FACETS:
        assert result.facets[facet] == reference.facet(docs, query, facet), facet
    if not query.q:
        assert [hit.id for hit in result.items] == reference.order(docs, query)


@settings(max_examples=40, deadline=None)
@given(histories(), queries())
def test_distance_is_the_way_to_the_nearest_matching_group(
    history: tuple[Index, list[ProgrammeDoc]], query: SearchQuery
) -> None:
    index, docs = history
    query = replace(query, q="", near=(51.0, 46.0), sort="distance")
    hits = index.search(query).items
    for hit in hits:
        ways = [reference.kilometres(query, group) for group in reference.found(docs, query)[hit.id]]
        known = [way for way in ways if way is not None]
        assert hit.distance_km == (pytest.approx(min(known), abs=0.02) if known else None)
    ways = [float("inf") if hit.distance_km is None else hit.distance_km for hit in hits]
    assert ways == sorted(ways)


@settings(max_examples=40, deadline=None)
@given(histories(), queries(), st.integers(1, 4))
def test_pages_put_together_are_the_whole_list(
    history: tuple[Index, list[ProgrammeDoc]], query: SearchQuery, per_page: int
) -> None:
    index, _ = history
    whole = index.search(query)
    pages = range(1, whole.total // per_page + 2)
    turned = [hit for page in pages for hit in index.search(replace(query, page=page, per_page=per_page)).items]
    assert turned == whole.items


@settings(max_examples=60, deadline=None)
@given(histories(), queries())
def test_hints_tell_the_true_number_without_a_condition(
    history: tuple[Index, list[ProgrammeDoc]], query: SearchQuery
) -> None:
    index, docs = history
    query = replace(query, q="")
    result = index.search(query)
    assert not (result.relaxed and result.total)
    for hint in result.relaxed:
        dropped = {
            "time": {"time_from": None, "time_to": None},
            "free_only": {"free_only": False},
            "special_needs": {"special_needs": False},
            "open_only": {"open_only": False},
            "price_max": {"price_max": None},
            "within_km": {"within_km": None},
        }.get(hint.drop, {hint.drop: ()})
        assert hint.total == len(reference.found(docs, replace(query, **dropped)))
