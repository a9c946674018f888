"""The report as DOCX: title page, contents, styles, captions, native charts, signature."""

from __future__ import annotations

import io
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor

from opora.core import russian
from opora.reporting.documents import paper
from opora.reporting.documents import word_parts as parts
from opora.reporting.documents.bytes import settled
from opora.reporting.documents.shape import Chart, Document, Facts, Paragraph, Part, Scheme, Table
from opora.reporting.documents.widths import column_widths

FONT = "Times New Roman"
BLUE, GREY, LINE, HEAD, SOFT = "1F3864", "595959", "A6A6A6", "DEE6F0", "F4F6F9"
WIDTH = 16.5
"""Centimetres of the text block."""
SMALL_TABLE = 10.0


def write(document: Document) -> bytes:
    """The whole file."""
    made = docx.Document()
    _styles(made)
    _pages(made, document)
    _title_page(made, document)
    _contents(made, document)
    for part in document.parts:
        if part.code == "sources":
            _signature(made, document)
        _part(made, part)
    parts.ask_to_count(made)
    core = made.core_properties
    core.title, core.author, core.subject = document.title, document.organisation, document.subtitle
    core.language, core.comments, core.last_modified_by = "ru-RU", "", document.organisation
    out = io.BytesIO()
    made.save(out)
    return settled(out.getvalue(), document.date)


