"""Background work: the django-tasks API over our own table with leases, retries and schedules.

``@task()`` functions are enqueued with ``.enqueue(...)``; a crashed run is taken again, so effects are idempotent.
Rooms put their tasks into ``jobs.py`` and name the periodic ones with :func:`periodic`.
"""

from opora.core.jobs.periodic import periodic, registered

__all__ = ["periodic", "registered"]
