"""Result cards for machines: what changes by the minute, and the rest, each in one statement without models.

:func:`states` is asked for every answer. It brings the places as they are at that moment and a stamp of everything
else that a card tells, so that a reader may keep what it made of :func:`rows` for as long as the stamp holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connection

from opora.core import clock


class CardState(NamedTuple):
    """A published programme now: its stamp; ids, free places and queue lengths of its visible groups in order."""

    stamp: str
    groups: list[int]
    free: list[int]
    waiting: list[int]
    free_open: int
    """Free places of the groups that take applications."""


_STATES = "SELECT * FROM card_states(%(ids)s::bigint[], %(today)s)"

_PROGRAMMES = """
SELECT p.id, p.name, p.slug, p.focus_area, p.level, p.study_form, p.age_from, p.age_to, o.short_name, m.oktmo,
       p.annotation
  FROM programme p
  JOIN organisation o ON o.id = p.organisation_id
  JOIN municipality m ON m.id = p.municipality_id
 WHERE p.id = ANY(%(ids)s) AND p.state = 'published'
"""

_GROUPS = """
SELECT g.programme_id, g.id, g.name, g.state, g.starts_on, g.ends_on, g.age_from, g.age_to, g.capacity, g.price,
       g.for_budget, g.for_certificate, g.for_paid, v.name, v.address, v.latitude, v.longitude,
       concat_ws(' ', nullif(t.last_name, ''), nullif(t.first_name, ''), nullif(t.patronymic, '')),
       (SELECT json_agg(json_build_object('weekday', s.weekday, 'starts_at', to_char(s.starts_at, 'HH24:MI'),
                                          'ends_at', to_char(s.ends_at, 'HH24:MI'))
                        ORDER BY s.weekday, s.starts_at)::text FROM slot s WHERE s.group_id = g.id)
  FROM learning_group g
  LEFT JOIN venue v ON v.id = g.venue_id
  LEFT JOIN staff t ON t.id = g.teacher_id
 WHERE g.programme_id = ANY(%(ids)s) AND g.state IN ('open', 'closed') AND g.ends_on >= %(today)s
 ORDER BY g.starts_on, g.id
"""


def states(ids: Iterable[int]) -> dict[int, CardState]:
    """States of those of the programmes that are published, by id: one statement."""
    return {row[0]: CardState(row[1], row[2] or [], row[3] or [], row[4] or [], row[5]) for row in _run(_STATES, ids)}


def rows(ids: Iterable[int]) -> list[tuple[tuple[Any, ...], list[tuple[Any, ...]]]]:
    """(programme, its visible groups) as plain columns, in the order of the two statements above."""
    wanted = list(ids)
    if not wanted:
        return []
    groups: dict[int, list[tuple[Any, ...]]] = {}
    for row in _run(_GROUPS, wanted):
        groups.setdefault(row[0], []).append(row[1:])
    return [(row, groups.get(row[0], [])) for row in _run(_PROGRAMMES, wanted)]


def _run(query: str, ids: Iterable[int]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"ids": list(ids), "today": clock.today(clock.WESTERNMOST)})
        return cursor.fetchall()
