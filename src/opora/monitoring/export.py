"""Tables of the dashboards as XLSX: real numbers, a heading that says what and of which day."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from opora.core import files

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def book(title: str, note: str, sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[Any]]]]) -> bytes:
    """A book of sheets: (name, headings, rows); numbers stay numbers, texts never become formulas."""
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    strong = made.add_format({"bold": True, "font_size": 13})
    head = made.add_format({"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter", "bg_color": "#EEEEEE"})
    cell = made.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    for name, headings, rows in sheets:
        sheet = made.add_worksheet(name[:31])
        sheet.write_string(0, 0, title, strong)
        sheet.write_string(1, 0, note)
        sheet.set_column(0, 0, 40)
        sheet.set_column(1, max(1, len(headings) - 1), 18)
        for x, heading in enumerate(headings):
            sheet.write_string(3, x, heading, head)
        for y, row in enumerate(rows, start=4):
            for x, value in enumerate(row):
                if value is None:
                    sheet.write_blank(y, x, None, cell)
                elif isinstance(value, str):
                    sheet.write_string(y, x, value, cell)
                else:
                    sheet.write_number(y, x, float(value), cell)
        sheet.freeze_panes(4, 1)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    made.close()
    return out.getvalue()


def download(data: bytes, name: str) -> Any:
    """The answer that saves the book."""
    return files.download(data, name=name, content_type=XLSX)
