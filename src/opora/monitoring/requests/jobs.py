"""Reminders of requests: three days before the term, one day before, on the day after it."""

from __future__ import annotations

import datetime as dt

from django_tasks import task

from opora.core import clock
from opora.core.access import SYSTEM
from opora.core.jobs.periodic import periodic
from opora.core.transactions import act
from opora.monitoring.requests import letters, queries

BEFORE = (3, 1)


@periodic("requests.remind", every=dt.timedelta(hours=1))
@task()
def remind_of_requests() -> int:
    """Letters to those who have not answered; each kind of reminder goes once. Returns how many were due."""
    return remind()


def remind() -> int:
    """In the day of each request's sender."""
    count = 0
    with act(SYSTEM):
        for request in queries.open_requests():
            if request.due is None:
                continue
            left = (request.due - clock.today(queries.zone_of(request))).days
            step = -1 if left < 0 else next((days for days in sorted(BEFORE) if left <= days), None)
            if step is not None:
                rows = list(queries.whole_answers().filter(request=request, state__in=("draft", "returned")))
                count += letters.remind(rows, step)
    return count
