"""From the forecast into a plan: where groups are needed becomes items that count themselves."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from opora.core import russian
from opora.core.access import Actor
from opora.core.office.pages import office_page, put_reasons
from opora.core.reasons import Hidden, Refused
from opora.core.registers import registry
from opora.monitoring import queries as monitoring
from opora.monitoring.forecast import queries as forecasts
from opora.monitoring.forecast.queries import Forecast
from opora.monitoring.indicators import Scope
from opora.planning import policy, queries_forecast, services
from opora.planning.forms_forecast import NeedsForm
from opora.planning.models import PlanSection
from opora.planning.queries_forecast import Offer
from opora.planning.services.forecast import Basis, Taken, Wanted


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def take(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Choose lines of the forecast, the plan and the section they go into."""
    policy.plans.require(actor, "write")
    scope, mine = monitoring.office_scope(actor, request.GET.get("territory", ""), None)
    if not scope.municipalities:
        raise Hidden("territory")
    found = forecasts.forecast(scope)
    offers = queries_forecast.offers(actor, scope, found)
    sections = queries_forecast.open_sections(actor)
    picked = set(request.POST.getlist("pick"))
    form = NeedsForm(request.POST if request.method == "POST" else None, sections=sections)
    if form.is_bound and form.is_valid():
        section = next(one for one in sections if str(one.pk) == form.cleaned_data["section"])
        try:
            taken = _taken(actor, scope, found, [one for one in offers if one.key in picked], section, form)
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, _told(taken))
            return HttpResponseRedirect(f"{reverse('planning:plan', args=[section.plan_id])}?section={section.number}")
    context = {
        "scope": scope,
        "territories": mine,
        "forecast": found,
        "last_year": found.years[-1],
        "offers": offers,
        "picked": picked,
        "form": form,
        "sections": sections,
        "plans_url": registry.get("plans").list_address,
    }
    return render(request, "planning/forecast.html", context, status=422 if form.is_bound else 200)


def _taken(
    actor: Actor, scope: Scope, found: Forecast, chosen: list[Offer], section: PlanSection, form: NeedsForm
) -> Taken:
    wanted = [
        Wanted(
            one.municipality_id, one.locality_id, one.line.place.name, one.line.need.area,
            one.line.need.needed, one.line.need.places, one.line.need.groups,
        )
        for one in chosen
    ]  # fmt: skip
    data = form.cleaned_data
    return services.take_needs(
        actor,
        section=section,
        wanted=wanted,
        basis=Basis(scope.date, found.years[-1], queries_forecast.basis_of(scope, found)),
        by=data["by"],
        due=data["due"],
        responsible=data["responsible"],
    )


def _told(taken: Taken) -> str:
    """«Добавлено 3 пункта: 2.8, 2.9, 2.10. Уже были в плане: 2.5.»"""
    said = []
    if taken.made:
        count = russian.plural(len(taken.made), "пункт", "пункта", "пунктов")
        said.append(f"Добавлено в план: {count} ({', '.join(item.number for item in taken.made)}).")
    if taken.known:
        said.append(f"Уже есть в этом плане: {', '.join(item.number for item in taken.known)}.")
    return " ".join(said)
