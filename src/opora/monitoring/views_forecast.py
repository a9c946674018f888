"""Faces of the forecast: children of the next five years against places, parameters, export."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from opora.core import russian
from opora.core.reasons import Forbidden, Hidden, Refused
from opora.core.ui.shapes import Chart, OutlineMap, Pin, Series
from opora.monitoring import export, policy
from opora.monitoring.forecast import links, queries, rules, services
from opora.monitoring.forecast.queries import Forecast, Line
from opora.monitoring.indicators import Scope
from opora.monitoring.views import scope_asked

SHOWN = 40


class ParametersForm(forms.Form):
    """What the forecast of a municipality supposes."""

    births = forms.IntegerField(label="Рождений в год", min_value=0, help_text="Среднее за последние годы.")
    survival = forms.DecimalField(
        label="Доживают до следующего года, %", max_digits=6, decimal_places=3, help_text="Для детей обычно 99,9–99,98."
    )
    migration = forms.DecimalField(
        label="Миграционный прирост в год, %", max_digits=5, decimal_places=2,
        help_text="Со знаком: −0,5 значит, что каждый год уезжает на полпроцента детей больше, чем приезжает.",
    )  # fmt: skip
    coverage = forms.DecimalField(
        label="Охват, которого надо достичь, %", max_digits=4, decimal_places=1, required=False,
        help_text="Пусто – охват остаётся нынешним.",
    )  # fmt: skip
    source = forms.CharField(label="Откуда эти значения", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


@login_required
@require_safe
def forecast(request: HttpRequest) -> HttpResponse:
    """Children by year of age and where the next groups are needed; the table as XLSX."""
    actor, scope, mine = scope_asked(request)
    if not scope.municipalities:
        raise Hidden("territory")
    found = queries.forecast(scope)
    if request.GET.get("format") == "xlsx":
        return _book(scope, found)
    only = next(iter(scope.municipalities)) if len(scope.municipalities) == 1 else None
    context = {
        "scope": scope,
        "territories": mine,
        "forecast": found,
        "chart": _chart(found),
        "ages": _ages(found),
        "lines": found.lacking[:SHOWN],
        "links": links.links(actor, scope) if found.lacking else [],
        "map": _map(scope, found.lacking),
        "may_change": only is not None and policy.may_freeze(actor, only),
        "last_year": found.years[-1],
        "horizon": rules.HORIZON,
    }
    return render(request, "monitoring/forecast.html", context)


def _chart(found: Forecast) -> Chart:
    return Chart(
        "forecast",
        "Дети 5–17 лет",
        [str(year) for year in found.years],
        [Series("Детей", found.totals)],
        kind="bar",
        category_title="Год",
        source=queries.SOURCE,
    )


def _ages(found: Forecast) -> list[tuple[str, list[int]]]:
    """(age, children by year) of each single year of age."""
    ages = range(rules.AGE_FROM, rules.AGE_TO + 1)
    return [(russian.years(age), [rules.whole(one.get(age, Decimal(0))) for one in found.cohorts]) for age in ages]


def _map(scope: Scope, lines: list[Line]) -> OutlineMap | None:
    """A pin at each place that lacks groups, with what it lacks; outlines of the municipalities."""
    lacking: dict[int, list[Line]] = {}
    for line in lines:
        lacking.setdefault(line.place.pk, []).append(line)
    pins = [
        Pin(
            some[0].place.lat,
            some[0].place.lon,
            some[0].place.name,
            text=", ".join(f"{line.area.lower()}: {_groups(line.need.groups)}" for line in some),
        )
        for some in lacking.values()
        if some[0].place.lat is not None and some[0].place.lon is not None
    ]
    outlines = [
        {"type": "Feature", "geometry": one.outline, "properties": {"name": str(one), "mine": True}}
        for one in queries.outlined(scope)
    ]
    return OutlineMap("forecast-map", "Где нужны группы", pins, outlines) if pins or outlines else None


def _groups(count: int) -> str:
    return russian.plural(count, "группа", "группы", "групп")


def _book(scope: Scope, found: Forecast) -> HttpResponse:
    heads = ("Место", "Направленность", "Нужно мест", "Есть мест", "Не хватает", "Нужно групп")
    rows = [
        (line.place.name, line.area, line.need.needed, line.need.places, max(0, line.need.lack), line.need.groups)
        for line in found.lines
    ]
    ages = [(name, *counts) for name, counts in _ages(found)]
    ages.append(("Всего 5–17 лет", *found.totals))
    told = [
        (str(one.municipality), one.births, one.survival, one.migration, one.coverage, one.source)
        for one in found.parameters
    ]
    of = ("Муниципалитет", "Рождений в год", "Доживают, %", "Миграция, %", "Охват, %", "Источник")
    data = export.book(
        f"Прогноз до {found.years[-1]} года",
        f"{scope.name}, на {russian.date_short(scope.date)}. {found.source}.",
        [
            ("Где нужны группы", heads, rows),
            ("Дети по возрасту", ("Возраст", *map(str, found.years)), ages),
            ("Параметры", of, told),
        ],
    )
    return export.download(data, "prognoz.xlsx")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def parameters(request: HttpRequest) -> HttpResponse:
    """Change what the forecast of one municipality supposes."""
    actor, scope, _ = scope_asked(request)
    ids = scope.municipalities or frozenset()
    if len(ids) != 1 or not policy.may_freeze(actor, next(iter(ids))):
        raise Forbidden("forecast")
    one = queries.current_parameters(scope)
    begin: dict[str, Any] = {
        name: getattr(one, name)
        for name in ("births", "survival", "migration", "coverage")
        if getattr(one, name) is not None
    }
    begin["source"] = one.source if one.pk else ""
    form = ParametersForm(request.POST if request.method == "POST" else None, initial=begin)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_parameters(actor, municipality=queries.municipality_of(scope), **form.cleaned_data)
        except Refused as refused:
            for reason in refused.reasons:
                form.add_error(reason.field or None, reason.message)
        else:
            messages.success(request, "Параметры записаны, прогноз пересчитан.")
            return redirect(f"/office/forecast/?territory={scope.oktmo}")
    return render(request, "monitoring/forecast_parameters.html", {"scope": scope, "form": form})
