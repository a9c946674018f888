"""Head figures of a whole region, counted by the worker beside its cube and read by every dashboard for a minute.

Counting them takes seconds over hundreds of thousands of rows; what a dashboard shows is true to the minute
(design/performance.md). Figures of anything else than a whole region today are counted when they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import partial

from opora.core import clock
from opora.monitoring import coverage
from opora.monitoring.indicators import Scope, get
from opora.monitoring.indicators.base import Measure
from opora.monitoring.models import CubeRefresh

Parts = tuple[Decimal, Decimal | None]
"""Numerator and denominator."""


def count(codes: Iterable[str], scope: Scope) -> dict[str, list[str | None]]:
    """Numerator and denominator by code as JSON has them; each measure is counted once."""
    known: dict[Measure, Decimal] = {}

    def value(measure: Measure | None) -> str | None:
        if measure is None:
            return None
        if measure not in known:
            known[measure] = measure.value(scope)
        return str(known[measure])

    return {code: [value(get(code).numerator), value(get(code).denominator)] for code in codes}


def figures(scope: Scope) -> Mapping[str, Parts]:
    """What is kept and fresh for this scope, by code; nothing for a part of a region, another day, a narrowing."""
    if scope.filters or scope.municipalities is None or len(scope.municipalities) < 2:
        return {}
    rows = CubeRefresh.objects.filter(
        date=scope.date,
        counted_at__gte=clock.now() - coverage.FRESH,
        cube__municipalities=sorted(scope.municipalities),
    )
    found = rows.values_list("cube__figures", flat=True).first() or {}
    return {
        code: (Decimal(numerator), None if denominator is None else Decimal(denominator))
        for code, (numerator, denominator) in found.items()
    }


def refresh_regions(codes: Iterable[str]) -> int:
    """Refresh cubes and head figures of all regions that serve several municipalities; returns how many changed."""
    changed = 0
    for region_id, municipalities, date in coverage.regions():
        scope = Scope(date, municipalities)
        changed += coverage.refresh_cube(region_id, municipalities, date, partial(count, codes, scope))
    return changed
