"""Periodic work of outreach: pupils not found before are looked for again; lists of past years are erased."""

from __future__ import annotations

import datetime as dt

from django_tasks import task

from opora.core import clock
from opora.core.access import SYSTEM
from opora.core.jobs.periodic import periodic
from opora.enrolment.rules.rollover import school_year_of
from opora.outreach import services_matching, services_retention
from opora.outreach.models import ClassList


@periodic("outreach.compare", every=dt.timedelta(hours=3))
@task()
def compare_lists() -> int:
    """A family that came since then makes its child known; list by list, each in its own transaction."""
    year = school_year_of(clock.today(clock.EASTERNMOST))
    lists = ClassList.objects.filter(year__gte=year - 1, pupils__child__isnull=True).distinct().order_by("pk")
    return sum(services_matching.compare(SYSTEM, lists=[pk]) for pk in lists.values_list("pk", flat=True))


@periodic("outreach.erase", every=dt.timedelta(days=1))
@task()
def erase_past_lists() -> int:
    """What is older than its term."""
    return services_retention.erase_past()
