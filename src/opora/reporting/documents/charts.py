"""Native charts of Office: the same chart for slides and for a text document, with its numbers in an embedded book."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from lxml import etree
from pptx.chart.chart import Chart as OfficeChart
from pptx.chart.data import CategoryChartData
from pptx.chart.xlsx import CategoryWorkbookWriter
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.oxml import parse_xml
from pptx.util import Pt

from opora.reporting.documents.shape import Chart

PALETTE = ("1F4E79", "C55A11", "548235", "7F6000", "7030A0", "2E75B6")
INK = "262626"
GRID = "D9D9D9"
TYPES = {
    "bar": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "hbar": XL_CHART_TYPE.BAR_CLUSTERED,
    "line": XL_CHART_TYPE.LINE_MARKERS,
    "pie": XL_CHART_TYPE.PIE,
}
_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"


def kind_of(chart: Chart) -> Any:
    """The Office type of a chart."""
    return TYPES[chart.shape]


def data_of(chart: Chart) -> CategoryChartData:
    """Categories and series; a horizontal chart is written bottom up, so that the first category stands on top."""
    data = CategoryChartData(number_format=number_format(chart))
    upside = chart.shape == "hbar"
    data.categories = list(reversed(chart.categories)) if upside else list(chart.categories)
    series = list(reversed(chart.series)) if upside else chart.series
    for name, values in series:
        shown = [None if value is None else _plain(value) for value in values]
        data.add_series(name, list(reversed(shown)) if upside else shown)
    return data


def _plain(value: int | Decimal) -> int | float:
    return value if isinstance(value, int) else float(value)


def number_format(chart: Chart) -> str:
    """«1 234» or «44,4» in the reader's own locale."""
    return "#,##0.0" if chart.digits else "#,##0"


def style(made: OfficeChart, chart: Chart, size: float = 10) -> None:
    """The look of all charts: calm colours, values at the bars, a legend only where there is a choice."""
    made.font.size, made.font.color.rgb = Pt(size), RGBColor.from_string(INK)
    made.has_title = False
    made.has_legend = len(chart.series) > 1 or chart.shape == "pie"
    if made.has_legend:
        made.legend.position, made.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    plot = made.plots[0]
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.number_format, labels.number_format_is_linked = number_format(chart), False
    labels.font.size = Pt(size - 1)
    if chart.shape == "pie":
        labels.show_percentage, labels.show_value, labels.number_format = True, False, "0%"
        labels.position = XL_LABEL_POSITION.OUTSIDE_END
        for place, point in enumerate(chart.categories):
            _fill(plot.series[0].points[place], place, point)
        return
    labels.position = XL_LABEL_POSITION.OUTSIDE_END if chart.shape != "line" else XL_LABEL_POSITION.ABOVE
    if chart.shape != "line":
        plot.gap_width, plot.overlap = 60, 0
    order = list(reversed(range(len(chart.series)))) if chart.shape == "hbar" else range(len(chart.series))
    for one, place in zip(plot.series, order, strict=True):
        one.format.fill.solid()
        one.format.fill.fore_color.rgb = RGBColor.from_string(PALETTE[place % len(PALETTE)])
    _axes(made)


def _fill(point: Any, place: int, name: str) -> None:
    point.format.fill.solid()
    point.format.fill.fore_color.rgb = RGBColor.from_string(PALETTE[place % len(PALETTE)])


def _axes(made: OfficeChart) -> None:
    values, categories = made.value_axis, made.category_axis
    values.has_major_gridlines, values.minimum_scale = True, 0
    values.major_gridlines.format.line.color.rgb = RGBColor.from_string(GRID)
    values.format.line.fill.background()
    values.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    categories.format.line.color.rgb = RGBColor.from_string(GRID)
    categories.has_major_gridlines = False


def parts_of(chart: Chart, size: float = 10) -> tuple[Any, bytes]:
    """(chart element, its embedded book) for a text document; the element still needs its link to the book."""
    data = data_of(chart)
    space = parse_xml(data.xml_bytes(kind_of(chart)))
    style(OfficeChart(space, None), chart, size)
    return space, CategoryWorkbookWriter(data).xlsx_blob


def link_book(space: Any, relation: str) -> bytes:
    """The chart as bytes with a reference to its book."""
    for old in space.findall(f"{{{_C}}}externalData"):
        space.remove(old)
    external = etree.SubElement(space, f"{{{_C}}}externalData")
    external.set("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id", relation)
    etree.SubElement(external, f"{{{_C}}}autoUpdate").set("val", "0")
    return bytes(etree.tostring(space, xml_declaration=True, encoding="UTF-8", standalone=True))
