"""Reading figures: the actor first; territory by ОКТМО."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count, Sum

from opora.core import clock
from opora.core.access import CENTRE_ROLES, Actor
from opora.core.reasons import Hidden, Reason, Refused
from opora.monitoring.indicators import Figure, Scope, get
from opora.monitoring.indicators.coverage import PERSON, population
from opora.providers.models import Organisation
from opora.territory.models import Locality, Municipality, Region
from opora.territory.queries import served_zone

ORGANISATION_ROLES = ("provider_manager", "desk_operator", *CENTRE_ROLES, "expert")
"""Roles that may be held at organisations; a centre may serve some one by one."""


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
    return Scope(date or clock.today(served_zone()), None, "Вся территория", "")


def figure(actor: Actor, code: str, territory: str | None = None, date: dt.date | None = None) -> Figure:
    """Compute one indicator. Aggregates are open to every role; the rows behind them are not."""
    return get(code).figure(scope_of(territory, date))


YEARS_BACK = 10
"""How far back figures are counted for everybody."""


def figure_for_all(actor: Actor, code: str, territory: str | None = None, date: dt.date | None = None) -> Figure:
    """The same for callers whom nobody knows: no day to come, and at most ten years back. Raises Refused."""
    if date is not None:
        last = scope_of(territory, None).date
        first = dt.date(last.year - YEARS_BACK, 1, 1)
        if not first <= date <= last:
            raise Refused(
                Reason(
                    "date_out_of_range",
                    f"Показатели считаются на дату с {first:%d.%m.%Y} по {last:%d.%m.%Y}.",
                    field="date",
                )
            )
    return figure(actor, code, territory, date)


def population_by_age(scope: Scope) -> dict[int, int]:
    """Children of the territory by single year of age, latest known year."""
    rows = population(scope).order_by().values("age").annotate(total=Sum("count"))
    return {row["age"]: row["total"] for row in rows}


def population_by_municipality(scope: Scope) -> dict[int, int]:
    """Children 5–17 by municipality, latest known year."""
    rows = population(scope).order_by().values("municipality_id").annotate(total=Sum("count"))
    return {row["municipality_id"]: row["total"] for row in rows}


def locality_names(ids: Iterable[int | None]) -> dict[int, str]:
    """Names of localities by id."""
    return dict(Locality.objects.filter(pk__in=[pk for pk in ids if pk]).values_list("pk", "name"))


def territories(actor: Actor) -> list[Municipality]:
    """Municipalities whose figures the actor's office shows: those it reaches, or its organisations' own."""
    if actor.system or any(reach.everything for reach in actor.reaches):
        rows = Municipality.objects.filter(is_served=True)
    else:
        reached = actor.municipalities()
        if not reached:
            reached = frozenset(
                Organisation.objects.filter(pk__in=actor.organisations()).values_list("municipality_id", flat=True)
            )
        rows = Municipality.objects.filter(pk__in=reached, is_served=True)
    return list(rows.select_related("region"))


def own_scope(actor: Actor, date: dt.date | None = None) -> Scope | None:
    """Own organisations of those whose roles are held at organisations, own groups of a teacher; else None.

    Whoever reaches a municipality or more looks at territories and has no scope of its own.
    """
    if actor.system or actor.municipalities() or any(reach.everything for reach in actor.reaches):
        return None
    ids = actor.organisations(*ORGANISATION_ROLES)
    teaches = not ids and bool(actor.staff_ids)
    ids = ids or actor.organisations("teacher")
    places = list(Organisation.objects.filter(pk__in=ids).select_related("municipality").order_by("short_name"))
    if not places:
        return None
    day = date or clock.today(places[0].municipality.time_zone)
    if teaches:
        return Scope(day, None, "Мои группы", "", (("teacher", actor.staff_ids),))
    name = places[0].short_name if len(places) == 1 else "Мои организации"
    return Scope(day, None, name, "", (("organisation", ids),))


def learners_by(scope: Scope, lookup: str) -> dict[str, int]:
    """Children without repeats of an own scope by a lookup of their enrolment, the largest first."""
    rows = get("learners").rows(scope).order_by().values(lookup).annotate(total=Count(PERSON, distinct=True))
    return {str(row[lookup] or ""): row["total"] for row in rows.order_by("-total", lookup)}


def office_scope(actor: Actor, oktmo: str, date: dt.date | None) -> tuple[Scope, list[Municipality]]:
    """The scope of an office page: the named municipality of the actor's, else all of them. Hidden when foreign."""
    mine = territories(actor)
    if oktmo:
        one = next((item for item in mine if item.oktmo == oktmo), None)
        region = next((item.region for item in mine if item.region.oktmo == oktmo), None)
        if one is None and region is None:
            raise Hidden("territory")
        chosen = [one] if one else [item for item in mine if region and item.region_id == region.pk]
    else:
        chosen = mine
    zone = chosen[0].time_zone if chosen else None
    name = chosen[0].name if len(chosen) == 1 else (chosen[0].region.name if chosen else "Территория не задана")
    code = chosen[0].oktmo if len(chosen) == 1 else ""
    return Scope(date or clock.today(zone), frozenset(item.pk for item in chosen), name, code), mine
