"""Acts on a certificate at the desk: one click, with a reason, another group, a move."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from opora.certificates import queries, services, services_funding, services_life
from opora.certificates.forms import (
    MoveForm,
    RegroupForm,
)
from opora.core import clock
from opora.core.reasons import Refused
from opora.people import queries as people
from opora.people.forms import ReasonForm, add_reasons
from opora.people.requests import ActorRequest


@login_required
@require_POST
def desk_apply(request: ActorRequest, public_id: Any) -> HttpResponse:
    """An application for a certificate handed in at the desk."""
    child = people.card(request.actor, public_id, "edit")
    services.apply_certificate(request.actor, child=child, wants_funding=request.POST.get("funding") == "funded")
    messages.success(request, "Заявление принято.")
    return redirect("certificates:desk_child", child.public_id)


@login_required
@require_POST
def desk_act(request: ActorRequest, public_id: Any, act: str) -> HttpResponse:
    """One-click acts on a certificate at the desk."""
    row = queries.for_staff(request.actor, public_id)
    acts: dict[str, tuple[Any, str]] = {
        "issue": (services.issue, "Сертификат выдан."),
        "activate": (services.activate, "Сертификат действует."),
        "fund": (services_funding.request_funding, ""),
        "unfreeze": (services_life.unfreeze, "Сертификат снова действует."),
        "withdraw": (services.withdraw, "Заявление отозвано."),
    }
    if act in acts:
        service, said = acts[act]
        result = service(request.actor, certificate=row)
        if act == "fund":
            given = getattr(result, "state", "") == "served"
            said = "Деньги даны." if given else "Вакансий нет: сертификат в очереди."
        messages.success(request, said)
    return redirect("certificates:desk_child", row.child.public_id)


_REASONED = {
    "refuse": ("Отказать в сертификате", services.refuse, "Семья прочитает эту причину в письме", "Отказать"),
    "freeze": ("Приостановить сертификат", services_life.freeze, "", "Приостановить"),
    "annul": ("Аннулировать сертификат", services_life.annul, "Сертификат закроется навсегда", "Аннулировать"),
    "to-accounting": ("Перевести в сертификат учёта", services_funding.to_accounting, "", "Перевести"),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def desk_reasoned(request: ActorRequest, public_id: Any, act: str) -> HttpResponse:
    """Acts that need a reason: refuse, freeze, annul, return to accounting."""
    row = queries.for_staff(request.actor, public_id, "freeze")
    title, service, hint, button = _REASONED[act]
    form = ReasonForm(request.POST or None, help_text=hint)
    if request.method == "POST" and form.is_valid():
        try:
            service(request.actor, certificate=row, reason=form.cleaned_data["reason"])
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, "Готово.")
            return redirect("certificates:desk_child", row.child.public_id)
    return render(
        request,
        "certificates/desk_form.html",
        {"child": row.child, "form": form, "title": title, "button": button, "danger": True},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def desk_regroup(request: ActorRequest, public_id: Any) -> HttpResponse:
    """Another certificate group while nothing is used."""
    row = queries.for_staff(request.actor, public_id, "regroup")
    today = clock.today(row.municipality.time_zone)
    period = queries.current_period(row.municipality_id, today)
    groups = queries.groups_for(period, row.child, today) if period else []
    form = RegroupForm(request.POST or None, groups=groups)
    if request.method == "POST" and form.is_valid():
        group = next(item for item in groups if str(item.pk) == form.cleaned_data["group"])
        try:
            services_funding.change_group(
                request.actor, certificate=row, group=group, reason=form.cleaned_data["reason"]
            )
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, "Группа изменена.")
            return redirect("certificates:desk_child", row.child.public_id)
    return render(
        request,
        "certificates/desk_form.html",
        {"child": row.child, "form": form, "title": "Группа сертификатов"},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def desk_move(request: ActorRequest, public_id: Any) -> HttpResponse:
    """The family moved: this certificate closes, a new one opens in the other municipality."""
    row = queries.for_staff(request.actor, public_id, "move")
    form = MoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            fresh = services_life.move(
                request.actor, certificate=row, locality=people.locality(int(form.cleaned_data["locality"]))
            )
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, f"Сертификат перенесён, новый номер {fresh.number}.")
            return redirect("certificates:desk")
    return render(request, "certificates/desk_form.html", {"child": row.child, "form": form, "title": "Переезд"})
