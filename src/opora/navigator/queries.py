"""Reading for the public pages what the catalogue's own queries do not give. Visitors see published things only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, Prefetch, Q

from opora.catalogue import policy
from opora.catalogue.models import Favourite, Group, LessonException, Programme, Slot, Subscription
from opora.core import clock
from opora.core.access import VISITOR, Actor
from opora.core.models import CalendarException
from opora.core.workdays import WorkCalendar, official_calendar
from opora.people.models import Child
from opora.providers.models import Organisation
from opora.territory.models import Locality, Municipality

MOST_NAMES = 40
PUBLIC = Q(state=Programme.State.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Spot:
    """A municipality or a locality by its name and point."""

    id: int
    code: str
    name: str
    latitude: float | None
    longitude: float | None
    municipality_id: int = 0


def municipalities() -> list[Spot]:
    """Served municipalities in order of name."""
    rows = Municipality.objects.filter(is_served=True).order_by("sort_name", "pk")
    return [
        Spot(row["pk"], row["oktmo"], row["short_name"] or row["name"], row["latitude"], row["longitude"], row["pk"])
        for row in rows.values("pk", "oktmo", "name", "short_name", "latitude", "longitude")
    ]


def localities() -> list[Spot]:
    """Localities of the served municipalities, towns first."""
    rows = Locality.objects.filter(municipality__is_served=True).order_by("-is_urban", "sort_name", "pk")
    return [
        Spot(row["pk"], "", row["name"], row["latitude"], row["longitude"], row["municipality_id"])
        for row in rows.values("pk", "name", "latitude", "longitude", "municipality_id")
    ]


def outlines(municipality_ids: Iterable[int] | None = None) -> list[dict[str, Any]]:
    """Outlines of served municipalities as GeoJSON features; `mine` marks the given ones (all when None)."""
    wanted = None if municipality_ids is None else set(municipality_ids)
    rows = Municipality.objects.filter(is_served=True, outline__isnull=False).order_by("pk")
    return [
        {
            "type": "Feature",
            "geometry": row.outline,
            "properties": {"name": str(row), "mine": wanted is None or row.pk in wanted},
        }
        for row in rows.only("pk", "name", "short_name", "outline")
    ] + _towns(wanted)


def _towns(municipality_ids: set[int] | None) -> list[dict[str, Any]]:
    """Names on the map: all localities of a single municipality, only towns of many."""
    rows = Locality.objects.filter(municipality__is_served=True, latitude__isnull=False, longitude__isnull=False)
    if municipality_ids is not None:
        rows = rows.filter(municipality_id__in=municipality_ids)
    found = list(rows.order_by("pk").values_list("name", "longitude", "latitude", "is_urban")[:400])
    if len(found) > MOST_NAMES:
        found = [row for row in found if row[3]][:MOST_NAMES]
    return [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [lon, lat]}, "properties": {"name": name}}
        for name, lon, lat, _ in found
    ]


def organisation_id(slug: str) -> int | None:
    """Id of an active organisation by the code in its address."""
    return Organisation.objects.filter(slug=slug, state="active").values_list("pk", flat=True).first()


def organisation(slug: str) -> Organisation | None:
    """An active provider by the code in its address, with venues."""
    rows = Organisation.objects.filter(slug=slug, state="active").select_related("municipality", "locality")
    return rows.prefetch_related("venues__locality").first()


def archived(programme_id: int) -> Programme | None:
    """A programme that was public once and is in the archive now."""
    rows = Programme.objects.filter(pk=programme_id, state="archived", published_at__isnull=False)
    return rows.select_related("organisation", "activity_direction").first()


@dataclass(frozen=True, slots=True)
class MapRow:
    """Programme and venue of one group on the map."""

    programme_id: int
    programme: str
    slug: str
    venue: str
    address: str
    organisation: str
    organisation_slug: str


def map_rows(group_ids: Iterable[int]) -> dict[int, MapRow]:
    """What the map says about groups, by group id: one query."""
    rows = Group.objects.filter(policy.groups.scope(VISITOR, "read"), pk__in=list(group_ids))
    columns = ("pk", "programme_id", "programme__name", "programme__slug", "venue__name", "venue__address")
    return {
        row[0]: MapRow(row[1], row[2], row[3], row[4] or "", row[5] or "", row[6], row[7])
        for row in rows.values_list(*columns, "organisation__short_name", "organisation__slug")
    }


def opening_soon(limit: int = 6) -> list[Group]:
    """Groups whose enrolment opens in the future, the nearest first, one per programme."""
    now = clock.now()
    rows = (
        Group.objects.filter(policy.groups.scope(VISITOR, "read"), state="open", window_from__gt=now)
        .select_related("programme", "organisation", "municipality")
        .order_by("window_from", "programme_id", "pk")
    )
    found: dict[int, Group] = {}
    for row in rows[: limit * 8]:
        found.setdefault(row.programme_id, row)
    return list(found.values())[:limit]


def favourite_ids(actor: Actor) -> list[int]:
    """Programmes that the account keeps, the latest first."""
    if actor.account_id is None:
        return []
    rows = Favourite.objects.filter(account_id=actor.account_id).order_by("-created_at", "-pk")
    return list(rows.values_list("programme_id", flat=True))


def subscribed_groups(actor: Actor, group_ids: Iterable[int]) -> set[int]:
    """Of these groups, those whose freed place the account waits to hear of."""
    if actor.account_id is None:
        return set()
    rows = Subscription.objects.filter(account_id=actor.account_id, group_id__in=list(group_ids), told_at=None)
    return set(rows.values_list("group_id", flat=True))


def calendar_group(group_id: int) -> Group | None:
    """A visitor's group with all its slots, for the calendar file."""
    rows = Group.objects.filter(policy.groups.scope(VISITOR, "read"), pk=group_id)
    return (
        rows.select_related("programme", "organisation", "municipality", "venue", "teacher")
        .prefetch_related(Prefetch("slots", queryset=Slot.objects.select_related("venue", "teacher")))
        .first()
    )


