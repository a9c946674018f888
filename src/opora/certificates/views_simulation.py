"""Simulation of a funding period: variants, their comparison, what the figures stand on (D2)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.certificates import presentation_simulation as shape
from opora.certificates import queries, queries_simulation, services_simulation
from opora.certificates.forms_simulation import VariantForm
from opora.certificates.models import FundingPeriod
from opora.certificates.rules.behaviour import Settings
from opora.certificates.rules.simulation import RUNS, Plan
from opora.core.reasons import Refused
from opora.people.forms import add_reasons
from opora.people.requests import ActorRequest

AS_IS = "Как в проекте"


@login_required
@require_safe
def simulation(request: ActorRequest, pk: int) -> HttpResponse:
    """All variants of a period side by side."""
    found = queries.period(request.actor, pk, "simulate")
    rows = queries_simulation.variants(request.actor, found)
    views = [one for one in map(shape.view, rows) if one is not None]
    source = next((row.source for row in reversed(rows) if row.source), None)
    context: dict[str, Any] = {
        "period": found,
        "views": views,
        "counting": [row for row in rows if row.state == row.State.WAITING],
        "charts": shape.compare_charts(views) if len(views) > 1 else [],
        "single": shape.band_chart(views[0]) if len(views) == 1 else None,
        "groups": queries.groups_of(found),
        "draft": found.state == FundingPeriod.State.DRAFT,
        "runs": RUNS,
    }
    return render(request, "certificates/simulation.html", context | _source(source))


def _source(source: Any) -> dict[str, Any]:
    if not source:
        return {"source": None}
    return {
        "source": source,
        "source_rows": shape.source_rows(source),
        "take_up": None if source["assumed"] else shape.take_up_chart(source),
    }


@login_required
@require_POST
def as_is(request: ActorRequest, pk: int) -> HttpResponse:
    """Count the draft as it stands."""
    found = queries.period(request.actor, pk, "simulate")
    rows = queries_simulation.variants(request.actor, found)
    mine = next((row for row in rows if row.name == AS_IS), None)
    try:
        services_simulation.save_variant(request.actor, period=found, variant=mine, name=AS_IS)
    except Refused as error:
        for reason in error.reasons:
            messages.warning(request, f"{reason.message} {reason.hint}".strip())
    return redirect("certificates:simulation", found.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_variant(request: ActorRequest, pk: int) -> HttpResponse:
    """Another variant: from the draft, or from a variant named in `?like=`."""
    found = queries.period(request.actor, pk, "simulate")
    rows = queries_simulation.variants(request.actor, found)
    like = next((row for row in rows if str(row.pk) == request.GET.get("like")), None)
    plan = Plan.from_json(like.plan) if like else queries_simulation.plan_of(found)
    settings = Settings.from_json(like.settings) if like else Settings()
    source = next((row.source for row in reversed(rows) if row.source), None)
    return _edited(request, found, None, plan, settings, source, f"Вариант {len(rows) + 1}")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_variant(request: ActorRequest, pk: int) -> HttpResponse:
    """Change a variant and count it again."""
    row = queries_simulation.variant(request.actor, pk)
    plan, settings = Plan.from_json(row.plan), Settings.from_json(row.settings)
    return _edited(request, row.period, row, plan, settings, row.source, row.name)


def _edited(
    request: ActorRequest, period: FundingPeriod, row: Any, plan: Plan, settings: Settings, source: Any, name: str
) -> HttpResponse:
    form = VariantForm(request.POST or None, plan=plan, settings=settings, source=source, name=name)
    if request.method == "POST" and form.is_valid():
        try:
            saved = services_simulation.save_variant(
                request.actor,
                period=period,
                variant=row,
                name=form.cleaned_data["name"],
                limits=form.limits(),
                over_commitment=form.cleaned_data["over_commitment"],
                settings=form.settings(),
            )
        except Refused as error:
            add_reasons(form, error)
        else:
            return redirect("certificates:variant", saved.pk)
    return render(
        request,
        "certificates/variant_form.html",
        {"form": form, "period": period, "variant": row},
        status=422 if form.errors else 200,
    )


@login_required
@require_safe
def variant(request: ActorRequest, pk: int) -> HttpResponse:
    """One variant: its band by month, its groups, what it stands on."""
    row = queries_simulation.variant(request.actor, pk)
    one = shape.view(row)
    context: dict[str, Any] = {
        "variant": row,
        "period": row.period,
        "one": one,
        "chart": shape.band_chart(one) if one else None,
        "waiting": row.state == row.State.WAITING,
        "draft": row.period.state == FundingPeriod.State.DRAFT,
        "runs": RUNS,
    }
    return render(request, "certificates/variant.html", context | _source(row.source))


@login_required
@require_POST
def variant_act(request: ActorRequest, pk: int, act: str) -> HttpResponse:
    """Count again, take into the draft, throw away."""
    row = queries_simulation.variant(request.actor, pk)
    if act == "recount":
        services_simulation.recount(request.actor, variant=row)
        return redirect("certificates:variant", row.pk)
    if act == "take":
        services_simulation.take_into_draft(request.actor, variant=row)
        messages.success(request, f"Номиналы и пределы варианта «{row.name}» записаны в проект.")
        return redirect("certificates:period", row.period_id)
    if act == "delete":
        services_simulation.delete_variant(request.actor, variant=row)
        messages.success(request, "Вариант удалён.")
    return redirect("certificates:simulation", row.period_id)
