"""Reading the outbox by polling, without losing rows that commit out of order.

A reader remembers how far it came and the ids it handled during the last ten seconds; each poll looks back over that
window (statement_timeout is ten seconds too, so no row can appear behind it).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db import connection

from opora.core import clock
from opora.core.models import Outbox, OutboxReader

OVERLAP = dt.timedelta(seconds=12)


@dataclass(slots=True)
class MemoryFeed:
    """A feed position of one process (search cache): starts at the moment of its making."""

    kinds: tuple[str, ...] = ()
    since: dt.datetime = field(default_factory=clock.now)
    seen: dict[int, dt.datetime] = field(default_factory=dict)

    def poll(self, limit: int = 5000) -> list[Outbox]:
        """Return rows not returned before, oldest first."""
        rows = Outbox.objects.filter(at__gt=self.since - OVERLAP)
        if self.kinds:
            rows = rows.filter(kind__in=self.kinds)
        fresh = [row for row in rows.order_by("at", "id")[: limit + len(self.seen)] if row.pk not in self.seen]
        for row in fresh:
            self.seen[row.pk] = row.at
        if fresh:
            self.since = max(self.since, fresh[-1].at)
            edge = self.since - OVERLAP
            self.seen = {pk: at for pk, at in self.seen.items() if at > edge}
        return fresh


def read(name: str, kinds: tuple[str, ...] = (), limit: int = 500) -> list[Outbox]:
    """Return the next unread rows of a stored reader and mark them read, in the caller's transaction.

    The reader's row is locked, so two workers never handle the same rows at once; when the caller's transaction
    fails, the rows come again.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a stored reader reads inside a transaction")
    OutboxReader.objects.get_or_create(name=name)
    reader = OutboxReader.objects.select_for_update(no_key=True).get(name=name)
    rows = Outbox.objects.all() if not kinds else Outbox.objects.filter(kind__in=kinds)
    if reader.last_at:
        rows = rows.filter(at__gt=reader.last_at - OVERLAP).exclude(pk__in=reader.done_ids)
    fresh = list(rows.order_by("at", "id")[:limit])
    if fresh:
        reader.last_at = max(reader.last_at or fresh[-1].at, fresh[-1].at)
        done = Outbox.objects.filter(pk__in=[*reader.done_ids, *(row.pk for row in fresh)])
        reader.done_ids = list(done.filter(at__gt=reader.last_at - OVERLAP).values_list("pk", flat=True))
        reader.save()
    return fresh
