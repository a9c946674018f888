"""Locks and counters of places. Order, taken once: group_places by ascending id → certificate → numbers.

A freed place may go to a bundle of siblings that waits in other groups too, so their groups are locked with it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar

from django.db import connection

from opora.catalogue.models import GroupPlaces
from opora.certificates import ledger
from opora.core.outbox import emit
from opora.core.reasons import Busy
from opora.enrolment.models import Application
from opora.enrolment.rules import Places

P = ParamSpec("P")
T = TypeVar("T")
HEADS = 8
"""Certificates of so many first in a queue are locked together with the released one, in one order."""

_REACH = """
WITH RECURSIVE reach(id) AS (
    SELECT unnest(%s::bigint[])
    UNION
    SELECT b.group_id FROM reach r
      JOIN application a ON a.group_id = r.id AND a.state = 'waiting' AND a.bundle IS NOT NULL
      JOIN application b ON b.bundle = a.bundle AND b.state = 'waiting'
) SELECT id FROM reach ORDER BY id
"""
_HEADS = """
SELECT c.id FROM unnest(%s::bigint[]) AS g(id)
 CROSS JOIN LATERAL (SELECT child_id FROM application a WHERE a.group_id = g.id AND a.state = 'waiting'
     ORDER BY a.priority_class, a.submitted_at, a.id LIMIT %s) w
  JOIN certificate c ON c.child_id = w.child_id AND c.state IN ('applied', 'issued', 'active', 'frozen')
"""


def retried(service: Callable[P, T]) -> Callable[P, T]:
    """Run the service again when it lost a deadlock or its groups changed before they were locked.

    Inside a larger transaction there is nothing to run again: Busy goes on to its owner.
    """

    @functools.wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(2):
            try:
                return service(*args, **kwargs)
            except Busy:
                if connection.in_atomic_block:
                    raise
        return service(*args, **kwargs)

    return run


def lock(group_ids: Iterable[int], certificate_ids: Iterable[int] = (), *, heads: bool = True) -> list[int]:
    """Lock the groups (with those that waiting bundles tie to them), then the certificates; return the group ids.

    `heads` also locks the certificates of the first in the queues: pass False when no place can become free.
    """
    asked = sorted(set(group_ids))
    groups = _reach(asked)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT group_id FROM group_places WHERE group_id = ANY(%s) ORDER BY group_id FOR NO KEY UPDATE",
            [groups],
        )
        if _reach(asked) != groups:
            raise Busy(1)
        certificates = set(certificate_ids)
        if heads:
            cursor.execute(_HEADS, [groups, HEADS])
            certificates.update(row[0] for row in cursor.fetchall())
    ledger.lock(certificates)
    return groups


def places(group_ids: Iterable[int]) -> dict[int, Places]:
    """Capacity and places taken by group."""
    rows = GroupPlaces.objects.filter(group_id__in=list(group_ids))
    return {row.group_id: Places(row.capacity, row.places_taken) for row in rows}


def count(group_id: int, *, taken: int = 0, waiting: int = 0) -> None:
    """Change the counters; the row is locked by the caller and its CHECK is the second fence."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE group_places SET places_taken = places_taken + %s, waiting = waiting + %s WHERE group_id = %s",
            [taken, waiting, group_id],
        )


def free_place(application: Application) -> None:
    """One place of the application's group becomes free; the caller serves the queue afterwards."""
    count(application.group_id, taken=-1)
    emit(
        "place.freed",
        "group",
        application.group_id,
        municipality_id=application.municipality_id,
        application=application.pk,
    )


def changed(application: Application) -> None:
    """Record ``application.changed``."""
    emit(
        "application.changed",
        "application",
        application.pk,
        municipality_id=application.municipality_id,
        state=application.state,
        group=application.group_id,
        public_id=str(application.public_id),
        reason=application.reason_code,
    )


def _reach(group_ids: list[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_REACH, [group_ids])
        return [row[0] for row in cursor.fetchall()]
