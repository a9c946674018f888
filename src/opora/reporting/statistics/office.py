"""Statistics in the office: forms in work wait for who fills them in (K7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from opora.core import clock
from opora.core.access import Actor
from opora.core.office import work
from opora.core.office.work import WorkItem
from opora.core.workdays import end_of_day
from opora.reporting.statistics import policy, queries


@work.register
def statistics(actor: Actor) -> Iterator[WorkItem]:
    """Forms in work, until the nearest of their terms."""
    if actor.system or not actor.has(*policy.FILL):
        return
    rows = list(queries.in_work(actor).values_list("due", "municipality__time_zone"))
    if rows:
        due, zone = min(rows)
        last = end_of_day(due, clock.zone(zone)) - dt.timedelta(seconds=1)
        yield WorkItem("Сдать форму 1-ДОП", len(rows), "/office/statistics_forms/?state=draft", last)
