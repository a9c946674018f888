"""The cohort method: exact, year after year; what is lacking becomes groups."""

from __future__ import annotations

import itertools
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from opora.monitoring.forecast import rules
from opora.monitoring.forecast.rules import Parameters, Spot

STILL = Parameters(Decimal(100), Decimal(100), Decimal(0))
AGES = st.dictionaries(st.integers(0, 17), st.integers(0, 5000), min_size=18, max_size=18)


def test_everybody_is_a_year_older_and_nobody_leaves() -> None:
    known = {age: 100 + age for age in range(18)}
    cohorts = rules.project(known, STILL)
    assert len(cohorts) == 6
    assert cohorts[5][10] == 105, "who is 5 now is 10 in five years"
    assert cohorts[5][17] == 112
    assert cohorts[3][2] == 100, "born within the horizon"


def test_survival_and_migration_multiply_each_year() -> None:
    cohorts = rules.project({5: 1000}, Parameters(Decimal(0), Decimal("99.9"), Decimal("-1")))
    assert cohorts[2][7] == Decimal(1000) * (Decimal("0.999") * Decimal("0.99")) ** 2


def test_ages_that_nobody_counted_come_from_births() -> None:
    cohorts = rules.project(dict.fromkeys(range(5, 18), 50), Parameters(Decimal(80), Decimal(100)))
    assert cohorts[0][4] == 80
    assert cohorts[1][5] == 80
    assert rules.school_age(cohorts[5]) == 5 * 80 + 8 * 50


@given(AGES)
def test_without_births_and_with_losses_children_never_grow(known: dict[int, int]) -> None:
    totals = [sum(one.values()) for one in rules.project(known, Parameters(Decimal(0), Decimal("99.5"), Decimal("-2")))]
    assert all(later <= earlier for earlier, later in itertools.pairwise(totals))


@given(AGES, st.integers(0, 3000))
def test_a_cohort_depends_on_itself_alone(known: dict[int, int], births: int) -> None:
    cohorts = rules.project(known, Parameters(Decimal(births), Decimal("99.97"), Decimal("0.3")))
    keep = Parameters(Decimal(births), Decimal("99.97"), Decimal("0.3")).keep
    for age in range(13):
        assert abs(cohorts[5][age + 5] - known[age] * keep**5) < Decimal("1e-18")


def test_lacking_places_become_groups_from_half_a_group_on() -> None:
    spots = [Spot(1, "sport", 10), Spot(2, "sport", 0), Spot(3, "sport", 50)]
    found = rules.needs(
        spots,
        share_of_place={1: Decimal("0.5"), 2: Decimal("0.1"), 3: Decimal("0.4")},
        rate_of_area={"sport": Decimal("0.5")},
        children=Decimal(100),
        growth=Decimal(1),
        group_size={"sport": 10},
    )
    assert [(one.place, one.needed, one.lack, one.groups) for one in found] == [
        (1, 25, 15, 2),
        (2, 5, 5, 1),
        (3, 20, -30, 0),
    ]


def test_wanted_coverage_lets_the_need_grow() -> None:
    assert rules.growth(Decimal(40), Decimal(50)) == Decimal("1.25")
    assert rules.growth(Decimal(40), None) == rules.growth(None, Decimal(50)) == 1


def test_impossible_parameters_are_named() -> None:
    wrong = rules.problems(Parameters(Decimal(-1), Decimal(50), Decimal(90), Decimal(0)))
    assert [field for field, _ in wrong] == ["births", "survival", "migration", "coverage"]
    assert rules.problems(STILL) == []
