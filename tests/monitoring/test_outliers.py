"""Who stands out: a robust rule that the outliers themselves do not move."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from opora.monitoring import outliers


def values(*numbers: int) -> dict[str, Decimal]:
    return {f"Район {place}": Decimal(number) for place, number in enumerate(numbers)}


def test_one_far_value_is_found_and_does_not_move_the_middle() -> None:
    found = outliers.spread(values(40, 41, 42, 43, 44, 90))
    assert found is not None
    assert (found.middle, found.above, found.below) == (Decimal("42.5"), ("Район 5",), ())


def test_few_or_equal_places_tell_nothing() -> None:
    assert outliers.spread(values(1, 2, 3, 90)) is None
    assert outliers.spread(values(5, 5, 5, 5, 5, 9)) is None


@given(st.lists(st.integers(0, 100), min_size=5, max_size=40), st.integers(-50, 50))
def test_a_shift_of_all_values_changes_nothing(numbers: list[int], shift: int) -> None:
    before, after = outliers.spread(values(*numbers)), outliers.spread(values(*[one + shift for one in numbers]))
    assert (before is None) == (after is None)
    if before and after:
        assert (before.above, before.below) == (after.above, after.below)
