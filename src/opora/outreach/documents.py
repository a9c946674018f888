"""Printed invitations as DOCX: a slip per child with what is offered near the school, class by class, to cut apart."""

from __future__ import annotations

import io
import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from opora.core import russian
from opora.outreach.models import Invitation
from opora.outreach.queries_offers import OfferCard, cards

FONT = "Times New Roman"
GREY = RGBColor(0x55, 0x55, 0x55)
WIDTHS = (Cm(6.2), Cm(6.4), Cm(5.4))
ANSWER = "Ответ классному руководителю:  ☐ запишемся   ☐ не нужно   ☐ занимаемся, где: _____________"


def sheets(rows: Sequence[Invitation]) -> bytes:
    """All slips in the order given; a class begins on a new page."""
    offers = cards(pk for row in rows for pk in row.groups)
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(1.5)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(11)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(0)
    for number, (_, slips) in enumerate(itertools.groupby(rows, key=_class_of)):
        _one_class(document, list(slips), offers, first=not number)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _class_of(row: Invitation) -> tuple[int, str]:
    return row.pupil.class_list_id, row.pupil.school_class


def _one_class(document: Any, slips: list[Invitation], offers: Mapping[int, OfferCard], first: bool) -> None:
    pupil = slips[0].pupil
    count = russian.plural(len(slips), "приглашение", "приглашения", "приглашений")
    head = _line(
        document, f"{pupil.class_list.organisation.short_name}, {pupil.school_class} класс: {count}", size=9, grey=True
    )
    head.paragraph_format.page_break_before = not first
    for slip in slips:
        _slip(document, slip, [offers[pk] for pk in slip.groups if pk in offers])


def _slip(document: Any, slip: Invitation, offers: list[OfferCard]) -> None:
    """Everything of one child stays on one page."""
    pupil = slip.pupil
    name = f"{pupil.last_name} {pupil.first_name}"
    parts = [
        _line(document, "Приглашаем в кружки и секции", bold=True, size=14, before=10),
        _line(document, f"Семье ученика: {name}, {pupil.school_class} класс"),
    ]
    if offers:
        parts.append(_line(document, "Рядом со школой сейчас есть свободные места:", before=4, after=3))
    else:
        parts.append(
            _line(document, "Занятие по возрасту и расписанию поможет подобрать школа или опорный центр.", before=4)
        )
    for part in parts:
        part.paragraph_format.keep_with_next = True
    if offers:
        _table(document, offers)
    _line(document, ANSWER, size=10, before=6).paragraph_format.keep_with_next = True
    _cut(_line(document, " ", size=4))


def _table(document: Any, offers: Sequence[OfferCard]) -> None:
    table = document.add_table(rows=0, cols=3)
    table.style = "Table Grid"
    table.autofit = False
    for one in offers:
        row = table.add_row()
        texts = (
            (one.name, one.ages),
            (one.provider, one.place),
            (one.schedule or "время уточнит организация", f"{one.phone}\n{one.address}".strip()),
        )
        for cell, width, (main, more) in zip(row.cells, WIDTHS, texts, strict=True):
            cell.width = width
            first = cell.paragraphs[0]
            first.add_run(main).font.size = Pt(10.5)
            first.paragraph_format.keep_with_next = True
            second = cell.add_paragraph()
            run = second.add_run(more)
            run.font.size, run.font.color.rgb = Pt(9), GREY
            second.paragraph_format.keep_with_next = True
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _line(document: Any, text: str, *, bold: bool = False, size: float = 11, grey: bool = False,
          before: float = 0, after: float = 0) -> Any:  # fmt: skip
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(size)
    if grey:
        run.font.color.rgb = GREY
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    return paragraph


def _cut(paragraph: Any) -> None:
    """A dashed line to cut along."""
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "dashed"), ("sz", "6"), ("space", "4"), ("color", "777777")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().append(borders)
