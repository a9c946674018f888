"""The turn of the month: reserve → spent for every active contract, set-based and restartable."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from opora.certificates.rules import month_start
from opora.core import clock
from opora.core.access import SYSTEM, Actor
from opora.core.reasons import Forbidden
from opora.core.transactions import act

BATCH = 5000
"""Certificates per transaction: short locks, little to repeat after an interruption."""


def month_turn(month: dt.date, *, actor: Actor = SYSTEM, municipality_id: int | None = None) -> int:
    """Spend the reserved months up to `month` of all active contracts (of one municipality when given).

    Each (contract, month) moves once: its entry has a unique key. An interrupted run is simply run again.
    Returns the number of months moved. System only.
    """
    if not actor.system:
        raise Forbidden("month_turn")
    moved, after = 0, 0
    while True:
        with act(actor), connection.cursor() as cursor:
            cursor.execute(
                "SELECT moved, last FROM month_turn(%s::date, %s, %s, %s, %s)",
                [month_start(month), municipality_id, after, BATCH, clock.now()],
            )
            row = cursor.fetchone()
        if row is None or row[1] is None:
            return moved
        moved, after = moved + row[0], row[1]
