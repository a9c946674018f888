"""Result cards: what was found, with places read again at this very moment."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt

from opora.catalogue import queries as catalogue
from opora.catalogue.models import Group, GroupPlaces, Programme, Slot
from opora.catalogue.search.filters import EARTH_KM
from opora.catalogue.search.index import Hit
from opora.core import clock, russian
from opora.core.ui.shapes import ProgrammeCard
from opora.navigator.cost import Cost

JOINER = "\u2060"
"""Keeps «16:30–18:00» on one line."""
_POSTCODE = re.compile(r"^\d{6},\s*")


def programme_url(programme_id: int, slug: str) -> str:
    """Address of a programme's page; the number decides."""
    return f"/navigator/{slug}-{programme_id}/"


def address(text: str) -> str:
    """An address without its postcode, which nobody needs to find the door."""
    return _POSTCODE.sub("", text)


def schedule(slots: Iterable[Slot], on: dt.date) -> str:
    """«вт и чт, 16:30–18:00»; different hours: «вт 16:30–18:00, сб 10:00–11:30»."""
    hours: dict[tuple[dt.time, dt.time], list[str]] = {}
    for slot in slots:
        if slot.valid_to is None or slot.valid_to >= on:
            days = hours.setdefault((slot.starts_at, slot.ends_at), [])
            days.append(russian.WEEKDAYS_SHORT[slot.weekday - 1])
    parts = [(days, f"{russian.time(start)}–{JOINER}{russian.time(end)}") for (start, end), days in hours.items()]
    if not parts:
        return "расписание уточняется"
    if len(parts) == 1:
        return f"{russian.joined(parts[0][0])}, {parts[0][1]}"
    return ", ".join(f"{russian.joined(days)} {time}" for days, time in parts)


def window_open(group: Group, now: dt.datetime) -> bool:
    """Can one apply to the group now, as far as its window of enrolment goes?"""
    begun = group.window_from is None or group.window_from <= now
    return group.state == Group.State.OPEN and begun and (group.window_to is None or now <= group.window_to)


def point_of(group: Group) -> tuple[float, float] | None:
    """Where the group meets: the venue's pin, else its locality's centre."""
    venue = group.venue
    if venue is None:
        return None
    if venue.latitude is not None and venue.longitude is not None:
        return venue.latitude, venue.longitude
    locality = venue.locality
    if locality is not None and locality.latitude is not None and locality.longitude is not None:
        return locality.latitude, locality.longitude
    return None


def kilometres(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Length of the great circle between two points in degrees (haversine)."""
    (lat, lon), (lat2, lon2) = here, there
    half = (
        sin(radians(lat2 - lat) / 2) ** 2 + cos(radians(lat)) * cos(radians(lat2)) * sin(radians(lon2 - lon) / 2) ** 2
    )
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def load(hits: Sequence[Hit]) -> tuple[dict[int, Programme], dict[int, GroupPlaces]]:
    """Rows of the hits and the counters of their groups as they are now: four queries for any number."""
    rows = catalogue.cards(hit.id for hit in hits)
    return rows, catalogue.places(group.pk for row in rows.values() for group in row.groups.all())


def shown_groups(programme: Programme, hit: Hit | None) -> list[Group]:
    """The groups that fulfil the conditions; all of them when the index knows none of these any more."""
    groups = list(programme.groups.all())
    if hit is None:
        return groups
    wanted = set(hit.group_ids)
    return [group for group in groups if group.pk in wanted] or groups


def free_of(group: Group, places: Mapping[int, GroupPlaces]) -> int:
    counter = places.get(group.pk)
    return counter.capacity - counter.places_taken if counter else 0


def best(
    groups: Sequence[Group], places: Mapping[int, GroupPlaces], now: dt.datetime, here: tuple[float, float] | None
) -> Group | None:
    """The group that the card speaks of: one can apply, there are places, it is near, it begins early."""

    def order(group: Group) -> tuple[bool, float, dt.date, int]:
        spot = point_of(group)
        far = kilometres(here, spot) if here and spot else 0.0
        return not (window_open(group, now) and free_of(group, places) > 0), far, group.starts_on, group.pk

    return min(groups, key=order, default=None)


def card(
    programme: Programme,
    groups: Sequence[Group],
    places: Mapping[int, GroupPlaces],
    costs: Mapping[int, Cost],
    *,
    here: tuple[float, float] | None = None,
    child_name: str = "",
    compare_url: str = "",
    compared: bool = False,
) -> ProgrammeCard:
    """One programme as the card shows it."""
    now = clock.now()
    chosen = best(groups, places, now, here)
    spot = point_of(chosen) if chosen else None
    price = costs.get(chosen.pk) if chosen else None
    return ProgrammeCard(
        title=programme.name,
        url=programme_url(programme.pk, programme.slug),
        focus_area=programme.focus_area,
        provider=programme.organisation.short_name,
        age=_ages(programme, groups),
        place=_place(chosen),
        schedule=_when(groups, chosen, now),
        teacher=chosen.teacher.full_name if chosen and chosen.teacher else "",
        distance_km=Decimal(f"{kilometres(here, spot):.2f}") if here and spot else None,
        free_places=sum(max(0, free_of(g, places)) for g in groups if window_open(g, now)) if groups else None,
        price=price.price if price else None,
        price_unit=price.note if price else "",
        guardian_sum=price.guardian if price else None,
        certificate_sum=price.certificate if price else None,
        child_name=_whom(child_name, price),
        badge=_badge(programme, groups, now),
        compare_url=compare_url,
        compared=compared,
    )


def _whom(child_name: str, price: Cost | None) -> str:
    """«Маша, до 31 декабря»: the sums of a certificate cover the days until the period's end."""
    if not child_name or price is None or price.until is None:
        return child_name
    return f"{child_name}, до{russian.NBSP}{price.until.day}{russian.NBSP}{russian.MONTHS_OF[price.until.month - 1]}"


def _ages(programme: Programme, groups: Sequence[Group]) -> str:
    if groups:
        return russian.age_range(min(g.age_from for g in groups), max(g.age_to for g in groups))
    return russian.age_range(programme.age_from, programme.age_to)


def _place(group: Group | None) -> str:
    if group is None:
        return "Место занятий уточняется"
    if group.venue is None:
        return "Место занятий уточняется"
    return address(group.venue.address) or group.venue.name


def _when(groups: Sequence[Group], chosen: Group | None, now: dt.datetime) -> str:
    if chosen is None:
        return "групп пока нет"
    text = schedule(chosen.slots.all(), now.date())
    more = len(groups) - 1
    return f"{text}; ещё{russian.NBSP}{russian.plural(more, 'группа', 'группы', 'групп')}" if more else text


def _badge(programme: Programme, groups: Sequence[Group], now: dt.datetime) -> str:
    if groups and not any(window_open(group, now) for group in groups):
        opens = [group.window_from for group in groups if group.window_from and group.window_from > now]
        if opens:
            local = min(opens).astimezone(clock.zone(programme.municipality.time_zone))
            return f"Запись с{russian.NBSP}{local.day}{russian.NBSP}{russian.MONTHS_OF[local.month - 1]}"
        return "Запись закрыта"
    return "Для детей с ОВЗ" if programme.special_needs else ""
