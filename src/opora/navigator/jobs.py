"""Periodic work of the public pages."""

from __future__ import annotations

import datetime as dt

from django_tasks import task

from opora.core.jobs import periodic
from opora.navigator import services


@periodic("navigator.freed_places", every=dt.timedelta(minutes=1))
@task()
def tell_of_freed_places() -> int:
    """Those who asked hear of a free place within a minute."""
    return services.tell_of_freed_places()
