"""What is done day by day for the tables that all rooms share.

Kept for a time only: answers to repeated submits (7 days), facts of the outbox that were read (30 days), counts of
rate limits (their minutes). Made ahead: the months' partitions of the change history.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Min
from django_tasks import task

from opora.core import clock, history_guard
from opora.core.jobs import periodic
from opora.core.models import IdempotentCall, Outbox, OutboxReader, SharedValue

ANSWERS = dt.timedelta(days=7)
FACTS = dt.timedelta(days=30)


@periodic("core.housekeeping", every=dt.timedelta(days=1))
@task()
def clean() -> dict[str, int]:
    """Delete what nobody needs any more; a reader that has fallen behind keeps the facts it has not read."""
    now = clock.now()
    answers, _ = IdempotentCall.objects.filter(at__lt=now - ANSWERS).delete()
    edge = now - FACTS
    behind = OutboxReader.objects.aggregate(first=Min("last_at"))["first"]
    facts, _ = Outbox.objects.filter(at__lt=min(edge, behind) if behind else edge).delete()
    SharedValue.objects.filter(expires_at__lt=now).delete()
    return {"answers": answers, "facts": facts}


@periodic("core.history_partitions", every=dt.timedelta(days=1))
@task()
def history_partitions() -> int:
    """Make the months' partitions of the change history ahead; a worker that was off for months loses nothing."""
    with transaction.atomic():
        return history_guard.make_partitions()
