"""Faces of figures: the dashboard of a territory, one indicator with its rows, downloads."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from opora.catalogue.vocabulary import FocusArea
from opora.core import clock, russian
from opora.core.access import Actor
from opora.core.reasons import Hidden, Refused
from opora.core.registers import registry
from opora.core.registers.export import neutral
from opora.core.ui.shapes import Chart
from opora.monitoring import dashboard, export, policy, queries
from opora.monitoring.indicators import Scope, get

NARROW = ("focus_area", "age", "locality", "organisation", "funding")
PER_PAGE = 50


def _date(request: HttpRequest) -> dt.date | None:
    try:
        return dt.date.fromisoformat(request.GET.get("date", ""))
    except ValueError:
        return None


def scope_asked(request: HttpRequest) -> tuple[Actor, Scope, list[Any]]:
    """(actor, the territory and day asked for, all territories of the actor)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    policy.require_figures(actor)
    scope, mine = queries.office_scope(actor, request.GET.get("territory", ""), _date(request))
    return actor, scope, mine


def region_id(scope: Scope, mine: list[Any]) -> int | None:
    """The region whose whole the scope is, for its cube."""
    regions = {item.region_id for item in mine if item.pk in (scope.municipalities or ())}
    return regions.pop() if len(regions) == 1 and len(scope.municipalities or ()) > 1 else None


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Dashboard: head figures, breakdowns, plan and fact, ranking of municipalities for a region."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    actor, scope, mine = scope_asked(request)
    if own := _own(request, actor):
        return _own_figures(request, own)
    cells, counted_at = dashboard.counted(scope, region_id(scope, mine))
    charts = _charts(cells, scope)
    if name := request.GET.get("csv") or request.GET.get("xlsx"):
        return _chart_file(charts, name, scope, book="xlsx" in request.GET)
    several = len(scope.municipalities or ()) > 1
    context = {
        "scope": scope,
        "territories": mine,
        "stats": dashboard.stats(scope, cells),
        "charts": charts,
        "ranking": dashboard.ranking(cells, scope) if several else [],
        "targets": dashboard.targets(scope, cells),
        "targets_url": _targets_url(actor),
        "compare_url": bool(scope.municipalities),
        "counted_at": counted_at,
        "own": queries.own_scope(actor, scope.date),
    }
    return render(request, "monitoring/figures.html", context)


def _targets_url(actor: Actor) -> str:
    """Where target values are kept, for those who may change them."""
    return registry.get("indicator_targets").list_address if policy.targets.allowed(actor, "change") else ""


def _own(request: HttpRequest, actor: Actor) -> Scope | None:
    """Own organisations or groups, unless a territory is asked for."""
    return None if request.GET.get("territory") else queries.own_scope(actor, _date(request))


def _own_figures(request: HttpRequest, own: Scope) -> HttpResponse:
    """The dashboard of own organisations or groups, with the way to the territory's."""
    charts = dashboard.own_charts(own)
    if name := request.GET.get("csv") or request.GET.get("xlsx"):
        return _chart_file(charts, name, own, book="xlsx" in request.GET)
    context = {
        "scope": own,
        "own": own,
        "is_own": True,
        "targets": dashboard.own_targets(own),
        "stats": dashboard.stats(own),
        "charts": charts,
        "counted_at": clock.now(),
        "around": queries.territories(request.actor),  # type: ignore[attr-defined]
    }
    return render(request, "monitoring/figures.html", context)


def _charts(cells: list[Any], scope: Scope) -> dict[str, Chart]:
    return {
        "focus": dashboard.by_focus_area(cells),
        "age": dashboard.by_age(cells, scope),
        "locality": dashboard.by_locality(cells),
        "funding": dashboard.by_funding(cells),
    }


def _chart_file(charts: dict[str, Chart], name: str, scope: Scope, *, book: bool) -> HttpResponse:
    """The table of a chart as CSV or XLSX."""
    if name not in charts:
        raise Hidden("chart")
    chart = charts[name]
    rows = [
        [category, *(series.values[index] for series in chart.series)]
        for index, category in enumerate(chart.categories)
    ]
    heads = [chart.category_title, *(chart.headings)]
    if book:
        note = f"{scope.name}, на {russian.date_short(scope.date)}. {chart.source}"
        return export.download(export.book(chart.title, note, [(chart.title, heads, rows)]), f"{chart.id}.xlsx")
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{chart.id}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response, delimiter=";")
    writer.writerow(heads)
    writer.writerows(rows)
    return response


@require_safe
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator: value, definition, source, and the rows behind it for those who may see them."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    actor, scope, _ = scope_asked(request)
    try:
        one = get(code)
    except Refused as error:
        raise Hidden("indicator") from error
    narrow = tuple((key, _typed(key, request.GET[key])) for key in NARROW if request.GET.get(key))
    if request.GET.get("own"):
        scope = _own_of(request, actor, code)
        opened = policy.may_open_own(actor, one, scope)
        narrow = (*scope.filters, *(pair for pair in narrow if pair[0] == "focus_area"))
    else:
        opened = policy.may_open(actor, one, scope.municipalities)
    narrowed = Scope(scope.date, scope.municipalities, scope.name, scope.oktmo, narrow)
    page = Paginator(one.rows(narrowed).order_by("pk"), PER_PAGE).get_page(request.GET.get("page")) if opened else None
    context = {
        "indicator": one,
        "figure": one.figure(narrowed),
        "shown": dashboard.shown(one.figure(narrowed), narrowed),
        "scope": narrowed,
        "own": "1" if request.GET.get("own") else "",
        "page": page,
        "headings": [heading for _, heading in one.columns],
        "rows": [[_shown(_cell(row, path)) for path, _ in one.columns] for row in page] if page else [],
        "focus_areas": FocusArea.choices
        if one.code in ("enrolments", "unique_children", "coverage", "learners")
        else (),
    }
    if request.GET.get("format") == "csv" and opened:
        return _rows_csv(one, narrowed)
    return render(request, "monitoring/indicator.html", context)


def _own_of(request: HttpRequest, actor: Actor, code: str) -> Scope:
    own = queries.own_scope(actor, _date(request))
    if own is None or code not in dashboard.own_codes(own):
        raise Hidden("own")
    return own


def _rows_csv(one: Any, scope: Scope) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{one.code}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response, delimiter=";")
    writer.writerow([heading for _, heading in one.columns])
    for row in one.rows(scope).order_by("pk").iterator(chunk_size=2000):
        writer.writerow([neutral(str(_cell(row, path))) for path, _ in one.columns])
    return response


def _typed(key: str, value: str) -> Any:
    if key in ("age", "locality", "organisation"):
        try:
            return int(value)
        except ValueError:
            raise Hidden(key) from None
    return value


def _shown(value: Any) -> Any:
    """Dates and sums as people read them; everything else as it is."""
    if isinstance(value, dt.datetime):
        return russian.date_time(timezone.localtime(value))
    if isinstance(value, dt.date):
        return russian.date_short(value)
    return russian.number(value, 2) if isinstance(value, Decimal) else value


def _cell(row: Any, path: str) -> Any:
    """A value along a lookup path; choices come out as their labels."""
    for name in path.split("__"):
        display = getattr(row, f"get_{name}_display", None)
        row = display() if display else getattr(row, name, None)
        if row is None:
            return ""
    return row
