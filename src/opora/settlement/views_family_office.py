"""The provider's side of the families' money: debts, payments by hand and from the bank, what found nobody."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from opora.catalogue.pages import office_page, put_reasons, say_refused
from opora.core import files
from opora.core.access import Actor
from opora.core.journal import log_access
from opora.core.reasons import Hidden, Refused
from opora.settlement import policy, services
from opora.settlement import queries_family as queries
from opora.settlement.documents import debts
from opora.settlement.forms_family import FamilyPaymentForm, MatchForm, RegisterForm
from opora.settlement.forms_refunds import UndoForm
from opora.settlement.views_documents import XLSX

STATES = {"matched": "positive", "unknown": "danger", "repeated": "neutral", "aside": "neutral"}
SHOWN = 50
TABS = (("family_office", "", "Долги и платежи"), ("family_refunds", "refunds", "Возвраты"),
        ("family_tax_office", "tax", "Справки для налоговой"))  # fmt: skip


def tabs(here: str) -> list[dict[str, Any]]:
    """The three pages of the families' money; `here` is the active one."""
    return [{"title": title, "url": reverse(f"settlement:{name}"), "active": key == here} for name, key, title in TABS]


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
    debtors = queries.debtors(actor)
    context: dict[str, Any] = {
        "form": form if own else None,
        "tabs": tabs(""),
        "totals": queries.totals(actor),
        "ages": queries.ages(debtors),
        "late": sum((one.late for one in debtors), Decimal(0)),
        "debtors": debtors[:SHOWN],
        "more": max(0, len(debtors) - SHOWN),
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


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def payment(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One payment with what became of it; POST takes a wrong match off the account, with a reason."""
    row = policy.FAMILY_PAYMENT.get(actor, "match", pk=pk)
    form = UndoForm(request.POST or None) if row.state == "matched" else None
    if form and request.method == "POST" and form.is_valid():
        try:
            services.undo_match(actor, payment=row, reason=form.cleaned_data["reason"])
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Платёж снят со счёта. Теперь найдите верный счёт.")
            return HttpResponseRedirect(reverse("settlement:family_payment", args=[pk]))
    context = {
        "payment": row,
        "state": STATES[row.state],
        "form": form,
        "undone": list(row.undone.select_related("account", "undone_by")),
    }
    return render(request, "settlement/family/payment.html", context, status=422 if form and form.errors else 200)


@require_http_methods(["POST"])
@office_page
def aside(request: HttpRequest, actor: Actor, pk: int, act: str) -> HttpResponse:
    """Money that is no family's is put aside; taken back when it is after all."""
    row = policy.FAMILY_PAYMENT.get(actor, "match", pk=pk)
    deed = {"aside": services.set_aside, "back": services.take_back}.get(act)
    if deed is None:
        raise Hidden("act")
    try:
        deed(actor, payment=row)
    except Refused as refused:
        say_refused(request, refused)
    return HttpResponseRedirect(reverse("settlement:family_payment", args=[pk]))


@require_safe
@office_page
def debts_xlsx(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All late accounts with the ages of their debts as a workbook; written to the access journal."""
    policy.FAMILY_PAYMENT.require(actor, "enter")
    rows = queries.debtors(actor)
    for place in queries.own_organisations(actor):
        log_access(actor, "export", place, by="provider_manager", reason="Просроченная оплата")
    return files.download(debts.workbook(rows), name="Просроченная оплата семей.xlsx", content_type=XLSX)
