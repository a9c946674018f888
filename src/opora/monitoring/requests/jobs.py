"""Reminders of requests: three days before the term, one day before, on the day after it."""

from __future__ import annotations

import datetime as dt

from django_tasks import task

from opora.core import clock
from opora.core.access import SYSTEM
from opora.core.jobs.periodic import periodic
from opora.core.transactions import act
from opora.monitoring.requests import letters, queries
from opora.monitoring.requests.models import DataRequestAnswer

BEFORE = (3, 1)


@periodic("requests.remind", every=dt.timedelta(hours=1))
@task()
def remind_of_requests() -> int:
    """Letters to those who have not answered; each kind of reminder goes once. Returns how many were due."""
    return remind()


def remind() -> int:
    """In the day of each request's sender, by each answerer's own term."""
    count = 0
    with act(SYSTEM):
        for request in queries.open_requests():
            today = clock.today(queries.zone_of(request))
            waiting: dict[int, list[DataRequestAnswer]] = {}
            for one in queries.unanswered(request):
                step = _step(one, today)
                if step is not None:
                    waiting.setdefault(step, []).append(one)
            for step, rows in waiting.items():
                count += letters.remind(rows, step)
    return count


def _step(one: DataRequestAnswer, today: dt.date) -> int | None:
    """Which reminder is due by the answerer's own term: days before it, -1 after it, None yet."""
    assert one.due is not None
    left = (one.due - today).days
    return -1 if left < 0 else next((days for days in sorted(BEFORE) if left <= days), None)
