"""Rates and coefficients of a period, its return with remarks, the file of its act, recalculation of costs."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.certificates import (
    queries,
    queries_rates,
    services_normative,
    services_papers,
    services_periods,
    services_rates,
)
from opora.certificates.forms_acts import put_reasons
from opora.certificates.forms_funding import ReturnForm
from opora.certificates.forms_rates import RatesForm
from opora.certificates.models import FundingPeriod
from opora.certificates.views_funding import act_form_of
from opora.core import files, russian
from opora.core.reasons import Refused
from opora.people.forms import add_reasons
from opora.people.requests import ActorRequest


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rates(request: ActorRequest, pk: int) -> HttpResponse:
    """All rates and coefficients; after approval the same form asks for the amending act."""
    found = queries.period(request.actor, pk, "edit")
    amending = found.state == FundingPeriod.State.APPROVED
    form = RatesForm(
        request.POST or None,
        rates=queries_rates.rates_of(found),
        coefficients=queries_rates.coefficients_of(found),
    )
    act_form = act_form_of(request, found) if amending else None
    if request.method == "POST" and form.is_valid() and (act_form is None or act_form.is_valid()):
        try:
            services_rates.save_rates(
                request.actor,
                period=found,
                rates=form.rates(),
                coefficients=form.coefficients(),
                ground=act_form.ground() if act_form else None,
            )
        except Refused as error:
            put_reasons(error, form, act_form)
        else:
            messages.success(request, "Ставки и коэффициенты сохранены.")
            return redirect("certificates:period", found.pk)
    return render(
        request,
        "certificates/rates.html",
        {"period": found, "form": form, "act_form": act_form},
        status=422 if form.errors else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: ActorRequest, pk: int) -> HttpResponse:
    """The coordinator returns a period with remarks."""
    found = queries.period(request.actor, pk, "approve")
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services_periods.send_back(request.actor, period=found, remark=form.cleaned_data["text"])
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, "Период возвращён на доработку.")
            return redirect("certificates:period", found.pk)
    context = {
        "form": form,
        "title": "Вернуть на доработку",
        "button": "Вернуть",
        "back": f"/office/funding/periods/{found.pk}/",
    }
    return render(request, "certificates/funding_form.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def act_file(request: ActorRequest, pk: int) -> HttpResponse:
    """The file of the act that approved the period."""
    found = queries.period(request.actor, pk)
    paper = services_papers.latest_of(found.act) if found.act else None
    if paper is None:
        raise Http404("paper")
    return files.download(files.read(paper), name=paper.name, content_type=paper.content_type)


@login_required
@require_POST
def recalculate(request: ActorRequest, pk: int) -> HttpResponse:
    """Costs of modules of unpublished programmes by the rates of this period."""
    found = queries.period(request.actor, pk, "amend")
    try:
        done = services_normative.recalculate(request.actor, period=found)
    except Refused as error:
        for reason in error.reasons:
            messages.warning(request, f"{reason.message} {reason.hint}".strip())
    else:
        changed = russian.plural(done.changed, "модуль", "модуля", "модулей")
        said = f"Пересчитано: {changed} неопубликованных программ. Без изменений: {done.same}."
        if done.without_rate:
            said += f" Нет ставки: {done.without_rate}."
        messages.success(request, said)
    return redirect("certificates:period", found.pk)
