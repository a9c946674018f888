"""Periodic work of settlement: monthly drafts by each municipality's own date; a repeat makes nothing."""

from __future__ import annotations

import datetime as dt

from django_tasks import task

from opora.core.jobs.periodic import periodic
from opora.settlement import services


@periodic("settlement.prepare", every=dt.timedelta(hours=6))
@task()
def prepare_drafts() -> int:
    """Advance requests from the working day of the rules, invoices after the month (December's within it)."""
    return services.prepare_due()