def lesson_exceptions(group_id: int) -> list[LessonException]:
    """What differs from the weekly timetable, oldest first."""
    rows = LessonException.objects.filter(group_id=group_id).select_related("substitute")
    return list(rows.order_by("date", "pk"))


def work_calendar(municipality: Municipality) -> WorkCalendar:
    """Public holidays of a municipality: law, official transfers, its region's own days."""
    rows = CalendarException.objects.filter(Q(region_id=None) | Q(region_id=municipality.region_id))
    return official_calendar().with_exceptions(
        {row.date: row.kind for row in rows.order_by(F("region_id").asc(nulls_first=True))}
    )


def programme_count() -> int:
    """How many programmes are published."""
    return Programme.objects.filter(PUBLIC).count()


def sitemap_programmes(offset: int, limit: int) -> list[tuple[int, str, dt.datetime | None]]:
    """(id, slug, published at) of published programmes in a stable order."""
    rows = Programme.objects.filter(PUBLIC).order_by("pk")
    return list(rows.values_list("pk", "slug", "published_at")[offset : offset + limit])


def sitemap_organisations() -> list[str]:
    """Codes of active organisations that have published programmes."""
    rows = Organisation.objects.filter(state="active", programmes__state="published")
    return list(rows.order_by("slug").values_list("slug", flat=True).distinct())


def programmes_of(organisation_id: int) -> list[int]:
    """Ids of a provider's published programmes in order of focus area and name."""
    rows = Programme.objects.filter(PUBLIC, organisation_id=organisation_id)
    return list(rows.order_by("focus_area", "sort_name", "pk").values_list("pk", flat=True))


def catalogue_totals() -> dict[str, Any]:
    """Newest publication and number of providers, for the header of the catalogue's figures."""
    rows = Programme.objects.filter(PUBLIC)
    return rows.aggregate(newest=Max("published_at"), providers=Count("organisation", distinct=True))


def own_children(actor: Actor) -> list[Child]:
    """Children of the guardian, the youngest last; merged records are left out."""
    rows = Child.objects.filter(pk__in=actor.children).exclude(state=Child.State.MERGED)
    return list(rows.select_related("locality").order_by("birth_date", "pk"))


def names(ids: Iterable[int]) -> dict[int, tuple[str, str, str]]:
    """(name, slug, provider) of published programmes by id: one query."""
    rows = Programme.objects.filter(PUBLIC, pk__in=list(ids))
    return {row[0]: row[1:] for row in rows.values_list("pk", "name", "slug", "organisation__short_name")}


def contents(ids: Iterable[int]) -> dict[int, Programme]:
    """Published programmes by id with their modules, for the comparison: two queries."""
    rows = Programme.objects.filter(PUBLIC, pk__in=list(ids)).prefetch_related("modules")
    return {row.pk: row for row in rows}
