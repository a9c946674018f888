"""Reading providers: what other rooms and the actors of accounts ask."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Exists, Model, OuterRef, Q

from opora.core import clock
from opora.core.access import Actor
from opora.providers import policy
from opora.providers.models import Organisation, ServedOrganisation, Signatory, Staff, Venue
from opora.territory.models import Centre, Municipality, Region
from opora.territory.queries import served_zone

LACKS = ("venues", "signatories", "licence")


def organisations_of_centre(centre_id: int, on: dt.date) -> frozenset[int]:
    """Ids of the single organisations that a centre serves on a date, besides whole municipalities."""
    rows = ServedOrganisation.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on), centre_id=centre_id, starts_on__lte=on
    )
    return frozenset(rows.values_list("organisation_id", flat=True))


def today_of(actor: Actor) -> dt.date:
    """Today where the actor works: by its municipality, else its organisation, else the first served place."""
    if reached := actor.municipalities():
        return clock.today(Municipality.objects.filter(pk=min(reached)).values_list("time_zone", flat=True).first())
    if reached := actor.organisations():
        rows = Organisation.objects.filter(pk=min(reached))
        return clock.today(rows.values_list("municipality__time_zone", flat=True).first())
    return clock.today(served_zone())


def staff_of_account(account_id: int) -> list[tuple[int, int]]:
    """(staff id, organisation id) of an account's present jobs."""
    rows = Staff.objects.filter(account_id=account_id, left_on__isnull=True)
    return list(rows.values_list("pk", "organisation_id"))


def lacking(what: str) -> Q:
    """The condition of working organisations that lack what enrolment needs: venues, signatories, licence."""
    working = Q(state=Organisation.State.ACTIVE)
    if what == "licence":
        return working & Q(licence_number="") & ~Q(kind=Organisation.Kind.ENTREPRENEUR)
    if what == "venues":
        return working & ~Q(Exists(Venue.objects.filter(organisation=OuterRef("pk"))))
    return working & ~Q(Exists(Signatory.objects.filter(organisation=OuterRef("pk"))))


def lacking_counts(actor: Actor) -> dict[str, int]:
    """Counts of such organisations that the actor keeps; one query."""
    rows = policy.organisations.rows(actor, "change")
    return rows.aggregate(**{what: Count("pk", filter=lacking(what)) for what in LACKS})


def reached_by(actor: Actor, role: str) -> list[Organisation]:
    """Organisations at which the role is held, by name."""
    return list(Organisation.objects.filter(pk__in=actor.organisations(role)).order_by("short_name"))


_PLACES: dict[str, tuple[type[Model], str]] = {
    "region": (Region, "name"),
    "municipality": (Municipality, "name"),
    "centre": (Centre, "name"),
    "organisation": (Organisation, "short_name"),
}


def places_of(actor: Actor) -> list[str]:
    """Names of the places where the actor's staff roles are held, in the order of the roles."""
    found: list[str] = []
    for reach in actor.reaches:
        if reach.place_kind in _PLACES and reach.place_id:
            model, name = _PLACES[reach.place_kind]
            found += model._default_manager.filter(pk=reach.place_id).values_list(name, flat=True)
    return found
