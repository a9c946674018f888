"""Applications at the provider: the card with the child, decisions one by one and in bulk (E2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.catalogue.pages import back, office_page, say_refused
from opora.certificates.rules.termination import PROVIDER_GROUNDS
from opora.core import clock, russian, signatures
from opora.core.access import Actor
from opora.core.journal import log_access
from opora.core.reasons import Busy, Hidden, Refused
from opora.core.ui.signatures import SignatureForm
from opora.enrolment import policy, queries, refusals, services
from opora.enrolment import queries_office as office
from opora.enrolment.forms_office import PriorityForm, RefuseForm, TerminateForm
from opora.enrolment.models import Application
from opora.enrolment.presentation_office import CONTRACT_STATES, STATES, money_lines
from opora.enrolment.services import prolong as prolonging
from opora.enrolment.services import signing
from opora.people.queries import as_staff

_SENSITIVE_ACTS = {"confirm", "enrol", "refuse", "leave"}


def card_url(application: Application) -> str:
    return reverse("enrolment:application", args=[application.public_id])


@require_safe
@office_page
def application(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """The card: child, deadline, money, contract, place in the queue. Opening it is written to the journal."""
    one = office.application_card(actor, key)
    log_access(actor, "card", one, by=policy.APPLICATION)
    contract = getattr(one, "contract", None)
    queue = office.queue_of(one.group) if one.state == "waiting" else []
    place = next(((number, why) for number, row, why in queue if row.pk == one.pk), None)
    acts = [code for code in queries.acts_of(actor, one) if code in _SENSITIVE_ACTS]
    context = {
        "one": one,
        "state": STATES[one.state],
        "answer_by": office.last_day(one.deadline),
        "deadline": office.deadline_text(one.deadline, one.municipality.time_zone) if one.state == "submitted" else ("", ""),
        "age": russian.age(one.child.birth_date, clock.today(one.municipality.time_zone)),
        "guardians": office.guardians(one.child_id),
        "contract": contract,
        "contract_state": CONTRACT_STATES.get(contract.state) if contract else None,
        "money": money_lines(one),
        "acts": acts,
        "can_terminate": contract is not None and contract.state == "active" and contract.terminates_on is None
        and policy.CONTRACT.can(actor, "terminate", contract),
        "goes_on": contract is not None and prolonging.may_go_on(contract),
        "may_prolong": contract is not None and policy.CONTRACT.can(actor, "prolong", contract),
        "place": place,
        "queue_length": len(queue),
        "may_prioritise": one.state == "waiting" and policy.APPLICATION.can(actor, "prioritise", one),
        "priority_form": PriorityForm(initial={"priority_class": one.priority_class}),
        "viewings": office.viewings(one),
        "signatures": signatures.of(signing.document_of(contract)) if contract else [],
        "sign_form": SignatureForm(auto_id="sign_%s")
        if contract is not None and policy.CONTRACT.can(actor, "offer", contract)
        else None,
    }  # fmt: skip
    return render(request, "enrolment/office/application.html", context)


@require_POST
@office_page
def act(request: HttpRequest, actor: Actor, key: str, step: str) -> HttpResponse:
    """confirm, enrol, leave."""
    one = office.application_card(actor, key)
    doing: dict[str, tuple[Callable[..., Any], str]] = {
        "confirm": (services.confirm, "Документы подтверждены."),
        "enrol": (services.enrol, "Ребёнок зачислен."),
        "leave": (services.leave, "Обучение прекращено, место освободится на следующий день."),
    }
    service, done = doing[step]
    try:
        service(actor, application=one)
    except Refused as refused:
        say_refused(request, refused)
    else:
        messages.success(request, done)
    return back(request, card_url(one))


@require_POST
@office_page
def prolong(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """The provider agrees to go on after New Year, or takes it back."""
    one = office.application_card(actor, key)
    contract = getattr(one, "contract", None)
    if contract is None:
        raise Hidden("contract")
    try:
        prolonging.agree(as_staff(actor), contract=contract, agrees=request.POST.get("agrees") == "yes")
    except Refused as refused:
        say_refused(request, refused)
    else:
        messages.success(request, "Записали. Новый договор появится сам, если согласны обе стороны.")
    return HttpResponseRedirect(card_url(one))


@require_POST
@office_page
def prioritise(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Change the priority class of a waiting application."""
    one = office.application_card(actor, key)
    policy.APPLICATION.get(actor, "prioritise", pk=one.pk)
    form = PriorityForm(request.POST)
    if form.is_valid():
        services.set_priority(actor, application=one, priority_class=form.cleaned_data["priority_class"])
        messages.success(request, "Очерёдность изменена.")
    else:
        messages.error(request, "Класс очерёдности – целое число от 1 до 999.")
    return HttpResponseRedirect(card_url(one))


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def refuse(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Refuse one or several picked applications with a coded reason; the first POST of a list only asks why."""
    policy.APPLICATION.require(actor, "refuse")
    keys = request.POST.getlist("pick") or request.GET.getlist("pick")
    picked = office.by_keys(actor, "refuse", keys)
    if not picked:
        if len(keys) == 1:
            raise Hidden("refuse")
        messages.warning(request, "Отметьте заявки, по которым нужен отказ.")
        return HttpResponseRedirect(reverse("register_list", args=["applications"]))
    decided = "code" in request.POST
    form = RefuseForm(request.POST if decided else None)
    if decided and form.is_valid():
        reasons = refusals.refusal(form.cleaned_data["code"], form.cleaned_data["text"])
        _each(request, picked, lambda one: services.refuse(actor, application=one, reasons=reasons), "Отказано")
        return HttpResponseRedirect(_list_or_card(picked))
    context = {"form": form, "picked": picked}
    return render(request, "enrolment/office/refuse.html", context, status=422 if decided else 200)


@require_POST
@office_page
def confirm_picked(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Confirm the picked applications; those that cannot be confirmed are named with the reason."""
    policy.APPLICATION.require(actor, "confirm")
    picked = office.by_keys(actor, "confirm", request.POST.getlist("pick"))
    if not picked:
        messages.warning(request, "Отметьте заявки, которые нужно подтвердить.")
    else:
        _each(request, picked, lambda one: services.confirm(actor, application=one), "Подтверждено")
    return HttpResponseRedirect(f"{reverse('register_list', args=['applications'])}?state=submitted")


def _each(request: HttpRequest, picked: list[Application], do: Callable[[Application], Any], done: str) -> None:
    """Do it to each on its own: one refusal does not stop the others."""
    count = 0
    for one in picked:
        try:
            do(one)
        except Refused as refused:
            messages.error(request, f"{one.child.full_name}: {' '.join(reason.message for reason in refused.reasons)}")
        except Busy:
            messages.error(request, f"{one.child.full_name}: группа занята другим действием, повторите.")
        else:
            count += 1
    if count:
        messages.success(request, f"{done}: {russian.plural(count, 'заявка', 'заявки', 'заявок')}.")


def _list_or_card(picked: list[Application]) -> str:
    return card_url(picked[0]) if len(picked) == 1 else reverse("register_list", args=["applications"])


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def terminate(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """The provider ends a contract on one of its grounds; later months return to the certificate."""
    one = office.application_card(actor, key)
    contract = getattr(one, "contract", None)
    if contract is None:
        raise Hidden("contract")
    policy.CONTRACT.get(actor, "terminate", pk=contract.pk)
    form = TerminateForm(dict(PROVIDER_GROUNDS), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            ended = services.terminate(actor, contract=contract, ground=form.cleaned_data["ground"])
        except Refused as refused:
            say_refused(request, refused)
        else:
            messages.success(
                request, f"Договор расторгается {russian.date_long(ended.terminates_on or ended.ends_on)}."
            )
            return HttpResponseRedirect(card_url(one))
    context = {"form": form, "one": one, "contract": contract}
    return render(request, "enrolment/office/terminate.html", context, status=422 if form.is_bound else 200)
