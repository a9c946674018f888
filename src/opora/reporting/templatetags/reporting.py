"""Parts of a report's pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString

from opora.reporting.documents import page
from opora.reporting.documents.shape import Chart

register = template.Library()


@register.simple_tag
def report_chart(chart: Chart) -> SafeString:
    """A chart as SVG."""
    return page.svg(chart)


@register.filter
def beside(columns: Sequence[Any], row: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Columns with the cells of a row."""
    return list(zip(columns, row, strict=True))
