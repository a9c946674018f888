"""Make the shipped order templates: ``python -m opora.enrolment.documents.build``. Run after changing their look."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

FONT = "Times New Roman"
KINDS: dict[str, dict[str, Any]] = {
    "enrolment": {
        "title": "О зачислении обучающихся",
        "preamble": "В соответствии с Федеральным законом от 29 декабря 2012 г. № 273-ФЗ «Об образовании в Российской"
        " Федерации», правилами приёма и на основании заявлений законных представителей",
        "order": "Зачислить на обучение по дополнительным общеразвивающим программам следующих детей ({{ count }}):",
        "columns": (
            ("№", "{{ line.number }}", 1.0),
            ("Фамилия, имя, отчество", "{{ line.child }}", 5.2),
            ("Дата рождения", "{{ line.born }}", 2.4),
            ("Программа, группа", "{{ line.programme }}, {{ line.to_group }}", 5.0),
            ("Зачислить с", "{{ line.effective_on }}", 2.4),
        ),
    },
    "transfer": {
        "title": "О переводе обучающихся",
        "preamble": "В соответствии с Федеральным законом от 29 декабря 2012 г. № 273-ФЗ «Об образовании в Российской"
        " Федерации» и порядком перевода обучающихся",
        "order": "Перевести следующих обучающихся ({{ count }}):",
        "columns": (
            ("№", "{{ line.number }}", 1.0),
            ("Фамилия, имя, отчество", "{{ line.child }}", 4.6),
            ("Из группы", "{{ line.from_group }}", 3.2),
            ("В группу", "{{ line.to_group }}", 3.2),
            ("С какого дня", "{{ line.effective_on }}", 2.2),
            ("Основание", "{{ line.ground }}", 1.8),
        ),
    },
    "withdrawal": {
        "title": "Об отчислении обучающихся",
        "preamble": "В соответствии со статьёй 61 Федерального закона от 29 декабря 2012 г. № 273-ФЗ «Об образовании"
        " в Российской Федерации»",
        "order": "Отчислить следующих обучающихся ({{ count }}):",
        "columns": (
            ("№", "{{ line.number }}", 1.0),
            ("Фамилия, имя, отчество", "{{ line.child }}", 5.0),
            ("Группа", "{{ line.from_group }}", 4.0),
            ("Последний день", "{{ line.effective_on }}", 2.6),
            ("Основание", "{{ line.ground }}", 3.4),
        ),
    },
    "next_year": {
        "title": "О переводе обучающихся на следующий год обучения",
        "preamble": "В соответствии с Федеральным законом от 29 декабря 2012 г. № 273-ФЗ «Об образовании в Российской"
        " Федерации», порядком перевода обучающихся и на основании согласия законных представителей",
        "order": "Перевести на следующий год обучения следующих обучающихся ({{ count }}):",
        "columns": (
            ("№", "{{ line.number }}", 1.0),
            ("Фамилия, имя, отчество", "{{ line.child }}", 4.4),
            ("Программа", "{{ line.programme }}", 3.6),
            ("Из группы", "{{ line.from_group }}", 2.6),
            ("В группу", "{{ line.to_group }}", 2.6),
            ("С какого дня", "{{ line.effective_on }}", 2.4),
        ),
    },
    "completion": {
        "title": "Об отчислении обучающихся в связи с окончанием обучения",
        "preamble": "В соответствии с пунктом 1 части 1 статьи 61 Федерального закона от 29 декабря 2012 г. № 273-ФЗ"
        " «Об образовании в Российской Федерации», в связи с освоением дополнительных общеразвивающих программ",
        "order": "Считать окончившими обучение следующих обучающихся ({{ count }}):",
        "columns": (
            ("№", "{{ line.number }}", 1.0),
            ("Фамилия, имя, отчество", "{{ line.child }}", 5.2),
            ("Дата рождения", "{{ line.born }}", 2.4),
            ("Программа, группа", "{{ line.programme }}, {{ line.from_group }}", 5.4),
            ("Последний день", "{{ line.effective_on }}", 2.6),
        ),
    },
}


def build(kind: str, spec: dict[str, Any]) -> Any:
    """A4 document: letterhead, title, number and date, preamble, table of children, signature."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(2)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(0)

    _line(document, "{{ organisation.full_name }}", bold=True, size=13, centre=True)
    _line(document, "{{ organisation.address }}", size=10, centre=True, grey=True)
    contacts = _line(
        document,
        "ИНН {{ organisation.inn }}   {{ organisation.phone }}   {{ organisation.email }}",
        size=10,
        centre=True,
        grey=True,
    )
    _rule(contacts)
    _line(document, "ПРИКАЗ", bold=True, size=16, centre=True, before=18, spacing=2)
    _requisites(document)
    _line(document, spec["title"], bold=True, before=14, after=12)
    _body(document, spec["preamble"])
    _line(document, "ПРИКАЗЫВАЮ:", bold=True, before=8, after=8)
    _body(document, f"1. {spec['order']}", indent=False)
    _table(document, spec["columns"])
    _body(document, "2. Педагогам групп внести изменения в журналы учёта посещаемости.", indent=False, before=10)
    _body(document, "3. Контроль за исполнением приказа оставляю за собой.", indent=False)
    _signature(document)
    return document


