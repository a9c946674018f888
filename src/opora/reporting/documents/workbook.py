"""The report as XLSX: a sheet for each section, real numbers, native charts, sources; a first sheet with the contents."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import xlsxwriter

from opora.core import russian
from opora.reporting.documents.bytes import settled
from opora.reporting.documents.charts import PALETTE
from opora.reporting.documents.shape import Cell, Chart, Document, Facts, Paragraph, Part, Scheme, Table

LONGEST_NAME = 31
SHAPES = {"bar": "column", "hbar": "bar", "line": "line", "pie": "pie"}
FORMATS = {
    "int": "#,##0",
    "people": "#,##0",
    "money": "#,##0.00",
    "percent": "0.0",
    "mixed": "#,##0.##",
    "text": "@",
    "date": "@",
}
FIRST, OTHER, LONG, SHORT = 46, 19, 30, 10
"""Widths in letters: of the first column, of the others; texts that need more, numbers of lines that need less."""


def write(document: Document) -> bytes:
    """The whole file."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    moment = dt.datetime(document.date.year, document.date.month, document.date.day, tzinfo=dt.UTC)
    book.set_properties(
        {
            "title": document.title,
            "author": document.organisation,
            "subject": document.subtitle,
            "created": moment.replace(tzinfo=None),
        }
    )
    look = _Look(book)
    contents = book.add_worksheet("Содержание")
    sheets = [(part, book.add_worksheet(sheet_name(part))) for part in document.parts]
    _contents(contents, look, document, [part for part, _ in sheets])
    for part, sheet in sheets:
        _Sheet(book, sheet, look, sheet_name(part)).write(part)
    book.close()
    return settled(out.getvalue(), document.date)


def sheet_name(part: Part) -> str:
    """«2 Охват детей…»: what Excel takes as a name, unique by its number."""
    clean = "".join(letter for letter in part.title if letter not in "[]:*?/\\'")
    full = f"{part.number} {clean}"
    return full if len(full) <= LONGEST_NAME else f"{full[: LONGEST_NAME - 1]}…"


def sheet_widths(part: Part) -> list[int]:
    """Columns of a sheet in letters: names first, then figures; long words further right get room, bare numbers little."""
    widths = [FIRST, *[OTHER] * 8]
    tables = [block for block in part.blocks if isinstance(block, Table) and block.rows]
    for table in tables:
        for x, column in enumerate(table.columns):
            longest = max(len(row[x].text) for row in table.rows)
            if x and not column.is_number and longest > LONG:
                widths[x] = max(widths[x], min(80, longest))
            elif not x and len(tables) == 1 and longest < SHORT:
                widths[x] = SHORT
    return widths


class _Look:
    """Formats of the book, each made once."""

    def __init__(self, book: Any) -> None:
        base = {"font_name": "Arial", "font_size": 10, "valign": "top"}
        line = {"border": 1, "border_color": "#A6A6A6"}
        self.title = book.add_format(base | {"bold": True, "font_size": 14, "font_color": "#1F3864"})
        self.text = book.add_format(base | {"text_wrap": True})
        self.soft = book.add_format(base | {"font_color": "#595959", "font_size": 9})
        self.link = book.add_format(base | {"font_color": "#1F4E79", "underline": 1})
        self.caption = book.add_format(base | {"bold": True})
        self.big = book.add_format(base | {"bold": True, "font_size": 14, "align": "left"})
        self.head = book.add_format(
            base | line | {"bold": True, "text_wrap": True, "bg_color": "#DEE6F0", "valign": "vcenter"}
        )
        self.cells = {kind: book.add_format(base | line | _aligned(kind)) for kind in FORMATS}
        self.totals = {
            kind: book.add_format(base | line | _aligned(kind) | {"bold": True, "bg_color": "#F4F6F9"})
            for kind in FORMATS
        }


def _aligned(kind: str) -> dict[str, Any]:
    number = kind not in ("text", "date")
    return {"num_format": FORMATS[kind], "align": "right" if number else "left", "text_wrap": not number}


def _contents(sheet: Any, look: _Look, document: Document, parts: list[Part]) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 62)
    sheet.set_column(1, 1, 18)
    sheet.set_column(2, 2, 48)
    sheet.write_string(0, 0, document.title, look.title)
    sheet.write_string(1, 0, document.organisation, look.text)
    sheet.write_string(2, 0, f"Показатели на {russian.date_long(document.date)}", look.soft)
    row = 4
    for one in document.headlines:
        sheet.write_string(row, 0, one.title, look.text)
        sheet.write_string(row, 1, one.value, look.big)
        sheet.write_string(row, 2, one.note, look.soft)
        row += 1
    row += 1
    sheet.write_string(row, 0, "Листы", look.caption)
    for part in parts:
        row += 1
        sheet.write_url(row, 0, f"internal:'{sheet_name(part)}'!A1", look.link, part.heading)
    _print(sheet)


def _print(sheet: Any) -> None:
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&R&P")


