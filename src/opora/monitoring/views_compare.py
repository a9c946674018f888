"""Faces that compare the parts of a territory – map, ranking, outliers – and freeze its figures."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from opora.core import russian
from opora.core.access import Actor
from opora.core.reasons import Forbidden, Hidden
from opora.monitoring import comparing, dashboard, export, outliers, policy, snapshots
from opora.monitoring.indicators import Scope, get
from opora.monitoring.indicators.target_model import AWAITED
from opora.monitoring.models import Snapshot
from opora.monitoring.views import region_id, scope_asked

TREND = ("coverage", "certificates_share", "answered_in_time", "unique_children")


@login_required
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Municipalities of a region, or organisations of a municipality, beside one another."""
    _, scope, mine = scope_asked(request)
    if not scope.municipalities:
        raise Hidden("territory")
    context: dict[str, Any] = {
        "scope": scope,
        "territories": mine,
        "explained": outliers.EXPLAINED,
        "awaited": AWAITED,
        "is_region": len(scope.municipalities) > 1,
    }
    make = _region if context["is_region"] else _municipality
    if request.GET.get("format") == "xlsx":
        return _book(scope, make(scope, mine))
    context |= make(scope, mine) | {"trends": _trends(scope, mine)}
    return render(request, "monitoring/compare.html", context)


def _region(scope: Scope, mine: list[Any]) -> dict[str, Any]:
    cells, _ = dashboard.counted(scope, region_id(scope, mine))
    places = dashboard.ranking(cells, scope)
    spread = comparing.coverage_spread(places)
    shown = comparing.coverage_map(places, scope)
    return {"places": places, "spread": spread, "map": shown, "legend": comparing.legend(places)}


def _municipality(scope: Scope, mine: list[Any]) -> dict[str, Any]:
    found = comparing.providers(scope)
    return {"providers": found, "spread": comparing.filling_spread(found)}


def _trends(scope: Scope, mine: list[Any]) -> list[Any]:
    place = _place(scope, mine)
    if place is None:
        return []
    charts = [comparing.trend_chart(snapshots.trend(place, code), code) for code in TREND]
    return [chart for chart in charts if chart is not None]


def _place(scope: Scope, mine: list[Any]) -> snapshots.Place | None:
    """The one municipality, or the region whose served municipalities the scope is."""
    chosen = [one for one in mine if one.pk in (scope.municipalities or ())]
    if len(chosen) == 1:
        return snapshots.place_of_municipality(chosen[0])
    regions = {one.region_id for one in chosen}
    return snapshots.place_of_region(chosen[0].region) if len(regions) == 1 else None


def _book(scope: Scope, parts: dict[str, Any]) -> HttpResponse:
    note = f"{scope.name}, на {russian.date_short(scope.date)}. Доли сравнимы только вместе со своими знаменателями."
    if "places" in parts:
        heads = ("Муниципалитет", "ОКТМО", "Охват, %", "Дети без повторов", "Живёт 5–17 лет", "Зачисления")
        rows = [(p.name, p.oktmo, p.share, p.children, p.population, p.enrolments) for p in parts["places"]]
        sheet, title = "Муниципалитеты", "Муниципалитеты по охвату"
    else:
        heads = ("Организация", "Форма", "Дети без повторов", "Зачисления", "Мест", "Заполнено, %")
        rows = [
            (p.name, "частная" if p.private else "государственная или муниципальная",
             *((None, None) if p.hidden else (p.learners, p.enrolments)), p.places,
             None if p.hidden or p.filled is None else round(p.filled, 1))
            for p in parts["providers"]
        ]  # fmt: skip
        sheet, title = "Организации", "Организации территории"
    return export.download(export.book(title, note, [(sheet, heads, rows)]), "sravnenie.xlsx")


@login_required
@require_safe
def frozen(request: HttpRequest) -> HttpResponse:
    """Snapshots of a territory, newest first."""
    actor, scope, mine = scope_asked(request)
    policy.require_comparing(actor)
    place = _place(scope, mine)
    context = {"scope": scope, "rows": snapshots.listed(place) if place else [], "territories": mine}
    context["may_freeze"] = place is not None and _may_freeze(actor, place)
    return render(request, "monitoring/snapshots.html", context)


def _may_freeze(actor: Actor, place: snapshots.Place) -> bool:
    return policy.may_freeze(actor, place.municipality.pk if place.municipality else None)


@login_required
@require_POST
def freeze(request: HttpRequest) -> HttpResponse:
    """Freeze the figures of the territory as they are now."""
    actor, scope, mine = scope_asked(request)
    place = _place(scope, mine)
    if place is None or not _may_freeze(actor, place):
        raise Forbidden("freeze")
    snapshot = snapshots.freeze(actor, place=place)
    messages.success(request, f"Снимок на {russian.date_long(snapshot.date)} сделан.")
    return redirect("snapshot", pk=snapshot.pk)


@login_required
@require_safe
def snapshot(request: HttpRequest, pk: int) -> HttpResponse:
    """One snapshot: every figure with all it was made of."""
    actor, _, mine = scope_asked(request)
    policy.require_comparing(actor)
    one = snapshots.of_territory(pk)
    if one is None or not _reaches(one, mine):
        raise Hidden("snapshot")
    figures = [one.values["figures"][code] | {"digits": _digits(code)} for code in _ordered(one.values["figures"])]
    return render(request, "monitoring/snapshot.html", {"snapshot": one, "figures": figures})


def _reaches(one: Snapshot, mine: list[Any]) -> bool:
    if one.municipality_id is not None:
        return any(place.pk == one.municipality_id for place in mine)
    return len(mine) > 1 and any(place.region_id == one.region_id for place in mine)


def _ordered(figures: dict[str, Any]) -> list[str]:
    from opora.monitoring.indicators import catalogue

    order = {one.code: place for place, one in enumerate(catalogue())}
    return sorted(figures, key=lambda code: (order.get(code, len(order)), code))


def _digits(code: str) -> int:
    try:
        return get(code).digits
    except LookupError:
        return 1
