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


@periodic("settlement.charge", every=dt.timedelta(hours=1))
@task()
def charge_families() -> int:
    """Charges of the families' part for the months that have begun, corrections after terminations."""
    return services.charge_due()


@periodic("settlement.remind", every=dt.timedelta(hours=1))
@task()
def remind_families() -> int:
    """Letters to families before the day of payment and after it, each once, by day of each municipality."""
    return services.remind_families()
