"""The register of contracts as XLSX: real numbers, a heading, totals; text never becomes a formula."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from opora.core import russian
from opora.settlement.documents.context import title_of
from opora.settlement.models import AgreementTerms, SettlementDocument, SettlementRow

WIDTHS = (6, 14, 14, 46, 10, 15, 11, 11, 15, 15, 15)
HEAD = ("№", "Договор", "Сертификат", "Программа, группа", "Месяц", "Сумма месяца")


def register(one: SettlementDocument, terms: AgreementTerms | None, rows: Sequence[SettlementRow]) -> bytes:
    """One sheet: what document it belongs to, the rows, the totals that equal the document's sums."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    sheet = book.add_worksheet("Реестр договоров")
    title = book.add_format({"bold": True, "font_size": 13})
    head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter", "bg_color": "#EEEEEE"})
    text = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    money = book.add_format({"border": 1, "num_format": "# ##0.00", "valign": "top"})
    hours = book.add_format({"border": 1, "num_format": "0.##", "valign": "top"})
    total = book.add_format({"border": 1, "bold": True, "num_format": "# ##0.00"})
    advance = one.kind == "advance_request"
    columns = (*HEAD, "Аванс") if advance else (*HEAD, "Часов по плану", "Проведено", "Начислено", "Аванс", "К оплате")
    for place, width in enumerate(WIDTHS[: len(columns)]):
        sheet.set_column(place, place, 15 if advance and place == 6 else width)
    line = _heading(sheet, one, terms, title)
    sheet.set_row(line, 32)
    for place, name in enumerate(columns):
        sheet.write_string(line, place, name, head)
    sheet.freeze_panes(line + 1, 0)
    for number, row in enumerate(rows, start=1):
        line += 1
        sheet.write_number(line, 0, number, text)
        words = (row.contract_number, row.certificate_number, f"{row.group.programme.name}, {row.group.name}")
        for place, word in enumerate((*words, f"{row.month:%m.%Y}"), start=1):
            sheet.write_string(line, place, word, text)
        sheet.write_number(line, 5, row.plan, money)
        if advance:
            sheet.write_number(line, 6, row.advance, money)
            continue
        sheet.write_number(line, 6, row.planned, hours)
        sheet.write_number(line, 7, row.delivered, hours)
        for place, value in enumerate((row.accrual, row.advance, row.amount), start=8):
            sheet.write_number(line, place, value, money)
    line += 1
    for place in range(len(columns)):
        sheet.write_blank(line, place, None, total)
    sheet.write_string(line, 1, "Итого", total)
    plan = sum((row.plan for row in rows), one.accrual * 0)
    sums = (
        {5: plan, 6: one.payable}
        if advance
        else {5: plan, 8: one.accrual, 9: one.advance, 10: one.accrual - one.advance}
    )
    for place, value in sums.items():
        sheet.write_number(line, place, value, total)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    book.close()
    return out.getvalue()


def _heading(sheet: Any, one: SettlementDocument, terms: AgreementTerms | None, title: Any) -> int:
    sheet.write_string(0, 0, f"Реестр договоров за {russian.month(one.month)}", title)
    facts = [
        f"Приложение: {title_of(one)}",
        f"Поставщик: {one.organisation.full_name}",
        f"Соглашение {one.agreement}, {one.period.name}",
    ]
    if terms:
        facts.append(f"Плательщик: {terms.payer['name']}. КБК {terms.kbk}, КОСГУ {terms.kosgu}")
    for number, fact in enumerate(facts, start=1):
        sheet.write_string(number, 0, fact)
    return len(facts) + 2
