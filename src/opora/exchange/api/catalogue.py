"""Programmes and groups: public reading with facets; free places as they are at the moment of the answer."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from opora.catalogue import queries
from opora.catalogue.live import live
from opora.catalogue.models import Group, Programme
from opora.catalogue.search.index import SearchQuery
from opora.core.reasons import Hidden, Reason, Refused
from opora.exchange.api import cards
from opora.exchange.api.auth import optional
from opora.exchange.api.paging import MOST, PER_PAGE, next_link
from opora.exchange.api.problems import PUBLIC
from opora.territory.queries import municipality_id_of

router = Router(tags=["Каталог"])


class SlotOut(Schema):
    """One weekly lesson, local time; weekday 1 = Monday."""

    weekday: int
    starts_at: dt.time
    ends_at: dt.time


class GroupOut(Schema):
    """A learning group. `price` in roubles; `free` places at this moment."""

    id: int
    programme: int
    name: str
    state: str
    starts_on: dt.date
    ends_on: dt.date
    age_from: int
    age_to: int
    capacity: int
    free: int
    waiting: int
    price: Decimal
    funding: list[str]
    venue: str
    address: str
    latitude: float | None
    longitude: float | None
    teacher: str
    slots: list[SlotOut]


class ProgrammeOut(Schema):
    """A published programme as a result card."""

    id: int
    name: str
    url: str
    focus_area: str
    level: str
    study_form: str
    age_from: int | None
    age_to: int | None
    organisation: str
    municipality: str
    annotation: str
    free: int
    distance_km: float | None = None
    groups: list[GroupOut]


class ProgrammesOut(Schema):
    """A page of programmes with facets (facet → value → count)."""

    items: list[ProgrammeOut]
    count: int
    next: str | None
    facets: dict[str, dict[str, int]]
    corrected: str | None


class ProgrammeFilter(Schema):
    """Filters of the list; conditions on groups hold together in one group."""

    q: str = ""
    focus_area: list[str] = []
    age: int | None = None
    municipality: str | None = None
    weekday: list[int] = []
    free: bool = False
    funding: list[Literal["budget", "certificate", "paid"]] = []
    near: str | None = None
    within_km: float | None = None
    sort: Literal["relevance", "distance", "price", "newest", "free"] = "relevance"
    page: int = 1
    per_page: int = PER_PAGE


@router.get("/programmes", response={200: ProgrammesOut, **PUBLIC}, auth=None, operation_id="programmes")
def programmes(request: HttpRequest, filters: Query[ProgrammeFilter]) -> HttpResponse:
    """Search published programmes: word forms, typing errors, wrong keyboard layout, facets with counts."""
    optional(request)
    query = _query(filters)
    found = live.search(query)
    facets = {name: {str(value): count for value, count in values.items()} for name, values in found.facets.items()}
    rest = cards.dumps(
        {
            "count": found.total,
            "next": next_link(request, query.page, query.per_page, found.total),
            "facets": facets,
            "corrected": found.corrected,
        }
    )
    items = cards.programmes_json((hit.id, hit.distance_km) for hit in found.items)
    # the answer is ProgrammesOut already: serialising it through the schema would cost more than the search
    return HttpResponse(f'{{"items":{items},{rest[1:]}', content_type="application/json; charset=utf-8")


@router.get("/programmes/{programme_id}", response={200: ProgrammeOut, **PUBLIC}, auth=None, operation_id="programme")
def programme(request: HttpRequest, programme_id: int) -> dict[str, Any]:
    """One published programme with its open groups."""
    optional(request)
    try:
        row = queries.public_programme(programme_id)
    except Programme.DoesNotExist as error:
        raise Hidden("programme") from error
    return programme_json(row, queries.places(group.pk for group in row.groups.all()))


@router.get("/groups/{group_id}", response={200: GroupOut, **PUBLIC}, auth=None, operation_id="group")
def group(request: HttpRequest, group_id: int) -> dict[str, Any]:
    """One group of a published programme."""
    optional(request)
    row = queries.public_group(group_id)
    if row is None:
        raise Hidden("group")
    return group_json(row, queries.places([row.pk]))


def programme_json(row: Programme, places: dict[int, Any]) -> dict[str, Any]:
    """A programme with its groups as values."""
    groups = [group_json(item, places) for item in row.groups.all()]
    return {
        "id": row.pk,
        "name": row.name,
        "url": f"/navigator/{row.slug}-{row.pk}/",
        "focus_area": row.focus_area,
        "level": row.level,
        "study_form": row.study_form,
        "age_from": row.age_from,
        "age_to": row.age_to,
        "organisation": row.organisation.short_name,
        "municipality": row.municipality.oktmo,
        "annotation": row.annotation,
        "free": sum(item["free"] for item in groups if item["state"] == "open"),
        "groups": groups,
    }


def group_json(row: Group, places: dict[int, Any]) -> dict[str, Any]:
    """A group as values; `places` holds its counter."""
    counter = places.get(row.pk)
    venue = row.venue
    flags = {"budget": row.for_budget, "certificate": row.for_certificate, "paid": row.for_paid}
    return {
        "id": row.pk,
        "programme": row.programme_id,
        "name": row.name,
        "state": row.state,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "age_from": row.age_from,
        "age_to": row.age_to,
        "capacity": row.capacity,
        "free": counter.capacity - counter.places_taken if counter else 0,
        "waiting": counter.waiting if counter else 0,
        "price": row.price,
        "funding": [code for code, on in flags.items() if on],
        "venue": venue.name if venue else "",
        "address": venue.address if venue else "",
        "latitude": venue.latitude if venue else None,
        "longitude": venue.longitude if venue else None,
        "teacher": row.teacher.full_name if row.teacher else "",
        "slots": [{"weekday": s.weekday, "starts_at": s.starts_at, "ends_at": s.ends_at} for s in row.slots.all()],
    }


def _query(filters: ProgrammeFilter) -> SearchQuery:
    near = None
    if filters.near:
        try:
            latitude, longitude = (float(part) for part in filters.near.split(","))
            near = (latitude, longitude)
        except ValueError:
            raise Refused(
                Reason("near_invalid", "Место задаётся как «широта,долгота», например 57.88,39.53.", field="near")
            ) from None
    municipality = municipality_id_of(filters.municipality) if filters.municipality else None
    try:
        return SearchQuery(
            q=filters.q[:200],
            focus_areas=tuple(filters.focus_area),
            ages=() if filters.age is None else (filters.age,),
            municipality=() if filters.municipality is None else (municipality or 0,),
            weekdays=tuple(filters.weekday),
            free_only=filters.free,
            funding=tuple(filters.funding),
            near=near,
            within_km=filters.within_km,
            sort=filters.sort,
            page=filters.page,
            per_page=min(max(filters.per_page, 1), MOST),
        )
    except ValueError as error:
        raise Refused(Reason("filter_invalid", f"Значение отбора не подходит: {error}")) from error
