"""Where programmes stand: registers with criteria and decisions, normative costs step by step (D3)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.certificates import policy, queries_standing, services_normative, services_papers, services_registers
from opora.certificates.forms_standing import CostForm, ExcludeForm, FilterForm, IncludeForm
from opora.certificates.rules.parameters import PROGRAMME_REGISTERS
from opora.core import clock, files
from opora.core.reasons import Refused
from opora.people.forms import add_reasons
from opora.people.requests import ActorRequest

PER_PAGE = 40


@login_required
@require_safe
def standings(request: ActorRequest) -> HttpResponse:
    """Programmes with the registers they are in and their costs."""
    form = FilterForm(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = queries_standing.programmes(request.actor, text=wanted.get("q", ""), register=wanted.get("register", ""))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "lines": queries_standing.lines(page.object_list), "form": form}
    return render(request, "certificates/standings.html", context)


@login_required
@require_safe
def standing(request: ActorRequest, pk: int) -> HttpResponse:
    """One programme: five registers and why, modules and their costs step by step."""
    row = queries_standing.programme(request.actor, pk)
    period, costs = queries_standing.costs_of(row)
    papers = {one.latest.pk: services_papers.latest_of(one.latest) for one in costs if one.latest}
    return render(
        request,
        "certificates/standing.html",
        {
            "programme": row,
            "registers": queries_standing.registers_of(row),
            "period": period,
            "costs": [(one, papers.get(one.latest.pk) if one.latest else None) for one in costs],
            "may_decide": policy.STANDING.can(request.actor, "decide", row),
            "may_cost": policy.STANDING.can(request.actor, "cost", row),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def include(request: ActorRequest, pk: int, register: str) -> HttpResponse:
    """Put the programme into a register by a decision."""
    row, view = _register(request, pk, register)
    today = clock.today(row.municipality.time_zone)
    form = IncludeForm(request.POST or None, initial={"starts_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            services_registers.include(request.actor, programme=row, register=register, **form.cleaned_data)
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, f"Программа включена в реестр «{PROGRAMME_REGISTERS[register]}».")
            return redirect("certificates:standing", row.pk)
    return _decision(request, row, view, form, f"Включить в реестр «{view.standing.title}»", "Включить")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def exclude(request: ActorRequest, pk: int, register: str) -> HttpResponse:
    """Take the programme out of a register by a decision."""
    row, view = _register(request, pk, register)
    if view.entry is None:
        raise Http404("register")
    today = clock.today(row.municipality.time_zone)
    form = ExcludeForm(request.POST or None, initial={"day": today})
    if request.method == "POST" and form.is_valid():
        try:
            services_registers.exclude(request.actor, entry=view.entry, **form.cleaned_data)
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, f"Программа исключена из реестра «{PROGRAMME_REGISTERS[register]}».")
            return redirect("certificates:standing", row.pk)
    return _decision(request, row, view, form, f"Исключить из реестра «{view.standing.title}»", "Исключить")


def _register(request: ActorRequest, pk: int, register: str) -> tuple[Any, queries_standing.RegisterView]:
    row = queries_standing.programme(request.actor, pk, "decide")
    view = next((one for one in queries_standing.registers_of(row) if one.standing.register == register), None)
    if view is None:
        raise Http404("register")
    return row, view


def _decision(request: ActorRequest, row: Any, view: Any, form: Any, title: str, button: str) -> HttpResponse:
    return render(
        request,
        "certificates/register_decision.html",
        {"programme": row, "view": view, "form": form, "title": title, "button": button},
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def cost_by_formula(request: ActorRequest, pk: int, module: int) -> HttpResponse:
    """Set a module's cost by the formula of the current period."""
    row, found = _module(request, pk, module)
    try:
        services_normative.set_by_formula(request.actor, module=found)
    except Refused as error:
        for reason in error.reasons:
            messages.warning(request, f"{reason.message} {reason.hint}".strip())
    else:
        messages.success(request, "Стоимость посчитана. Открытые группы и договоры сохраняют прежнюю.")
    return redirect("certificates:standing", row.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cost_by_hand(request: ActorRequest, pk: int, module: int) -> HttpResponse:
    """Set a module's cost by hand with its basis document."""
    row, found = _module(request, pk, module)
    initial = {"normative_cost": found.normative_cost}
    form = CostForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            services_normative.set_manual(
                request.actor,
                module=found,
                cost=values["normative_cost"],
                basis=values["normative_basis"],
                paper=form.given_paper(),
            )
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, "Стоимость записана. Открытые группы и договоры сохраняют прежнюю.")
            return redirect("certificates:standing", row.pk)
    context = {"programme": row, "module": found, "form": form, "title": f"Стоимость: {found.name}"}
    return render(request, "certificates/cost_form.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def cost_file(request: ActorRequest, pk: int, module: int) -> HttpResponse:
    """The document on which a cost set by hand stands."""
    row = queries_standing.programme(request.actor, pk)
    latest = queries_standing.latest_costs([module]).get(module)
    paper = services_papers.latest_of(latest) if latest and latest.module.programme_id == row.pk else None
    if paper is None:
        raise Http404("paper")
    return files.download(files.read(paper), name=paper.name, content_type=paper.content_type)


def _module(request: ActorRequest, pk: int, module: int) -> tuple[Any, Any]:
    row = queries_standing.programme(request.actor, pk, "cost")
    found = row.modules.filter(pk=module).first()
    if found is None:
        raise Http404("module")
    return row, found
