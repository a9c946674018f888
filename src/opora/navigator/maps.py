"""Pins of the map: one per venue, with what is taught there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from opora.catalogue.live import live
from opora.catalogue.models import Group
from opora.catalogue.search.index import SearchQuery
from opora.core import russian
from opora.core.ui.shapes import OutlineMap, Pin
from opora.navigator import labels, queries
from opora.navigator.cards import address, programme_url
from opora.navigator.programme import point_of

MOST_GROUPS = 3000
NAMES_SHOWN = 4


def places(query: SearchQuery) -> tuple[OutlineMap, str]:
    """The map of everything found (not of one page only) and a note when it does not hold all."""
    points = live.points(query, MOST_GROUPS)
    rows = queries.map_rows(point.group_id for point in points)
    spots: dict[tuple[float, float], dict[int, queries.MapRow]] = defaultdict(dict)
    for point in points:
        row = rows.get(point.group_id)
        if row:
            spots[point.lat, point.lon].setdefault(row.programme_id, row)
    pins = [_pin(spot, list(found.values())) for spot, found in spots.items()]
    note = ""
    if len(points) == MOST_GROUPS:
        note = f"На карте первые {russian.plural(MOST_GROUPS, 'группа', 'группы', 'групп')}. Уточните отбор."
    elif not pins:
        note = "У найденных программ нет мест на карте: они дистанционные или адрес ещё не указан."
    outlines = labels.outlines(query.municipality or None)
    return OutlineMap("found-map", "Карта найденных программ", pins=pins, outlines=outlines), note


def _pin(spot: tuple[float, float], found: Sequence[queries.MapRow]) -> Pin:
    first = found[0]
    if len(found) == 1:
        where = ", ".join(filter(None, (first.organisation, address(first.address))))
        return Pin(*spot, first.programme, programme_url(first.programme_id, first.slug), where)
    names = [row.programme for row in found[:NAMES_SHOWN]]
    more = len(found) - len(names)
    text = "; ".join(names) + (f" и{russian.NBSP}ещё {more}" if more else "")
    title = f"{first.organisation}: {russian.plural(len(found), 'программа', 'программы', 'программ')}"
    return Pin(*spot, title, f"/navigator/organisations/{first.organisation_slug}/", text)


def venues(groups: Iterable[Group], title: str) -> OutlineMap | None:
    """The map of a programme's venues, or None when no place is known."""
    rows = list(groups)
    spots = {spot: group for group in rows if (spot := point_of(group)) and group.venue}
    if not spots:
        return None
    pins = [
        Pin(*spot, group.venue.name, text=address(group.venue.address)) for spot, group in spots.items() if group.venue
    ]
    return OutlineMap(
        "venue-map", title, pins=pins, outlines=labels.outlines({group.municipality_id for group in rows})
    )


def venue_map(organisation: queries.Organisation) -> OutlineMap | None:
    """The map of a provider's venues, or None when no place is known."""
    pins = [
        Pin(venue.latitude, venue.longitude, venue.name, text=address(venue.address))
        for venue in organisation.venues.all()
        if venue.is_active and venue.latitude is not None and venue.longitude is not None
    ]
    if not pins:
        return None
    outlines = labels.outlines({organisation.municipality_id})
    return OutlineMap("venue-map", f"Площадки: {organisation.short_name}", pins=pins, outlines=outlines)
