"""The provider's side of the families' money: debts, payments by hand and from the bank, what found nobody."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from opora.catalogue.pages import office_page, put_reasons
from opora.core.access import Actor
from opora.core.reasons import Refused
from opora.settlement import policy, services
from opora.settlement import queries_family as queries
from opora.settlement.forms_family import FamilyPaymentForm, MatchForm, RegisterForm

STATES = {"matched": "positive", "unknown": "danger", "repeated": "neutral"}
SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Debts by age, unmatched payments, registers; a new register is read here."""
    policy.FAMILY_PAYMENT.require(actor, "enter")
    own = queries.own_organisations(actor)
    posted = request.method == "POST"
    form = RegisterForm(own, request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        uploaded = form.cleaned_data["file"]
        try:
            row = services.read_register(
                actor, organisation_id=form.organisation(), name=uploaded.name, data=uploaded.read()
            )
        except Refused as refused:
            put_reasons(form, refused)
        else:
            return HttpResponseRedirect(reverse("settlement:family_register", args=[row.pk]))
    context: dict[str, Any] = {
        "form": form if own else None,
        "totals": queries.totals(actor),
        "debtors": queries.debtors(actor)[:SHOWN],
        "unknown": list(queries.unknown(actor)[:SHOWN]),
        "registers": list(queries.read_registers(actor)[:50]),
    }
    return render(request, "settlement/family/office.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def enter(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One payment by hand."""
    policy.FAMILY_PAYMENT.require(actor, "enter")
    form = FamilyPaymentForm(queries.own_organisations(actor), request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        data.pop("organisation", None)
        try:
            row = services.enter_payment(actor, organisation_id=form.organisation(), **data)
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, f"Платёж зачислен на лицевой счёт {row.account_text}.")
            return HttpResponseRedirect(reverse("settlement:family_office"))
    back = reverse("settlement:family_office")
    context = {"form": form, "title": "Внести платёж семьи", "button": "Внести платёж", "back": back}
    return render(request, "settlement/form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def match(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Find the account of a payment that found nobody."""
    payment = policy.FAMILY_PAYMENT.get(actor, "match", pk=pk)
    form = MatchForm(request.POST or None)
    back = reverse("settlement:family_office")
    if request.method == "POST" and form.is_valid():
        try:
            services.match_payment(actor, payment=payment, account=form.cleaned_data["account"])
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Платёж зачислен.")
            return HttpResponseRedirect(back)
    payer = f", {payment.payer_name}" if payment.payer_name else ""
    context = {
        "form": form, "title": "Найти счёт платежа", "button": "Зачислить", "back": back,
        "subject": f"Платёж {payment}{payer}; в файле счёт «{payment.account_text}»",
    }  # fmt: skip
    return render(request, "settlement/form.html", context, status=422 if form.is_bound else 200)


@require_safe
@office_page
def register(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The payments of one register with what each meant."""
    row = policy.PAYMENT_REGISTER.get(actor, "view", pk=pk)
    payments = [(one, STATES[one.state]) for one in row.payments.select_related("account").order_by("pk")]
    odd = sum(one.state == "unknown" for one, _ in payments)
    return render(request, "settlement/family/register.html", {"register": row, "payments": payments, "odd": odd})
