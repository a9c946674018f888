"""Changes of the index: small, at once, and never half seen by readers."""

from dataclasses import replace
from threading import Event, Thread

import pytest

from ..index import Index
from ..values import GroupFacts, ProgrammeDoc, SearchQuery
from .sample import sample_docs


def programme(number: int, name: str = "Шахматы", **fields: object) -> ProgrammeDoc:
    group = GroupFacts(id=number * 10, age_from=6, age_to=9, free=1, weekdays=frozenset({1}))
    return replace(ProgrammeDoc(id=number, name=name, groups=(group,)), **fields)


def ids(index: Index, **query: object) -> list[int]:
    return sorted(hit.id for hit in index.search(SearchQuery(**query)).items)


def test_empty_index_answers() -> None:
    result = Index().search(SearchQuery(q="шахматы", ages=7))
    assert (result.items, result.total, result.relaxed) == ([], 0, [])
    assert Index().suggest("шах") == []


def test_upsert_replaces_and_new_words_are_found_at_once() -> None:
    index = Index().build([programme(1)])
    index.upsert([programme(2, "Кёрлинг")])
    assert (
        ids(index, q="керлинг") == ids(index, q="кёрлингом") == ids(index, q="керлинк") == ids(index, q="керл") == [2]
    )
    index.upsert([programme(2, "Флорбол")])
    assert ids(index, q="керлинг") == []
    assert ids(index, q="флорбол") == [2]
    assert len(index) == 2 and 2 in index


def test_an_index_filled_by_upserts_alone_works() -> None:
    index = Index()
    index.upsert([programme(1), programme(2, "Плавание")])
    assert ids(index, q="шахмоты") == [1]
    assert ids(index) == [1, 2]


def test_many_new_words_are_sorted_in() -> None:
    index = Index().build([programme(1)])
    for number in range(2, 400):
        index.upsert([programme(number, f"слово{number}абв")])
    assert ids(index, q="слово399") == [399]
    assert ids(index, q="399абв") == [399]
    assert ids(index, q="слово7абв") == [7]


def test_removed_programmes_are_gone_and_unknown_ids_ignored() -> None:
    index = Index().build([programme(1), programme(2)])
    index.remove([2, 77])
    assert ids(index) == [1] and len(index) == 1 and 2 not in index
    assert not index.set_free(20, 5)


def test_free_places_are_true_at_once() -> None:
    index = Index().build([programme(1), programme(2)])
    assert index.set_free(10, 0)
    assert ids(index, free_only=True) == [2]
    assert index.search(SearchQuery(facets=("free",))).facets == {"free": {True: 1}}
    index.set_free(10, 4)
    assert ids(index, free_only=True) == [1, 2]
    assert [hit.id for hit in index.search(SearchQuery(sort="free")).items] == [1, 2]


def test_conditions_hold_within_one_group() -> None:
    monday = GroupFacts(id=1, age_from=6, age_to=7, weekdays=frozenset({1}))
    friday = GroupFacts(id=2, age_from=10, age_to=12, weekdays=frozenset({5}), free=3)
    index = Index().build([ProgrammeDoc(id=1, name="Шахматы", groups=(monday, friday))])
    assert ids(index, ages=6, weekdays=1) == ids(index, ages=11, weekdays=5, free_only=True) == [1]
    assert ids(index, ages=6, weekdays=5) == ids(index, ages=6, free_only=True) == []
    hints = {hint.drop: hint.total for hint in index.search(SearchQuery(ages=6, weekdays=5)).relaxed}
    assert hints == {"ages": 1, "weekdays": 1}


def test_a_group_moved_to_another_programme_follows() -> None:
    index = Index().build([programme(1), programme(2)])
    moved = replace(programme(2).groups[0], id=10)
    index.upsert([programme(1, groups=()), programme(2, groups=(moved,))])
    assert index.set_free(10, 0)
    assert ids(index, free_only=True) == []


