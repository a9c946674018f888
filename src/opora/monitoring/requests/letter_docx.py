"""The reply letter as DOCX: letterhead, addressee, text; answers in the letter, tables in the annex."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from opora.surveys.presentation import headings
from opora.surveys.rules.definition import TABLE, Address, Definition, Field, Section
from opora.surveys.rules.values import Typed, shown

FONT = "Times New Roman"
WIDE = 6
"""Tables with more columns stand on a sheet turned on its side."""
GREY = RGBColor(0x44, 0x44, 0x44)


@dataclass(frozen=True, slots=True)
class Letter:
    """What the letter is made of; dates and numbers are already words."""

    sender: str
    address: str
    contacts: str
    number: str
    date: str
    on: str
    addressee: str
    subject: str
    post: str
    name: str
    form: Definition
    values: Mapping[Address, Typed]


def build(letter: Letter) -> bytes:
    """The DOCX."""
    document = Document()
    _page(document.sections[0])
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(0)
    _head(document, letter)
    _text(document, letter)
    _annex(document, letter)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(section: Any, turned: bool = False) -> None:
    width, height = (Cm(29.7), Cm(21)) if turned else (Cm(21), Cm(29.7))
    section.orientation = WD_ORIENT.LANDSCAPE if turned else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    section.left_margin, section.right_margin = (Cm(1.5), Cm(1.5)) if turned else (Cm(3), Cm(1.5))
    section.top_margin = section.bottom_margin = Cm(2)


def _line(document: Any, text: str, *, bold: bool = False, size: float = 13, align: Any = None, grey: bool = False,
          before: float = 0, after: float = 2) -> Any:  # fmt: skip
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(size)
    if grey:
        run.font.color.rgb = GREY
    if align is not None:
        paragraph.alignment = align
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    return paragraph


def _head(document: Any, letter: Letter) -> None:
    centre = WD_ALIGN_PARAGRAPH.CENTER
    _line(document, letter.sender, bold=True, align=centre)
    if letter.address:
        _line(document, letter.address, size=10, align=centre, grey=True)
    last = _line(document, letter.contacts or " ", size=10, align=centre, grey=True)
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "8"), ("space", "6"), ("color", "333333")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    last._p.get_or_add_pPr().append(borders)
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    for cell, width in zip(table.rows[0].cells, (Cm(8), Cm(8.5)), strict=True):
        cell.width = width
    left, right = table.rows[0].cells
    left.paragraphs[0].add_run(f"{letter.date} № {letter.number}")
    left.add_paragraph(letter.on)
    right.paragraphs[0].add_run(letter.addressee)
    for cell in (left, right):
        cell.paragraphs[0].paragraph_format.space_before = Pt(14)


def _text(document: Any, letter: Letter) -> None:
    _line(document, f"О запросе «{letter.subject}»", bold=True, before=18, after=12)
    tables = [one for section in letter.form.sections for one in section.fields if one.kind == TABLE]
    said = [
        (one, value)
        for section in letter.form.sections
        for one in section.fields
        if one.kind != TABLE and (value := letter.values.get(Address(section.code, one.code))) is not None
    ]
    where = (
        "приведены ниже и в приложении" if said and tables else "приведены ниже" if said else "приведены в приложении"
    )
    _body(document, f"Направляем сведения по запросу «{letter.subject}». Сведения {where}.")
    for number, (one, value) in enumerate(said, start=1):
        unit = f" {one.unit}" if one.unit and one.kind == "number" else ""
        _body(document, f"{number}. {one.title}: {shown(value)}{unit}.".replace("..", "."))
    if tables:
        title = "Таблица формы" if len(tables) == 1 else "Таблицы формы"
        _line(document, f"Приложение: {title.lower()}, в 1 экз.", before=12, after=24)
    signature = document.add_table(rows=1, cols=3)
    signature.autofit = False
    for cell, width in zip(signature.rows[0].cells, (Cm(7.5), Cm(4), Cm(5)), strict=True):
        cell.width = width
    cells = signature.rows[0].cells
    cells[0].paragraphs[0].add_run(letter.post)
    cells[1].paragraphs[0].add_run("_______________")
    cells[2].paragraphs[0].add_run(letter.name)
    cells[2].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for cell in cells:
        cell.paragraphs[0].paragraph_format.space_before = Pt(18)


def _body(document: Any, text: str) -> None:
    paragraph = document.add_paragraph(text)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = Cm(1.25)
    paragraph.paragraph_format.line_spacing, paragraph.paragraph_format.space_after = 1.15, Pt(4)


def _annex(document: Any, letter: Letter) -> None:
    """Every section with a table on pages of its own; a wide one on a turned sheet."""
    for section in letter.form.sections:
        tables = [one for one in section.fields if one.kind == TABLE]
        if not tables:
            continue
        turned = any(len(one.columns) > WIDE for one in tables)
        _page(document.add_section(WD_SECTION.NEW_PAGE), turned)
        _line(document, f"Приложение. Раздел {section.code}. {section.title}", bold=True, size=12, after=6)
        for one in tables:
            if one.title != section.title:
                _line(document, one.title, size=12, before=6, after=4)
            _table(document, section, one, letter.values, turned)


def _table(document: Any, section: Section, one: Field, values: Mapping[Address, Typed], turned: bool) -> None:
    first, under = headings(one.columns)
    heads = 2 if under else 1
    lines = _lines(section, one, values)
    table = document.add_table(rows=heads + len(lines), cols=2 + len(one.columns))
    table.style, table.autofit = "Table Grid", False
    room = 26.7 if turned else 16.5
    widths = [room * 0.34 if len(one.columns) <= WIDE else 6.0, 1.1]
    widths += [(room - sum(widths)) / max(1, len(one.columns))] * len(one.columns)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)
    _headings(table, one, first, heads)
    for line, (code, title) in enumerate(lines, start=heads):
        _cell(table.cell(line, 0), title, left=True)
        _cell(table.cell(line, 1), code)
        for place, column in enumerate(one.columns, start=2):
            value = values.get(Address(section.code, one.code, code, column.code))
            text = "Х" if one.is_closed(code, column.code) else shown(value) or "–"
            _cell(table.cell(line, place), text, left=column.kind == "text")


def _headings(table: Any, one: Field, first: list[tuple[str, int, Any]], heads: int) -> None:
    for place, text in enumerate(("Показатель", "№")):
        cell = table.cell(0, place)
        _cell(cell.merge(table.cell(heads - 1, place)) if heads > 1 else cell, text, head=True)
    place = 2
    for title, span, column in first:
        if column is not None:
            cell = table.cell(0, place)
            _cell(cell.merge(table.cell(heads - 1, place)) if heads > 1 else cell, _titled(column), head=True)
        else:
            top = table.cell(0, place)
            _cell(top.merge(table.cell(0, place + span - 1)) if span > 1 else top, title, head=True)
            for step in range(span):
                _cell(table.cell(1, place + step), _titled(one.columns[place - 2 + step]), head=True)
        place += span
    for row in table.rows[:heads]:
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _titled(column: Any) -> str:
    return f"{column.title}, {column.unit}" if column.unit else column.title


def _lines(section: Section, one: Field, values: Mapping[Address, Typed]) -> list[tuple[str, str]]:
    if one.open_rows:
        codes = {address.row for address in values if address.field == one.code}
        return [(code, "") for code in sorted(codes, key=lambda text: (len(text), text))]
    return [(row.code, f"{row.head}: {row.title}" if row.head else row.title) for row in one.rows]


def _cell(cell: Any, text: str, *, head: bool = False, left: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(text)
    run.bold, run.font.size = head, Pt(9)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if left else WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1)
    if head:
        fill = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", "EEF1F3")):
            fill.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(fill)