class _Sheet:
    """Writes one section from top to bottom."""

    def __init__(self, book: Any, sheet: Any, look: _Look, name: str) -> None:
        self.book, self.sheet, self.look, self.name = book, sheet, look, name
        self.row = 0
        self.widths: list[int] = []

    def write(self, part: Part) -> None:
        self.sheet.hide_gridlines(2)
        self.widths = sheet_widths(part)
        for x, width in enumerate(self.widths):
            self.sheet.set_column(x, x, width)
        self.sheet.write_string(0, 0, part.heading, self.look.title)
        self.row = 2
        for block in part.blocks:
            if isinstance(block, Paragraph):
                self._text(block.text)
            elif isinstance(block, Facts):
                self._facts(block)
            elif isinstance(block, Table):
                self._table(block)
            elif isinstance(block, Chart):
                self._chart(block)
            elif isinstance(block, Scheme):
                self._text(f"{block.caption}. {block.words[0].upper()}{block.words[1:]}.")
        _print(self.sheet)

    def _text(self, text: str) -> None:
        self.sheet.merge_range(self.row, 0, self.row, 4, text, self.look.text)
        self.sheet.set_row(self.row, 14 * (1 + len(text) // int(sum(self.widths[:5]) * 0.9)))
        self.row += 2

    def _facts(self, facts: Facts) -> None:
        for name, value in facts.rows:
            self.sheet.write_string(self.row, 0, name, self.look.cells["text"])
            self.sheet.merge_range(self.row, 1, self.row, 4, value, self.look.cells["text"])
            self._tall([(value, sum(self.widths[1:5]))])
            self.row += 1
        self.row += 1

    def _table(self, table: Table) -> None:
        self.sheet.write_string(self.row, 0, f"Таблица {table.number} – {table.caption}", self.look.caption)
        self.row += 1
        self._tall([(column.title, self.widths[x] - 2) for x, column in enumerate(table.columns)])
        for x, column in enumerate(table.columns):
            self.sheet.write_string(self.row, x, column.title, self.look.head)
        for line, looks in [(row, self.look.cells) for row in table.rows] + [(table.total, self.look.totals)]:
            if line is None:
                continue
            self.row += 1
            for x, (column, cell) in enumerate(zip(table.columns, line, strict=True)):
                self._cell(x, cell, looks[column.kind])
            self._tall([(cell.text, self.widths[x]) for x, cell in enumerate(line)])
        self.row += 1
        note = f"Источник: {table.source}." + (f" {table.note}" if table.note else "")
        self.sheet.write_string(self.row, 0, note, self.look.soft)
        self.row += 2

    def _tall(self, cells: list[tuple[str, int]]) -> None:
        """A row as high as its longest cell needs, since merged cells do not grow by themselves."""
        lines = max(1 + len(text) // width for text, width in cells)
        if lines > 1:
            self.sheet.set_row(self.row, 14 * lines)

    def _cell(self, x: int, cell: Cell, look: Any) -> None:
        if cell.number is None:
            self.sheet.write_string(self.row, x, cell.text, look)
        else:
            self.sheet.write_number(self.row, x, float(cell.number), look)

    def _chart(self, chart: Chart) -> None:
        """Drawn from cells of its own beside the picture: a reader may change them and see the bars move."""
        first = self.row + 1
        self.sheet.write_string(self.row, 0, f"Рисунок {chart.number} – {chart.caption}", self.look.caption)
        self.sheet.write_string(first, 0, "", self.look.head)
        for x, (name, values) in enumerate(chart.series, start=1):
            self.sheet.write_string(first, x, name, self.look.head)
            for y, value in enumerate(values, start=1):
                look = self.look.cells["percent" if chart.digits else "int"]
                if value is None:
                    self.sheet.write_string(first + y, x, "–", look)
                else:
                    self.sheet.write_number(first + y, x, float(value), look)
        for y, category in enumerate(chart.categories, start=1):
            self.sheet.write_string(first + y, 0, category, self.look.cells["text"])
        last = first + len(chart.categories)
        self._insert(chart, first, last)
        self.row = last + 3 + self._height(chart) // 20

    def _insert(self, chart: Chart, first: int, last: int) -> None:
        drawn = self.book.add_chart({"type": SHAPES[chart.shape]})
        for x, (name, _) in enumerate(chart.series, start=1):
            series: dict[str, Any] = {
                "name": name,
                "categories": [self.name, first + 1, 0, last, 0],
                "values": [self.name, first + 1, x, last, x],
                "fill": {"color": f"#{PALETTE[(x - 1) % len(PALETTE)]}"},
                "gap": 60,
                "data_labels": {"value": True, "num_format": "0.0" if chart.digits else "#,##0"},
            }
            if chart.shape == "pie":
                series |= {"points": [{"fill": {"color": f"#{one}"}} for one in PALETTE]}
                series.pop("fill")
            drawn.add_series(series)
        drawn.set_title({"name": chart.caption, "name_font": {"size": 11, "bold": False}})
        if chart.shape != "pie":
            drawn.set_x_axis({"visible": chart.shape != "hbar", "major_gridlines": {"visible": False}})
            drawn.set_y_axis({"reverse": chart.shape == "hbar", "major_gridlines": {"visible": False}})
        drawn.set_legend({"position": "bottom"} if len(chart.series) > 1 or chart.shape == "pie" else {"none": True})
        drawn.set_size({"width": 720, "height": self._height(chart)})
        self.sheet.insert_chart(last + 1, 0, drawn, {"description": chart.caption, "x_offset": 4, "y_offset": 8})

    @staticmethod
    def _height(chart: Chart) -> int:
        """Pixels; a row of the sheet is twenty."""
        bars = len(chart.categories) * (22 + 16 * len(chart.series))
        return max(280, bars) if chart.shape == "hbar" else 280
