"""Periodic work of the catalogue."""

from __future__ import annotations

import datetime as dt

from django_tasks import task

from opora.catalogue import services
from opora.core.jobs.periodic import periodic


@periodic("catalogue.openings", every=dt.timedelta(minutes=1))
@task()
def notice_openings() -> int:
    """Openings whose moment has come: search learns it. Applications do not wait for this: the moment decides."""
    return services.notice_begun()
