"""Entrance pages of all roles: home by role, the demo's letters, the administrator's personal session."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from opora.core.letters import links_of
from opora.core.reasons import Forbidden, Refused
from opora.people import queries, services_accounts
from opora.people.forms import ReasonForm, add_reasons
from opora.people.requests import ActorRequest


@login_required
@require_safe
def home(request: ActorRequest) -> HttpResponse:
    """Send everybody where their work is: staff to the office, families to the cabinet."""
    return redirect("/office/" if request.actor.is_staff else "/cabinet/")


@require_safe
def demo_mail(request: ActorRequest) -> HttpResponse:
    """All letters of the demo stand, since it sends none."""
    if not settings.OPORA_DEMO:
        raise Http404
    address = request.GET.get("to", "").strip()
    return render(
        request,
        "people/demo_mail.html",
        {"letters": queries.demo_letters(address), "address": address},
    )


@require_safe
def demo_letter(request: ActorRequest, pk: int) -> HttpResponse:
    """One letter of the demo stand."""
    letter = queries.demo_letter(pk) if settings.OPORA_DEMO else None
    if letter is None:
        raise Http404
    return render(request, "people/demo_letter.html", {"letter": letter, "links": links_of(letter)})


@require_safe
def consent_text(request: ActorRequest, kind: str) -> HttpResponse:
    """The text of a consent in force, open to everybody before they agree."""
    text = queries.consent_texts().get(kind)
    if text is None:
        raise Http404
    return render(request, "people/consent_text.html", {"text": text})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def personal_session(request: ActorRequest) -> HttpResponse:
    """The administrator opens or closes a timed session with personal data, with a reason."""
    if "administrator" not in request.actor.roles:
        raise Forbidden("personal_session")
    form = ReasonForm(
        request.POST or None,
        label="Зачем нужны персональные данные",
        help_text="Например: обращение № 15 от Ивановой А. П., не видит сертификат дочери",
    )
    if request.method == "POST":
        if "close" in request.POST:
            services_accounts.close_personal_session(request.actor)
            messages.success(request, "Сеанс закрыт.")
            return redirect("people:personal_session")
        if form.is_valid():
            try:
                services_accounts.open_personal_session(request.actor, reason=form.cleaned_data["reason"])
            except Refused as error:
                add_reasons(form, error)
            else:
                messages.success(request, "Сеанс открыт на 30 минут и закроется сам.")
                return redirect("people:personal_session")
    return render(
        request,
        "people/personal_session.html",
        {
            "form": form,
            "until": request.actor.personal_session_until,
            "sessions": queries.personal_sessions(request.actor),
        },
    )