def _line(
    document: Any, text: str, *, bold: bool = False, size: float = 13, centre: bool = False, grey: bool = False,
    before: float = 0, after: float = 2, spacing: float = 0,
) -> Any:  # fmt: skip
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(size)
    if grey:
        run.font.color.rgb = RGBColor(0x44, 0x44, 0x44)
    if spacing:
        space = OxmlElement("w:spacing")
        space.set(qn("w:val"), str(int(spacing * 20)))
        run._r.get_or_add_rPr().append(space)
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    return paragraph


def _body(document: Any, text: str, *, indent: bool = True, before: float = 0) -> None:
    paragraph = document.add_paragraph(text)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    form = paragraph.paragraph_format
    form.line_spacing, form.space_after, form.space_before = 1.15, Pt(4), Pt(before)
    if indent:
        form.first_line_indent = Cm(1.25)


def _rule(paragraph: Any) -> None:
    """A double line under the letterhead."""
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "thinThickSmallGap"), ("sz", "18"), ("space", "6"), ("color", "333333")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().append(borders)


def _requisites(document: Any) -> None:
    """Date at the left, place in the middle, number at the right, without borders."""
    table = document.add_table(rows=1, cols=3)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    sides = (WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT)
    texts = ("{{ order.date }}", "{{ place }}", "№ {{ order.number }}")
    for cell, text, side in zip(table.rows[0].cells, texts, sides, strict=True):
        cell.paragraphs[0].alignment = side
        cell.paragraphs[0].add_run(text)


def _table(document: Any, columns: Any) -> None:
    table = document.add_table(rows=4, cols=len(columns))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for place, (title, value, width) in enumerate(columns):
        table.columns[place].width = Cm(width)
        for row in table.rows:
            row.cells[place].width = Cm(width)
        _cell(table.rows[0].cells[place], title, bold=True, shade="EDEFF2")
        _cell(table.rows[2].cells[place], value)
    _cell(table.rows[1].cells[0], "{%tr for line in lines %}")
    _cell(table.rows[3].cells[0], "{%tr endfor %}")
    header = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(header)
    for row in table.rows:
        whole = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().append(whole)


def _cell(cell: Any, text: str, *, bold: bool = False, shade: str = "") -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(11)
    if shade:
        fill = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", shade)):
            fill.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(fill)


def _signature(document: Any) -> None:
    document.add_paragraph().paragraph_format.space_before = Pt(16)
    table = document.add_table(rows=1, cols=3)
    table.autofit = False
    widths = (Cm(7.5), Cm(4), Cm(5))
    texts = ("{{ signatory.post }}", "", "{{ signatory.short }}")
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for cell, text, width in zip(table.rows[0].cells, texts, widths, strict=True):
        cell.width = width
        cell.paragraphs[0].add_run(text)
    table.rows[0].cells[1].paragraphs[0].add_run("_______________")
    table.rows[0].cells[2].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


if __name__ == "__main__":
    for kind, spec in KINDS.items():
        build(kind, spec).save(str(Path(__file__).parent / f"order_{kind}.docx"))
