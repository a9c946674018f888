"""The report as PPTX: a title, the main figures, then each section as slides with native charts and short tables."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pptx import Presentation
from pptx.chart.chart import Chart as OfficeChart
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Cm, Pt

from opora.core import russian
from opora.reporting.documents import charts
from opora.reporting.documents.bytes import settled
from opora.reporting.documents.shape import Chart, Document, Facts, Paragraph, Part, Scheme, Table
from opora.reporting.documents.widths import column_widths

FONT = "Arial"
BLUE, GREY, SOFT, HEAD, INK = "1F3864", "595959", "F4F6F9", "DEE6F0", "262626"
WIDE, HIGH = 33.867, 19.05
LEFT, TOP = 1.6, 3.6
MOST_ROWS = 10
MOST_CATEGORIES = 14
LETTER = 0.27
TEXT_WIDTH = 10.6
MOST_TABLES = 2
"""Slides of tables of a section besides the first; the report has them all."""
MOST_TEXT = 620
"""Characters of a slide's text; the report has the rest."""


def write(document: Document) -> bytes:
    """The whole file."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Cm(WIDE), Cm(HIGH)
    _title(deck, document)
    if document.headlines:
        _headlines(deck, document)
    waiting: list[Part] = []
    for part in document.parts:
        if all(isinstance(block, Paragraph) for block in part.blocks):
            waiting.append(part)
            continue
        _words(deck, waiting)
        waiting = []
        if part.code != "sources":
            _part(deck, part)
    _words(deck, waiting)
    for number, slide in enumerate(deck.slides, start=1):
        if number > 1:
            _footer(slide, document, number)
    core = deck.core_properties
    core.title, core.author, core.subject = document.title, document.organisation, document.subtitle
    core.language, core.last_modified_by = "ru-RU", document.organisation
    out = io.BytesIO()
    deck.save(out)
    return settled(out.getvalue(), document.date)


def _slide(deck: Any, title: str) -> Any:
    """An empty slide with its title in the layout's place for titles, so that outlines and readers find it."""
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    head = slide.shapes.title
    head.left, head.top, head.width, head.height = Cm(LEFT), Cm(0.9), Cm(WIDE - 2 * LEFT), Cm(2.0)
    _write(head.text_frame, title, size=26, bold=True, colour=BLUE)
    head.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    line = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, Cm(LEFT), Cm(3.05), Cm(WIDE - LEFT), Cm(3.05))
    line.line.color.rgb, line.line.width = RGBColor.from_string(BLUE), Pt(1.25)
    return slide


def _write(
    frame: Any, text: str, *, size: float = 16, bold: bool = False, colour: str = INK, align: Any = PP_ALIGN.LEFT
) -> None:
    """The text of a frame, one paragraph for each line."""
    frame.word_wrap = True
    for place, line in enumerate(text.split("\n")):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.alignment = align
        run = paragraph.add_run()
        run.text = line
        run.font.name, run.font.size, run.font.bold = FONT, Pt(size), bold
        run.font.color.rgb = RGBColor.from_string(colour)
        if place:
            paragraph.space_before = Pt(8)


def _box(slide: Any, left: float, top: float, width: float, height: float) -> Any:
    return slide.shapes.add_textbox(Cm(left), Cm(top), Cm(width), Cm(height)).text_frame


def _title(deck: Any, document: Document) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    back = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, Cm(0.9), Cm(HIGH))
    back.fill.solid()
    back.fill.fore_color.rgb = RGBColor.from_string(BLUE)
    back.line.fill.background()
    head = slide.shapes.title
    head.left, head.top, head.width, head.height = Cm(2.6), Cm(5.6), Cm(WIDE - 5), Cm(4.0)
    _write(head.text_frame, document.title, size=40, bold=True, colour=BLUE)
    head.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    _write(_box(slide, 2.6, 1.6, WIDE - 5, 2.4), document.organisation, size=18, bold=True)
    told = f"{document.subtitle}\nПоказатели на {russian.date_long(document.date)}"
    _write(_box(slide, 2.6, 9.9, WIDE - 5, 3.0), told, size=20, colour=GREY)
    place = ", ".join(filter(None, (document.place, str(document.year))))
    _write(_box(slide, 2.6, HIGH - 2.4, WIDE - 5, 1.2), place, size=14, colour=GREY)


def _headlines(deck: Any, document: Document) -> None:
    slide = _slide(deck, "Главное")
    shown = document.headlines[:8]
    columns = 4 if len(shown) > 6 else 3
    gap = 0.6
    width = (WIDE - 2 * LEFT - gap * (columns - 1)) / columns
    height = 6.2
    for place, one in enumerate(shown):
        left = LEFT + (place % columns) * (width + gap)
        top = TOP + 0.2 + (place // columns) * (height + gap)
        card = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Cm(left), Cm(top), Cm(width), Cm(height))
        card.fill.solid()
        card.fill.fore_color.rgb = RGBColor.from_string(SOFT)
        card.line.fill.background()
        card.shadow.inherit = False
        _write(_box(slide, left + 0.2, top + 0.3, width - 0.4, 2.0), one.title, size=13)
        _write(_box(slide, left + 0.2, top + 2.2, width - 0.4, 1.8), one.value, size=30, bold=True, colour=BLUE)
        _write(_box(slide, left + 0.2, top + 4.3, width - 0.4, 1.6), one.note, size=11, colour=GREY)


