"""Charges of the families' own part: opened, charged and corrected once, whoever runs it and how often."""

from __future__ import annotations

from typing import Any

from django.db import connection

from opora.certificates.rules.months import month_start
from opora.core import clock
from opora.core.access import SYSTEM, Actor
from opora.core.transactions import act
from opora.settlement import sql_charges
from opora.settlement.rules import family
from opora.territory.models import Municipality


def charge_due(actor: Actor = SYSTEM) -> int:
    """Charge every month that has begun by each municipality's own date; returns how many rows were added.

    Exactly once per account and month; a terminated contract's returned months get corrections. Restartable.
    """
    return sum(charge_municipality(actor, place) for place in Municipality.objects.order_by("pk"))


def charge_municipality(actor: Actor, place: Municipality) -> int:
    """One municipality in one transaction; locks its personal accounts, ascending."""
    today = clock.today(place.time_zone)
    values: dict[str, Any] = {
        "municipality": place.pk,
        "month": month_start(today),
        "today": today,
        "now": clock.now(),
        "due_day": family.DUE_DAY,
        "days": family.DAYS_TO_PAY,
    }
    with act(actor), connection.cursor() as cursor:
        cursor.execute(sql_charges.OPEN, values)
        cursor.execute(sql_charges.LOCK, values)
        cursor.execute(sql_charges.CHARGE, values)
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])
