"""From when to when a measured item is counted."""

from __future__ import annotations

import datetime as dt


def span_of(
    starts_on: dt.date | None, due_on: dt.date | None, counted_from: dt.date | None, year: int, today: dt.date
) -> tuple[dt.date, dt.date]:
    """First and last day of counting.

    Work that lasts several months is counted from its first month, all other from the beginning of the year of its
    due date, unless the author says otherwise. It is counted until today, not further than the due date.
    """
    last = due_on or dt.date(year, 12, 31)
    lasts = starts_on is not None and (starts_on.year, starts_on.month) != (last.year, last.month)
    first = counted_from or (starts_on if lasts and starts_on else dt.date(last.year, 1, 1))
    return first, max(first, min(last, today))
