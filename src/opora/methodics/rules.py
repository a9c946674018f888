"""Rules of agreements and of staff development: when to remind, which training closes a deficit."""

from __future__ import annotations

import datetime as dt

REMIND_DAYS = (60, 30, 7)
"""Days before the end of an agreement on which the centre is reminded."""
TRAINED_YEARS = 3
"""A worker counts as trained for so many years (273-ФЗ, art. 47: once in three years at least)."""
LEAST_HOURS = {"advanced": 16, "retraining": 250, "placement": 1}
"""Hours of a training with a certificate (order 499 of the ministry): fewer are not one of its kind."""


def due_reminder(today: dt.date, ends_on: dt.date | None) -> int | None:
    """The reminder that is due: 60, 30 or 7 days before the end; None when none or when it is over.

    >>> due_reminder(dt.date(2026, 10, 12), dt.date(2026, 11, 1))
    30
    """
    if ends_on is None:
        return None
    left = (ends_on - today).days
    if left < 0:
        return None
    due = [days for days in REMIND_DAYS if left <= days]
    return min(due) if due else None


def trained_since(today: dt.date) -> dt.date:
    """The first day from which a finished training still counts."""
    try:
        return today.replace(year=today.year - TRAINED_YEARS)
    except ValueError:  # 29 February
        return today.replace(year=today.year - TRAINED_YEARS, day=28)
