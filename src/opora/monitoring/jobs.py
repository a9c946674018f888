"""Periodic work of monitoring: the coverage cubes of regions, looked at every minute."""

from __future__ import annotations

import datetime as dt

from django_tasks import task

from opora.core.jobs.periodic import periodic
from opora.monitoring import dashboard, kept


@periodic("monitoring.cubes", every=dt.timedelta(minutes=1))
@task()
def refresh_cubes() -> int:
    """Recount cubes and head figures whose sources changed; where nothing changed it costs one look at the counters."""
    return kept.refresh_regions(dashboard.KEPT)
