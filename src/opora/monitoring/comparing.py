"""Comparing the parts of a territory: municipalities of a region, organisations of a municipality; map, outliers, trend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from opora.catalogue.models import Group
from opora.core import russian
from opora.core.ui.shapes import Chart, OutlineMap, Series
from opora.enrolment.models import Enrolment
from opora.monitoring import outliers, snapshots
from opora.monitoring.dashboard import Place
from opora.monitoring.indicators import Scope, get
from opora.monitoring.indicators.coverage import PERSON, in_force
from opora.monitoring.outliers import Spread
from opora.monitoring.rules import is_small
from opora.monitoring.snapshots import Point
from opora.providers.models import Organisation
from opora.territory.models import Municipality

LEVELS = 5
"""Shades of the map."""


@dataclass(frozen=True, slots=True)
class Provider:
    """An organisation of a municipality beside the others; a share only of its own places."""

    pk: int
    name: str
    private: bool
    learners: int
    enrolments: int
    places: int

    @property
    def hidden(self) -> bool:
        """So few children that a figure could tell about one of them."""
        return is_small(self.learners)

    @property
    def filled(self) -> Decimal | None:
        """Enrolments to places, %; None without open groups."""
        return Decimal(self.enrolments * 100) / self.places if self.places else None


def providers(scope: Scope) -> list[Provider]:
    """Organisations of the scope by learners, the largest first; three queries for any number."""
    where = {"municipality_id__in": scope.municipalities or ()}
    rows = Organisation.objects.filter(state="active", **where).values_list("pk", "short_name", "ownership")
    learning = Enrolment.objects.filter(
        in_force(scope.date), organisation__municipality_id__in=scope.municipalities or ()
    )
    counted = {
        pk: (children, enrolments)
        for pk, children, enrolments in learning.order_by()
        .values_list("organisation_id")
        .annotate(children=Count(PERSON, distinct=True), enrolments=Count("pk"))
    }
    groups = Group.objects.filter(
        state__in=("open", "closed"), starts_on__lte=scope.date, ends_on__gte=scope.date, **where
    )
    places = dict(groups.order_by().values_list("organisation_id").annotate(total=Sum("capacity")))
    found = [
        Provider(pk, name, ownership == "private", *counted.get(pk, (0, 0)), places.get(pk, 0))
        for pk, name, ownership in rows
    ]
    return sorted(found, key=lambda one: (-one.learners, one.name))


def coverage_spread(places: Sequence[Place]) -> Spread | None:
    """Municipalities whose coverage stands out."""
    return outliers.spread({place.name: place.share for place in places if place.share is not None})


def filling_spread(found: Sequence[Provider]) -> Spread | None:
    """Organisations whose groups are unusually full or empty."""
    return outliers.spread({one.name: one.filled for one in found if one.filled is not None and not one.hidden})


def coverage_map(places: Sequence[Place], scope: Scope) -> OutlineMap | None:
    """Municipalities shaded by coverage with their own outlines; None where no outline is known."""
    by_oktmo = {place.oktmo: place for place in places}
    rows = Municipality.objects.filter(pk__in=scope.municipalities or (), outline__isnull=False)
    shares = sorted(place.share for place in places if place.share is not None)
    features = []
    for one in rows.order_by("sort_name"):
        place = by_oktmo.get(one.oktmo)
        told = (
            "нет данных" if place is None or place.share is None else f"{russian.number(place.share, 1)}{russian.NBSP}%"
        )
        level = -1 if place is None or place.share is None else _level(place.share, shares)
        name = f"{one}: {told}"
        features.append({"type": "Feature", "geometry": one.outline, "properties": {"name": name, "level": level}})
    return OutlineMap("coverage-map", "Охват по муниципалитетам", (), features) if features else None


def _level(share: Decimal, ordered: Sequence[Decimal]) -> int:
    """0–4: in which fifth of the municipalities the share lies."""
    return min(LEVELS - 1, LEVELS * sum(one < share for one in ordered) // max(1, len(ordered)))


def legend(places: Sequence[Place]) -> list[tuple[int, str]]:
    """(shade, «от 38,1 до 41,0 %») of the map."""
    shares = sorted(place.share for place in places if place.share is not None)
    found = []
    for level in range(LEVELS):
        inside = [share for share in shares if _level(share, shares) == level]
        if inside:
            low, high = russian.number(inside[0], 1), russian.number(inside[-1], 1)
            found.append((level, f"{low}{russian.NBSP}%" if low == high else f"{low}–{high}{russian.NBSP}%"))
    return found


def trend_chart(points: Sequence[Point], code: str) -> Chart | None:
    """A share by months with its numerator and denominator in the table; None until there are two months."""
    if len(points) < 2:
        return None
    one = get(code)
    series = [Series(one.name, [point.value for point in points])]
    if one.denominator is not None:
        series += [
            Series("Числитель", [point.numerator for point in points], drawn=False, places=0),
            Series("Знаменатель", [point.denominator for point in points], drawn=False, places=0),
        ]
    return Chart(
        f"trend-{code.replace('.', '-')}",
        f"{one.name} по месяцам",
        [russian.date_short(point.date) for point in points],
        series,
        kind="line",
        unit=one.unit,
        places=one.digits,
        category_title="Снимок на",
        source=snapshots.comparability(list(points)) or "Из ежемесячных снимков: поздние исправления их не меняют.",
    )
