"""Result cards: what was found, with places read again at this very moment."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt

from opora.catalogue.models import Slot
from opora.catalogue.search.filters import EARTH_KM
from opora.catalogue.search.index import Hit
from opora.core import clock, russian
from opora.core.ui.shapes import ProgrammeCard
from opora.navigator.card_rows import GroupRow, Point, ProgrammeRow, SlotLine
from opora.navigator.children import NO_FAMILY, Family
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


def lines_of(slots: Iterable[Slot], on: dt.date) -> list[SlotLine]:
    """Lines of the weekly timetable that are still in force on a day."""
    return [
        (slot.weekday, russian.time(slot.starts_at), russian.time(slot.ends_at))
        for slot in slots
        if slot.valid_to is None or slot.valid_to >= on
    ]


def schedule(slots: Iterable[SlotLine]) -> str:
    """«вт и чт, 16:30–18:00»; different hours: «вт 16:30–18:00, сб 10:00–11:30»."""
    hours: dict[str, list[str]] = {}
    for weekday, start, end in slots:
        hours.setdefault(f"{start}–{JOINER}{end}", []).append(russian.WEEKDAYS_SHORT[weekday - 1])
    if not hours:
        return "расписание уточняется"
    if len(hours) == 1:
        [(time, days)] = hours.items()
        return f"{russian.joined(days)}, {time}"
    return ", ".join(f"{russian.joined(days)}{russian.NBSP}{time}" for time, days in hours.items())


def kilometres(here: Point, there: Point) -> float:
    """Length of the great circle between two points in degrees (haversine)."""
    (lat, lon), (lat2, lon2) = here, there
    half = (
        sin(radians(lat2 - lat) / 2) ** 2 + cos(radians(lat)) * cos(radians(lat2)) * sin(radians(lon2 - lon) / 2) ** 2
    )
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def shown_groups(programme: ProgrammeRow, hit: Hit) -> list[GroupRow]:
    """The groups that fulfil the conditions; all of them when the index knows none of these any more."""
    wanted = set(hit.group_ids)
    return [group for group in programme.groups if group.pk in wanted] or programme.groups


def best(groups: Sequence[GroupRow], now: dt.datetime, here: Point | None) -> GroupRow | None:
    """The group that the card speaks of: one can apply, there are places, it is near, it begins early."""

    def order(group: GroupRow) -> tuple[bool, float, dt.date, int]:
        far = kilometres(here, group.point) if here and group.point else 0.0
        return not (group.free > 0 and group.window_open(now)), far, group.starts_on, group.pk

    return min(groups, key=order, default=None)


def card(
    programme: ProgrammeRow,
    groups: Sequence[GroupRow],
    costs: Mapping[int, Cost],
    *,
    here: Point | None = None,
    child: Family = NO_FAMILY,
    compare_url: str = "",
    compared: bool = False,
) -> ProgrammeCard:
    """One programme as the card shows it."""
    now = clock.now()
    chosen = best(groups, now, here)
    price = costs.get(chosen.pk) if chosen else None
    far = kilometres(here, chosen.point) if chosen and here and chosen.point else None
    return ProgrammeCard(
        title=programme.name,
        url=programme_url(programme.pk, programme.slug) + (f"?child={child.code}" if child.child else ""),
        focus_area=programme.focus_area,
        provider=programme.provider,
        age=_ages(programme, groups),
        place=_place(chosen),
        schedule=_when(groups, chosen),
        teacher=chosen.teacher if chosen else "",
        distance_km=None if far is None else Decimal(f"{far:.2f}"),
        free_places=sum(group.free for group in groups if group.window_open(now)) if groups else None,
        price=price.price if price else None,
        price_unit=price.note if price else "",
        guardian_sum=price.guardian if price else None,
        certificate_sum=price.certificate if price else None,
        child_name=_whom(child.name, price),
        badge=_badge(programme, groups, now),
        compare_url=compare_url,
        compared=compared,
    )


def _whom(child_name: str, price: Cost | None) -> str:
    """«Маша, до 31 декабря»: the sums of a certificate cover the days until the period's end."""
    if not child_name or price is None or price.until is None:
        return child_name
    return f"{child_name}, до{russian.NBSP}{price.until.day}{russian.NBSP}{russian.MONTHS_OF[price.until.month - 1]}"


def _ages(programme: ProgrammeRow, groups: Sequence[GroupRow]) -> str:
    if groups:
        return russian.age_range(min(g.age_from for g in groups), max(g.age_to for g in groups))
    return russian.age_range(programme.age_from, programme.age_to)


def _place(group: GroupRow | None) -> str:
    found = (address(group.address) or group.venue) if group else ""
    return found or "Место занятий уточняется"


def _when(groups: Sequence[GroupRow], chosen: GroupRow | None) -> str:
    if chosen is None:
        return "групп пока нет"
    more = len(groups) - 1
    text = schedule(chosen.slots)
    return f"{text}; ещё{russian.NBSP}{russian.plural(more, 'группа', 'группы', 'групп')}" if more else text


def _badge(programme: ProgrammeRow, groups: Sequence[GroupRow], now: dt.datetime) -> str:
    if groups and not any(group.window_open(now) for group in groups):
        opens = [group.window_from for group in groups if group.window_from and group.window_from > now]
        if opens:
            local = min(opens).astimezone(clock.zone(programme.time_zone))
            return f"Запись с{russian.NBSP}{local.day}{russian.NBSP}{russian.MONTHS_OF[local.month - 1]}"
        return "Запись закрыта"
    return "Для детей с ОВЗ" if programme.special_needs else ""
