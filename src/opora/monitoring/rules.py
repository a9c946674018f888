"""Small cells are not published: 1–4 is hidden, with company enough that no total reveals it.

spec/planning.md, "Indicators": cells 1–4 are suppressed on everything public, 0 is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

SMALL = 5
HIDDEN_TEXT = "менее\u00a05 или скрыто"
Cell = tuple[int, int]


def is_small(value: int) -> bool:
    """A count that could point at a person."""
    return 0 < value < SMALL


def suppress_row(values: Sequence[int], *, total_shown: bool = True) -> list[int | None]:
    """Counts that add up to a published total → the same with hidden cells as None.

    When the total itself is small nothing but zeros is shown; hide the total too (see is_small).
    """
    if any(value < 0 for value in values):
        raise ValueError("Численность не может быть отрицательной.")
    hidden = {place for place, value in enumerate(values) if is_small(value)}
    if total_shown and not is_small(sum(values)):
        spare = sorted((value, place) for place, value in enumerate(values) if value >= SMALL)
        # one hidden cell is total − rest; hidden cells that sum to their number are all ones
        while spare and hidden and (len(hidden) == 1 or sum(values[i] for i in hidden) == len(hidden)):
            hidden.add(spare.pop(0)[1])
    return [None if place in hidden else value for place, value in enumerate(values)]


def suppress_named(values: Mapping[str, int]) -> dict[str, int | None]:
    """The same for a mapping name → count, order kept."""
    return dict(zip(values, suppress_row(list(values.values())), strict=True))


def suppress_ratio(numerator: int, denominator: int) -> tuple[int, int] | None:
    """A share with its parts, or None when the numerator, the rest or the denominator is small."""
    parts = (numerator, denominator, abs(denominator - numerator))
    return None if any(is_small(part) for part in parts) else (numerator, denominator)


def suppress_table(rows: Sequence[Sequence[int]]) -> list[list[int | None]]:
    """A table whose row sums, column sums and grand total are published beside it.

    Returns the table with margins added (last row, last column); None = hidden. No hidden value can be worked
    out from the shown ones: in the graph of rows and columns every hidden cell lies on a cycle.
    """
    table = with_margins(rows)
    hidden = {(i, j) for i, row in enumerate(table) for j, value in enumerate(row) if is_small(value)}
    while exposed := _exposed(hidden) or _all_ones(table, hidden):
        extra = _companion(table, hidden, exposed)
        if extra is None:
            break  # nothing but zeros is left to hide: the rest of the table is hidden already
        hidden.add(extra)
    return [[None if (i, j) in hidden else value for j, value in enumerate(row)] for i, row in enumerate(table)]


def with_margins(rows: Sequence[Sequence[int]]) -> list[list[int]]:
    """Add row sums, column sums and the grand total."""
    if any(value < 0 for row in rows for value in row):
        raise ValueError("Численность не может быть отрицательной.")
    table = [[*row, sum(row)] for row in rows]
    return [*table, [sum(column) for column in zip(*table, strict=True)]]


def _exposed(hidden: set[Cell]) -> set[Cell]:
    """Hidden cells that can be worked out: bridges of the graph rows × columns."""
    return {cell for cell in hidden if not _on_cycle(cell, hidden)}


def _on_cycle(cell: Cell, hidden: set[Cell]) -> bool:
    """Whether the row of the cell is still connected with its column by the other hidden cells."""
    rows, columns = {cell[0]}, set[int]()
    others = hidden - {cell}
    grown = True
    while grown:
        grown = False
        for i, j in others:
            if (i in rows) != (j in columns):
                rows.add(i)
                columns.add(j)
                grown = True
    return cell[1] in columns


def _all_ones(table: Sequence[Sequence[int]], hidden: set[Cell]) -> set[Cell]:
    """Hidden cells of a line with a shown sum that can only be ones, since zeros are shown."""
    found: set[Cell] = set()
    for line in _lines(table):
        *inner, margin = line
        inside = [cell for cell in inner if cell in hidden]
        if inside and margin not in hidden and sum(table[i][j] for i, j in inside) == len(inside):
            found.update(inside)
    return found


def _lines(table: Sequence[Sequence[int]]) -> Iterable[list[Cell]]:
    height, width = len(table), len(table[0])
    for i in range(height):
        yield [(i, j) for j in range(width)]
    for j in range(width):
        yield [(i, j) for i in range(height)]


def _companion(table: Sequence[Sequence[int]], hidden: set[Cell], exposed: set[Cell]) -> Cell | None:
    """The next cell to hide: smallest one in a line of an exposed cell, inner cells before margins."""
    last_row, last_column = len(table) - 1, len(table[0]) - 1
    rows, columns = {i for i, _ in exposed}, {j for _, j in exposed}
    shown = [(i, j) for i, row in enumerate(table) for j, value in enumerate(row) if value > 0 and (i, j) not in hidden]
    near = [cell for cell in shown if cell[0] in rows or cell[1] in columns]

    def cost(cell: Cell) -> tuple[int, bool, int, Cell]:
        i, j = cell
        closes = -len(_exposed(hidden)) + len(_exposed(hidden | {cell}))
        return (closes, i == last_row or j == last_column, table[i][j], cell)

    return min(near or shown, key=cost, default=None)
