"""What came of a change of school year as XLSX: every learner with the reason, every group; text is never a formula."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from opora.enrolment.models import Rollover, RolloverGroup, RolloverLearner
from opora.enrolment.rules.rollover import school_year_title

LEARNERS = (
    ("Ребёнок", 34), ("Дата рождения", 14), ("Программа", 34), ("Группа этого года", 24), ("Что дальше", 40),
    ("Новая группа", 24), ("Кто платит", 14), ("Ответ семьи", 14), ("Как ответили", 18), ("Итог", 26),
    ("Пояснение", 60), ("Приказ", 12),
)  # fmt: skip
GROUPS = (
    ("Программа", 34), ("Группа этого года", 26), ("Что дальше", 40), ("Новая группа", 26), ("Мест", 8),
    ("Детей", 8), ("Перешли", 10), ("Что помешало", 60),
)  # fmt: skip
MOVED = ("enrolled", "offered")


def workbook(batch: Rollover, learners: Sequence[RolloverLearner], lines: Sequence[RolloverGroup]) -> bytes:
    """Two sheets: children and groups. The counts of the second are counted from the first."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    formats = {
        "title": book.add_format({"bold": True, "font_size": 13}),
        "head": book.add_format({"bold": True, "border": 1, "text_wrap": True, "bg_color": "#EEEEEE", "valign": "top"}),
        "text": book.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
    }
    title = f"{batch.organisation.short_name}: переход {school_year_title(batch.from_year)} – {school_year_title(batch.to_year)}"
    _sheet(book, formats, "Дети", title, LEARNERS, [_learner(row) for row in learners])
    counts: dict[int, list[int]] = {}
    for row in learners:
        count = counts.setdefault(row.line_id, [0, 0])
        count[0] += 1
        count[1] += row.outcome in MOVED
    _sheet(book, formats, "Группы", title, GROUPS, [_group(line, counts.get(line.pk, [0, 0])) for line in lines])
    book.close()
    return out.getvalue()


def _learner(row: RolloverLearner) -> list[Any]:
    line = row.line
    reason = row.outcome_reason or " ".join(one["message"] for one in row.reasons)
    return [
        row.child.full_name, f"{row.child.birth_date:%d.%m.%Y}", line.from_group.programme.name, line.from_group.name,
        line.get_plan_display(), line.to_group.name if line.to_group else "", row.get_funding_display(),
        row.get_answer_display() if row.included and line.plan != "ends" else "не спрашивали",
        row.get_channel_display(), row.get_outcome_display(), reason, f"№ {row.order.number}" if row.order else "",
    ]  # fmt: skip


def _group(line: RolloverGroup, counts: Sequence[int]) -> list[Any]:
    return [
        line.from_group.programme.name, line.from_group.name, line.get_plan_display(),
        line.to_group.name if line.to_group else "", line.capacity if line.plan != "ends" else "", *counts, line.problem,
    ]  # fmt: skip


def _sheet(book: Any, formats: Any, name: str, title: str, columns: Any, rows: Sequence[Sequence[Any]]) -> None:
    sheet = book.add_worksheet(name)
    sheet.write_string(0, 0, title, formats["title"])
    for place, (heading, width) in enumerate(columns):
        sheet.set_column(place, place, width)
        sheet.write_string(2, place, heading, formats["head"])
    for number, row in enumerate(rows, start=3):
        for place, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(number, place, value, formats["text"])
            else:
                sheet.write_string(number, place, value, formats["text"])
    sheet.freeze_panes(3, 1)
    sheet.autofilter(2, 0, max(2 + len(rows), 2), len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
