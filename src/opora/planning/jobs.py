"""Background work of planning: items that count themselves are recounted every hour."""

from __future__ import annotations

import datetime as dt

from django_tasks import task

from opora.core.jobs.periodic import periodic
from opora.planning import services


@periodic("planning.recount", every=dt.timedelta(hours=1))
@task()
def recount_plans() -> int:
    """Overdue lists and "What waits for me" know what is done by themselves."""
    return services.recount_all()
