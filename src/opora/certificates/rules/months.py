"""Calendar arithmetic of contracts: days, months, month ends."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date


def days_inclusive(first: date, last: date) -> int:
    """Days from first to last, both counted."""
    return (last - first).days + 1


def month_start(day: date) -> date:
    """The 1st of the month."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """The last day of the month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def next_month(day: date) -> date:
    """The 1st of the following month."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def add_months(day: date, count: int) -> date:
    """The 1st of the month `count` months away (negative goes back)."""
    index = day.year * 12 + day.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def months_touched(first: date, last: date) -> Iterator[date]:
    """The 1sts of all months that [first, last] touches."""
    month = month_start(first)
    while month <= last:
        yield month
        month = next_month(month)
