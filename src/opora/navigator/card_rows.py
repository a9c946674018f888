"""The rows of result cards by plain SQL: the catalogue page is asked far more often than anything else.

Every answer asks for the places and for the stamps of everything else (one statement); rows are read again when their
stamp has changed. So all that is shown is true at the moment of showing.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.db import connection

from opora.catalogue import queries_cards
from opora.catalogue.kept_cards import KeptCards
from opora.catalogue.queries_cards import CardState
from opora.core import clock

KEPT = 4000
"""Programmes; about 12 MB."""

Point = tuple[float, float]
SlotLine = tuple[int, str, str]
"""(weekday 1 = Monday, beginning, end), hours as «16:30»."""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A visible group of a published programme. `price` in roubles; `free` is never below zero."""

    pk: int
    is_open: bool
    age_from: int
    age_to: int
    starts_on: dt.date
    window_from: dt.datetime | None
    window_to: dt.datetime | None
    price: Decimal
    for_budget: bool
    for_certificate: bool
    venue: str
    address: str
    point: Point | None
    teacher: str
    free: int
    slots: tuple[SlotLine, ...]

    def window_open(self, now: dt.datetime) -> bool:
        """Can one apply at this moment, as far as the state and the window of enrolment go?"""
        begun = self.window_from is None or self.window_from <= now
        return self.is_open and begun and (self.window_to is None or now <= self.window_to)


@dataclass(slots=True)
class ProgrammeRow:
    """A published programme with its visible groups, the earliest first. Shared by answers: not to be changed."""

    pk: int
    slug: str
    name: str
    focus_area: str
    special_needs: bool
    age_from: int | None
    age_to: int | None
    provider: str
    time_zone: str
    groups: list[GroupRow] = field(default_factory=list)

    def now(self, state: CardState) -> ProgrammeRow:
        """The same with the groups that are visible at this moment and their free places; itself when nothing changed."""
        own = {group.pk: group for group in self.groups}
        groups = [
            own[pk] if own[pk].free == max(free, 0) else replace(own[pk], free=max(free, 0))
            for pk, free in zip(state.groups, state.free, strict=True)
            if pk in own
        ]
        if len(groups) == len(self.groups) and all(map(operator.is_, groups, self.groups)):
            return self
        return replace(self, groups=groups)


_SQL = """
SELECT p.id, p.slug, p.name, p.focus_area, p.special_needs <> '{}', p.age_from, p.age_to, o.short_name, m.time_zone,
       g.id, g.state = 'open', g.age_from, g.age_to, g.starts_on, g.window_from, g.window_to, g.price,
       g.for_budget, g.for_certificate, coalesce(v.name, ''), coalesce(v.address, ''),
       coalesce(v.latitude, l.latitude), coalesce(v.longitude, l.longitude),
       concat_ws(' ', t.last_name, t.first_name, nullif(t.patronymic, '')),
       greatest(gp.capacity - gp.places_taken, 0),
       (SELECT string_agg(s.weekday || to_char(s.starts_at, 'HH24:MI') || to_char(s.ends_at, 'HH24:MI'), ' '
                          ORDER BY s.weekday, s.starts_at)
          FROM slot s WHERE s.group_id = g.id AND (s.valid_to IS NULL OR s.valid_to >= %(today)s))
  FROM programme p
  JOIN organisation o ON o.id = p.organisation_id
  JOIN municipality m ON m.id = p.municipality_id
  LEFT JOIN learning_group g ON g.programme_id = p.id AND g.state IN ('open', 'closed') AND g.ends_on >= %(today)s
  LEFT JOIN group_places gp ON gp.group_id = g.id
  LEFT JOIN venue v ON v.id = g.venue_id
  LEFT JOIN locality l ON l.id = v.locality_id
  LEFT JOIN staff t ON t.id = g.teacher_id
 WHERE p.id = ANY(%(ids)s) AND p.state = 'published'
 ORDER BY g.starts_on, g.id
"""


def rows(ids: Iterable[int]) -> dict[int, ProgrammeRow]:
    """Published programmes by id: one or two statements for any number; unknown ids are left out."""
    wanted = list(ids)
    if not wanted:
        return {}
    states = queries_cards.states(wanted)
    kept = _kept.of(states)
    return {pk: row.now(states[pk]) for pk, row in kept.items()}


def _read(ids: Iterable[int]) -> dict[int, ProgrammeRow]:
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"ids": list(ids), "today": clock.today(clock.WESTERNMOST)})
        found: dict[int, ProgrammeRow] = {}
        for row in cursor.fetchall():
            programme = found.get(row[0])
            if programme is None:
                programme = found[row[0]] = ProgrammeRow(*row[:9])
            if row[9] is not None:
                programme.groups.append(_group(row[9:]))
    return found


_kept: KeptCards[ProgrammeRow] = KeptCards(_read, KEPT)


def _group(row: tuple[Any, ...]) -> GroupRow:
    *first, latitude, longitude, teacher, free, slots = row
    point = None if latitude is None or longitude is None else (latitude, longitude)
    values: tuple[Any, ...] = (*first, point, teacher, free or 0, slot_lines(slots or ""))
    return GroupRow(*values)


def slot_lines(text: str) -> tuple[SlotLine, ...]:
    """Lines from «216:3018:00 416:3018:00»: weekday, beginning, end."""
    return tuple((int(part[0]), part[1:6], part[6:]) for part in text.split())
