"""What office pages of all rooms share: sign-in, refusals put at their fields, safe returns."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from opora.core.access import Actor
from opora.core.reasons import Forbidden, Refused

View = Callable[..., HttpResponse]


def office_page(view: View) -> View:
    """Visitors sign in, families get 403; the view is called with the actor. Policies decide the rest."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        if actor.account_id is None and not actor.system:
            return redirect_to_login(request.get_full_path())
        if not actor.is_staff:
            raise Forbidden("office")
        return view(request, actor, *args, **kwargs)

    return checked


def put_reasons(form: forms.BaseForm, refused: Refused) -> None:
    """Show a refusal at the fields it names, the rest above the form."""
    for reason in refused.reasons:
        text = f"{reason.message} {reason.hint}".strip()
        form.add_error(reason.field if reason.field in form.fields else None, text)


def say_refused(request: HttpRequest, refused: Refused) -> None:
    """Show a refusal as messages of the next page."""
    for reason in refused.reasons:
        messages.error(request, f"{reason.message} {reason.hint}".strip())


def back(request: HttpRequest, default: str) -> HttpResponseRedirect:
    """To the address in `next` when it is ours, else to the default."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return HttpResponseRedirect(wanted if safe else default)
