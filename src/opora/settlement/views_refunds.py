"""Refunds of what families overpaid: the request in the cabinet, the decision and the payment at the provider."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.catalogue.pages import office_page, put_reasons, say_refused
from opora.core import russian
from opora.core.access import Actor
from opora.core.journal import log_access
from opora.core.reasons import Hidden, Refused
from opora.people.requests import ActorRequest
from opora.settlement import policy, services
from opora.settlement import queries_family as queries
from opora.settlement.forms_refunds import BeginRefundForm, PayRefundForm, RefundForm, RemarksForm
from opora.settlement.models import FamilyRefund
from opora.settlement.views_family_office import tabs

STATES = {
    "asked": "warning", "approved": "info", "paid": "positive", "refused": "neutral", "withdrawn": "neutral",
}  # fmt: skip
SHOWN = 100


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: ActorRequest, public_id: Any) -> HttpResponse:
    """The family asks for its overpayment."""
    standing = queries.own_account(request.actor, public_id)
    account = standing.account
    back = reverse("settlement:family_account", args=[public_id])
    payer = queries.payer(request.actor)
    form = RefundForm(
        request.POST or None, initial={"amount": standing.ahead, "recipient": payer.full_name if payer else ""}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_refund(request.actor, account=account, **form.cleaned_data)
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Организация получила вашу просьбу. О решении мы напишем.")
            return HttpResponseRedirect(back)
    context = {"form": form, "standing": standing, "account": account, "back": back}
    return render(request, "settlement/family/refund_ask.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def withdraw(request: ActorRequest, public_id: Any) -> HttpResponse:
    """The family takes its request back."""
    standing = queries.own_account(request.actor, public_id)
    services.withdraw_refund(request.actor, account=standing.account)
    messages.success(request, "Просьба о возврате отозвана. Деньги остались на лицевом счёте.")
    return HttpResponseRedirect(reverse("settlement:family_account", args=[public_id]))


@require_safe
@office_page
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Refunds that wait for a decision or a payment, accounts where something is overpaid, what was done."""
    policy.FAMILY_REFUND.require(actor, "decide")
    rows = [(one, STATES[one.state]) for one in queries.refunds(actor)[:SHOWN]]
    context = {
        "tabs": tabs("refunds"),
        "open": [pair for pair in rows if pair[0].state in ("asked", "approved")],
        "done": [pair for pair in rows if pair[0].state not in ("asked", "approved")],
        "overpaid": queries.standings(queries.overpaid(actor)[:SHOWN]),
    }
    return render(request, "settlement/family/refunds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def begin(request: HttpRequest, actor: Actor, public_id: Any) -> HttpResponse:
    """The provider begins a refund of one account."""
    account = policy.PERSONAL_ACCOUNT.get(actor, "begin_refund", public_id=public_id)
    back = reverse("settlement:family_refunds")
    over = max(-account.owed, 0)
    form = BeginRefundForm(request.POST or None, initial={"amount": over or None})
    if request.method == "POST" and form.is_valid():
        try:
            row = services.begin_refund(actor, account=account, **form.cleaned_data)
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Возврат составлен: проверьте и подтвердите его.")
            return HttpResponseRedirect(reverse("settlement:family_refund_card", args=[row.public_id]))
    subject = f"Лицевой счёт {account.number}, переплачено {russian.money(over)}"
    context = {"form": form, "title": "Вернуть переплату", "button": "Составить", "back": back, "subject": subject}
    return render(request, "settlement/form.html", context, status=422 if form.is_bound else 200)


@require_safe
@office_page
def refund(request: HttpRequest, actor: Actor, public_id: Any) -> HttpResponse:
    """One refund: to whom, how much, what can be done."""
    row = queries.refund_card(actor, public_id)
    log_access(actor, "card", row, by=policy.FAMILY_REFUND)
    context = {
        "row": row,
        "state": STATES[row.state],
        "standing": queries.standings([row.account])[0],
        "facts": _facts(row),
        "pay_form": PayRefundForm() if row.state == "approved" else None,
    }
    return render(request, "settlement/family/refund_card.html", context)


def _facts(row: FamilyRefund) -> list[tuple[str, str]]:
    rows = [
        ("Сумма", russian.money(row.amount)),
        ("Кто начал", row.get_begun_by_display()),
        ("Получатель", row.recipient),
        ("Счёт", row.bank_account),
        ("БИК", row.bank_bik),
        ("Комментарий", row.reason),
        ("Причина отказа", row.remarks),
        ("Поручение", f"№ {row.order_number} от {russian.date_full(row.paid_on)}" if row.paid_on else ""),
    ]
    return [(label, value) for label, value in rows if value]


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def deed(request: HttpRequest, actor: Actor, public_id: Any, act: str) -> HttpResponse:
    """Approve (POST at once), refuse with a reason, record the payment."""
    row = policy.FAMILY_REFUND.get(actor, "decide", public_id=public_id)
    back = reverse("settlement:family_refund_card", args=[public_id])
    if act == "approve":
        if request.method == "POST":
            try:
                services.approve_refund(actor, refund=row)
            except Refused as refused:
                say_refused(request, refused)
            else:
                messages.success(request, "Возврат подтверждён. Перечислите деньги и запишите номер поручения.")
        return HttpResponseRedirect(back)
    if act not in ("refuse", "pay"):
        raise Hidden("act")
    form: forms.Form = (RemarksForm if act == "refuse" else PayRefundForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if act == "refuse":
                services.refuse_refund(actor, refund=row, **form.cleaned_data)
            else:
                services.pay_refund(actor, refund=row, **form.cleaned_data)
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Готово: семья получила письмо.")
            return HttpResponseRedirect(back)
    title = "Отказать в возврате" if act == "refuse" else "Записать выплату"
    button = "Отказать" if act == "refuse" else "Деньги перечислены"
    context = {"form": form, "title": title, "button": button, "back": back, "subject": russian.money(row.amount)}
    return render(request, "settlement/form.html", context, status=422 if form.is_bound else 200)
