"""The report as PDF/A by Typst, and what other formats borrow from it: page numbers of the sections, pictures of schemes.

Texts travel as JSON, never as markup; fonts come with Typst, so that every machine makes the same bytes.
"""

from __future__ import annotations

import json
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files as package_files
from typing import Any

import typst

from opora.core import russian
from opora.reporting.documents.shape import Chart, Document, Facts, Paragraph, Part, Scheme, Table
from opora.reporting.documents.widths import column_widths

HERE = "opora.reporting.documents"
PICTURE_PPI = 200
WIDTH = 16.5
"""Centimetres of the text block."""


def write(document: Document) -> bytes:
    """The report as PDF/A-2b."""
    made = typst.compile(
        _source("report.typ"),
        sys_inputs={"data": _data(document)},
        format="pdf",
        pdf_standards=["a-2b"],
        ignore_system_fonts=True,
    )
    return bytes(made)


def pages(document: Document) -> dict[int, int]:
    """Section number → page of the PDF: the contents of the text document show it until Word counts its own."""
    told = typst.query(
        _source("report.typ"), "<part>", field="value", sys_inputs={"data": _data(document)}, ignore_system_fonts=True
    )
    return {one["part"]: one["page"] for one in json.loads(told)}


def picture(scheme: Scheme) -> bytes:
    """A scheme as PNG."""
    return _picture(json.dumps(_scheme(scheme), ensure_ascii=False))


@lru_cache(maxsize=256)
def _picture(data: str) -> bytes:
    """Centres of a region share their schemes, so each is drawn once."""
    made = typst.compile(
        _source("scheme.typ"), sys_inputs={"data": data}, format="png", ppi=PICTURE_PPI, ignore_system_fonts=True
    )
    return bytes(made)


def _source(name: str) -> bytes:
    folder = package_files(HERE)
    return (folder / "figures.typ").read_bytes() + (folder / name).read_bytes()


def _data(document: Document) -> str:
    return json.dumps(
        {
            "title": document.title,
            "subtitle": document.subtitle,
            "organisation": document.organisation,
            "place": ", ".join(filter(None, (document.place, str(document.year)))),
            "date": russian.date_long(document.date),
            "day": [document.date.year, document.date.month, document.date.day],
            "state": document.state,
            "post": document.signatory_post,
            "name": russian.short_name(document.signatory_name),
            "headlines": [[one.title, one.value, one.note] for one in document.headlines],
            "parts": [_part(part) for part in document.parts],
        },
        ensure_ascii=False,
    )


def _part(part: Part) -> dict[str, Any]:
    return {
        "number": part.number,
        "code": part.code,
        "heading": part.heading,
        "large": part.is_large,
        "blocks": [_block(block) for block in part.blocks],
    }


def _block(block: Any) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"kind": "text", "text": block.text}
    if isinstance(block, Facts):
        return {"kind": "facts", "rows": [list(row) for row in block.rows]}
    if isinstance(block, Scheme):
        return {"kind": "scheme", **_scheme(block)}
    if isinstance(block, Chart):
        return {"kind": "chart", **_chart(block)}
    return {"kind": "table", **_table(block)}


def _scheme(scheme: Scheme) -> dict[str, Any]:
    return {
        "number": scheme.number,
        "caption": scheme.caption,
        "tiers": [list(tier) for tier in scheme.tiers],
        "links": list(scheme.links),
    }


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "number": chart.number,
        "caption": chart.caption,
        "shape": chart.shape,
        "categories": list(chart.categories),
        "series": [
            {"name": name, "values": [_float(value) for value in values], "shown": [_shown(v, chart) for v in values]}
            for name, values in chart.series
        ],
    }


def _float(value: int | Decimal | None) -> float:
    return 0.0 if value is None else float(value)


def _shown(value: int | Decimal | None, chart: Chart) -> str:
    return "" if value is None else russian.number(value, chart.digits)


def _table(table: Table) -> dict[str, Any]:
    note = f"Источник: {table.source}." + (f" {table.note}" if table.note else "")
    return {
        "number": table.number,
        "caption": table.caption,
        "small": table.is_small,
        "whole": table.is_short,
        "columns": [column.title for column in table.columns],
        "right": [column.is_number for column in table.columns],
        "widths": column_widths(table, WIDTH),
        "rows": [[cell.text for cell in row] for row in table.rows],
        "total": [cell.text for cell in table.total] if table.total else [],
        "note": note,
    }
