"""The overview of uncovered children as XLSX: schools or classes, categories, names; text is never a formula."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

from opora.outreach import rules
from opora.outreach.models import CATEGORIES
from opora.outreach.queries import Line, Overview

COUNTS = (
    ("Детей 5–17 лет", 12), ("Занимаются", 12), ("Охват, %", 10), ("Подали заявку, ждут", 14),
    ("Только сертификат", 14), ("Есть карточка", 12), ("Ждут решения", 12), ("Не найдены", 12),
)  # fmt: skip
INVITED = (
    ("Приглашены", 12), ("Зачислены", 12), ("Подали заявку", 12), ("Отказались", 12), ("В другом месте", 12),
    ("Переехали", 12), ("Без ответа", 12),
)  # fmt: skip
CHILDREN = (
    ("Школа", 30), ("Класс", 8), ("Фамилия, имя, отчество", 36), ("Дата рождения", 14), ("Категории", 26),
    ("Охват", 26), ("Приглашён", 12), ("Итог приглашения", 24), ("Представитель", 30), ("Контакт представителя", 26),
)  # fmt: skip
HEADS = {"Школы": "Школа", "Классы": "Класс", "Категории": "Категория"}
COUNTED = ("waiting", "certificate", "known", "undecided", "unknown")
OUTCOMES = ("enrolled", "applied", "refused", "elsewhere", "moved", "none")


def build(found: Overview, children: Iterable[Any], year: str, day: dt.date) -> bytes:
    """Sheets of classes or schools, of categories and of the children covered nowhere."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    formats = {
        "title": book.add_format({"bold": True, "font_size": 13}),
        "head": book.add_format({"bold": True, "border": 1, "text_wrap": True, "bg_color": "#EEEEEE", "valign": "top"}),
        "cell": book.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
        "share": book.add_format({"border": 1, "valign": "top", "num_format": "0.0"}),
    }
    on = f"учебный год {year}, на {day:%d.%m.%Y}"
    if len(found.schools) > 1:
        _lines(book, formats, "Школы", f"Охват учеников по школам, {on}", [*found.schools, found.total])
    if found.classes:
        _lines(book, formats, "Классы", f"{found.schools[0].title}: охват по классам, {on}",
               [*found.classes, found.total])  # fmt: skip
    _lines(book, formats, "Категории", f"Охват учеников по категориям, {on}", found.categories)
    _sheet(book, formats, "Дети", f"Нигде не занимаются, {on}", CHILDREN, [_child(row) for row in children])
    book.close()
    return out.getvalue()


def _lines(book: Any, formats: Any, name: str, title: str, lines: Sequence[Line]) -> None:
    columns = ((HEADS[name], 30), *COUNTS)
    rows = []
    for line in lines:
        row: list[Any] = [line.title, line.pupils, line.covered, line.share]
        row += [line.states[code] for code in COUNTED]
        rows.append([*row, line.invited, *(line.outcomes[code] for code in OUTCOMES)])
    _sheet(book, formats, name, title, (*columns, *INVITED), rows)


def _child(row: Any) -> list[Any]:
    return [
        row.class_list.organisation.short_name, row.school_class, row.full_name, f"{row.birth_date:%d.%m.%Y}",
        ", ".join(str(CATEGORIES.get(code, code)) for code in row.categories), rules.STATUS_LABELS[row.status],
        f"{row.invited:%d.%m.%Y}" if row.invited else "", rules.OUTCOME_LABELS.get(row.outcome, ""),
        row.guardian_name, row.guardian_contact,
    ]  # fmt: skip


def _sheet(book: Any, formats: Any, name: str, title: str, columns: Any, rows: Sequence[Sequence[Any]]) -> None:
    sheet = book.add_worksheet(name)
    sheet.write_string(0, 0, title, formats["title"])
    for place, (heading, width) in enumerate(columns):
        sheet.set_column(place, place, width)
        sheet.write_string(2, place, heading, formats["head"])
    for number, row in enumerate(rows, start=3):
        for place, value in enumerate(row):
            if value is None:
                sheet.write_string(number, place, "–", formats["cell"])
            elif isinstance(value, float):
                sheet.write_number(number, place, value, formats["share"])
            elif isinstance(value, int):
                sheet.write_number(number, place, value, formats["cell"])
            else:
                sheet.write_string(number, place, value, formats["cell"])
    sheet.freeze_panes(3, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