def test_many_changes_are_compacted_and_nothing_is_lost() -> None:
    docs = sample_docs(300)
    index = Index().build(docs)
    before = index.search(SearchQuery(q="робототехника", per_page=300))
    for doc in docs:
        index.upsert([doc])
    assert index._state.rows == 600
    index.compact()
    after = index.search(SearchQuery(q="робототехника", per_page=300))
    assert index._state.rows == 300
    assert [hit[:3] for hit in after.items] == [hit[:3] for hit in before.items]
    assert after.facets == before.facets


def test_dead_rows_trigger_compaction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opora.catalogue.search.index.FEWEST_DEAD_TO_COMPACT", 20)
    index = Index().build([programme(1), programme(2)])
    for turn in range(50):
        index.upsert([programme(1, f"Шахматы {turn}")])
    assert index._state.rows <= 25
    assert ids(index, q="шахматы") == [1, 2]


def test_nonsense_is_refused_with_the_field_named() -> None:
    for wrong in ({"weekdays": 8}, {"funding": "gift"}, {"sort": "beauty"}, {"page": 0}, {"within_km": 3.0}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            SearchQuery(**wrong)
    with pytest.raises(ValueError, match="weekday 9"):
        Index().upsert([ProgrammeDoc(id=1, name="А", groups=(GroupFacts(1, 5, 9, frozenset({9})),))])


def test_refused_documents_change_nothing() -> None:
    index = Index().build([programme(1)])
    wrong = programme(2, groups=(GroupFacts(20, 5, 9, frozenset({9})),))
    for act in (index.build, index.upsert):
        with pytest.raises(ValueError, match="weekday 9"):
            act([programme(3), wrong])
    assert ids(index, q="шахматы") == [1] and 1 in index and 3 not in index
    assert index.set_free(10, 0) and ids(index, free_only=True) == []


def test_map_points_are_those_of_matching_groups() -> None:
    near = GroupFacts(id=1, age_from=6, age_to=7, lat=51.5, lon=46.0)
    far = GroupFacts(id=2, age_from=10, age_to=12, lat=52.5, lon=-46.25)
    lost = GroupFacts(id=3, age_from=6, age_to=12)
    index = Index().build([ProgrammeDoc(id=5, name="Шахматы", groups=(near, far, lost))])
    assert index.points(SearchQuery(ages=6)) == [(5, 1, pytest.approx(51.5, abs=1e-4), pytest.approx(46.0, abs=1e-4))]
    assert [point.group_id for point in index.points(SearchQuery())] == [1, 2]
    assert index.points(SearchQuery())[1].lon == pytest.approx(-46.25, abs=1e-4)


def test_readers_never_see_half_of_a_change() -> None:
    """A writer changes pairs of programmes and of places together; each reader must always see a whole pair."""
    index = Index().build([*sample_docs(300), *_pair(0)])
    stop, faults = Event(), []

    def read() -> None:
        query = SearchQuery(q="неразлучные", facets=("focus_area", "free"))
        while not stop.is_set():
            result = index.search(query)
            counts = result.facets["focus_area"]
            if result.total != 2 or list(counts.values()) != [2] or result.facets["free"].get(True, 0) not in (0, 2):
                faults.append((result.total, result.facets))
                stop.set()

    readers = [Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for turn in range(1, 400):
        index.upsert(_pair(turn))
        index.set_free_many({5_000_010: turn % 2, 5_000_020: turn % 2})
        if turn % 100 == 0:
            index.compact()
        if stop.is_set():
            break
    stop.set()
    for reader in readers:
        reader.join()
    assert not faults


def _pair(turn: int) -> list[ProgrammeDoc]:
    return [
        replace(
            programme(number, f"Неразлучные занятие{turn}"),
            focus_area=f"area{turn}",
            groups=(GroupFacts(id=number * 10, age_from=6, age_to=9, free=1),),
        )
        for number in (500_001, 500_002)
    ]
