"""Putting many answers together: numbers are summed cell by cell, texts are listed with who wrote them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from opora.surveys.rules.definition import NUMBER, TABLE, Address, Column, Definition, Field
from opora.surveys.rules.values import Typed, spec_of


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: who gave it and what is in its cells."""

    name: str
    cells: Mapping[Address, Typed]


@dataclass(frozen=True, slots=True)
class Consolidated:
    """`numbers`: sums by cell; `listed`: (who, value) of texts, choices, dates and shares by cell;
    `rows`: lines of tables with open rows by field: (who, values by column)."""

    numbers: Mapping[Address, Decimal]
    listed: Mapping[Address, Sequence[tuple[str, Typed]]]
    rows: Mapping[str, Sequence[tuple[str, Mapping[str, Typed]]]] = field(default_factory=dict)
    answers: int = 0


def is_summed(spec: Field | Column | None) -> bool:
    """Numbers are summed, but never percentages: those of different wholes make no sum."""
    return spec is not None and spec.kind == NUMBER and spec.unit.strip() != "%"


def consolidate(form: Definition, answers: Sequence[Answer]) -> Consolidated:
    """Sum and list the answers in their order."""
    numbers: dict[Address, Decimal] = {}
    listed: dict[Address, list[tuple[str, Typed]]] = {}
    rows: dict[str, list[tuple[str, Mapping[str, Typed]]]] = {}
    open_tables = {
        one.code for section in form.sections for one in section.fields if one.kind == TABLE and one.open_rows
    }
    for answer in answers:
        for address, value in sorted(answer.cells.items(), key=lambda item: _order(item[0])):
            if address.field in open_tables:
                continue
            if isinstance(value, Decimal) and is_summed(spec_of(form, address)):
                numbers[address] = numbers.get(address, Decimal(0)) + value
            else:
                listed.setdefault(address, []).append((answer.name, value))
        for code in open_tables:
            rows.setdefault(code, []).extend((answer.name, line) for line in _open_rows(answer, code))
    return Consolidated(numbers, listed, rows, len(answers))


def _order(address: Address) -> tuple[str, str, int, str, str]:
    number = int(address.row) if address.row.isdigit() else 0
    return address.section, address.field, number, address.row, address.column


def _open_rows(answer: Answer, code: str) -> list[Mapping[str, Typed]]:
    lines: dict[int, dict[str, Typed]] = {}
    for address, value in answer.cells.items():
        if address.field == code and address.row.isdigit():
            lines.setdefault(int(address.row), {})[address.column] = value
    return [lines[number] for number in sorted(lines)]


def as_answer(form: Definition, whole: Consolidated) -> dict[Address, Typed]:
    """The consolidation as cells of one answer: sums, texts joined line by line, open rows one under another."""
    cells: dict[Address, Typed] = dict(whole.numbers)
    for address, values in whole.listed.items():
        spec = spec_of(form, address)
        if spec is not None and spec.kind == "text":
            cells[address] = "\n".join(f"{who}: {value}" for who, value in values)[:4000]
    for code, lines in whole.rows.items():
        found = form.field(code)
        if found is None:
            continue
        for number, (_, line) in enumerate(lines[:200], start=1):
            for column, value in line.items():
                cells[Address(found[0].code, code, str(number), column)] = value
    return cells
