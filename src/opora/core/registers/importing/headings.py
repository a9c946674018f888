"""Matching the headings of a file with import columns: any order, Russian or English, aliases, a heading further down."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from opora.core.registers.importing.declaration import ImportColumn, Problem
from opora.core.registers.importing.reading import Source, Unreadable

_NOT_WORD = re.compile(r"[^\w]+")
SEARCHED_ROWS = 10


def folded(text: Any) -> str:
    """A heading for comparing: letters and digits, no case, ё as е; «№» alone is the number."""
    words = _NOT_WORD.sub(" ", str(text).replace("_", " ")).strip().casefold().replace("ё", "е")
    return words or ("номер" if "№" in str(text) else "")


@dataclass(frozen=True, slots=True)
class Heading:
    """Where each import column stands; remarks on headings that nobody knows."""

    row: int
    places: dict[int, ImportColumn]
    problems: list[Problem]


def names_of(column: ImportColumn) -> set[str]:
    return {folded(name) for name in (column.name, column.title, column.target, *column.aliases)}


def find(source: Source, columns: Sequence[ImportColumn]) -> Heading:
    """The heading row: the one among the first ten that names most columns. Unreadable when none does."""
    known = {name: column for column in columns for name in names_of(column)}
    best: Heading | None = None
    for (number, cells), _ in zip(_head(source), range(SEARCHED_ROWS), strict=False):
        heading = _matched(number, cells, known)
        if best is None or len(heading.places) > len(best.places):
            best = heading
    if best is None or not best.places:
        listed = ", ".join(f"«{column.title}»" for column in columns[:6])
        raise Unreadable(f"В файле не нашлось ни одной известной колонки. Ожидаются, например: {listed}.")
    return best


def _head(source: Source) -> Iterator[tuple[int, list[Any]]]:
    source.peek(SEARCHED_ROWS)
    yield from source.head


def _matched(number: int, cells: Sequence[Any], known: dict[str, ImportColumn]) -> Heading:
    places: dict[int, ImportColumn] = {}
    problems: list[Problem] = []
    taken: set[str] = set()
    for place, cell in enumerate(cells):
        name = folded(cell) if cell is not None else ""
        if not name:
            continue
        column = known.get(name)
        title = str(cell).strip()
        if column is None:
            problems.append(
                Problem(number, title, "unknown_column", f"Колонка «{title}» не узнана и пропущена.", "warning")
            )
        elif column.name in taken:
            problems.append(
                Problem(number, title, "repeated_column", f"Колонка «{title}» повторяется, взята первая.", "warning")
            )
        else:
            taken.add(column.name)
            places[place] = column
    return Heading(number, places, problems)
