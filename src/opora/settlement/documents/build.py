"""Make the shipped DOCX templates: ``python -m opora.settlement.documents.build``. Run after changing their look."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

FONT = "Times New Roman"


def _page() -> Any:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.5), Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(2)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(0)
    return document


def _line(place: Any, text: str, *, bold: bool = False, size: int = 12, centre: bool = False, after: int = 0) -> Any:
    paragraph = place.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(size)
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(after)
    return paragraph


def _cell(cell: Any, text: str, *, bold: bool = False, size: int = 10, right: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(size)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _widths(table: Any, widths: tuple[float, ...]) -> None:
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)


def _sides(document: Any) -> None:
    table = document.add_table(rows=2, cols=2)
    table.style = "Table Grid"
    for place, title in enumerate(("Плательщик", "Поставщик")):
        _cell(table.rows[0].cells[place], title, bold=True, size=11)
        cell = table.rows[1].cells[place]
        _cell(cell, f"{{%p for row in sides[{place}] %}}")
        for text in ("{{ row[0] }}: {{ row[1] }}", "{%p endfor %}"):
            cell.add_paragraph().add_run(text).font.size = Pt(10)
    _widths(table, (8.5, 8.5))


def _signatures(document: Any) -> None:
    document.add_paragraph()
    table = document.add_table(rows=1, cols=2)
    for place in range(2):
        cell = table.rows[0].cells[place]
        _cell(cell, f"{{{{ signatures[{place}].side }}}}", bold=True, size=11)
        for text in (
            f"{{{{ signatures[{place}].post }}}}",
            "",
            f"____________ {{{{ signatures[{place}].short }}}}",
            "М. П.",
        ):
            cell.add_paragraph().add_run(text).font.size = Pt(11)
    _widths(table, (8.5, 8.5))


def agreement() -> Any:
    document = _page()
    _line(document, "{{ title }}", bold=True, size=14, centre=True)
    _line(document, "{{ subtitle }}", size=11, centre=True, after=10)
    head = document.add_table(rows=1, cols=2)
    _cell(head.rows[0].cells[0], "{{ place }}", size=12)
    _cell(head.rows[0].cells[1], "{{ date }}", size=12, right=True)
    _widths(head, (8.5, 8.5))
    document.add_paragraph()
    _clause(document, "{{ preamble }}")
    document.add_paragraph("{%p for part in parts %}")
    _line(document, "{{ part.title }}", bold=True, centre=True, after=3).paragraph_format.space_before = Pt(8)
    document.add_paragraph("{%p for line in part.lines %}")
    _clause(document, "{{ line }}")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph()
    _sides(document)
    _signatures(document)
    return document


def _clause(document: Any, text: str) -> None:
    paragraph = _line(document, text)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = Cm(1)


def act() -> Any:
    document = _page()
    _line(document, "{{ title }}", bold=True, size=14, centre=True)
    _line(document, "{{ subtitle }}", size=11, centre=True, after=10)
    _clause(document, "{{ preamble }}")
    document.add_paragraph()
    table = document.add_table(rows=5, cols=5)
    table.style = "Table Grid"
    for place, title in enumerate(("Дата", "Документ", "К оплате, ₽", "Оплачено, ₽", "Остаток, ₽")):
        _cell(table.rows[0].cells[place], title, bold=True, right=place > 1)
        _cell(table.rows[2].cells[place], f"{{{{ row[{place}] }}}}", right=place > 1)
        _cell(table.rows[4].cells[place], f"{{{{ total[{place}] }}}}", bold=True, right=place > 1)
    _cell(table.rows[1].cells[0], "{%tr for row in rows %}")
    _cell(table.rows[3].cells[0], "{%tr endfor %}")
    _widths(table, (2.2, 6.6, 2.7, 2.8, 2.7))
    document.add_paragraph()
    document.add_paragraph("{%p for fact in facts %}")
    _line(document, "{{ fact[0] }}: {{ fact[1] }}", size=11)
    document.add_paragraph("{%p endfor %}")
    _line(document, "{{ result }}", bold=True).paragraph_format.space_before = Pt(8)
    _signatures(document)
    return document


if __name__ == "__main__":
    here = Path(__file__).parent
    for name, made in (("agreement", agreement()), ("act", act())):
        made.core_properties.author, made.core_properties.title = "Опора", name
        made.save(here / f"{name}.docx")
