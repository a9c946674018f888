"""What waits in methodical work (K7): agreements that end, certificates not entered, surveys that run."""

from __future__ import annotations

from collections.abc import Iterator

from opora.core.access import Actor
from opora.core.office import work
from opora.core.office.work import WorkItem, end_of
from opora.methodics import policy, queries


@work.register
def waiting(actor: Actor) -> Iterator[WorkItem]:
    """Lines for those who keep agreements and training."""
    if actor.system:
        return
    if policy.agreements.allowed(actor, "change"):
        rows = queries.ending(actor)
        first = rows.order_by("ends_on").values_list("ends_on", "centre__municipality__time_zone").first()
        moment = end_of(*first) if first else None
        yield WorkItem("Продлить соглашения с партнёрами", rows.count(), "/office/agreements/?term=ending", moment)
    if policy.trainings.allowed(actor, "change"):
        count = queries.without_certificate(actor).count()
        yield WorkItem("Внести удостоверения об обучении", count, "/office/trainings/?paper=missing")
