"""Periodic work of methodics: reminders before agreements end; a repeat sends nothing."""

from __future__ import annotations

import datetime as dt

from django_tasks import task

from opora.core.jobs.periodic import periodic
from opora.methodics import services


@periodic("methodics.agreements", every=dt.timedelta(hours=12))
@task()
def remind_of_agreements() -> int:
    """60, 30 and 7 days before the end."""
    return services.remind()
