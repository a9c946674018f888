"""What may be offered to the pupils of a school: groups with free places that fit their ages, the nearest first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q

from opora.catalogue.models import Group, Programme
from opora.catalogue.presentation import schedule_text
from opora.catalogue.queries import free_places
from opora.core import clock, russian
from opora.outreach import rules
from opora.outreach.rules import Offer
from opora.providers.models import Organisation

EARTH_KM = 6371.0
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class OfferCard:
    """A programme as an invitation tells of it; texts are ready to show."""

    name: str
    provider: str
    place: str
    schedule: str
    ages: str
    phone: str
    page: str
    """Path of the programme's page."""

    @property
    def address(self) -> str:
        """The whole address for letters and paper."""
        return f"{settings.BASE_URL}{self.page}"


def offers_near(schools: Iterable[int]) -> dict[int, list[Offer]]:
    """By school: groups of its municipality that take children now and have free places. Three queries in all."""
    rows = list(Organisation.objects.filter(pk__in=set(schools)).select_related("locality").order_by("pk"))
    groups = list(_open_groups({row.municipality_id for row in rows}))
    free = free_places(group.pk for group in groups)
    found: dict[int, list[Offer]] = {}
    for row in rows:
        here = _point(row, row.locality)
        found[row.pk] = [
            Offer(
                group=group.pk,
                programme=group.programme_id,
                age_from=group.age_from,
                age_to=group.age_to,
                focus_area=group.programme.focus_area,
                free=free.get(group.pk, 0),
                distance=_kilometres(here, _point(group.venue, group.venue.locality if group.venue else None)),
            )
            for group in groups
            if group.municipality_id == row.municipality_id and free.get(group.pk, 0) > 0
        ]
    return found


def _open_groups(municipalities: Iterable[int]) -> Iterable[Group]:
    """Groups for everybody that take applications at this moment; those for one sex alone are not offered unasked."""
    now = clock.now()
    begun = Q(window_from__isnull=True) | Q(window_from__lte=now)
    lasts = Q(window_to__isnull=True) | Q(window_to__gte=now)
    return (
        Group.objects.filter(
            begun & lasts,
            municipality__in=list(municipalities),
            state=Group.State.OPEN,
            sex="",
            has_entrance_tests=False,
            programme__state=Programme.State.PUBLISHED,
            ends_on__gte=now.date(),
        )
        .filter(Q(for_budget=True) | Q(for_certificate=True))
        .select_related("programme", "venue__locality")
        .order_by("pk")
    )


def _point(*places: object) -> Point | None:
    for place in places:
        latitude, longitude = getattr(place, "latitude", None), getattr(place, "longitude", None)
        if latitude is not None and longitude is not None:
            return latitude, longitude
    return None


def _kilometres(one: Point | None, other: Point | None) -> float | None:
    """Great-circle distance, None where a place is unknown."""
    if one is None or other is None:
        return None
    phi, psi = math.radians(one[0]), math.radians(other[0])
    half = math.sin((psi - phi) / 2) ** 2
    half += math.cos(phi) * math.cos(psi) * math.sin(math.radians(other[1] - one[1]) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def cards(groups: Iterable[int]) -> Mapping[int, OfferCard]:
    """How invitations tell of the groups whose programmes are still published: two queries."""
    rows = Group.objects.filter(pk__in=set(groups), programme__state=Programme.State.PUBLISHED)
    rows = rows.select_related("programme", "organisation", "venue").prefetch_related("slots")
    return {row.pk: _card(row) for row in rows}


def _card(group: Group) -> OfferCard:
    where = group.venue.address if group.venue else group.organisation.address
    return OfferCard(
        name=russian.quoted(group.programme.name),
        provider=group.organisation.short_name,
        place=where,
        schedule=schedule_text(group),
        ages=russian.age_range(group.age_from, group.age_to),
        phone=group.organisation.phone,
        page=f"/navigator/{group.programme_id}/",
    )


def picker(schools: Iterable[int]) -> _Picker:
    """Offers for one school and age after another, each found once."""
    return _Picker(offers_near(schools))


class _Picker:
    def __init__(self, offers: dict[int, list[Offer]]) -> None:
        self.offers = offers
        self.found: dict[tuple[int, int], list[int]] = {}

    def __call__(self, school: int, age: int) -> list[int]:
        """Ids of up to three groups of different programmes."""
        if (school, age) not in self.found:
            picked = rules.pick_offers(age, self.offers.get(school, ()))
            self.found[school, age] = [one.group for one in picked]
        return self.found[school, age]
