"""Debts of the families as a workbook: one row per account, the ages of the debt, a total. Text is never a formula."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal

import xlsxwriter

from opora.core import russian
from opora.settlement.queries_family import Standing
from opora.settlement.rules.family import AGES

HEAD = ("Ребёнок", "Программа", "Группа", "Лицевой счёт", "Оплатить было до", "Дней", *AGES, "Всего просрочено")
WIDTHS = (32, 36, 16, 15, 15, 8, 13, 13, 13, 15, 17)


def workbook(rows: Sequence[Standing]) -> bytes:
    """One sheet; `rows` are accounts with something late, as `queries_family.debtors` gives them."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    sheet = book.add_worksheet("Просроченная оплата")
    head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter", "bg_color": "#EEEEEE"})
    text = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    money = book.add_format({"border": 1, "num_format": "# ##0.00", "valign": "top"})
    total = book.add_format({"border": 1, "bold": True, "num_format": "# ##0.00"})
    sheet.write_string(0, 0, "Просроченная оплата семей", book.add_format({"bold": True, "font_size": 13}))
    if rows:
        sheet.write_string(1, 0, f"На {russian.date_long(rows[0].today)}")
    for place, (name, width) in enumerate(zip(HEAD, WIDTHS, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(3, place, name, head)
    sheet.set_row(3, 32)
    sheet.freeze_panes(4, 1)
    sums = [Decimal(0)] * (len(AGES) + 1)
    line = 3
    for one in rows:
        line += 1
        group = one.account.group
        words = (one.account.child.full_name, group.programme.name, group.name, one.account.number)
        for place, word in enumerate((*words, f"{one.due_on:%d.%m.%Y}" if one.due_on else "")):
            sheet.write_string(line, place, word, text)
        sheet.write_number(line, 5, one.days_late, text)
        values = [*one.ages, one.late]
        for place, value in enumerate(values, start=6):
            sheet.write_number(line, place, value, money)
        sums = [before + value for before, value in zip(sums, values, strict=True)]
    for place in range(6):
        sheet.write_blank(line + 1, place, None, total)
    sheet.write_string(line + 1, 0, "Итого", total)
    for place, value in enumerate(sums, start=6):
        sheet.write_number(line + 1, place, value, total)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    book.close()
    return out.getvalue()
