"""Indicators: values with numerator, denominator, date and source; open to everybody as aggregates."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from opora.core.rate import Rate, caller_of
from opora.core.reasons import Hidden, Refused
from opora.exchange.api.auth import optional
from opora.exchange.api.problems import PUBLIC, Problem, TooOften
from opora.monitoring import queries
from opora.monitoring.indicators import catalogue

router = Router(tags=["Показатели"])
FIGURES = Rate("figures", 60)
"""A figure is counted anew for each date: so many a minute for one caller."""


class FigureOut(Schema):
    """A published value; never without what it was made of."""

    code: str
    name: str
    value: float | None
    numerator: float
    denominator: float | None
    unit: str
    date: dt.date
    source: str
    definition: str
    version: int
    territory: str


@router.get("/indicators", response={200: dict[str, Any], **PUBLIC}, auth=None, operation_id="indicators")
def indicators(request: HttpRequest) -> dict[str, Any]:
    """Codes, names and definitions of the catalogue."""
    optional(request)
    items = [
        {"code": item.code, "name": item.name, "unit": item.unit, "definition": item.definition} for item in catalogue()
    ]
    return {"items": items, "count": len(items), "next": None}


@router.get(
    "/indicators/{code}",
    response={200: FigureOut, **PUBLIC, 409: Problem, 429: Problem},
    auth=None,
    operation_id="indicator",
)
def indicator(
    request: HttpRequest, code: str, territory: str | None = None, date: dt.date | None = None
) -> dict[str, Any]:
    """One indicator for a territory (ОКТМО) on a date: today's by default, at most ten years back, none to come."""
    actor = optional(request)
    if wait := FIGURES.take(f"account {actor.account_id}" if actor.account_id else caller_of(request)):
        raise TooOften(wait)
    try:
        return queries.figure_for_all(actor, code, territory, date).as_json()
    except Refused as refused:
        if refused.reasons[0].code == "indicator_unknown":
            raise Hidden("indicator") from refused
        raise
