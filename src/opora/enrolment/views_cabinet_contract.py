"""The family's contracts: read, accept by one click, months, notice with its effect shown before (D4)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.certificates.rules import to_roubles
from opora.core import clock, signatures
from opora.core.reasons import Reason, Refused
from opora.enrolment import explaining, rules, services, wording
from opora.enrolment import queries_cabinet as queries
from opora.enrolment.forms_cabinet import ReasonForm
from opora.enrolment.models import Contract
from opora.enrolment.services import prolong as prolonging
from opora.enrolment.services import signing
from opora.people.forms import add_reasons
from opora.people.queries import as_guardian
from opora.people.requests import ActorRequest

OVER = Reason("contract_over", "Договор уже завершён.")


@login_required
@require_safe
def contract(request: ActorRequest, public_id: Any) -> HttpResponse:
    """The contract with its schedule; while it is offered, its text and the answer."""
    return _contract(request, queries.contract(request.actor, public_id))


def _contract(request: ActorRequest, row: Contract, refused: Refused | None = None) -> HttpResponse:
    return render(
        request,
        "enrolment/cabinet/contract.html",
        {
            **_context(row),
            "new": "new" in request.GET,
            "refused": wording.remedies(refused.reasons, row.child, row.group) if refused else [],
        },
        status=409 if refused else 200,
    )


def _context(row: Contract) -> dict[str, Any]:
    zone = row.municipality.time_zone
    months = queries.months_of(row)
    spent = sum((month.certificate_sum for month in months if month.state == "spent"), start=to_roubles(0))
    reserved = sum((month.certificate_sum for month in months if month.state == "reserved"), start=to_roubles(0))
    return {
        "contract": row,
        "label": rules.contract_label(row.state, row.terminates_on),
        "tag": ("warning", "clock") if row.terminates_on else wording.CONTRACT_TAGS[row.state],
        "months": months,
        "spent": spent,
        "reserved": reserved,
        "text": services.terms(row),
        "text_hash": services.terms_hash(row),
        "pays": wording.split_sentence(row.certificate_sum, row.guardian_sum),
        "accept_until": wording.until(row.accept_until, zone) if row.accept_until else "",
        "accept_left": wording.time_left(row.accept_until, clock.now()) if row.accept_until else "",
        "accepted": wording.moment(row.accepted_at, zone) if row.accepted_at else "",
        "sum_steps": explaining.of_contract(row),
        "signatures": signatures.of(signing.document_of(row)) if row.accepted_text else [],
        "ahead": explaining.ahead_of_contract(row, _today(row)),
        "goes_on": prolonging.may_go_on(row),
        "prolongs": bool(row.acceptance.get("provider_prolongs")),
    }


@login_required
@require_safe
def print_contract(request: ActorRequest, public_id: Any) -> HttpResponse:
    """The contract for paper: text, schedule, how it was accepted."""
    row = queries.contract(request.actor, public_id)
    return render(request, "enrolment/cabinet/contract_print.html", _context(row))


@login_required
@require_POST
def accept(request: ActorRequest, public_id: Any) -> HttpResponse:
    """One click: the act is logged with the hash of the text shown and the address it came from."""
    row = queries.contract(request.actor, public_id, "accept")
    try:
        services.accept_contract(
            as_guardian(request.actor),
            contract=row,
            text_hash=request.POST.get("text_hash", ""),
            address=request.META.get("REMOTE_ADDR", ""),
            prolongation="prolongation" in request.POST,
        )
    except Refused as refused:
        return _contract(request, queries.contract(request.actor, public_id), refused)
    messages.success(request, "Договор принят, ребёнок зачислен.")
    return redirect("enrolment_cabinet:contract", row.public_id)


@login_required
@require_POST
def prolong(request: ActorRequest, public_id: Any) -> HttpResponse:
    """The family wants to go on after New Year, or no longer does; the next contract is accepted on its own."""
    row = queries.contract(request.actor, public_id, "accept")
    try:
        prolonging.agree(as_guardian(request.actor), contract=row, agrees=request.POST.get("agrees") == "yes")
    except Refused as refused:
        return _contract(request, queries.contract(request.actor, public_id), refused)
    messages.success(request, "Записали ваше решение.")
    return redirect("enrolment_cabinet:contract", row.public_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def terminate(request: ActorRequest, public_id: Any) -> HttpResponse:
    """Give notice: first what returns and the last day, then one button."""
    row = queries.contract(request.actor, public_id, "terminate")
    if row.state != Contract.State.ACTIVE or row.terminates_on or row.ends_on < _today(row):
        return _contract(request, row, Refused(OVER) if request.method == "POST" else None)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            done = services.terminate(
                as_guardian(request.actor), contract=row, ground=form.cleaned_data["reason"] or "Решение семьи"
            )
        except Refused as error:
            add_reasons(form, error)
        else:
            cancelled = done.state == Contract.State.CLOSED
            messages.success(request, "Договор отменён." if cancelled else "Уведомление принято.")
            return redirect("enrolment_cabinet:contract", row.public_id)
    effect = queries.termination_effect(row)
    return render(
        request,
        "enrolment/cabinet/terminate.html",
        {
            "contract": row,
            "form": form,
            "effect": effect,
            "returned": to_roubles(effect.returned_reserve + effect.returned_spent),
            "saved": to_roubles(effect.returned_guardian),
            "months": [(part.month, to_roubles(part.certificate), part in effect.returned) for part in _parts(effect)],
        },
    )


def _parts(effect: Any) -> list[Any]:
    return sorted((*effect.kept, *effect.returned), key=lambda part: part.month)


def _today(row: Contract) -> Any:
    return clock.today(row.municipality.time_zone)
