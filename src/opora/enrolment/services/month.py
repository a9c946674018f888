"""The turn of the month: reserve → spent for every active contract, set-based and restartable."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from opora.certificates.rules import month_start
from opora.core import clock
from opora.core.access import SYSTEM, Actor
from opora.core.reasons import Forbidden
from opora.core.transactions import act
from opora.enrolment.models import Contract
from opora.territory.models import Municipality

_DUE = """
SELECT DISTINCT k.certificate_id FROM contract_month cm JOIN contract k ON k.id = cm.contract_id
 WHERE cm.state = 'reserved' AND cm.month <= %s AND k.state = 'active'
   AND (%s::bigint IS NULL OR k.municipality_id = %s)
 ORDER BY k.certificate_id
"""
BATCH = 5000
"""Certificates per transaction: short locks, little to repeat after an interruption."""


def month_turn(month: dt.date, *, actor: Actor = SYSTEM, municipality_id: int | None = None) -> int:
    """Spend the reserved months up to `month` of all active contracts (of one municipality when given).

    Each (contract, month) moves once: its entry has a unique key. An interrupted run is simply run again.
    Returns the number of months moved. System only.
    """
    if not actor.system:
        raise Forbidden("month_turn")
    first = month_start(month)
    due = _due(first, municipality_id)
    moved = 0
    for start in range(0, len(due), BATCH):
        with act(actor), connection.cursor() as cursor:
            cursor.execute("SELECT month_turn(%s::date, %s, %s)", [first, due[start : start + BATCH], clock.now()])
            row = cursor.fetchone()
            assert row is not None
            moved += row[0]
    return moved


def _due(month: dt.date, municipality_id: int | None) -> list[int]:
    """Certificates with a reserved month of an active contract, ascending; one look at the partial index."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [month, municipality_id, municipality_id])
        return [row[0] for row in cursor.fetchall()]


def month_turn_everywhere() -> int:
    """Spend what has begun, month by each municipality's own date; where nothing is due it costs one look."""
    active = Contract.objects.filter(state=Contract.State.ACTIVE).values("municipality_id")
    rows = Municipality.objects.filter(pk__in=active).order_by("pk").values_list("pk", "time_zone")
    return sum(month_turn(clock.today(zone), municipality_id=pk) for pk, zone in rows)
