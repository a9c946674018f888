"""What waits in methodical work (K7): agreements that end, certificates not entered, surveys that run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Min

from opora.core import clock
from opora.core.access import Actor
from opora.core.office import work
from opora.core.office.work import WorkItem
from opora.methodics import policy, queries


@work.register
def waiting(actor: Actor) -> Iterator[WorkItem]:
    """Lines for those who keep agreements and training."""
    if actor.system:
        return
    if policy.agreements.allowed(actor, "change"):
        rows = queries.ending(actor)
        day = rows.aggregate(day=Min("ends_on"))["day"]
        moment = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=clock.MOSCOW) if day else None
        yield WorkItem("Продлить соглашения с партнёрами", rows.count(), "/office/agreements/?term=ending", moment)
    if policy.trainings.allowed(actor, "change"):
        count = queries.without_certificate(actor).count()
        yield WorkItem("Внести удостоверения об обучении", count, "/office/trainings/?paper=missing")
