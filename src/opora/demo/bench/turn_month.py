"""The turn of a month as the worker does it: ``python -m opora.demo.bench.turn_month 2027-02-01``; it may be killed."""

from __future__ import annotations

import datetime as dt
import sys

from opora.core import clock


def turn(first: dt.date) -> int:
    """The hourly job in the first hour of the month; returns the months moved."""
    from opora.enrolment import services

    with clock.frozen(dt.datetime.combine(first, dt.time(0, 10), clock.MOSCOW)):
        return services.month_turn_everywhere()


def main() -> None:
    """Turn the month named on the command line."""
    import django

    django.setup()
    turn(dt.date.fromisoformat(sys.argv[1]))


if __name__ == "__main__":
    main()
