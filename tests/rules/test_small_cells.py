"""Small cells: nothing between 1 and 4 is shown, and nothing hidden can be worked out."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opora.monitoring.rules import (
    is_small,
    suppress_named,
    suppress_ratio,
    suppress_row,
    suppress_table,
    with_margins,
)


def test_rows() -> None:
    assert suppress_row([10, 20, 0]) == [10, 20, 0]
    assert suppress_row([10, 3, 20]) == [None, None, 20]
    assert suppress_row([10, 3, 4, 20]) == [10, None, None, 20]
    assert suppress_row([0, 3, 0]) == [0, None, 0]
    assert suppress_row([1, 1, 30, 40]) == [None, None, None, 40]
    assert suppress_row([3, 20], total_shown=False) == [None, 20]
    assert suppress_named({"sport": 2, "technical": 40}) == {"sport": None, "technical": None}
    with pytest.raises(ValueError):
        suppress_row([-1])


def test_ratios() -> None:
    assert suppress_ratio(3761, 8468) == (3761, 8468)
    assert suppress_ratio(0, 20) == (0, 20)
    assert suppress_ratio(3, 20) is None
    assert suppress_ratio(18, 20) is None
    assert suppress_ratio(3, 3) is None


counts = st.one_of(st.just(0), st.integers(1, 4), st.integers(5, 30))


@given(st.lists(counts, min_size=1, max_size=8))
def test_a_row_never_shows_or_reveals_a_small_cell(values) -> None:
    shown = suppress_row(values)
    hidden = [value for value, cell in zip(values, shown, strict=True) if cell is None]
    assert all(cell is None or not is_small(cell) for cell in shown)
    assert all(cell == 0 for value, cell in zip(values, shown, strict=True) if value == 0)
    total = sum(values)
    if hidden and not is_small(total) and any(value >= 5 for value in values):
        assert len(hidden) > 1 and sum(hidden) > len(hidden)


@st.composite
def tables(draw):
    width = draw(st.integers(1, 4))
    row = st.lists(counts, min_size=width, max_size=width)
    return draw(st.lists(row, min_size=1, max_size=4))


@given(tables())
@settings(deadline=None)
def test_a_table_keeps_its_secrets(rows) -> None:
    table, shown = with_margins(rows), suppress_table(rows)
    hidden = {(i, j) for i, row in enumerate(shown) for j, cell in enumerate(row) if cell is None}
    for i, row in enumerate(table):
        for j, value in enumerate(row):
            assert shown[i][j] in (None, value)
            assert not is_small(value) or (i, j) in hidden
            assert value or (i, j) not in hidden
    for i, j in hidden:  # no line has a single unknown
        assert sum(a == i for a, _ in hidden) > 1
        assert sum(b == j for _, b in hidden) > 1


def test_a_small_table_has_more_than_one_solution() -> None:
    rows = [[3, 9, 12], [8, 7, 0], [20, 6, 11]]
    shown = suppress_table(rows)
    assert shown[1][2] == 0
    unknown = [(i, j) for i in range(3) for j in range(3) if shown[i][j] is None]
    for i, j in unknown:
        found = set()
        for guess in product(range(1, 16), repeat=min(len(unknown), 4)):
            trial = [row[:] for row in rows]
            for (a, b), value in zip(unknown, guess, strict=False):
                trial[a][b] = value
            margins = with_margins(trial)
            if all(
                cell is None or cell == margins[a][b] for a, line in enumerate(shown) for b, cell in enumerate(line)
            ):
                found.add(trial[i][j])
        assert len(found) > 1


def test_nothing_to_hide_is_left_alone() -> None:
    rows = [[0, 50], [60, 0]]
    assert suppress_table(rows) == [[0, 50, 50], [60, 0, 60], [60, 50, 110]]
