"""The coverage dashboard: all breakdowns in one statement, kept as a cube and recounted when sources changed.

Unique children of cells do not add up (a child learns in two focus areas), so each total is counted afresh by
GROUPING SETS (design/performance.md).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from opora.core import clock
from opora.monitoring.indicators.coverage import born_between
from opora.monitoring.models import CubeRefresh

FRESH = dt.timedelta(seconds=60)

_SQL = """
WITH counted AS (
    SELECT coalesce(c.matched_to_id, c.id) AS person, c.municipality_id AS m, c.locality_id AS l, e.focus_area AS f,
           extract(year FROM age(%(date)s::date, c.birth_date))::int AS a, e.organisation_id AS o, e.funding AS p
      FROM enrolment e JOIN child c ON c.id = e.child_id
     WHERE e.starts_on <= %(date)s AND (e.ends_on IS NULL OR e.ends_on >= %(date)s)
       AND c.birth_date > %(after)s AND c.birth_date <= %(until)s AND c.state <> 'merged'
       AND c.municipality_id = ANY(%(municipalities)s)
)
SELECT grouping(m) gm, grouping(f) gf, grouping(a) ga, grouping(l) gl, grouping(o) go, grouping(p) gp,
       m, f, a, l, o, p, count(*), count(DISTINCT person)
  FROM counted
 GROUP BY GROUPING SETS ((), (f), (a), (p), (m), (m, f), (m, a), (m, l), (o))
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """Enrolments and unique children of one cell; None in a dimension means all of it."""

    municipality: int | None
    focus_area: str | None
    age: int | None
    locality: int | None
    organisation: int | None
    funding: str | None
    level: str
    """Which dimensions the cell names, e.g. ``""``, ``"focus_area"``, ``"municipality.age"``."""
    enrolments: int
    children: int


_DIMENSIONS = ("municipality", "focus_area", "age", "locality", "organisation", "funding")


def compute(municipalities: frozenset[int], date: dt.date) -> list[Cell]:
    """Count all cells directly from the records."""
    after, until = born_between(date, 5, 17)
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"date": date, "after": after, "until": until, "municipalities": sorted(municipalities)})
        return [_cell(row) for row in cursor.fetchall()]


def _cell(row: tuple[Any, ...]) -> Cell:
    grouped, values = row[:6], row[6:12]
    level = ".".join(name for name, rolled in zip(_DIMENSIONS, grouped, strict=True) if not rolled)
    m, f, a, locality, o, p = values
    return Cell(m, f, a, locality, o, p, level, row[12], row[13])


def cells(region_id: int, municipalities: frozenset[int], date: dt.date) -> tuple[list[Cell], dt.datetime]:
    """Return the cells and the moment they are true for: from the cube while it is fresh, else computed directly."""
    cube = CubeRefresh.objects.filter(region_id=region_id, date=date).first()
    if cube is not None and clock.now() - cube.counted_at <= FRESH:
        return [Cell(**cell) for cell in cube.cube["cells"]], cube.counted_at
    return compute(municipalities, date), clock.now()


def refresh_cube(region_id: int, municipalities: frozenset[int], date: dt.date) -> CubeRefresh:
    """Recount and keep the cube of a region (a job of the worker, at most once a minute)."""
    started = clock.now()
    counted = [{name: getattr(cell, name) for name in Cell.__slots__} for cell in compute(municipalities, date)]
    with transaction.atomic():
        cube, _ = CubeRefresh.objects.update_or_create(
            region_id=region_id,
            date=date,
            defaults={"counted_at": started, "source_at": started, "cube": {"cells": counted}},
        )
    return cube


def cells_of(municipalities: frozenset[int], date: dt.date, region_id: int | None) -> tuple[list[Cell], dt.datetime]:
    """Cells of a territory: the whole region comes from its cube while that is fresh; anything else is computed."""
    if region_id is not None:
        return cells(region_id, municipalities, date)
    return compute(municipalities, date), clock.now()
