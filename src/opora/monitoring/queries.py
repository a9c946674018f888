"""Reading figures: the actor first; territory by ОКТМО."""

from __future__ import annotations

import datetime as dt

from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.monitoring.indicators import Figure, Scope, get
from opora.territory.models import Municipality, Region


def scope_of(territory: str | None, date: dt.date | None) -> Scope:
    """Resolve an ОКТМО code (municipality, or region by its first two digits and zeros) to a scope.

    Without a code: the only served municipality, else all of them. Raises Refused for an unknown code.
    """
    if territory:
        municipality = Municipality.objects.filter(oktmo=territory).first()
        if municipality:
            when = date or clock.today(municipality.time_zone)
            return Scope(when, frozenset({municipality.pk}), municipality.name, municipality.oktmo)
        region = Region.objects.filter(oktmo=territory).first()
        if region is None:
            raise Refused(Reason("territory_unknown", f"Территории с кодом ОКТМО {territory} нет.", field="territory"))
        ids = frozenset(Municipality.objects.filter(region=region).values_list("pk", flat=True))
        return Scope(date or clock.today(region.time_zone), ids, region.name, region.oktmo)
    served = list(Municipality.objects.filter(is_served=True)[:2])
    if len(served) == 1:
        one = served[0]
        return Scope(date or clock.today(one.time_zone), frozenset({one.pk}), one.name, one.oktmo)
    return Scope(date or clock.today(), None, "Вся территория", "")


def figure(actor: Actor, code: str, territory: str | None = None, date: dt.date | None = None) -> Figure:
    """Compute one indicator. Aggregates are open to every role; the rows behind them are not."""
    return get(code).figure(scope_of(territory, date))