def _styles(made: Any) -> None:
    base = made.styles["Normal"]
    base.font.name, base.font.size = FONT, Pt(12)
    base.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    base.element.rPr.append(parts.element("w:lang", val="ru-RU"))
    base.paragraph_format.space_after, base.paragraph_format.line_spacing = Pt(6), 1.15
    for rank, size in ((1, 16), (2, 13)):
        head = made.styles[f"Heading {rank}"]
        head.font.name, head.font.size, head.font.bold = FONT, Pt(size), True
        head.font.color.rgb = RGBColor.from_string(BLUE)
        fonts = head.element.rPr.rFonts
        for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{name}"), None)
        for name in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{name}"), FONT)
        head.paragraph_format.space_before, head.paragraph_format.space_after = Pt(0 if rank == 1 else 12), Pt(10)
        head.paragraph_format.keep_with_next = True
    caption = made.styles["Caption"]
    caption.font.name, caption.font.size, caption.font.bold = FONT, Pt(11), False
    caption.font.color.rgb = RGBColor.from_string("000000")
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(10), Pt(4)
    note = made.styles.add_style("Источник", WD_STYLE_TYPE.PARAGRAPH)
    note.base_style, note.font.size = base, Pt(9.5)
    note.font.color.rgb = RGBColor.from_string(GREY)
    note.paragraph_format.space_before, note.paragraph_format.space_after = Pt(3), Pt(12)
    for level in ("TOC 1",):
        line = made.styles.add_style(level, WD_STYLE_TYPE.PARAGRAPH)
        line.base_style = base
        line.paragraph_format.space_after = Pt(4)
        line.paragraph_format.tab_stops.add_tab_stop(Cm(WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)


def _pages(made: Any, document: Document) -> None:
    page = made.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Cm(3), Cm(1.5), Cm(2), Cm(2)
    page.different_first_page_header_footer = True
    footer = page.footer.paragraphs[0]
    footer.style = made.styles["Normal"]  # the style of footers has tab stops of another page
    footer.paragraph_format.tab_stops.add_tab_stop(Cm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    run = footer.add_run(f"{document.title}\t")
    parts.field(footer, "PAGE", "2")
    for run in footer.runs:
        run.font.size = Pt(9.5)
        run.font.color.rgb = RGBColor.from_string(GREY)


def _line(
    made: Any, text: str, *, size: float = 12, bold: bool = False, before: float = 0, after: float = 0,
    align: Any = WD_ALIGN_PARAGRAPH.CENTER, colour: str = "000000",
) -> Any:  # fmt: skip
    paragraph = made.add_paragraph()
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold
    run.font.color.rgb = RGBColor.from_string(colour)
    paragraph.alignment = align
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    return paragraph


def _title_page(made: Any, document: Document) -> None:
    _line(made, document.organisation, size=14, bold=True, before=12)
    _line(made, document.title, size=26, bold=True, before=190, after=10, colour=BLUE)
    _line(made, document.subtitle, size=15, colour=GREY)
    _line(made, f"Показатели на {russian.date_long(document.date)}", size=13, before=8, colour=GREY)
    if document.state:
        _line(made, document.state, size=12, before=60, colour=GREY)
    _line(made, ", ".join(filter(None, (document.place, str(document.year)))), size=12, before=170)


def _contents(made: Any, document: Document) -> None:
    head = _line(made, "Содержание", size=16, bold=True, align=WD_ALIGN_PARAGRAPH.LEFT, after=10, colour=BLUE)
    head.paragraph_format.page_break_before = True
    pages = paper.pages(document)
    for place, part in enumerate(document.parts):
        line = made.add_paragraph(style="TOC 1")
        if place == 0:
            for kind, code in (("begin", ""), ("", ' TOC \\o "1-1" \\h \\z \\u '), ("separate", "")):
                run = line.add_run()
                if kind:
                    run._r.append(parts.element("w:fldChar", fldCharType=kind))
                else:
                    text = parts.element("w:instrText")
                    text.set(qn("xml:space"), "preserve")
                    text.text = code
                    run._r.append(text)
        link = parts.element("w:hyperlink", anchor=f"_Toc{part.number:08}", history="1")
        before = len(line.runs)
        line.add_run(part.heading)
        line.add_run("\t")
        parts.field(line, f"PAGEREF _Toc{part.number:08} \\h", str(pages[part.number]))
        for run in line.runs[before:]:
            link.append(run._r)
        line._p.append(link)
    line.add_run()._r.append(parts.element("w:fldChar", fldCharType="end"))
    _headlines(made, document)


def _headlines(made: Any, document: Document) -> None:
    if not document.headlines:
        return
    _line(made, "Главное", size=16, bold=True, align=WD_ALIGN_PARAGRAPH.LEFT, before=22, after=8, colour=BLUE)
    rows = (len(document.headlines) + 1) // 2
    table = made.add_table(rows=rows, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    parts.borders(table, "FFFFFF")
    parts.margins(table, 90, 160)
    for place, one in enumerate(document.headlines):
        cell = table.rows[place // 2].cells[place % 2]
        parts.shade(cell, SOFT)
        title = cell.paragraphs[0]
        title.add_run(one.title).font.size = Pt(10.5)
        value = cell.add_paragraph()
        run = value.add_run(one.value)
        run.bold, run.font.size = True, Pt(20)
        run.font.color.rgb = RGBColor.from_string(BLUE)
        note = cell.add_paragraph()
        run = note.add_run(one.note)
        run.font.size = Pt(9.5)
        run.font.color.rgb = RGBColor.from_string(GREY)
        for paragraph in (title, value, note):
            paragraph.paragraph_format.space_after = Pt(0)
            paragraph.paragraph_format.line_spacing = 1
    for row in table.rows:
        parts.keep_whole(row)


def _part(made: Any, part: Part) -> None:
    head = made.add_heading(part.heading, level=1)
    head.paragraph_format.page_break_before = part.is_large
    head.paragraph_format.space_before = Pt(0 if part.is_large else 20)
    parts.bookmark(head, part.number, f"_Toc{part.number:08}")
    for block in part.blocks:
        if isinstance(block, Paragraph):
            paragraph = made.add_paragraph(block.text)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
            paragraph.paragraph_format.first_line_indent = Cm(1.25)
        elif isinstance(block, Facts):
            _facts(made, block)
        elif isinstance(block, Table):
            _table(made, block)
        elif isinstance(block, Chart):
            _chart(made, block)
        else:
            _scheme(made, block)


def _facts(made: Any, facts: Facts) -> None:
    table = made.add_table(rows=0, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    parts.borders(table, LINE)
    parts.margins(table, 40, 100)
    parts.widths(table, (5.0, WIDTH - 5.0))
    for name, value in facts.rows:
        row = table.add_row()
        for cell, text, width in zip(row.cells, (name, value), (5.0, WIDTH - 5.0), strict=True):
            _fill(cell, text, width, 11)
        parts.shade(row.cells[0], SOFT)
        parts.keep_whole(row)
    made.add_paragraph().paragraph_format.space_after = Pt(2)


def _caption(made: Any, kind: str, number: int, text: str, *, above: bool) -> None:
    paragraph = made.add_paragraph(style="Caption")
    paragraph.add_run(f"{kind}{russian.NBSP}")
    parts.field(paragraph, f"SEQ {kind} \\* ARABIC", str(number))
    paragraph.add_run(f" – {text}")
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if above else WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.keep_with_next = above
    if not above:
        paragraph.paragraph_format.space_before = Pt(2)


def _table(made: Any, table: Table) -> None:
    _caption(made, "Таблица", table.number, table.caption, above=True)
    lines = [[column.title for column in table.columns]]
    lines += [[cell.text for cell in row] for row in (*table.rows, *([table.total] if table.total else []))]
    grid = made.add_table(rows=len(lines), cols=len(table.columns))
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    parts.borders(grid, LINE)
    parts.margins(grid, 20, 80)
    widths = column_widths(table, WIDTH)
    size = 9.5 if table.is_small else 10.5
    parts.widths(grid, widths)
    for y, (row, line) in enumerate(zip(grid.rows, lines, strict=True)):
        cells = row.cells  # asked once: python-docx walks the whole grid for it
        for x, cell in enumerate(cells):
            last = y == len(lines) - 1 and table.total is not None
            _fill(cell, line[x], widths[x], size, bold=y == 0 or last, right=table.columns[x].is_number and y > 0)
            if y == 0 or last:
                parts.shade(cell, HEAD if y == 0 else SOFT)
        parts.keep_whole(row)
    first = 0 if table.is_short else -2  # the line about the source never stands alone on a page
    for row in list(grid.rows)[first:]:
        row.cells[0].paragraphs[0].paragraph_format.keep_with_next = True
    parts.repeat_head(grid.rows[0])
    note = f"Источник: {table.source}." + (f" {table.note}" if table.note else "")
    made.add_paragraph(note, style="Источник")


def _fill(cell: Any, text: str, width: float, size: float, *, bold: bool = False, right: bool = False) -> None:
    cell.width = Cm(width)
    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold
    paragraph.paragraph_format.space_after, paragraph.paragraph_format.line_spacing = Pt(0), 1
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _chart(made: Any, chart: Chart) -> None:
    paragraph = made.add_paragraph()
    paragraph.alignment, paragraph.paragraph_format.keep_with_next = WD_ALIGN_PARAGRAPH.CENTER, True
    paragraph.paragraph_format.space_before = Pt(6)
    paragraph.paragraph_format.line_spacing = 1
    parts.add_chart(made, paragraph, chart, Emu(Cm(WIDTH)), Emu(Cm(chart_height(chart))))
    _caption(made, "Рисунок", chart.number, chart.caption, above=False)


def chart_height(chart: Chart) -> float:
    """Centimetres: a horizontal chart grows with its bars."""
    if chart.shape != "hbar":
        return 6.8
    return min(21.0, 1.0 + len(chart.categories) * (0.2 + 0.3 * len(chart.series)))


def _scheme(made: Any, scheme: Scheme) -> None:
    paragraph = made.add_paragraph()
    paragraph.alignment, paragraph.paragraph_format.keep_with_next = WD_ALIGN_PARAGRAPH.CENTER, True
    paragraph.paragraph_format.line_spacing = 1
    parts.add_picture(paragraph, io.BytesIO(paper.picture(scheme)), Emu(Cm(WIDTH)), scheme.words)
    _caption(made, "Рисунок", scheme.number, scheme.caption, above=False)


def _signature(made: Any, document: Document) -> None:
    table = made.add_table(rows=1, cols=3)
    parts.widths(table, (7.0, 4.5, 5.0))
    cells = table.rows[0].cells
    texts = (document.signatory_post, "______________", russian.short_name(document.signatory_name))
    for cell, text, width in zip(cells, texts, (7.0, 4.5, 5.0), strict=True):
        _fill(cell, text, width, 12)
        cell.paragraphs[0].paragraph_format.space_before = Pt(24)
    cells[2].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    parts.keep_whole(table.rows[0])
