"""Periodic work of monitoring: the coverage cubes of regions, looked at every minute."""

from __future__ import annotations

import datetime as dt

from django_tasks import task

from opora.core.jobs.periodic import periodic
from opora.monitoring import coverage


@periodic("monitoring.cubes", every=dt.timedelta(minutes=1))
@task()
def refresh_cubes() -> int:
    """Recount the cubes whose sources changed; where nothing changed it costs one look at the counters."""
    return coverage.refresh_regions()
