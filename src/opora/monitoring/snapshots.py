"""Frozen sets of figures: made every month by a job and on demand; later corrections of records do not change them.

A snapshot keeps every figure whole – value, numerator, denominator, unit, date, source, definition and its version –
so that it can be printed years later without asking the records again (spec/planning.md, Indicators).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from opora.catalogue.vocabulary import FocusArea
from opora.core import clock
from opora.core.access import SYSTEM, Actor
from opora.core.transactions import act
from opora.monitoring import coverage, policy
from opora.monitoring.dashboard import OWN_HEAD
from opora.monitoring.indicators import Scope, catalogue, get
from opora.monitoring.indicators.base import Measure
from opora.monitoring.indicators.coverage import ENROLMENTS, UNIQUE
from opora.monitoring.models import Snapshot
from opora.providers.models import Organisation
from opora.territory.models import Centre, Municipality, Region

HEAVY = ("lessons_held", "attendance")
"""Work of the last thirty days: of an organisation, not of a whole region."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a snapshot is about: one of the four levels with what it belongs to."""

    name: str
    time_zone: str
    region: Region | None = None
    municipality: Municipality | None = None
    organisation: Organisation | None = None
    centre: Centre | None = None

    def fields(self) -> dict[str, Any]:
        """The columns of `Snapshot` that name the place."""
        return {
            "region": self.region,
            "municipality": self.municipality,
            "organisation": self.organisation,
            "centre": self.centre,
        }


def place_of_municipality(one: Municipality) -> Place:
    return Place(one.name, one.time_zone, region=one.region, municipality=one)


def place_of_region(one: Region) -> Place:
    return Place(one.name, one.time_zone, region=one)


def place_of_organisation(one: Organisation) -> Place:
    where = one.municipality
    return Place(one.short_name, where.time_zone, region=where.region, municipality=where, organisation=one)


def scope_of(place: Place, date: dt.date) -> Scope:
    """The scope that the figures of an organisation, a municipality or a region are counted for."""
    if place.organisation is not None:
        return Scope(date, None, place.name, "", (("organisation", frozenset({place.organisation.pk})),))
    if place.municipality is not None:
        return Scope(date, frozenset({place.municipality.pk}), place.name, place.municipality.oktmo)
    assert place.region is not None
    ids = Municipality.objects.filter(region=place.region, is_served=True).values_list("pk", flat=True)
    return Scope(date, frozenset(ids), place.name, place.region.oktmo)


def codes_of(scope: Scope) -> list[str]:
    """Indicators that have a meaning for the scope: all of them for a territory, those of daily work for organisations."""
    if scope.filters:
        return list(OWN_HEAD)
    several = len(scope.municipalities or ()) > 1
    return [one.code for one in catalogue() if not (several and one.code in HEAVY)]


def figures(scope: Scope, codes: Iterable[str] | None = None) -> dict[str, dict[str, Any]]:
    """Figures by code as they are kept. The enrolments of a territory are read once for all that counts them."""
    known = {} if scope.filters else known_of(scope)
    return {code: get(code).figure(scope, known).as_json() for code in (codes or codes_of(scope))}


def known_of(scope: Scope) -> dict[Measure, Decimal]:
    """Enrolments, unique children and enrolments by focus area of a territory, counted from one reading."""
    cells = coverage.compute(scope.municipalities or frozenset(), scope.date)
    whole = next(cell for cell in cells if not cell.level)
    found = {ENROLMENTS: Decimal(whole.enrolments), UNIQUE: Decimal(whole.children)}
    by_area = {cell.focus_area: cell.enrolments for cell in cells if cell.level == "focus_area"}
    for area in FocusArea:
        found[get(f"enrolments.{area.value}").numerator] = Decimal(by_area.get(area.value, 0))
    return found


