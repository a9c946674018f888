"""Forms as XLSX: real numbers, headings of two levels, numbered columns and lines; text never becomes a formula."""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import xlsxwriter

from opora.surveys.presentation import headings
from opora.surveys.rules.consolidate import Consolidated
from opora.surveys.rules.definition import TABLE, Address, Definition, Field, Section
from opora.surveys.rules.values import Typed

TITLE_WIDTH, NUMBER_WIDTH, COLUMN_WIDTH = 46, 7, 14


@dataclass
class Book:
    """A workbook in memory with the formats of forms."""

    out: io.BytesIO = field(default_factory=io.BytesIO)
    book: Any = None
    formats: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = xlsxwriter.Workbook(self.out, options)
        base: dict[str, Any] = {"font_name": "Arial", "font_size": 10, "valign": "top"}
        frame = {**base, "border": 1, "text_wrap": True}
        kinds: dict[str, dict[str, Any]] = {
            "plain": {**base, "text_wrap": True},
            "title": {**base, "bold": True, "font_size": 13, "text_wrap": True},
            "subtitle": {**base, "bold": True, "font_size": 11},
            "head": {**frame, "bold": True, "align": "center", "valign": "vcenter", "bg_color": "#EEF1F3"},
            "place": {**frame, "align": "center", "font_size": 9, "font_color": "#555555"},
            "text": frame,
            "deep": {**frame, "indent": 1},
            "code": {**frame, "align": "center", "num_format": "@"},
            "number": {**frame, "num_format": "#,##0.######", "align": "right"},
            "date": {**frame, "num_format": "dd.mm.yyyy", "align": "center"},
            "closed": {**frame, "align": "center", "font_color": "#777777"},
        }
        self.formats = {name: self.book.add_format(values) for name, values in kinds.items()}

    def sheet(self, name: str, *, landscape: bool = True) -> Any:
        """A new sheet ready to print on A4, one page wide."""
        made = self.book.add_worksheet(name[:31])
        made.set_paper(9)
        made.fit_to_pages(1, 0)
        made.set_margins(0.5, 0.5, 0.6, 0.6)
        if landscape:
            made.set_landscape()
        return made

    def done(self) -> bytes:
        self.book.close()
        return self.out.getvalue()

    def put(self, sheet: Any, row: int, column: int, value: Typed | None) -> None:
        """A typed value in its own format."""
        if value is None:
            sheet.write_blank(row, column, None, self.formats["text"])
        elif isinstance(value, Decimal):
            sheet.write_number(row, column, value, self.formats["number"])
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), self.formats["date"])
        else:
            sheet.write_string(row, column, value, self.formats["text"])


def write_section(book: Book, sheet: Any, top: int, section: Section, values: Mapping[Address, Typed]) -> int:
    """A section from the line `top`; returns the line after it. Tables stand as in the form: title, headings, numbers."""
    sheet.merge_range(top, 0, top, 7, f"Раздел {section.code}. {section.title}", book.formats["title"])
    sheet.set_row(top, 32)
    line = top + 2
    questions = [one for one in section.fields if one.kind != TABLE]
    if questions:
        sheet.set_column(0, 0, TITLE_WIDTH)
        for one in questions:
            sheet.set_row(line, height(one.title, TITLE_WIDTH))
            sheet.write_string(
                line, 0, f"{one.code}. {one.title}{f', {one.unit}' if one.unit else ''}", book.formats["text"]
            )
            book.put(sheet, line, 1, values.get(Address(section.code, one.code)))
            line += 1
        line += 1
    for one in section.fields:
        if one.kind == TABLE:
            if one.title != section.title:
                sheet.write_string(line - 1, 0, one.title, book.formats["subtitle"])
            line = write_table(book, sheet, line, section, one, values) + 1
    return line


def write_table(book: Book, sheet: Any, top: int, section: Section, one: Field, values: Mapping[Address, Typed]) -> int:
    """Headings, the line of column numbers, the lines of the table."""
    line = _heading(book, sheet, top, one)
    for row in _lines(section, one, values):
        code, title, deeper = row
        sheet.set_row(line, height(title, TITLE_WIDTH))
        sheet.write_string(line, 0, title, book.formats["deep" if deeper else "text"])
        sheet.write_string(line, 1, code, book.formats["code"])
        for place, column in enumerate(one.columns, start=2):
            if one.is_closed(code, column.code):
                sheet.write_string(line, place, "Х", book.formats["closed"])
            else:
                book.put(sheet, line, place, values.get(Address(section.code, one.code, code, column.code)))
        line += 1
    return line


def height(text: str, width: int) -> float:
    """Height of a line that holds a wrapped text; programs other than Excel do not find it by themselves."""
    lines = sum(max(1, math.ceil(len(part) * 1.08 / width)) for part in text.split("\n"))
    return max(15.0, 13.5 * lines + 2)


