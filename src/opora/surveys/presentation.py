"""A section of an answer as a page shows it: fields, tables with headings of two levels, marks and messages of cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from opora.surveys.models import FormCell
from opora.surveys.queries import Sheet
from opora.surveys.rules.definition import TABLE, Address, Column, Definition, Field, Section
from opora.surveys.rules.values import shown, typed_again

SPARE_ROWS = 3
"""Empty lines that a table with open rows offers for typing."""
LinkOf = Callable[[Address, FormCell], str]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what stands in its input or, closed, an «Х»."""

    key: str
    kind: str
    label: str
    value: str = ""
    text: str = ""
    choices: tuple[str, ...] = ()
    closed: bool = False
    digits: int = 0
    unit: str = ""
    required: bool = False
    error: str = ""
    theirs: str = ""
    computed: str = ""
    differs: bool = False
    explanation: str = ""
    link: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    code: str
    title: str
    head: str
    deeper: bool
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Block:
    """A question with its cell, or a table."""

    field: Field
    cell: Cell | None = None
    heads: Sequence[tuple[str, int, Column | None]] = ()
    """First line of headings: (text, columns it spans, the column itself when nothing stands under it)."""
    under: Sequence[Column] = ()
    rows: Sequence[TableRow] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One section ready to show."""

    section: Section
    blocks: Sequence[Block]
    findings: Sequence[Any] = field(default_factory=tuple)
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Show:
    """How to show a section: what was typed last (after a refusal), messages by key, links of counted cells."""

    sheet: Sheet | None = None
    sums: Mapping[Address, Decimal] | None = None
    """Values of a consolidation, shown instead of an answer's."""
    typed: Mapping[str, str] | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    theirs: Mapping[str, str] = field(default_factory=dict)
    link: LinkOf | None = None
    spare: int = SPARE_ROWS


def page(form: Definition, section: Section, show: Show | None = None) -> Page:
    """The view of one section; without a sheet an empty form (preview)."""
    show = show or Show()
    found = [one for one in show.sheet.findings if one.section == section.code] if show.sheet else []
    wrong = {cell.key for one in found if not one.soft for cell in one.cells}
    blocks = [_block(section, one, show, wrong) for one in section.fields]
    revision = int(show.sheet.answer.revisions.get(section.code, 0)) if show.sheet else 0
    return Page(section, blocks, found, revision)


def _block(section: Section, one: Field, show: Show, wrong: set[str]) -> Block:
    if one.kind != TABLE:
        return Block(one, cell=_cell(Address(section.code, one.code), one, one.title, show, wrong))
    heads, under = headings(one.columns)
    rows = [
        TableRow(code, title, head, deeper, [_in_table(section, one, code, title, c, show, wrong) for c in one.columns])
        for code, title, head, deeper in _rows(one, show)
    ]
    return Block(one, heads=heads, under=under, rows=rows)


def _rows(one: Field, show: Show) -> list[tuple[str, str, str, bool]]:
    if not one.open_rows:
        return [(row.code, row.title, row.head, row.deeper) for row in one.rows]
    kept = list(show.sheet.rows_of.get(one.code, [])) if show.sheet else []
    if show.typed is not None:
        prefix = f"v-{one.code}-"
        sent = {
            name.removeprefix(prefix).split("-")[0]
            for name, text in show.typed.items()
            if name.startswith(prefix) and text
        }
        kept = sorted({*kept, *sent}, key=lambda code: (not code.isdigit(), int(code) if code.isdigit() else 0))
    last = max((int(code) for code in kept if code.isdigit()), default=0)
    return [(code, "", "", False) for code in [*kept, *(str(last + step) for step in range(1, show.spare + 1))]]


def headings(columns: Sequence[Column]) -> tuple[list[tuple[str, int, Column | None]], list[Column]]:
    """Two lines of headings: neighbours with one head stand under it; single ones take both lines."""
    first: list[tuple[str, int, Column | None]] = []
    under: list[Column] = []
    for column in columns:
        if not column.head:
            first.append((column.title, 1, column))
            continue
        if first and first[-1][2] is None and first[-1][0] == column.head:
            first[-1] = (column.head, first[-1][1] + 1, None)
        else:
            first.append((column.head, 1, None))
        under.append(column)
    return first, under


def _in_table(section: Section, one: Field, row: str, title: str, column: Column, show: Show, wrong: set[str]) -> Cell:
    address = Address(section.code, one.code, row, column.code)
    label = f"{column.code}. {f'{column.head}: ' if column.head else ''}{column.title}"
    if one.is_closed(row, column.code):
        return Cell(address.key, column.kind, label, closed=True)
    return _cell(address, column, label, show, wrong)


def _cell(address: Address, spec: Field | Column, label: str, show: Show, wrong: set[str]) -> Cell:
    kept = show.sheet.cells.get(address) if show.sheet else None
    value = show.sheet.values.get(address) if show.sheet else (show.sums or {}).get(address)
    typed = typed_again(value) if show.typed is None else show.typed.get(address.key, "")
    computed = "" if kept is None or kept.computed is None else shown(kept.computed)
    return Cell(
        key=address.key,
        kind=spec.kind,
        label=label,
        value=typed,
        text=shown(value),
        choices=spec.choices,
        digits=spec.digits,
        unit=spec.unit,
        required=spec.required,
        error=show.errors.get(address.key, ""),
        theirs=show.theirs.get(address.key, ""),
        computed=computed,
        differs=bool(kept and kept.computed is not None and kept.number != kept.computed),
        explanation=kept.explanation if kept else "",
        link=show.link(address, kept) if show.link and kept and kept.computed is not None else "",
        mark="wrong" if address.key in wrong else "",
    )
