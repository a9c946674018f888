"""Certificates for the tax office in the family's cabinet: what can be asked for, the request, the paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from opora.catalogue.pages import put_reasons, say_refused
from opora.core import files, russian
from opora.core.journal import log_access
from opora.core.reasons import Hidden, Refused
from opora.people.requests import ActorRequest
from opora.settlement import policy, services
from opora.settlement import queries_tax as queries
from opora.settlement.documents import tax as papers
from opora.settlement.forms_tax import DetailsForm, initial_of

STATES = {
    "asked": "info", "issued": "positive", "refused": "warning", "replaced": "neutral", "annulled": "neutral",
}  # fmt: skip


@login_required
@require_safe
def certificates(request: ActorRequest) -> HttpResponse:
    """By years and children: how much was paid, the paper or the button that asks for it."""
    rows = [(one, STATES[one.newest.state] if one.newest else "") for one in queries.chances(request.actor)]
    past = [one for one in queries.own_papers(request.actor) if one.state != "issued" or one.is_annulment]
    context = {"rows": rows, "papers": past}
    return render(request, "settlement/family/tax.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: ActorRequest, organisation: int, public_id: Any, year: int) -> HttpResponse:
    """The request. What was told once is not asked again: `again` sends the same details by one click."""
    child = request.actor.own_child(public_id)
    if child is None:
        raise Hidden("child")
    side = queries.own_side(request.actor, organisation, child)
    last = queries.last_details(request.actor.account_id, child)
    posted = request.method == "POST"
    again = posted and "again" in request.POST and last is not None
    form = DetailsForm(request.POST if posted and not again else None, initial=initial_of(*last) if last else None)
    list_url = reverse("settlement:family_tax")
    if again or (posted and form.is_valid()):
        payer, learner = last if again and last else form.persons()
        try:
            row = services.ask_certificate(
                request.actor, organisation_id=organisation, child_id=child, year=year, payer=payer, learner=learner
            )
        except Refused as refused:
            if again:
                say_refused(request, refused)
                return HttpResponseRedirect(list_url)
            put_reasons(form, refused)
        else:
            until = russian.date_long(row.due_on)
            messages.success(request, f"Справка запрошена. Организация выдаст её до {until}, мы напишем вам.")
            return HttpResponseRedirect(list_url)
    context = {"form": form, "side": side, "year": year, "list_url": list_url}
    return render(request, "settlement/family/tax_ask.html", context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def certificate_pdf(request: ActorRequest, public_id: Any) -> HttpResponse:
    """The issued paper; only for the guardian who asked for it."""
    row = queries.own_paper(request.actor, public_id)
    log_access(request.actor, "paper", row, by=policy.TAX_CERTIFICATE, right="paper")
    return files.download(papers.paper(row), name=papers.name_of(row), content_type=files.PDF, inline=True)