def _part(deck: Any, part: Part) -> None:
    """Text beside the first picture or table, then the rest, each on a slide of its own."""
    text = _shortened([block.text for block in part.blocks if isinstance(block, Paragraph)])
    shown: list[Any] = [block for block in part.blocks if isinstance(block, Chart)]
    drawn = {chart.caption.split(",")[0] for chart in shown}
    tables = [one for one in part.blocks if isinstance(one, Table) and one.caption.split(",")[0] not in drawn]
    shown += [one for one in tables if len(one.rows) > 1][: MOST_TABLES if shown else MOST_TABLES + 1]
    _opening(deck, part, text, shown)
    for block in part.blocks:
        if isinstance(block, Facts):
            widths = (8.0, WIDE - 2 * LEFT - 8)
            _rows(_slide(deck, part.heading), ("Сведения", ""), [list(row) for row in block.rows], widths, LEFT)
        elif isinstance(block, Scheme):
            _scheme(deck, block)
    for one in shown[1:]:
        if isinstance(one, Chart):
            for title, piece, top in _pieces(one):
                _chart(_slide(deck, title), piece, LEFT, most=top)
        else:
            _table(_slide(deck, one.caption), one, LEFT)


def _pieces(chart: Chart) -> list[tuple[str, Chart, float | None]]:
    """A chart of many categories on several slides of one scale: (title, part of the chart, top of the scale)."""
    count = len(chart.categories)
    if count <= MOST_CATEGORIES or chart.shape != "hbar":
        return [(chart.caption, chart, None)]
    slides = -(-count // MOST_CATEGORIES)
    step = -(-count // slides)
    known = [float(value) for _, values in chart.series for value in values if value is not None]
    pieces: list[tuple[str, Chart, float | None]] = []
    for number, first in enumerate(range(0, count, step), start=1):
        some = slice(first, first + step)
        series = [(name, list(values)[some]) for name, values in chart.series]
        piece = replace(chart, categories=list(chart.categories)[some], series=series)
        pieces.append((f"{chart.caption} ({number} из {slides})", piece, max(known, default=1.0) * 1.08))
    return pieces


def _words(deck: Any, parts: Sequence[Part]) -> None:
    """Sections of words alone, three on a slide."""
    for first in range(0, len(parts), 3):
        some = parts[first : first + 3]
        names = [some[0].title, *(one.title[0].lower() + one.title[1:] for one in some[1:])]
        slide = _slide(deck, russian.joined(names))
        height = 12.6 / len(some)
        for place, part in enumerate(some):
            top = TOP + place * height
            if len(some) > 1:
                _write(_box(slide, LEFT, top, WIDE - 2 * LEFT, 1.0), part.title, size=16, bold=True, colour=BLUE)
            text = _shortened([block.text for block in part.blocks if isinstance(block, Paragraph)])
            _write(_box(slide, LEFT, top + 1.0, WIDE - 2 * LEFT, height - 1.0), text, size=16)


def _opening(deck: Any, part: Part, text: str, shown: Sequence[Any]) -> None:
    slide = _slide(deck, part.heading)
    first = shown[0] if shown else None
    narrow = first is not None and len(getattr(first, "columns", ())) <= 3
    if first is None or not text:
        _write(_box(slide, LEFT, TOP, WIDE - 2 * LEFT, 12), text, size=20)
        if first is not None:
            (_chart if isinstance(first, Chart) else _table)(slide, first, LEFT)
    elif isinstance(first, Chart) or narrow:
        _write(_box(slide, LEFT, TOP, TEXT_WIDTH, 12), text, size=15)
        _write(_box(slide, LEFT + TEXT_WIDTH + 0.8, TOP - 0.2, 19, 0.9), first.caption, size=13, bold=True)
        (_chart if isinstance(first, Chart) else _table)(slide, first, LEFT + TEXT_WIDTH + 0.8, TOP + 0.8)
    else:
        _write(_box(slide, LEFT, TOP, WIDE - 2 * LEFT, 12), text, size=20)
        _table(_slide(deck, first.caption), first, LEFT)


def _shortened(texts: Sequence[str]) -> str:
    """Whole sentences that fit the slide."""
    told, left = [], MOST_TEXT
    for text in texts:
        kept = ""
        for sentence in text.replace(". ", ".\x00").split("\x00"):
            if len(sentence) > left:
                break
            kept, left = f"{kept} {sentence}".strip(), left - len(sentence)
        if kept:
            told.append(kept)
    return "\n".join(told)


def _chart(slide: Any, chart: Chart, left: float, top: float = TOP, *, most: float | None = None) -> None:
    shown = _first(chart)
    frame = slide.shapes.add_chart(
        charts.kind_of(shown), Cm(left), Cm(top), Cm(WIDE - LEFT - left), Cm(16.2 - top), charts.data_of(shown)
    )
    made: OfficeChart = frame.chart
    charts.style(made, shown, 14 if left == LEFT else 12)
    if most is not None:
        made.value_axis.maximum_scale = most
    frame._element.nvGraphicFramePr.cNvPr.set("descr", chart.caption)
    told = f"Источник: {chart.source}."
    if len(shown.categories) < len(chart.categories):
        told += f" Показаны первые {len(shown.categories)} из {len(chart.categories)}, остальные – в отчёте."
    _write(_box(slide, left, 16.3, WIDE - LEFT - left, 1.0), told, size=11, colour=GREY)


def _first(chart: Chart) -> Chart:
    """As many categories as a slide can show."""
    if len(chart.categories) <= MOST_CATEGORIES:
        return chart
    series = [(name, list(values)[:MOST_CATEGORIES]) for name, values in chart.series]
    categories = list(chart.categories)[:MOST_CATEGORIES]
    return Chart(chart.number, chart.caption, chart.shape, categories, series, chart.digits, chart.source)


def _table(slide: Any, table: Table, left: float, top: float = TOP) -> None:
    rows = [[cell.text for cell in row] for row in table.rows[:MOST_ROWS]]
    if table.total:
        rows.append([cell.text for cell in table.total])
    told = f"Источник: {table.source}."
    if len(table.rows) > MOST_ROWS:
        told += f" Показаны первые {MOST_ROWS} строк из {len(table.rows)}, остальные – в отчёте."
    heads = [column.title for column in table.columns]
    right = [column.is_number for column in table.columns]
    widths = column_widths(table, WIDE - LEFT - left, LETTER)
    _rows(slide, heads, rows, widths, left, top, right, bold_last=table.total is not None)
    _write(_box(slide, left, 16.7, WIDE - LEFT - left, 1.0), told, size=11, colour=GREY)


def _rows(
    slide: Any, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], left: float,
    top: float = TOP, right: Sequence[bool] = (), *, bold_last: bool = False,
) -> None:  # fmt: skip
    height = min(0.95, (16.0 - top) / (len(rows) + 1))
    frame = slide.shapes.add_table(
        len(rows) + 1, len(heads), Cm(left), Cm(top), Cm(sum(widths)), Cm(height * (len(rows) + 1))
    )
    grid = frame.table
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Cm(width)
    for y, line in enumerate((heads, *rows)):
        grid.rows[y].height = Cm(height)
        for x, text in enumerate(line):
            cell = grid.cell(y, x)
            cell.margin_top = cell.margin_bottom = Cm(0.08)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            colour = HEAD if y == 0 else SOFT if y % 2 == 0 else "FFFFFF"
            cell.fill.fore_color.rgb = RGBColor.from_string(colour)
            side = PP_ALIGN.RIGHT if right and right[x] and y else PP_ALIGN.LEFT
            strong = y == 0 or (bold_last and y == len(rows))
            _write(cell.text_frame, text, size=12 if len(rows) > 7 else 13, bold=strong, align=side)


def _scheme(deck: Any, scheme: Scheme) -> None:
    """Native boxes, tier under tier, with what passes between them."""
    slide = _slide(deck, scheme.caption)
    step = 12.8 / len(scheme.tiers)
    for row, tier in enumerate(scheme.tiers):
        gap = 0.5
        width = min(9.6, (WIDE - 2 * LEFT - gap * (len(tier) - 1)) / len(tier))
        left = (WIDE - width * len(tier) - gap * (len(tier) - 1)) / 2
        top = TOP + row * step
        for place, name in enumerate(tier):
            box = slide.shapes.add_shape(
                MSO_SHAPE.ROUNDED_RECTANGLE, Cm(left + place * (width + gap)), Cm(top), Cm(width), Cm(step - 1.3)
            )
            box.fill.solid()
            box.fill.fore_color.rgb = RGBColor.from_string(HEAD if row == 1 else "FFFFFF")
            box.line.color.rgb, box.line.width = RGBColor.from_string(BLUE), Pt(1)
            box.shadow.inherit = False
            box.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
            _write(box.text_frame, name, size=11 if len(tier) > 4 else 13, align=PP_ALIGN.CENTER)
        if row < len(scheme.links):
            frame = _box(slide, LEFT, top + step - 1.3, WIDE - 2 * LEFT, 1.2)
            frame.vertical_anchor = MSO_ANCHOR.MIDDLE
            _write(frame, f"↕  {scheme.links[row]}", size=12, colour=GREY, align=PP_ALIGN.CENTER)


def _footer(slide: Any, document: Document, number: int) -> None:
    _write(_box(slide, LEFT, HIGH - 1.3, WIDE - 2 * LEFT - 2, 0.9), document.footer, size=10, colour=GREY)
    _write(_box(slide, WIDE - LEFT - 2, HIGH - 1.3, 2, 0.9), str(number), size=10, colour=GREY, align=PP_ALIGN.RIGHT)
