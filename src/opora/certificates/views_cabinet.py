"""The guardian's certificate: apply, card, statement, queue (D1, D6)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.certificates import explaining, queries, services, services_funding, services_idle, services_life
from opora.certificates.forms import ApplyForm, MoveForm
from opora.certificates.models import Certificate
from opora.certificates.presentation import balance_parts, idle_sentence, statement_rows
from opora.certificates.rules.life import CERTIFICATE, LIVING_STATES
from opora.core import clock
from opora.core.reasons import Refused
from opora.people import queries as people
from opora.people.forms import ReasonForm, add_reasons
from opora.people.queries import locality
from opora.people.requests import ActorRequest


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: ActorRequest, public_id: Any) -> HttpResponse:
    """Ask for a certificate: one question, then the answer's date."""
    child = people.my_child(request.actor, public_id, "edit")
    living = queries.living_of([child.pk]).get(child.pk)
    if living and living.state in LIVING_STATES:
        return redirect("certificates:card", living.public_id)
    form = ApplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.apply_certificate(
                request.actor, child=child, wants_funding=form.cleaned_data["funding"] == "funded"
            )
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, "Заявление подано.")
            return redirect("certificates:card", row.public_id)
    return render(request, "certificates/apply.html", {"child": child, "form": form})


@login_required
@require_safe
def card(request: ActorRequest, public_id: Any) -> HttpResponse:
    """The certificate's card: number, kind, money by period, what can be done."""
    row = queries.mine(request.actor, public_id)
    entry = queries.queue_entry(row)
    today = clock.today(row.municipality.time_zone)
    period = queries.current_period(row.municipality_id, today)
    balances = [balance_parts(balance, today) for balance in queries.balances_of(row)]
    returns_on = services_idle.return_day(row, period) if period else None
    confirmed = row.child.identity == "confirmed"
    has_money = any(part.when == "now" and part.balance.nominal for part in balances)
    return render(
        request,
        "certificates/card.html",
        {
            "certificate": row,
            "child": row.child,
            "balances": balances,
            "queue": entry,
            "position": queries.queue_position(entry) if entry else None,
            "period": period,
            "returns_on": returns_on,
            "returns_text": idle_sentence(returns_on) if returns_on else "",
            "can_ask": _can_ask(row, period, entry, balances),
            "acts": {act.code for act in CERTIFICATE.acts(row.state, "guardian")},
            "confirmed": confirmed,
            "ahead": explaining.ahead(row, period, confirmed=confirmed, waits=entry is not None, has_money=has_money),
            "moved_away": row.child.municipality_id != row.municipality_id,
            "desks": queries.desks_of(row.municipality_id),
        },
    )


def _can_ask(row: Certificate, period: Any, entry: Any, balances: list[Any]) -> bool:
    if row.state != Certificate.State.ACTIVE or period is None or entry is not None:
        return False
    return not any(part.balance.period_id == period.pk and part.balance.nominal for part in balances)


@login_required
@require_safe
def statement(request: ActorRequest, public_id: Any) -> HttpResponse:
    """Every movement with its reason; the same page prints."""
    row = queries.mine(request.actor, public_id, "statement")
    return render(request, "certificates/statement.html", {"certificate": row, "parts": statement_rows(row)})


@login_required
@require_POST
def do(request: ActorRequest, public_id: Any, act: str) -> HttpResponse:
    """One-click acts of the guardian: activate, withdraw, request funding, leave the queue, unfreeze."""
    row = queries.mine(request.actor, public_id, "activate")
    acts: dict[str, tuple[Any, str]] = {
        "activate": (services.activate, "Сертификат действует."),
        "withdraw": (services.withdraw, "Заявление отозвано."),
        "fund": (services_funding.request_funding, "Готово."),
        "leave-queue": (services_funding.leave_queue, "Вы вышли из очереди."),
        "unfreeze": (services_life.unfreeze, "Сертификат снова действует."),
    }
    if act not in acts:
        return redirect("certificates:card", row.public_id)
    service, said = acts[act]
    result = service(request.actor, certificate=row)
    if act == "fund":
        served = getattr(result, "state", "") == "served"
        said = "На сертификате появились деньги." if served else "Вы в очереди. Сообщим, когда она подойдёт."
    messages.success(request, said)
    return redirect("certificates:card", row.public_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def freeze(request: ActorRequest, public_id: Any) -> HttpResponse:
    """Suspend with a reason, after saying what it means."""
    row = queries.mine(request.actor, public_id, "freeze")
    form = ReasonForm(request.POST or None, label="Почему приостанавливаете")
    if request.method == "POST" and form.is_valid():
        try:
            services_life.freeze(request.actor, certificate=row, reason=form.cleaned_data["reason"])
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, "Сертификат приостановлен.")
            return redirect("certificates:card", row.public_id)
    return render(request, "certificates/freeze.html", {"certificate": row, "form": form})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: ActorRequest, public_id: Any) -> HttpResponse:
    """The family moved to another municipality."""
    row = queries.mine(request.actor, public_id, "move")
    initial = {"locality": row.child.locality_id} if row.child.municipality_id != row.municipality_id else {}
    form = MoveForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            fresh = services_life.move(
                request.actor, certificate=row, locality=locality(int(form.cleaned_data["locality"]))
            )
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, f"Сертификат перенесён, новый номер {fresh.number}.")
            return redirect("certificates:card", fresh.public_id)
    return render(request, "certificates/move.html", {"certificate": row, "form": form})