def freeze(
    actor: Actor,
    *,
    place: Place,
    scope: Scope | None = None,
    kind: str = Snapshot.Kind.DEMAND,
    title: str = "",
    year: int | None = None,
    month: dt.date | None = None,
    data: Mapping[str, Any] | None = None,
) -> Snapshot:
    """Freeze the figures of a place on the scope's date (today there). Raises Forbidden for whom the policy refuses.

    `data` is kept beside the figures (JSON values): the tables of a report that must print the same for ever.
    """
    policy.require_freezing(
        actor, place.municipality.pk if place.municipality else None, place.centre.pk if place.centre else None
    )
    scope = scope or scope_of(place, clock.today(place.time_zone))
    with act(actor):
        return Snapshot.objects.create(
            **place.fields(),
            kind=kind,
            date=scope.date,
            month=month,
            year=year,
            title=(title or f"{place.name}, {scope.date:%d.%m.%Y}")[:200],
            values={"figures": figures(scope), "data": dict(data or {})},
            created_by_id=actor.account_id,
        )


def freeze_month(place: Place) -> bool:
    """The monthly snapshot of a place, once a month whoever asks first; returns whether it was made now."""
    today = clock.today(place.time_zone)
    month = today.replace(day=1)
    if Snapshot.objects.filter(kind=Snapshot.Kind.MONTHLY, month=month, **place.fields()).exists():
        return False
    try:
        with transaction.atomic():
            freeze(SYSTEM, place=place, kind=Snapshot.Kind.MONTHLY, month=month)
    except IntegrityError:  # another worker was quicker
        return False
    return True


def freeze_everything() -> int:
    """Monthly snapshots of all served municipalities, their organisations and regions; returns how many were made."""
    made = 0
    served = list(Municipality.objects.filter(is_served=True).select_related("region").order_by("pk"))
    for region in {one.region_id: one.region for one in served}.values():
        made += freeze_month(place_of_region(region))
    for municipality in served:
        made += freeze_month(place_of_municipality(municipality))
        for organisation in Organisation.objects.filter(municipality=municipality, state="active").order_by("pk"):
            organisation.municipality = municipality
            made += freeze_month(place_of_organisation(organisation))
    return made


def listed(place: Place) -> list[Snapshot]:
    """Latest snapshots of a place without their figures, newest first."""
    return list(Snapshot.objects.filter(**place.fields()).defer("values").order_by("-date", "-pk")[:60])


def of_territory(pk: int) -> Snapshot | None:
    """A snapshot of a municipality or region; those of organisations and centres belong to their own pages."""
    rows = Snapshot.objects.filter(pk=pk, organisation=None, centre=None)
    return rows.select_related("municipality", "region").first()


@dataclass(frozen=True, slots=True)
class Point:
    """One month of a trend."""

    date: dt.date
    value: Decimal | None
    numerator: Decimal
    denominator: Decimal | None
    version: int


def trend(place: Place, code: str, months: int = 13) -> list[Point]:
    """The figure in the latest monthly snapshots of a place, oldest first; months without it are left out."""
    rows = Snapshot.objects.filter(kind=Snapshot.Kind.MONTHLY, **place.fields()).order_by("-date")
    kept = rows.values_list("date", f"values__figures__{code}" if "." not in code else "values")[:months]
    points = []
    for date, found in kept:
        figure = found["figures"].get(code) if "." in code else found
        if figure:
            points.append(
                Point(
                    date,
                    _decimal(figure["value"]),
                    _decimal(figure["numerator"]) or Decimal(0),
                    _decimal(figure["denominator"]),
                    figure["version"],
                )
            )
    return points[::-1]


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def comparability(points: list[Point]) -> str:
    """What a reader must know before comparing the months of a share; empty when they compare as they stand."""
    told = []
    if len({point.denominator for point in points}) > 1:
        told.append("знаменатель в эти месяцы был разным, смотрите его в таблице")
    if len({point.version for point in points}) > 1:
        told.append("определение показателя в эти месяцы менялось")
    return f"Сравнивайте с осторожностью: {'; '.join(told)}." if told else ""
