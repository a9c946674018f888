"""The gap analysis of an inventory as a workbook: by item, by organisation, by locality."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from opora.providers.models_inventory import InventoryCampaign
from opora.providers.queries_inventory import Gap, Gaps

FIGURES = ("Нужно", "Исправно", "Не хватает", "Сверх нормы")


def gaps_workbook(campaign: InventoryCampaign, found: Gaps) -> bytes:
    """Three sheets with real numbers; text never becomes a formula."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "bg_color": "#EEEEEE"})
    text = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    title = book.add_format({"bold": True, "font_size": 13})
    for name, place, rows in (
        ("По позициям", "", found.items),
        ("По организациям", "Организация", found.organisations),
        ("По населённым пунктам", "Населённый пункт", found.localities),
    ):
        sheet = book.add_worksheet(name)
        sheet.write_string(0, 0, f"{campaign}: чего не хватает, листов {found.sheets}", title)
        _table(sheet, place, rows, head, text)
    book.close()
    return out.getvalue()


def _table(sheet: Any, place: str, rows: Sequence[Gap], head: Any, text: Any) -> None:
    columns = [*([place] if place else []), "Позиция", "Единица", *FIGURES]
    for at, name in enumerate(columns):
        sheet.set_column(at, at, 44 if name in (place, "Позиция") else 13)
        sheet.write_string(2, at, name, head)
    for line, gap in enumerate(rows, start=3):
        words = [*([gap.place] if place else []), gap.item, gap.unit]
        for at, word in enumerate(words):
            sheet.write_string(line, at, word, text)
        for at, value in enumerate((gap.needed, gap.usable, gap.lack, gap.spare), start=len(words)):
            sheet.write_number(line, at, value, text)
    sheet.freeze_panes(3, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
