"""Reading the working-day calendar: the days of a region and which years are known."""

from __future__ import annotations

import calendar as weeks
import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Q

from opora.core import clock, workdays
from opora.core.models import CalendarException
from opora.core.workdays_import import PUBLISHED

BEFORE, AFTER = 3, 2
"""Years shown around the present one, besides those that were loaded."""


def calendar_of(region_id: int | None) -> workdays.WorkCalendar:
    """Law, official transfers, days that were imported or are the region's own.

    A year with an imported production calendar counts as known.
    """
    rows = list(
        CalendarException.objects.filter(Q(region_id=None) | Q(region_id=region_id)).order_by(
            F("region_id").asc(nulls_first=True), "date"
        )
    )
    calendar = workdays.official_calendar()
    for year in {row.date.year for row in rows if row.ground.startswith(PUBLISHED)}:
        calendar = calendar.with_year(year, _published(calendar, year))
    return calendar.with_exceptions({row.date: row.kind for row in rows})


def _published(calendar: workdays.WorkCalendar, year: int) -> dict[dt.date, str]:
    """The year as the rule has it: what the published calendar says otherwise is laid over it."""
    day, found = dt.date(year, 1, 1), {}
    while day.year == year:
        found[day] = workdays.WORKING if calendar.is_working_day(day) else workdays.OFF
        day += dt.timedelta(days=1)
    return found


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the country's calendar: `source` is "file", "shipped" or "rule"."""

    year: int
    source: str
    working: int
    off: int


def years() -> list[Year]:
    """Years around the present one and all that were loaded, the newest first."""
    calendar, today = calendar_of(None), clock.today(clock.EASTERNMOST)
    grounds = CalendarException.objects.filter(region_id=None, ground__startswith=PUBLISHED)
    loaded = set(grounds.values_list("date__year", flat=True))
    shown = loaded | set(range(today.year - BEFORE, today.year + AFTER + 1))
    return [_year(calendar, year, loaded) for year in sorted(shown, reverse=True)]


def _year(calendar: workdays.WorkCalendar, year: int, loaded: set[int]) -> Year:
    working = workdays.working_days_between(dt.date(year, 1, 1), dt.date(year, 12, 31), calendar)
    source = "file" if year in loaded else "shipped" if calendar.is_known_year(year) else "rule"
    return Year(year, source, working, 365 + weeks.isleap(year) - working)
