"""The halves of a school year that were before the running one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from opora.demo.frame import Frame


@dataclass(frozen=True, slots=True)
class Half:
    """Days of the lessons and the period that paid them; `nominal` picks the autumn's or the spring's nominal."""

    starts_on: dt.date
    ends_on: dt.date
    nominal: int
    year_name: str


def halves_of(frame: Frame, running: int) -> list[Half]:
    """What was before the running period (0: autumn, 1: spring), in order of time."""
    year = frame.year_start.year
    if running == 0:
        name = f"{year - 1}/{year}"
        return [
            Half(dt.date(year - 1, 9, 15), dt.date(year - 1, 12, 31), 0, name),
            Half(dt.date(year, 1, 12), dt.date(year, 5, 31), 1, name),
        ]
    return [Half(dt.date(year, 9, 15), dt.date(year, 12, 31), 0, frame.school_year)]
