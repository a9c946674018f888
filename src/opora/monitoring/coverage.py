"""The coverage dashboard: all breakdowns counted from one snapshot, kept as a cube and recounted when sources changed.

Unique children of cells do not add up (a child learns in two focus areas), so each total is counted afresh
(design/performance.md, :mod:`opora.monitoring.counting`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Count

from opora.core import clock
from opora.monitoring import counting
from opora.monitoring.models import CubeRefresh
from opora.territory.models import Municipality

FRESH = dt.timedelta(seconds=90)
"""A minute between two looks of the worker, and the time that a recount takes."""
COUNTED = ("enrolment", "child")
FIGURED = (*COUNTED, "application", "certificate", "contract", "group_places", "learning_group", "organisation",
           "programme", "staff", "population", "certificate_entry", "venue")  # fmt: skip
"""Tables that the cells, and the head figures of a region, are counted from."""
Figures = dict[str, list[str | None]]
KEEP = dt.timedelta(days=2)


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


def compute(municipalities: frozenset[int], date: dt.date) -> list[Cell]:
    """Count all cells directly from the records."""
    return [_cell(count) for count in counting.counts(counting.facts(municipalities, date))]


def _cell(count: counting.Count) -> Cell:
    named: dict[str, Any] = dict.fromkeys(counting.DIMENSIONS)
    named |= {name: counting.word(name, code) for name, code in count.values.items()}
    return Cell(**named, level=".".join(count.level), enrolments=count.enrolments, children=count.children)


def cells(region_id: int, municipalities: frozenset[int], date: dt.date) -> tuple[list[Cell], dt.datetime]:
    """Return the cells and the moment they are true for: from the cube while it is fresh, else computed directly."""
    cube = CubeRefresh.objects.filter(region_id=region_id, date=date).first()
    fresh = cube is not None and clock.now() - cube.counted_at <= FRESH
    if cube is not None and fresh and cube.cube.get("municipalities") == sorted(municipalities):
        return [Cell(**cell) for cell in cube.cube["cells"]], cube.counted_at
    return compute(municipalities, date), clock.now()


def refresh_cube(
    region_id: int, municipalities: frozenset[int], date: dt.date, figures: Callable[[], Figures] | None = None
) -> bool:
    """Make the cube of a region true for this moment: recount what has other sources now; returns whether it did.

    `figures` counts the region's head figures (:mod:`opora.monitoring.kept`), which stand beside the cells.
    """
    started, sources, wide = clock.now(), _sources(COUNTED), _sources(FIGURED)
    row = CubeRefresh.objects.filter(region_id=region_id, date=date).first()
    known = row.cube if row is not None and row.cube.get("municipalities") == sorted(municipalities) else {}
    same = known.get("sources") == sources
    if row is not None and same and (figures is None or known.get("wide") == wide):
        CubeRefresh.objects.filter(pk=row.pk).update(counted_at=started)
        return False
    cells = known["cells"] if same else [_values(cell) for cell in compute(municipalities, date)]
    content = {"cells": cells, "sources": sources, "municipalities": sorted(municipalities)}
    content |= {"figures": figures(), "wide": wide} if figures is not None else {}
    with transaction.atomic():
        CubeRefresh.objects.update_or_create(
            region_id=region_id, date=date, defaults={"counted_at": started, "source_at": started, "cube": content}
        )
        CubeRefresh.objects.filter(region_id=region_id, date__lt=date - KEEP).delete()
    return True


def _values(cell: Cell) -> dict[str, Any]:
    return {name: getattr(cell, name) for name in Cell.__slots__}


def _sources(tables: Sequence[str]) -> str:
    """Changes with every row written to the tables (the server's own counters)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(concat_ws(':', relid, n_tup_ins, n_tup_upd, n_tup_del), ' ' ORDER BY relid)"
            " FROM pg_stat_user_tables WHERE relname = ANY(%s) AND schemaname = current_schema()",
            [list(tables)],
        )
        row = cursor.fetchone()
    return row[0] if row and row[0] else ""


def untrue_cubes() -> list[int]:
    """Ids of kept cubes that say something else than the records, though their sources have not changed since."""
    sources = _sources(COUNTED)
    wrong = []
    for cube in CubeRefresh.objects.order_by("pk"):
        if cube.cube.get("sources") != sources and clock.now() - cube.counted_at > FRESH:
            continue  # nobody reads it: it is recounted before
        told = sorted(repr(Cell(**cell)) for cell in cube.cube["cells"])
        if told != sorted(map(repr, compute(frozenset(cube.cube["municipalities"]), cube.date))):
            wrong.append(cube.pk)
    return wrong


def regions() -> list[tuple[int, frozenset[int], dt.date]]:
    """(region, its served municipalities, today there) of all regions that serve several municipalities."""
    served = Municipality.objects.filter(is_served=True).values("region_id", "region__time_zone")
    return [
        (
            row["region_id"],
            frozenset(
                Municipality.objects.filter(region_id=row["region_id"], is_served=True).values_list("pk", flat=True)
            ),
            clock.today(row["region__time_zone"]),
        )
        for row in served.annotate(several=Count("pk")).filter(several__gt=1).order_by("region_id")
    ]


def cells_of(municipalities: frozenset[int], date: dt.date, region_id: int | None) -> tuple[list[Cell], dt.datetime]:
    """Cells of a territory: the whole region comes from its cube while that is fresh; anything else is computed."""
    if region_id is not None:
        return cells(region_id, municipalities, date)
    return compute(municipalities, date), clock.now()
