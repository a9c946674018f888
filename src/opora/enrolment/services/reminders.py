"""A last word before an offer lapses, and the question whether a class goes on after New Year. Each is told once."""

from __future__ import annotations

import datetime as dt

from django.db.models import F

from opora.core import clock
from opora.core.access import SYSTEM
from opora.core.transactions import act
from opora.enrolment.models import Application, Contract
from opora.enrolment.services import letters, prolong

PLACE = dt.timedelta(hours=12)
CONTRACT = dt.timedelta(hours=36)
PROLONGATION = dt.timedelta(days=30)
"""How long before the end the reminder comes."""
BATCH = 1000


def remind(now: dt.datetime | None = None) -> dict[str, int]:
    """Write what is due at `now`; a letter written before is not repeated. Returns what was looked at, by kind."""
    moment = now or clock.now()
    with act(SYSTEM):
        return {"places": _places(moment), "contracts": _contracts(moment), "prolongations": _prolongations(moment)}


def _places(now: dt.datetime) -> int:
    rows = Application.objects.filter(
        state="place_offered", offer_expires_at__gt=now, offer_expires_at__lte=now + PLACE
    ).select_related("group__programme", "municipality")
    for one in (found := list(rows.order_by("offer_expires_at", "pk")[:BATCH])):
        assert one.offer_expires_at is not None
        text = letters.place_soon_over(one, one.offer_expires_at, one.municipality.time_zone)
        letters.tell_guardians(one, text)
    return len(found)


def _contracts(now: dt.datetime) -> int:
    rows = Contract.objects.filter(
        state="offered", accept_until__gt=now, accept_until__lte=now + CONTRACT
    ).select_related("application__group__programme", "application__municipality")
    for one in (found := list(rows.order_by("accept_until", "pk")[:BATCH])):
        assert one.accept_until is not None
        zone = one.application.municipality.time_zone
        text = letters.contract_soon_over(one.application, one.pk, one.accept_until, zone)
        letters.tell_guardians(one.application, text)
    return len(found)


def _prolongations(now: dt.datetime) -> int:
    """The provider is ready to go on and the family has not said anything yet."""
    today = now.date()
    rows = Contract.objects.filter(
        state="active",
        terminates_on__isnull=True,
        ends_on__gt=today,
        ends_on__lte=today + PROLONGATION,
        group__ends_on__gt=F("ends_on"),
        acceptance__provider_prolongs=True,
    ).exclude(acceptance__has_key="guardian_prolongs")
    found = list(rows.select_related("group", "application__group__programme").order_by("ends_on", "pk")[:BATCH])
    for one in found:
        if prolong.may_go_on(one):
            letters.tell_guardians(one.application, letters.prolong_asked(one.application, one))
    return len(found)
