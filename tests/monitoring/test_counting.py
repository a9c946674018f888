"""Counting coverage in memory: every cell equal to a count row by row; who is counted, and as whom."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.catalogue.vocabulary import FocusArea
from opora.enrolment.models import Enrolment
from opora.monitoring import counting, coverage
from opora.monitoring.counting import DENSE, DIMENSIONS, LEVELS, Facts
from opora.monitoring.indicators.coverage import born_between
from opora.people.models import Child
from tests.enrolment.world import make_world

TODAY = dt.date(2026, 10, 12)

ids = st.sampled_from([1, 2, 3, 700, DENSE + 5, 2**40])
rows = st.lists(
    st.tuples(ids, ids, st.integers(0, 6), st.integers(5, 17), st.sampled_from([0, 4, 9]), ids, st.integers(0, 3))
)


def facts(of: list[tuple[int, ...]]) -> Facts:
    columns = [np.array([row[place] for row in of], np.int64) for place in range(7)]
    return Facts(columns[0], dict(zip(DIMENSIONS, columns[1:], strict=True)))


@given(rows)
def test_every_cell_equals_a_count_row_by_row(of: list[tuple[int, ...]]) -> None:
    expected: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for person, *values in of:
        named = dict(zip(DIMENSIONS, values, strict=True))
        for level in LEVELS:
            expected[level, *(named[name] for name in level)].append(person)
    found = {(one.level, *(one.values[name] for name in one.level)): one for one in counting.counts(facts(of))}
    assert found.keys() == expected.keys() | {((),)}
    for key, people in expected.items():
        assert (found[key].enrolments, found[key].children) == (len(people), len(set(people)))


def test_nothing_is_a_whole_of_zero() -> None:
    [whole] = counting.counts(facts([]))
    assert (whole.level, whole.enrolments, whole.children) == ((), 0, 0)


@pytest.mark.django_db
def test_who_is_counted_and_as_whom() -> None:
    world = make_world()

    def enrol(focus_area: str = "sport", *, ends_on: dt.date | None = None, **changes: object) -> Child:
        child = world.family().child
        Child.objects.filter(pk=child.pk).update(**changes)
        Enrolment.objects.create(
            child=child,
            group=world.group(),
            organisation=world.organisation,
            municipality=world.municipality,
            focus_area=focus_area,
            funding="paid",
            starts_on=dt.date(2026, 9, 1),
            ends_on=ends_on,
        )
        return child

    first = enrol(birth_date=dt.date(2017, 10, 12))  # nine today
    enrol("technical", birth_date=dt.date(2017, 10, 13), matched_to=first, state="provisional")  # eight, the same child
    enrol("", birth_date=dt.date(2015, 1, 1))  # a focus area that no vocabulary knows
    enrol(state="merged")
    enrol(municipality=None)
    enrol(birth_date=dt.date(2021, 10, 13))  # four
    enrol(birth_date=dt.date(2008, 10, 12))  # eighteen
    enrol(ends_on=TODAY - dt.timedelta(days=1))
    enrol(ends_on=TODAY, birth_date=dt.date(2008, 10, 13))  # the last day, seventeen
    cells = coverage.compute(frozenset({world.municipality.pk}), TODAY)
    found = {(one.level, getattr(one, one.level, "")): (one.enrolments, one.children) for one in cells}
    assert found["", ""] == (4, 3)
    assert {key[1]: value for key, value in found.items() if key[0] == "age"} == {
        9: (1, 1), 8: (1, 1), 11: (1, 1), 17: (1, 1)
    }  # fmt: skip
    assert found["focus_area", "sport"] == (2, 2) and found["focus_area", ""] == (1, 1)
    assert found["funding", "paid"] == (4, 3)
    assert found["organisation", world.organisation.pk] == (4, 3)
    [place] = [one for one in cells if one.level == "municipality.locality"]
    assert (place.municipality, place.locality) == (world.municipality.pk, None)
    assert {one.focus_area for one in cells if one.level == "municipality.focus_area"} == {"sport", "technical", ""}
    assert coverage.compute(frozenset({world.municipality.pk + 1}), TODAY)[0].children == 0


def test_ages_are_those_of_birthdays_also_on_the_29th_of_february() -> None:
    date = dt.date(2028, 2, 29)
    after, until = born_between(date, 5, 17)
    assert (after, until) == (dt.date(2010, 2, 28), dt.date(2023, 2, 28))
    born = [dt.date(2023, 2, 28), dt.date(2022, 3, 1), dt.date(2022, 2, 28), dt.date(2020, 2, 29), dt.date(2010, 3, 1)]
    days = np.array([(one - after).days for one in born], np.int64)
    assert counting._ages(days, date, after).tolist() == [5, 5, 6, 8, 17]


def test_words_come_back_as_they_went() -> None:
    assert [counting.word("focus_area", place + 1) for place, _ in enumerate(FocusArea)] == [*FocusArea.values]
    assert (counting.word("focus_area", 0), counting.word("locality", 0), counting.word("age", 7)) == ("", None, 7)
