"""The covering letter of a report, DOCX."""

from __future__ import annotations

import io
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from opora.core import russian
from opora.reporting.documents import word_parts as parts
from opora.reporting.documents.bytes import settled
from opora.reporting.documents.shape import Document, Facts

FONT = "Times New Roman"
LETTERHEAD = ("Адрес", "Телефон", "Электронная почта", "Сайт")


def write(document: Document) -> bytes:
    """Letterhead, addressee, what is sent, main figures, attachments, signature: one page."""
    made = docx.Document()
    page = made.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Cm(3), Cm(1.5), Cm(2), Cm(2)
    base = made.styles["Normal"]
    base.font.name, base.font.size = FONT, Pt(13)
    base.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    base.paragraph_format.space_after = Pt(0)
    _letterhead(made, document)
    _addressee(made, document)
    _line(made, f"О направлении {_of_what(document)}", before=18, after=14)
    _body(
        made,
        f"Направляем {_what(document)} ({document.subtitle}). Показатели приведены на {russian.date_long(document.date)} "
        "и взяты из снимка, который больше не меняется; у каждого указаны числитель, знаменатель и источник.",
    )
    if document.headlines:
        _body(made, "Главное:")
        shown = document.headlines[:5]
        for one in shown:
            parts_of = one.note.removesuffix(f"на {_day(document)}").removesuffix(", ")
            note = f" ({parts_of})" if parts_of else ""
            _body(made, f"– {_small(one.title)} – {one.value}{note}{'.' if one is shown[-1] else ';'}")
    _line(made, "Приложения:", before=14, after=4)
    for number, text in enumerate(_attachments(document), start=1):
        _line(made, f"{number}. {text}", after=2)
    table = made.add_table(rows=1, cols=3)
    parts.widths(table, (7.0, 4.5, 5.0))
    for cell, text, width in zip(
        table.rows[0].cells,
        (document.signatory_post, "______________", russian.short_name(document.signatory_name)),
        (7.0, 4.5, 5.0),
        strict=True,
    ):
        cell.width = Cm(width)
        cell.paragraphs[0].add_run(text)
        cell.paragraphs[0].paragraph_format.space_before = Pt(36)
    table.rows[0].cells[2].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    core = made.core_properties
    core.title, core.author = f"Сопроводительное письмо. {document.title}", document.organisation
    core.language, core.comments, core.last_modified_by = "ru-RU", "", document.organisation
    out = io.BytesIO()
    made.save(out)
    return settled(out.getvalue(), document.date)


def _what(document: Document) -> str:
    return (document.title[0].lower() + document.title[1:]).replace("аналитическая записка", "аналитическую записку")


def _of_what(document: Document) -> str:
    """The title in the genitive: «годового отчёта за 2026 год»."""
    low = document.title[0].lower() + document.title[1:]
    return low.replace("годовой отчёт", "годового отчёта").replace("аналитическая записка", "аналитической записки")


def _small(text: str) -> str:
    return text[0].lower() + text[1:]


def _day(document: Document) -> str:
    return russian.date_short(document.date)


def _attachments(document: Document) -> list[str]:
    return [
        f"{document.title}, на бумаге и в электронном виде (DOCX, PDF).",
        "Презентация основных результатов (PPTX).",
        "Таблицы и диаграммы с исходными числами (XLSX).",
    ]


def _letterhead(made: Any, document: Document) -> None:
    _line(made, document.organisation, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER)
    facts = dict(
        row for part in document.parts for block in part.blocks if isinstance(block, Facts) for row in block.rows
    )
    told = ", ".join(facts[name] for name in LETTERHEAD if facts.get(name))
    line = _line(made, told, size=10, align=WD_ALIGN_PARAGRAPH.CENTER, before=2)
    border = parts.element("w:pBdr")
    border.append(parts.element("w:bottom", val="thinThickSmallGap", sz="18", space="6", color="333333"))
    line._p.get_or_add_pPr().append(border)


def _addressee(made: Any, document: Document) -> None:
    table = made.add_table(rows=1, cols=2)
    parts.widths(table, (8.0, 8.5))
    left, right = table.rows[0].cells
    left.width, right.width = Cm(8.0), Cm(8.5)
    left.paragraphs[0].add_run("от _____________ № _______")
    right.paragraphs[0].add_run(document.addressee or "Региональный модельный центр дополнительного образования детей")
    for cell in (left, right):
        cell.paragraphs[0].paragraph_format.space_before = Pt(18)


def _line(
    made: Any, text: str, *, size: float = 13, bold: bool = False, before: float = 0, after: float = 0,
    align: Any = WD_ALIGN_PARAGRAPH.LEFT,
) -> Any:  # fmt: skip
    paragraph = made.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(size)
    paragraph.alignment = align
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    return paragraph


def _body(made: Any, text: str) -> None:
    paragraph = made.add_paragraph(text)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent, paragraph.paragraph_format.line_spacing = Cm(1.25), 1.15
    paragraph.paragraph_format.space_after = Pt(4)
