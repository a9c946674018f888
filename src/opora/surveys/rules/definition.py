"""What a form is made of: sections, fields, tables, checks. Values only; kept as JSON in a version of a template.

A cell is named by :class:`Address`: section, field, row and column (row and column are empty outside tables).
Rows and columns of tables bear the numbers that people see («строка 01», «графа 3»).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, NamedTuple

NUMBER, TEXT, CHOICE, DATE, TABLE = "number", "text", "choice", "date", "table"
KINDS = {NUMBER: "Число", TEXT: "Текст", CHOICE: "Выбор из списка", DATE: "Дата", TABLE: "Таблица"}
CELL_KINDS = {kind: title for kind, title in KINDS.items() if kind != TABLE}
CODE = re.compile(r"^[0-9A-Za-zА-Яа-яЁё]{1,12}$")
MOST_OPEN_ROWS = 200
"""Rows that an answer may add to a table with open rows."""


class Address(NamedTuple):
    """One cell of a form."""

    section: str
    field: str
    row: str = ""
    column: str = ""

    @property
    def key(self) -> str:
        """The name of its input on a page; the field's code is unique within the form."""
        return "-".join(part for part in ("v", self.field, self.row, self.column) if part)


@dataclass(frozen=True, slots=True)
class Row:
    """A fixed row of a table; `head` is a heading printed above it."""

    code: str
    title: str
    head: str = ""
    deeper: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A typed column; neighbours with the same `head` stand under one heading."""

    code: str
    title: str
    kind: str = NUMBER
    head: str = ""
    unit: str = ""
    digits: int = 0
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A question or a table. `indicator` binds a number to a figure, `bindings` cells («01.3») of a table."""

    code: str
    kind: str
    title: str
    hint: str = ""
    unit: str = ""
    digits: int = 0
    required: bool = False
    choices: tuple[str, ...] = ()
    indicator: str = ""
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    open_rows: bool = False
    closed: tuple[str, ...] = ()
    """Cells of a table that are never filled in («09.4»): an «Х» stands there."""
    bindings: Mapping[str, str] = field(default_factory=dict)

    def column(self, code: str) -> Column | None:
        return next((one for one in self.columns if one.code == code), None)

    def is_closed(self, row: str, column: str) -> bool:
        return f"{row}.{column}" in self.closed


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered section («раздел 1») with its fields."""

    code: str
    title: str
    hint: str = ""
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """A control rule of a section in the language of :mod:`opora.surveys.rules.language`.

    A soft one may be broken with an explanation; `note` is what a person reads beside it.
    """

    code: str
    section: str
    text: str
    soft: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole form."""

    sections: tuple[Section, ...] = ()
    checks: tuple[Check, ...] = ()

    def section(self, code: str) -> Section | None:
        return next((one for one in self.sections if one.code == code), None)

    def field(self, code: str) -> tuple[Section, Field] | None:
        """The field with its section; codes of fields are unique within the form."""
        return next(((s, f) for s in self.sections for f in s.fields if f.code == code), None)

    def addresses(self, rows_of: Mapping[str, Iterable[str]] | None = None) -> Iterator[Address]:
        """All cells that are filled in, in order; `rows_of`: field code → rows that an answer added."""
        for section in self.sections:
            yield from section_addresses(section, rows_of)


def section_addresses(section: Section, rows_of: Mapping[str, Iterable[str]] | None = None) -> Iterator[Address]:
    """The cells of one section."""
    for one in section.fields:
        if one.kind != TABLE:
            yield Address(section.code, one.code)
            continue
        codes = (rows_of or {}).get(one.code, ()) if one.open_rows else (row.code for row in one.rows)
        for row in codes:
            for column in one.columns:
                if not one.is_closed(row, column.code):
                    yield Address(section.code, one.code, row, column.code)


def kind_at(form: Definition, address: Address) -> str:
    """The kind of a cell, or an empty string where the form has no such cell."""
    found = form.field(address.field)
    if found is None or found[0].code != address.section:
        return ""
    one = found[1]
    if one.kind != TABLE:
        return "" if address.row or address.column else one.kind
    column = one.column(address.column)
    known = one.open_rows or any(row.code == address.row for row in one.rows)
    return column.kind if column and known and not one.is_closed(address.row, address.column) else ""


def place(form: Definition, address: Address) -> str:
    """«раздел 1, строка 01 «техническое», графа 3 «Всего»»: how messages name a cell."""
    found = form.field(address.field)
    if found is None:
        return f"раздел {address.section}"
    section, one = found
    if one.kind != TABLE:
        return f"раздел {section.code}, «{one.title}»"
    title = next((row.title for row in one.rows if row.code == address.row), "")
    row = f"строка {address.row}" + (f" «{title}»" if title else "")
    column = one.column(address.column)
    return f"раздел {section.code}, {row}, графа {address.column}" + (f" «{column.title}»" if column else "")


def to_json(form: Definition) -> dict[str, Any]:
    """The document kept in the database; empty values are left out."""
    return _pruned(asdict(form))


def _pruned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _pruned(item) for key, item in value.items() if item not in ("", None, (), [], {}, False)}
    return [_pruned(item) for item in value] if isinstance(value, list | tuple) else value


def from_json(data: Mapping[str, Any]) -> Definition:
    """The form of a kept document."""
    sections = tuple(
        Section(
            one["code"],
            one.get("title", ""),
            one.get("hint", ""),
            tuple(_field(item) for item in one.get("fields", ())),
        )
        for one in data.get("sections", ())
    )
    return Definition(sections, tuple(_make(Check, one) for one in data.get("checks", ())))


def _field(data: Mapping[str, Any]) -> Field:
    columns = tuple(_make(Column, one) for one in data.get("columns", ()))
    rows = tuple(_make(Row, one) for one in data.get("rows", ()))
    return replace(_make(Field, {**data, "columns": (), "rows": ()}), columns=columns, rows=rows)


_LISTS = ("choices", "closed")


def _make(kind: Any, data: Mapping[str, Any]) -> Any:
    names = {item.name for item in fields(kind)}
    values = {name: tuple(value) if name in _LISTS else value for name, value in data.items() if name in names}
    return kind(**_filled(kind, values))


def _filled(kind: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Words that pruning left out come back as empty ones."""
    needed = {Row: ("code", "title"), Column: ("code", "title"), Field: ("code", "kind", "title")}
    return dict.fromkeys(needed.get(kind, ("code", "section", "text")), "") | values
