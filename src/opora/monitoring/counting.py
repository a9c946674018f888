"""Counting coverage directly: the records of a territory as columns of integers, all breakdowns counted in memory.

PostgreSQL sorts the rows again for every breakdown of unique children. Here it only finds the rows, joins them and hands
them over as three packed arrays of one snapshot; NumPy counts them in a quarter of the time (docs/performance.md).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import psycopg
from django.db import connection
from numpy.typing import NDArray

from opora.catalogue.vocabulary import FocusArea
from opora.enrolment.models import Funding
from opora.monitoring.indicators.coverage import AGE_FROM, AGE_TO, born_between, years_before

Column = NDArray[np.int64]

DIMENSIONS = ("municipality", "focus_area", "age", "locality", "organisation", "funding")
LEVELS = (
    (), ("focus_area",), ("age",), ("funding",), ("municipality",), ("municipality", "focus_area"),
    ("municipality", "age"), ("municipality", "locality"), ("organisation",),
)  # fmt: skip
"""The breakdowns of the dashboard."""

_FACTS = """
SELECT array_send(array_agg(coalesce(c.matched_to_id, c.id))),
       array_send(array_agg((c.municipality_id << 32) | coalesce(c.locality_id, 0))),
       array_send(array_agg((e.organisation_id << 32) | ((c.birth_date - %(after)s::date) << 8)
                            | (coalesce(array_position(%(focus_areas)s, e.focus_area::text), 0) << 4)
                            | coalesce(array_position(%(fundings)s, e.funding::text), 0)))
  FROM enrolment e JOIN child c ON c.id = e.child_id
 WHERE e.starts_on <= %(date)s AND (e.ends_on IS NULL OR e.ends_on >= %(date)s)
   AND c.birth_date > %(after)s AND c.birth_date <= %(until)s AND c.state <> 'merged'
   AND c.municipality_id = ANY(%(municipalities)s)
"""
_FOCUS_AREAS = [area.value for area in FocusArea]
_FUNDINGS = [funding.value for funding in Funding]
_HEADER = 20
"""Bytes before the elements of an array of one dimension as PostgreSQL sends it."""
DENSE = 4_000_000
"""Values up to this find their places by a table, without sorting."""
_ELEMENT = np.dtype([("length", ">i4"), ("value", ">i8")])


@dataclass(frozen=True, slots=True)
class Facts:
    """One row per enrolment that coverage counts."""

    person: Column
    """The child, or the one that its record repeats."""
    columns: dict[str, Column]
    """Dimension → value: ids (locality 0 = not given), full years, places in the vocabularies from 1 (0 = no word)."""


def facts(municipalities: frozenset[int], date: dt.date) -> Facts:
    """Read the enrolments in force on the date of children aged 5–17 who live in the municipalities."""
    after, until = born_between(date, AGE_FROM, AGE_TO)
    values = {
        "date": date, "after": after, "until": until, "municipalities": sorted(municipalities),
        "focus_areas": _FOCUS_AREAS, "fundings": _FUNDINGS,
    }  # fmt: skip
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        row = cursor.execute(_FACTS, values, binary=True).fetchone()
    assert row is not None
    person, living, learning = (_unpacked(sent) for sent in row)
    columns = {
        "municipality": living >> 32,
        "locality": living & 0xFFFFFFFF,
        "organisation": learning >> 32,
        "age": _ages(learning >> 8 & 0xFFFFFF, date, after),
        "focus_area": learning >> 4 & 15,
        "funding": learning & 15,
    }
    return Facts(person, columns)


def _unpacked(sent: bytes | None) -> Column:
    """The numbers of a bigint[] in PostgreSQL's binary form; None is an empty one."""
    if sent is None:
        return np.empty(0, np.int64)
    return np.frombuffer(sent, _ELEMENT, offset=_HEADER)["value"].astype(np.int64)


def _ages(days: Column, date: dt.date, after: dt.date) -> Column:
    """Full years on the date of those born so many days after a day: one for each birthday reached."""
    birthdays = sorted((years_before(date, age) - after).days for age in range(1, AGE_TO + 1))
    return AGE_TO - np.searchsorted(birthdays, days, side="left")


@dataclass(frozen=True, slots=True)
class Count:
    """Enrolments and unique children of one cell: values of the level's dimensions, 0 = not given."""

    level: tuple[str, ...]
    values: dict[str, int]
    enrolments: int
    children: int


def counts(of: Facts) -> list[Count]:
    """Count every level afresh; the whole is there even when it is nothing."""
    people, _ = _coded(of.person)
    coded = {name: _coded(column) for name, column in of.columns.items()}
    found: list[Count] = []
    for level in LEVELS:
        found += _level(level, people, coded)
    return found


Coded = tuple[Column, Column]
"""Places of the rows' values among the distinct values, and these."""


def _distinct(column: Column) -> Column:
    """The distinct values in order. `np.unique` finds them by hashing, which takes ten times as long."""
    ordered = np.sort(column)
    return ordered[np.flatnonzero(np.diff(ordered, prepend=ordered[:1] - 1))]


def _coded(column: Column) -> Coded:
    largest = int(column.max(initial=0))
    if largest > DENSE:
        distinct = _distinct(column)
        return np.searchsorted(distinct, column), distinct
    distinct = np.flatnonzero(np.bincount(column))
    places = np.zeros(largest + 1, np.int64)
    places[distinct] = np.arange(len(distinct))
    return places[column], distinct


def _level(level: tuple[str, ...], people: Column, coded: dict[str, Coded]) -> list[Count]:
    key, size = np.zeros(len(people), np.int64), 1
    for name in level:
        places, distinct = coded[name]
        key, size = key * len(distinct) + places, size * len(distinct)
    enrolments = np.bincount(key, minlength=size)
    pairs = _distinct(people * size + key)
    children = np.bincount(pairs % size, minlength=size) if size else enrolments
    shown = np.flatnonzero(enrolments) if level else np.arange(1)
    found = []
    for cell in shown.tolist():
        values, rest = {}, cell
        for name in reversed(level):
            distinct = coded[name][1]
            rest, place = divmod(rest, len(distinct))
            values[name] = int(distinct[place])
        found.append(Count(level, values, int(enrolments[cell]), int(children[cell])))
    return found


def word(dimension: str, code: int) -> int | str | None:
    """The value of a dimension as it is shown: a word of its vocabulary, an id or years, None when not given."""
    words = {"focus_area": _FOCUS_AREAS, "funding": _FUNDINGS}.get(dimension)
    if words is not None:
        return words[code - 1] if code else ""
    return code or None
