"""Minutes of a meeting as DOCX: head, who was there by side, agenda, what was decided with votes, signatures."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from opora.core import russian
from opora.governance import queries, rules
from opora.governance.models import CouncilMember, Decision, Meeting

FONT = "Times New Roman"
SIDES = {
    "authority": "от органов власти",
    "organisations": "от организаций",
    "public": "от общественности",
    "business": "от бизнеса",
}


def render(meeting: Meeting) -> bytes:
    """The DOCX of the minutes; the same meeting gives the same text."""
    members = list(queries.members_on(meeting.council_id, meeting.date))
    came = queries.present_at(meeting)
    there = [one for one in members if one.pk in came]
    document = _page()
    _title(document, meeting)
    _present(document, meeting, there, members)
    _agenda(document, meeting, list(meeting.decisions.order_by("number")))
    _signatures(document, there)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page() -> Any:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(2)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(0)
    return document


def _line(document: Any, text: str, *, bold: bool = False, centre: bool = False, before: float = 0) -> Any:
    paragraph = document.add_paragraph()
    paragraph.add_run(russian.typography(text)).bold = bold
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(3)
    return paragraph


def _body(document: Any, text: str, *, before: float = 0) -> None:
    paragraph = _line(document, text, before=before)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = Cm(1.25)
    paragraph.paragraph_format.line_spacing = 1.15


def _title(document: Any, meeting: Meeting) -> None:
    _line(document, f"ПРОТОКОЛ ЗАСЕДАНИЯ № {meeting.number}", bold=True, centre=True)
    _line(document, meeting.council.name, bold=True, centre=True)
    table = document.add_table(rows=1, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    left, right = table.rows[0].cells
    at = f", {russian.time(meeting.starts_at)}" if meeting.starts_at else ""
    left.paragraphs[0].add_run(f"{russian.date_long(meeting.date)}{at}")
    right.paragraphs[0].add_run(meeting.place)
    right.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for cell in (left, right):
        cell.paragraphs[0].paragraph_format.space_before = Pt(14)


def _present(document: Any, meeting: Meeting, there: list[CouncilMember], members: list[CouncilMember]) -> None:
    _line(document, f"Присутствовали: {len(there)} из {len(members)} членов", bold=True, before=14)
    for side, title in SIDES.items():
        rows = [one for one in there if one.side == side]
        if rows:
            _line(document, f"{title}:", before=4)
            _list(document, (_member(one) for one in rows))
    absent = [one.name for one in members if one not in there]
    if absent:
        names = ", ".join(russian.short_name(name) for name in absent)
        _body(document, f"Отсутствовали: {names.rstrip('.')}.", before=4)
    if meeting.guests:
        _body(document, f"Приглашены: {meeting.guests.rstrip('. ')}.", before=4)
    if meeting.state == Meeting.State.HELD:
        needed = rules.needed_for_quorum(len(members), meeting.quorum_then or meeting.council.quorum)
        _body(document, f"Кворум имеется (необходимо не менее {needed}). Заседание правомочно.", before=4)
    else:
        _body(document, "Кворума нет. Заседание не состоялось.", before=4)


def _member(one: CouncilMember) -> str:
    role = "" if one.role == CouncilMember.Role.MEMBER else f" ({one.get_role_display().lower()})"
    return f"{one.name}, {one.post}{role}"


def _list(document: Any, lines: Iterable[str]) -> None:
    for text in lines:
        paragraph = document.add_paragraph(russian.typography(f"– {text}"))
        paragraph.paragraph_format.left_indent = Cm(0.9)
        paragraph.paragraph_format.first_line_indent = Cm(-0.4)


def _agenda(document: Any, meeting: Meeting, decisions: list[Decision]) -> None:
    questions = rules.questions(meeting.agenda)
    _line(document, "ПОВЕСТКА", bold=True, centre=True, before=16)
    for number, question in enumerate(questions, 1):
        _body(document, f"{number}. {question}")
    if meeting.state != Meeting.State.HELD:
        return
    for number, question in enumerate(questions, 1):
        own = [one for one in decisions if one.question == number]
        _line(document, f"{number}. {question}", bold=True, before=14).paragraph_format.keep_with_next = True
        _decided(document, own)
    rest = [one for one in decisions if one.question is None or not 1 <= one.question <= len(questions)]
    if rest:
        _line(document, "Разное", bold=True, before=14)
        _decided(document, rest)


def _decided(document: Any, decisions: list[Decision]) -> None:
    if not decisions:
        _body(document, "Принято к сведению.")
        return
    _line(document, "РЕШИЛИ:", bold=True, before=4).paragraph_format.keep_with_next = True
    table = document.add_table(rows=1, cols=4)
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    widths = (Cm(1.1), Cm(8.2), Cm(4.6), Cm(2.6))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    _row(table.rows[0], ("№", "Решение", "Ответственный", "Срок"), widths, bold=True)
    for one in decisions:
        _row(table.add_row(), (str(one.number), one.text, one.responsible, f"{one.due_on:%d.%m.%Y}"), widths)
    for one in decisions:
        if one.votes_for is not None:
            against, abstained = one.votes_against or 0, one.votes_abstained or 0
            text = f"Голосовали за решение {one.number}: «за» – {one.votes_for}, «против» – {against}, "
            _line(document, f"{text}«воздержались» – {abstained}.", before=3)


def _row(row: Any, texts: tuple[str, ...], widths: tuple[Any, ...], *, bold: bool = False) -> None:
    for cell, text, width in zip(row.cells, texts, widths, strict=True):
        cell.width = width
        run = cell.paragraphs[0].add_run(russian.typography(text))
        run.bold, run.font.size = bold, Pt(11)
        cell.paragraphs[0].paragraph_format.space_after = Pt(2)
        if bold:
            fill = OxmlElement("w:shd")
            for name, value in (("val", "clear"), ("color", "auto"), ("fill", "EDEFF2")):
                fill.set(qn(f"w:{name}"), value)
            cell._tc.get_or_add_tcPr().append(fill)
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _signatures(document: Any, there: list[CouncilMember]) -> None:
    roles = {one.role: one for one in there}
    chair = roles.get("chair") or roles.get("deputy")
    lines = [("Председательствующий", chair), ("Секретарь", roles.get("secretary"))]
    table = document.add_table(rows=0, cols=3)
    table.autofit = False
    widths = (Cm(7), Cm(4.5), Cm(5))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for title, one in lines:
        row = table.add_row()
        texts = (title, "_______________", russian.short_name(one.name) if one else "")
        for cell, text, width in zip(row.cells, texts, widths, strict=True):
            cell.width = width
            cell.paragraphs[0].add_run(text)
            cell.paragraphs[0].paragraph_format.space_before = Pt(18)
