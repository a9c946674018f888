"""Certificates for the tax office at the provider: what is asked, issuing, correcting, annulling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from opora.catalogue.pages import office_page, put_reasons
from opora.core import files
from opora.core.access import Actor
from opora.core.journal import log_access
from opora.core.reasons import Hidden, Refused
from opora.settlement import policy, services
from opora.settlement import queries_tax as queries
from opora.settlement.documents import tax as papers
from opora.settlement.forms_tax import IssueForm, TaxReasonForm
from opora.settlement.models import TaxCertificate
from opora.settlement.rules.tax import DOCUMENTS, Person
from opora.settlement.views_family_office import tabs
from opora.settlement.views_tax import STATES

SHOWN = 100
Deed = Callable[..., TaxCertificate]
DEEDS: dict[str, tuple[Deed, str, str, str]] = {
    "refuse": (services.refuse_certificate, "Отказать в справке", "Отказать", "asked"),
    "correct": (services.correct_certificate, "Исправить справку", "Составить исправленную", "issued"),
    "annul": (services.annul_certificate, "Аннулировать справку", "Аннулировать", "issued"),
}


@require_safe
@office_page
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Requests with their deadlines, papers that no longer fit the payments, the rest."""
    policy.TAX_CERTIFICATE.require(actor, "issue")
    rows = list(queries.certificates(actor)[:SHOWN])
    context = {
        "tabs": tabs("tax"),
        "asked": [(one, queries.is_late(one)) for one in queries.asked(actor)[:SHOWN]],
        "outdated": queries.outdated(actor),
        "rows": [(one, STATES[one.state]) for one in rows if one.state != "asked"],
    }
    return render(request, "settlement/family/tax_office.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def certificate(request: HttpRequest, actor: Actor, public_id: Any) -> HttpResponse:
    """One paper: persons, payments, what can be done; POST issues a request with the ticked payments."""
    row = queries.card(actor, public_id)
    payer, learner = Person.from_json(row.payer), Person.from_json(row.learner)
    form = None
    if row.state == "asked":
        lines = _lines(row, payer, learner)
        form = IssueForm(lines, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            picked = [int(key) for key in form.cleaned_data["payments"]]
            try:
                services.issue_certificate(actor, certificate=row, payments=picked)
            except Refused as refused:
                put_reasons(form, refused)
            else:
                messages.success(request, "Справка выдана: семья получила письмо.")
                return HttpResponseRedirect(reverse("settlement:family_tax_card", args=[public_id]))
    else:
        log_access(actor, "card", row, by=policy.TAX_CERTIFICATE)
    context = {
        "row": row,
        "state": STATES[row.state],
        "form": form,
        "sides": [("Кто платил", _facts(payer)), ("За кого", _facts(learner))],
        "lines": list(row.lines.select_related("payment").order_by("payment__paid_on", "pk")),
        "living": row.state == "issued" and not row.is_annulment,
    }
    return render(request, "settlement/family/tax_card.html", context, status=422 if form and form.errors else 200)


def _lines(row: TaxCertificate, payer: Person, learner: Person) -> list[queries.Line]:
    living = row.previous_id if row.previous and row.previous.state == "issued" else None
    return queries.lines(row.organisation_id, row.child_id, row.year, payer=payer, learner=learner, instead_of=living)


def _facts(one: Person) -> list[tuple[str, str]]:
    born = ".".join(reversed(one.birth_date.split("-")))
    rows = [("Имя", one.full_name), ("Дата рождения", born)]
    if one.inn:
        rows.append(("ИНН", one.inn))
    if one.document_number:
        rows.append((DOCUMENTS.get(one.document_code, "Документ"), one.document_number))
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def deed(request: HttpRequest, actor: Actor, public_id: Any, act: str) -> HttpResponse:
    """Refuse, correct or annul, with the reason that the family reads."""
    row = policy.TAX_CERTIFICATE.get(actor, "issue", public_id=public_id)
    if act not in DEEDS:
        raise Hidden("act")
    service, title, button, state = DEEDS[act]
    back = reverse("settlement:family_tax_card", args=[public_id])
    form = TaxReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = service(actor, certificate=row, reason=form.cleaned_data["reason"])
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Готово." if act != "correct" else "Проверьте платежи и выдайте справку.")
            return HttpResponseRedirect(reverse("settlement:family_tax_card", args=[done.public_id]))
    context: dict[str, Any] = {"form": form, "title": title, "button": button, "back": back, "subject": str(row)}
    if row.state != state:
        context["subject"] = f"{row}: {row.get_state_display().lower()}"
    return render(request, "settlement/form.html", context, status=422 if form.is_bound else 200)


@require_safe
@office_page
def certificate_pdf(request: HttpRequest, actor: Actor, public_id: Any) -> HttpResponse:
    """The issued paper to sign and to hand over."""
    row = queries.card(actor, public_id)
    if row.number is None:
        raise Hidden("tax_certificate")
    log_access(actor, "paper", row, by=policy.TAX_CERTIFICATE)
    return files.download(papers.paper(row), name=papers.name_of(row), content_type=files.PDF, inline=True)