def _heading(book: Book, sheet: Any, top: int, one: Field) -> int:
    head = book.formats["head"]
    sheet.set_column(0, 0, TITLE_WIDTH)
    sheet.set_column(1, 1, NUMBER_WIDTH)
    sheet.set_column(2, 1 + len(one.columns), 6 if len(one.columns) > 10 else COLUMN_WIDTH)
    sheet.merge_range(top, 0, top + 1, 0, "Наименование показателей", head)
    sheet.merge_range(top, 1, top + 1, 1, "№ строки", head)
    first, _ = headings(one.columns)
    place = 2
    for title, span, column in first:
        if column is not None:
            sheet.merge_range(top, place, top + 1, place, _titled(column), head)
        else:
            if span > 1:
                sheet.merge_range(top, place, top, place + span - 1, title, head)
            else:
                sheet.write_string(top, place, title, head)
            for step in range(span):
                sheet.write_string(top + 1, place + step, _titled(one.columns[place - 2 + step]), head)
        place += span
    sheet.set_row(top, 30)
    sheet.set_row(top + 1, 62 if len(one.columns) <= 10 else 24)
    for at in range(2):
        sheet.write_number(top + 2, at, at + 1, book.formats["place"])
    for at, column in enumerate(one.columns, start=2):
        sheet.write_string(top + 2, at, column.code, book.formats["place"])
    return top + 3


def _titled(column: Any) -> str:
    return f"{column.title}, {column.unit}" if column.unit else column.title


def _lines(section: Section, one: Field, values: Mapping[Address, Typed]) -> list[tuple[str, str, bool]]:
    if one.open_rows:
        codes = {address.row for address in values if address.field == one.code}
        return [(code, "", False) for code in sorted(codes, key=lambda text: (len(text), text))]
    return [(row.code, f"{row.head}:\n{row.title}" if row.head else row.title, row.deeper) for row in one.rows]


def answer_book(form: Definition, heading: Sequence[str], values: Mapping[Address, Typed]) -> bytes:
    """One answer: a sheet with what it is, then a sheet per section."""
    book = Book()
    cover(book, heading)
    for section in form.sections:
        write_section(book, book.sheet(f"Раздел {section.code}"), 0, section, values)
    return book.done()


def cover(book: Book, heading: Sequence[str]) -> None:
    sheet = book.sheet("О запросе", landscape=False)
    sheet.set_column(0, 0, 90)
    for line, text in enumerate(heading):
        sheet.write_string(line, 0, text, book.formats["title" if not line else "plain"])


def summary_book(
    form: Definition,
    heading: Sequence[str],
    whole: Consolidated,
    silent: Sequence[str],
    each: Mapping[str, Mapping[Address, Typed]],
) -> bytes:
    """A consolidation: sums as a form, listed texts, open rows, every answer by cell, who has not answered."""
    book = Book()
    cover(book, heading)
    for section in form.sections:
        write_section(book, book.sheet(f"Раздел {section.code}"), 0, section, whole.numbers)
    _listed(book, form, whole)
    _by_answer(book, form, each)
    sheet = book.sheet("Не ответили", landscape=False)
    sheet.set_column(0, 0, 80)
    sheet.write_string(0, 0, f"Не ответили: {len(silent)}", book.formats["title"])
    for line, name in enumerate(silent, start=2):
        sheet.write_string(line, 0, name, book.formats["text"])
    return book.done()


def _listed(book: Book, form: Definition, whole: Consolidated) -> None:
    if not whole.listed and not any(whole.rows.values()):
        return
    sheet = book.sheet("Тексты и списки")
    sheet.set_column(0, 1, 40)
    sheet.set_column(2, 8, 24)
    line = 0
    for address, values in whole.listed.items():
        found = form.field(address.field)
        title = found[1].title if found else address.field
        where = f" (строка {address.row}, графа {address.column})" if address.row else ""
        sheet.write_string(line, 0, title + where, book.formats["subtitle"])
        for who, value in values:
            line += 1
            sheet.write_string(line, 0, who, book.formats["text"])
            book.put(sheet, line, 1, value)
        line += 2
    for code, lines in whole.rows.items():
        found = form.field(code)
        if found is None or not lines:
            continue
        sheet.write_string(line, 0, found[1].title, book.formats["subtitle"])
        line += 1
        for place, name in enumerate(("Кто ответил", *(column.title for column in found[1].columns))):
            sheet.write_string(line, place, name, book.formats["head"])
        for who, cells in lines:
            line += 1
            sheet.write_string(line, 0, who, book.formats["text"])
            for place, column in enumerate(found[1].columns, start=1):
                book.put(sheet, line, place, cells.get(column.code))
        line += 2


def _by_answer(book: Book, form: Definition, each: Mapping[str, Mapping[Address, Typed]]) -> None:
    """One line per answer, one column per cell that anybody filled."""
    used = [address for address in form.addresses({}) if any(address in cells for cells in each.values())]
    sheet = book.sheet("По ответам")
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, max(1, len(used)), 12)
    sheet.write_string(0, 0, "Кто ответил", book.formats["head"])
    for place, address in enumerate(used, start=1):
        found = form.field(address.field)
        name = (
            f"{address.section}: стр. {address.row} гр. {address.column}"
            if address.row
            else (found[1].title if found else "")
        )
        sheet.write_string(0, place, name, book.formats["head"])
    for line, (who, cells) in enumerate(each.items(), start=1):
        sheet.write_string(line, 0, who, book.formats["text"])
        for place, address in enumerate(used, start=1):
            book.put(sheet, line, place, cells.get(address))
    sheet.freeze_panes(1, 1)
