"""Reading the outbox by polling, without losing rows that commit out of order.

A reader remembers how far it came and the ids it handled since; each poll looks back over a window of some seconds.
The position never passes the start of a transaction that still writes: a bulk act may take minutes, and its rows,
which bear moments from inside it, are read when it commits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection

from opora.core import clock
from opora.core.models import Outbox, OutboxReader

OVERLAP = dt.timedelta(seconds=12)


_WRITING_SINCE = """
SELECT coalesce(min(xact_start), clock_timestamp()) FROM pg_stat_activity
 WHERE backend_xid IS NOT NULL AND datname = current_database() AND pid <> pg_backend_pid()
"""


def _writing_since() -> dt.datetime:
    """Start of the oldest transaction that writes now. Ask before the rows are read."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITING_SINCE)
        row = cursor.fetchone()
    assert row is not None
    moment: dt.datetime = row[0]
    return moment


@dataclass(slots=True)
class MemoryFeed:
    """A feed position of one process (search cache): starts at the moment of its making.

    What was read within the window is left out by the database, as ranges of ids, which hardly have gaps: in a rush
    the window holds thousands of rows, of which a poll brings the few new ones.
    """

    kinds: tuple[str, ...] = ()
    since: dt.datetime = field(default_factory=clock.now)
    seen: dict[int, dt.datetime] = field(default_factory=dict)

    def poll(self, limit: int = 5000) -> list[Outbox]:
        """Return rows not returned before, oldest first."""
        horizon = _writing_since()
        rows = Outbox.objects.filter(at__gt=self.since - OVERLAP).extra(
            where=["NOT outbox.id <@ %s::int8multirange"], params=[_ranges(self.seen)]
        )
        if self.kinds:
            rows = rows.filter(kind__in=self.kinds)
        fresh = list(rows.order_by("at", "id")[:limit])
        for row in fresh:
            self.seen[row.pk] = row.at
        if fresh:
            self.since = max(self.since, min(fresh[-1].at, horizon))
            edge = self.since - OVERLAP
            self.seen = {pk: at for pk, at in self.seen.items() if at > edge}
        return fresh


def _ranges(ids: Iterable[int]) -> str:
    """The ids as a multirange in PostgreSQL's words: {1, 2, 3, 7} → ``{[1,3],[7,7]}``."""
    parts: list[list[int]] = []
    for pk in sorted(ids):
        if parts and pk == parts[-1][1] + 1:
            parts[-1][1] = pk
        else:
            parts.append([pk, pk])
    return "{" + ",".join(f"[{first},{last}]" for first, last in parts) + "}"


def read(name: str, kinds: tuple[str, ...] = (), limit: int = 500) -> list[Outbox]:
    """Return the next unread rows of a stored reader and mark them read, in the caller's transaction.

    The reader's row is locked, so two workers never handle the same rows at once; when the caller's transaction
    fails, the rows come again.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a stored reader reads inside a transaction")
    OutboxReader.objects.get_or_create(name=name)
    reader = OutboxReader.objects.select_for_update(no_key=True).get(name=name)
    horizon = _writing_since()
    rows = Outbox.objects.all() if not kinds else Outbox.objects.filter(kind__in=kinds)
    if reader.last_at:
        rows = rows.filter(at__gt=reader.last_at - OVERLAP).exclude(pk__in=reader.done_ids)
    fresh = list(rows.order_by("at", "id")[:limit])
    if fresh:
        come = min(fresh[-1].at, horizon)
        reader.last_at = max(reader.last_at or come, come)
        done = Outbox.objects.filter(pk__in=[*reader.done_ids, *(row.pk for row in fresh)])
        reader.done_ids = list(done.filter(at__gt=reader.last_at - OVERLAP).values_list("pk", flat=True))
        reader.save()
    return fresh
