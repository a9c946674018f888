"""Applications of the family: list, card, answers to a place offer, taking back, leaving (E2, E3)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.core import clock
from opora.core.reasons import Refused
from opora.enrolment import explaining, services, wording
from opora.enrolment import queries_cabinet as queries
from opora.enrolment.asking import money
from opora.enrolment.forms_cabinet import LeaveForm, ReasonForm
from opora.enrolment.models import Application
from opora.people.forms import add_reasons
from opora.people.queries import as_guardian
from opora.people.requests import ActorRequest


@login_required
@require_safe
def applications(request: ActorRequest) -> HttpResponse:
    """All applications: what waits for an answer first, the past folded."""
    rows = [_card(row) for row in queries.applications(request.actor)]
    return render(
        request,
        "enrolment/cabinet/applications.html",
        {
            "living": [row for row in rows if row["application"].state in queries.OPEN_STATES],
            "past": [row for row in rows if row["application"].state not in queries.OPEN_STATES],
            "made": _number(request.GET.get("new", "")),
            "asked": _number(request.GET.get("asked", "")),
        },
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0


def _card(row: Application) -> dict[str, Any]:
    contract = queries.contract_of(row)
    position = services.position(row)
    return {
        "application": row,
        "contract": contract,
        "position": position,
        "tag": wording.TAGS[row.state],
        "next": wording.what_next(row, contract, position),
        "pays": wording.split_sentence(row.certificate_sum, row.guardian_sum),
        "funding": wording.FUNDING_TITLES[row.funding],
    }


@login_required
@require_safe
def application(request: ActorRequest, public_id: Any) -> HttpResponse:
    """One application: where it is on its road, what is next and when, what can be done."""
    row = queries.application(request.actor, public_id)
    return _application(request, row)


def _application(request: ActorRequest, row: Application, refused: Refused | None = None) -> HttpResponse:
    contract = queries.contract_of(row)
    zone = row.municipality.time_zone
    study = queries.enrolment_of(row) if row.state == "enrolled" else None
    return render(
        request,
        "enrolment/cabinet/application.html",
        {
            **_card(row),
            "road": wording.steps_of(row),
            "schedule": wording.schedule(queries.slots_of(row.group)),
            "submitted": wording.moment(row.submitted_at, zone),
            "decided": wording.moment(row.decided_at, zone) if row.decided_at else "",
            "offer_until": wording.moment(row.offer_expires_at, zone) if row.offer_expires_at else "",
            "offer_left": wording.time_left(row.offer_expires_at, clock.now()) if row.offer_expires_at else "",
            "months": queries.months_of(contract) if contract else [],
            "study": study,
            "ahead": explaining.ahead(row, contract),
            "sum_steps": explaining.of_application(row, contract),
            "refusal": explaining.refusal_of(row) if row.state == "refused" else None,
            "new": "new" in request.GET,
            "again_url": f"/cabinet/apply/?group={row.group_id}&child={row.child.public_id}",
            "refused": wording.remedies(refused.reasons, row.child, row.group) if refused else [],
        },
        status=409 if refused else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: ActorRequest, public_id: Any) -> HttpResponse:
    """Take an application back, after saying what it means."""
    row = queries.application(request.actor, public_id, "withdraw")
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw(as_guardian(request.actor), application=row, reason=form.cleaned_data["reason"])
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, "Заявка отозвана.")
            return redirect("enrolment_cabinet:application", row.public_id)
    return render(request, "enrolment/cabinet/withdraw.html", {**_card(row), "form": form})


@login_required
@require_POST
def answer_place(request: ActorRequest, public_id: Any) -> HttpResponse:
    """Yes or no to a place offered from the queue; yes carries the sum that the page showed."""
    row = queries.application(request.actor, public_id, "answer")
    actor = as_guardian(request.actor)
    try:
        if request.POST.get("answer") == "yes":
            shown = money(request.POST.get("sum", ""))
            services.accept_place(actor, application=row, expected_guardian_sum=shown)
            messages.success(request, "Место ваше. Теперь организация проверит заявку.")
        else:
            services.decline_place(actor, application=row, reason="Семья отказалась от места.")
            messages.success(request, "Вы отказались от места, его предложат следующему.")
    except Refused as refused:
        return _application(request, queries.application(request.actor, public_id), refused)
    return redirect("enrolment_cabinet:application", row.public_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: ActorRequest, public_id: Any) -> HttpResponse:
    """End a budget or paid study with a day."""
    row = queries.application(request.actor, public_id, "leave")
    today = clock.today(row.municipality.time_zone)
    form = LeaveForm(request.POST if request.method == "POST" else None, initial={"on": max(today, row.starts_on)})
    if request.method == "POST" and form.is_valid():
        try:
            services.leave(
                as_guardian(request.actor),
                application=row,
                on=form.cleaned_data["on"],
                reason=form.cleaned_data["reason"],
            )
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, "Записали: место освободится на следующий день.")
            return redirect("enrolment_cabinet:application", row.public_id)
    return render(request, "enrolment/cabinet/leave.html", {**_card(row), "form": form})
