"""The table of a plan as DOCX (landscape) and XLSX; the import takes both back without a change."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from opora.core import clock, russian
from opora.core.registers.export import neutral
from opora.planning.models import Plan, PlanItem, PlanSection

HEADINGS = (
    "№", "Содержание работы", "Количественный показатель", "Форма отчётности", "Срок", "Ответственный",
)  # fmt: skip
WIDTHS_CM = (1.3, 9.4, 4.2, 4.0, 3.2, 3.6)
WIDTHS_CHARS = (8, 60, 28, 28, 22, 26)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the paper: a section's heading or an item's cells."""

    cells: tuple[str, ...]
    is_section: bool = False
    is_part: bool = False


def rows_of(sections: Iterable[PlanSection], items: Iterable[PlanItem]) -> list[Row]:
    """Sections with their items, in order; a section without items is left out of the paper."""
    by_section: dict[int, list[PlanItem]] = {}
    for item in items:
        by_section.setdefault(item.section_id, []).append(item)
    rows = []
    for section in sections:
        if found := by_section.get(section.pk):
            rows.append(Row((str(section.number), section.title), is_section=True))
            rows += [_row(item) for item in found]
    return rows


def _row(item: PlanItem) -> Row:
    content = f"{item.content} (отменено: {item.cancel_reason})" if item.cancelled_on else item.content
    cells = (item.number, content, item.quantity, item.report_form, item.due, item.responsible)
    return Row(cells, is_part=item.parent_id is not None)


def title_of(plan: Plan) -> tuple[str, str]:
    """The heading of the paper and the line under it."""
    years = f"на {plan.year} год и плановый период {plan.year + 1} и {plan.year + 2} годов"
    return f"{plan.title} {years}", plan.centre.name


def approval_of(plan: Plan) -> list[str]:
    """What stands in the corner: who approved, by which act, when."""
    if plan.approved_at is None or plan.state != "approved":
        return ["ПРОЕКТ"]
    lines = ["УТВЕРЖДЁН"]
    if plan.act:
        lines.append(plan.act)
    else:
        day = plan.approved_at.astimezone(clock.zone(plan.municipality.time_zone))
        lines.append(russian.date_long(day.date()))
    if plan.version > 1:
        lines.append(f"в редакции № {plan.version}")
    return lines


# --- DOCX -------------------------------------------------------------------------------------------------------


def docx(plan: Plan, rows: list[Row]) -> bytes:
    """A4 across, the heading of the table repeated on each page, rows never torn apart."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    document = Document()
    page = document.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.LANDSCAPE, Cm(29.7), Cm(21)
    page.left_margin = page.right_margin = Cm(2)
    page.top_margin = page.bottom_margin = Cm(1.5)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Liberation Serif", Pt(11)
    normal.paragraph_format.space_after = Pt(0)
    for line in approval_of(plan):
        corner = document.add_paragraph(russian.typography(line))
        corner.paragraph_format.left_indent = Cm(17.5)
    heading, place = title_of(plan)
    for text, bold in ((heading, True), (place, False)):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if bold:
            paragraph.paragraph_format.space_before = Pt(12)
        else:
            paragraph.paragraph_format.space_after = Pt(10)
        run = paragraph.add_run(text)
        run.bold, run.font.size = bold, Pt(14 if bold else 12)
    _table(document, rows)
    _page_number(page.footer.paragraphs[0])
    document.core_properties.title = heading
    document.core_properties.author = plan.centre.name
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _table(document: Any, rows: list[Row]) -> None:
    from docx.shared import Cm

    table = document.add_table(rows=1, cols=len(HEADINGS))
    table.style, table.autofit = "Table Grid", False
    for place, heading in enumerate(HEADINGS):
        _cell(table.rows[0].cells[place], heading, bold=True, centred=True)
    _repeat_heading(table.rows[0])
    for row in rows:
        line = table.add_row()
        _keep_whole(line)
        cells = line.cells
        if row.is_section:
            merged = cells[1].merge(cells[-1])
            _cell(cells[0], row.cells[0], bold=True, centred=True)
            _cell(merged, row.cells[1], bold=True)
            continue
        for place, text in enumerate(row.cells):
            _cell(cells[place], text, centred=place == 0, indent=row.is_part and place == 1)
    for place, width in enumerate(WIDTHS_CM):
        table.columns[place].width = Cm(width)
    for line in table.rows:
        place = 0
        for cell in line._tr.tc_lst:
            span = int(cell.grid_span)
            cell.width = Cm(sum(WIDTHS_CM[place : place + span]))
            place += span


def _cell(cell: Any, text: str, *, bold: bool = False, centred: bool = False, indent: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(russian.typography(text))
    run.bold, run.font.size = bold, Pt(10.5)
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indent:
        paragraph.paragraph_format.left_indent = Cm(0.5)


def _page_number(paragraph: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _repeat_heading(row: Any) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _keep_whole(row: Any) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


# --- XLSX -------------------------------------------------------------------------------------------------------


def xlsx(plan: Plan, rows: list[Row]) -> bytes:
    """One sheet: heading row, sections merged over the columns, text wrapped, prints on A4 across."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": title_of(plan)[0], "author": plan.centre.name})
    sheet = book.add_worksheet("План")
    text = {"text_wrap": True, "valign": "top", "border": 1, "font_name": "Liberation Sans", "font_size": 10}
    plain, part = book.add_format(text), book.add_format(text | {"indent": 1})
    head = book.add_format(text | {"bold": True, "bg_color": "#E7EFF0", "valign": "vcenter"})
    section = book.add_format(text | {"bold": True, "bg_color": "#F4F4F4"})
    for place, (heading, width) in enumerate(zip(HEADINGS, WIDTHS_CHARS, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, heading, head)
    for number, row in enumerate(rows, start=1):
        if row.is_section:
            sheet.write_string(number, 0, row.cells[0], section)
            sheet.merge_range(number, 1, number, len(HEADINGS) - 1, neutral(row.cells[1]), section)
            sheet.set_row(number, _height([(row.cells[1], sum(WIDTHS_CHARS[1:]))]))
            continue
        sheet.set_row(number, _height(zip(row.cells, WIDTHS_CHARS, strict=True)))
        for place, cell in enumerate(row.cells):
            sheet.write_string(number, place, neutral(cell), part if row.is_part and place == 1 else plain)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_header(f"&C{title_of(plan)[0].replace('&', '&&')}")
    sheet.set_footer("&RСтраница &P из &N")
    book.close()
    return out.getvalue()


def _height(cells: Iterable[tuple[str, int]]) -> float:
    """Points for the longest of the cells (text, width in digits, which are wider than letters): not every program
    finds the height by itself."""
    lines = max(sum(1 + len(line) * 5 // (width * 6) for line in text.split("\n")) for text, width in cells)
    return 13.5 * lines + 2
