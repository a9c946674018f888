"""What may be offered to the pupils of a school: groups with free places that fit their ages, the nearest first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q

from opora.catalogue.models import Group, Programme
from opora.catalogue.presentation import schedule_text
from opora.catalogue.queries import free_places, public_programmes
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
    address: str
    """Address of its page."""


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


def cards(programmes: Iterable[int]) -> Mapping[int, OfferCard]:
    """How invitations tell of the programmes that are still published."""
    return {pk: _card(row) for pk, row in public_programmes(set(programmes)).items()}


def _card(programme: Programme) -> OfferCard:
    group = next((one for one in programme.groups.all() if one.state == Group.State.OPEN), None)
    venue = group.venue if group else None
    low, high = (group.age_from, group.age_to) if group else (programme.age_from, programme.age_to)
    return OfferCard(
        name=programme.name,
        provider=programme.organisation.short_name,
        place=venue.address if venue else programme.organisation.address,
        schedule=schedule_text(group) if group else "",
        ages=russian.age_range(low, high),
        phone=programme.organisation.phone,
        address=f"{settings.BASE_URL}/navigator/{programme.pk}/",
    )


def picker(schools: Iterable[int]) -> _Picker:
    """Offers for one school and age after another, each found once."""
    return _Picker(offers_near(schools))


class _Picker:
    def __init__(self, offers: dict[int, list[Offer]]) -> None:
        self.offers = offers
        self.found: dict[tuple[int, int], list[int]] = {}

    def __call__(self, school: int, age: int) -> list[int]:
        """Ids of up to three programmes."""
        if (school, age) not in self.found:
            picked = rules.pick_offers(age, self.offers.get(school, ()))
            self.found[school, age] = [one.programme for one in picked]
        return self.found[school, age]
