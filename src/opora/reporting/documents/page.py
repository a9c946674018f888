"""The report as one HTML page for a site: no scripts, no inline styles, charts as SVG with their tables beside them."""

from __future__ import annotations

from decimal import Decimal

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from opora.core import russian
from opora.reporting.documents.charts import PALETTE
from opora.reporting.documents.shape import Chart, Document, Facts, Paragraph, Scheme, Table

LABEL, BAR, ROW, GAP, WIDTH = 260, 400, 16, 10, 760


def write(document: Document) -> bytes:
    """A whole page that a site can publish as it is or take the <article> of."""
    return render_to_string("reporting/document_page.html", {"document": document, "parts": parts(document)}).encode()


def parts(document: Document) -> list[dict[str, object]]:
    """Sections with their blocks named by kind, for the templates."""
    return [{"part": part, "blocks": [(_kind(block), block) for block in part.blocks]} for part in document.parts]


def _kind(block: object) -> str:
    kinds = {Paragraph: "text", Facts: "facts", Table: "table", Chart: "chart", Scheme: "scheme"}
    return kinds[type(block)]


def svg(chart: Chart) -> SafeString:
    """Horizontal bars with their values; the words of the caption name the picture."""
    top = max([Decimal(value) for _, values in chart.series for value in values if value is not None] or [Decimal(1)])
    step = ROW * len(chart.series) + GAP
    pieces = []
    for place, category in enumerate(chart.categories):
        y = place * step
        pieces.append(
            format_html(
                '<text x="{}" y="{}" text-anchor="end" font-size="13" fill="currentColor">{}</text>',
                LABEL - 8,
                y + ROW * len(chart.series) // 2 + 4,
                _short(category),
            )
        )
        for number, (_, values) in enumerate(chart.series):
            value = values[place]
            if value is None:
                continue
            length = round(float(Decimal(value) / (top or 1)) * BAR, 1)
            pieces.append(
                format_html(
                    '<rect x="{}" y="{}" width="{}" height="{}" fill="#{}"/><text x="{}" y="{}" font-size="12"'
                    ' fill="currentColor">{}</text>',
                    LABEL,
                    y + number * ROW,
                    length,
                    ROW - 3,
                    PALETTE[number % len(PALETTE)],
                    LABEL + length + 6,
                    y + number * ROW + 11,
                    russian.number(value, chart.digits),
                )
            )
    body = format_html_join("", "{}", ((piece,) for piece in pieces))
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}" xmlns="http://www.w3.org/2000/svg">{}</svg>',
        WIDTH,
        len(chart.categories) * step,
        chart.caption,
        body,
    )


def _short(text: str) -> str:
    return text if len(text) <= 36 else f"{text[:35]}…"
