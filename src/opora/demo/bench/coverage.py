"""``coverage``: all breakdowns of a region's dashboard, from the cube and directly, equal to a recount."""

from __future__ import annotations

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import connection

from opora.core import clock
from opora.demo.bench.figures import Outcome, Repetition, Target
from opora.demo.bench.stage import Stage
from opora.monitoring import coverage as counting
from opora.monitoring.coverage import Cell
from opora.monitoring.indicators.coverage import born_between
from opora.monitoring.models import CubeRefresh

LEVELS = (
    (), ("focus_area",), ("age",), ("funding",), ("municipality",), ("municipality", "focus_area"),
    ("municipality", "age"), ("municipality", "locality"), ("organisation",),
)  # fmt: skip


def coverage(stage: Stage) -> Outcome:
    """Seconds for all cells: direct, refreshed by the worker, read from the cube."""
    from opora.territory.models import Municipality, Region

    region = Region.objects.order_by("-municipality__is_served").first()
    assert region is not None
    municipalities = frozenset(Municipality.objects.filter(region=region).values_list("pk", flat=True))
    date = clock.today(region.time_zone)
    expected = recount(municipalities, date)
    repetitions: list[Repetition] = []
    for _ in range(stage.repetitions):
        began = time.monotonic()
        direct = counting.compute(municipalities, date)
        computed = time.monotonic()
        CubeRefresh.objects.all().delete()
        counting.refresh_cube(region.pk, municipalities, date)
        refreshed = time.monotonic()
        cells, _ = counting.cells(region.pk, municipalities, date)
        read = time.monotonic()
        repetitions.append(
            {
                "direct s": computed - began,
                "refresh s": refreshed - computed,
                "cube s": read - refreshed,
                "cells unequal": len(set(expected) ^ as_set(direct)) + len(set(expected) ^ as_set(cells)),
            }
        )
    return Outcome(
        dataset=_dataset(len(expected)),
        repetitions=repetitions,
        targets=[Target("direct s", 2), Target("cube s", 0.1), Target("cells unequal", 0, worst=True)],
        notes=["сверка: каждая ячейка пересчитана из зачислений по одному, без SQL-группировок"],
    )


def _dataset(cells: int) -> dict[str, int]:
    counts = {"cells": cells}
    with connection.cursor() as cursor:
        for table in ("child", "enrolment", "municipality"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[table] = cursor.fetchone()[0]
    return counts


Key = tuple[Any, ...]


def as_set(cells: list[Cell]) -> set[Key]:
    return {
        (one.level, one.municipality, one.focus_area, one.age, one.locality, one.organisation, one.funding,
         one.enrolments, one.children)
        for one in cells
    }  # fmt: skip


def recount(municipalities: frozenset[int], date: dt.date) -> set[Key]:
    """All cells counted row by row in Python sets from plain rows."""
    enrolments: dict[Key, int] = defaultdict(int)
    children: dict[Key, set[int]] = defaultdict(set)
    names = ("municipality", "focus_area", "age", "locality", "organisation", "funding")
    for person, values in _rows(municipalities, date):
        for level in LEVELS:
            key = (".".join(level), *(values[name] if name in level else None for name in names))
            enrolments[key] += 1
            children[key].add(person)
    found = {(*key, count, len(children[key])) for key, count in enrolments.items()}
    return found or {("", None, None, None, None, None, None, 0, 0)}


def _rows(municipalities: frozenset[int], date: dt.date) -> Iterator[tuple[int, dict[str, Any]]]:
    after, until = born_between(date, 5, 17)
    query = (
        "SELECT c.id, c.matched_to_id, c.state, c.municipality_id, c.locality_id, c.birth_date, e.focus_area,"
        " e.organisation_id, e.funding, e.starts_on, e.ends_on FROM enrolment e JOIN child c ON c.id = e.child_id"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        for row in cursor:
            child, matched, state, municipality, locality, born, focus, organisation, funding, starts, ends = row
            if municipality not in municipalities or state == "merged" or not after < born <= until:
                continue
            if starts > date or (ends is not None and ends < date):
                continue
            age = date.year - born.year - ((date.month, date.day) < (born.month, born.day))
            values = {
                "municipality": municipality,
                "locality": locality,
                "age": age,
                "focus_area": focus,
                "organisation": organisation,
                "funding": funding,
            }
            yield matched or child, values
