"""Periodic work of monitoring: the coverage cubes of regions, looked at every minute; monthly snapshots."""

from __future__ import annotations

import datetime as dt

from django_tasks import task

from opora.core.jobs.periodic import periodic
from opora.monitoring import dashboard, kept, snapshots
from opora.monitoring.requests import jobs as request_jobs  # noqa: F401  reminders of requests


@periodic("monitoring.cubes", every=dt.timedelta(minutes=1))
@task()
def refresh_cubes() -> int:
    """Recount cubes and head figures whose sources changed; where nothing changed it costs one look at the counters."""
    return kept.refresh_regions(dashboard.KEPT)


@periodic("monitoring.snapshots", every=dt.timedelta(hours=6))
@task()
def freeze_months() -> int:
    """Freeze the month of every place that has no snapshot of it yet; asked again it does nothing."""
    return snapshots.freeze_everything()
