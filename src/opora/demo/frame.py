"""Dates of the demo: everything is relative to one day D, so that groups run and children stay 5–17."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Moscow")
HOLIDAYS = {(1, day) for day in range(1, 9)} | {(2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)}
"""Month and day of the holidays of Labour Code art. 112; the demo holds no lessons on them."""


def shown_date(date: dt.date) -> dt.date:
    """D itself; in June–August the last day of the school year, 31 May (design/interfaces.md)."""
    return date.replace(month=5, day=31) if 6 <= date.month <= 8 else date


@dataclass(frozen=True)
class Frame:
    """The school year around ``date``."""

    date: dt.date
    """D: the day on which all published figures hold."""

    @cached_property
    def year_start(self) -> dt.date:
        return dt.date(self.date.year - (self.date.month < 9), 9, 1)

    @cached_property
    def year_end(self) -> dt.date:
        """31 May; groups shown in the summer go on to the end of August, so that they still run."""
        last = dt.date(self.year_start.year + 1, 5, 31)
        return last.replace(month=8) if self.date >= last else last

    @property
    def school_year(self) -> str:
        return f"{self.year_start.year}/{self.year_start.year + 1}"

    @cached_property
    def late_start(self) -> dt.date:
        """When groups formed in September begin: the 15th, never after D."""
        return min(self.year_start.replace(day=15), self.date)

    def before(self, days: int) -> dt.date:
        return self.date - dt.timedelta(days=days)

    def moment(self, day: dt.date, hour: int = 9, minute: int = 0) -> dt.datetime:
        """A local moment as an aware UTC datetime."""
        return dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE).astimezone(dt.UTC)

    def working_days_after(self, day: dt.date, count: int) -> dt.date:
        """The ``count``-th working day after ``day`` (Monday to Friday without holidays)."""
        while count:
            day += dt.timedelta(days=1)
            count -= day.isoweekday() < 6 and (day.month, day.day) not in HOLIDAYS
        return day

    def birth_date(self, age: int, day_of_year: int) -> dt.date:
        """A birth date of somebody ``age`` full years old on D, whose birthday was ``day_of_year`` (0–362) days ago."""
        year = self.date.year - age
        try:
            birthday = self.date.replace(year=year)
        except ValueError:  # 29 February
            birthday = self.date.replace(year=year, day=28)
        return birthday - dt.timedelta(days=min(day_of_year, 362))

    def lesson_days(self, weekday: int, since: dt.date, until: dt.date) -> list[dt.date]:
        """Dates of one weekday (1 = Monday) between two dates inclusive, without holidays."""
        day = since + dt.timedelta(days=(weekday - since.isoweekday()) % 7)
        days = []
        while day <= until:
            if (day.month, day.day) not in HOLIDAYS:
                days.append(day)
            day += dt.timedelta(days=7)
        return days


def full_years(birth: dt.date, on: dt.date) -> int:
    """Age in full years."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
