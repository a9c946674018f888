"""A partner's pages behind the signed link of its letter: what is asked, the sections, sending. No signing in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from opora.core.office.pages import say_refused
from opora.core.rate import Rate, caller_of
from opora.core.reasons import Hidden, Reason, Refused
from opora.monitoring.requests import partner_links, queries
from opora.monitoring.requests.policy import AtLink
from opora.monitoring.requests.services import answering
from opora.people import links
from opora.people.answers import Dead
from opora.surveys import queries as forms
from opora.surveys.attempts import Attempt, attempt
from opora.surveys.presentation import Show, page
from opora.surveys.rules.definition import from_json

OVER = "monitoring/requests/link_over.html"
LINKS = Rate("request_links", 60)
"""Openings and answers a minute from one network address: a signature is not to be guessed at."""
OVERTAKEN = Reason(
    "overtaken",
    "Раздел уже записан из другого окна или с другого устройства. Ваши значения не записаны, но остались на странице.",
    hint="Сравните отмеченные клетки и нажмите «Записать» ещё раз, чтобы оставить свои.",
)
View = Callable[..., HttpResponse]


def by_link(view: View) -> View:
    """The view gets the partner behind the link; a link that is over says so kindly. Nothing is kept or indexed."""

    @wraps(view)
    def inner(request: HttpRequest, token: str, **more: Any) -> HttpResponse:
        if wait := LINKS.take(caller_of(request)):
            return links.too_often(request, OVER, wait)
        actor = partner_links.opened(token, request_id=getattr(request, "request_id", ""))
        if isinstance(actor, Dead):
            return links.dead(request, OVER, actor)
        return links.private(view(request, actor, token, **more))

    return inner


def url_of(token: str) -> str:
    return reverse("requests:link", args=[token])


@require_http_methods(["GET", "HEAD"])
@by_link
def answer(request: HttpRequest, actor: AtLink, token: str) -> HttpResponse:
    """Who asks, about what, until when; the form with what is filled in, what stands in the way, sending."""
    one = queries.answer_card(actor, actor.answer_id)
    sheet = forms.sheet(one.answer)
    definition = from_json(one.answer.version.definition)
    show = Show(sheet=sheet, spare=0)
    context = {
        "one": one,
        "token": token,
        "sender": queries.sender_name(one.request),
        "sheet": sheet,
        "definition": definition,
        "pages": [page(definition, section, show) for section in definition.sections] if sheet.values else [],
        "may_fill": one.is_open,
        "extension": one.extensions.last(),
    }
    return render(request, "monitoring/requests/link.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def fill(request: HttpRequest, actor: AtLink, token: str, section: str) -> HttpResponse:
    """One section to type into; nothing typed is lost."""
    one = queries.answer_card(actor, actor.answer_id, "fill")
    definition = from_json(one.answer.version.definition)
    part = definition.section(section)
    if part is None:
        raise Hidden("section")
    try:
        tried = attempt(
            request,
            lambda posted, revision: answering.save_section(
                actor, pk=one.pk, section=section, posted=posted, revision=revision
            ),
        )
    except Refused as refused:
        say_refused(request, refused)
        return HttpResponseRedirect(url_of(token))
    if tried.saved:
        return _next(request, token, [row.code for row in definition.sections], section)
    if not one.is_open:
        return HttpResponseRedirect(url_of(token))
    tried = _other_window(tried)
    one = queries.answer_card(actor, actor.answer_id, "fill")
    sheet = forms.sheet(one.answer)
    shown = page(definition, part, Show(sheet=sheet, typed=tried.typed, errors=tried.errors, theirs=tried.theirs))
    context = {
        "one": one,
        "token": token,
        "page": shown,
        "revision": shown.revision if tried.revision is None else tried.revision,
        "definition": definition,
        "reasons": tried.reasons,
        "is_last": part is definition.sections[-1],
    }
    return render(request, "monitoring/requests/link_fill.html", context, status=tried.status)


def _other_window(tried: Attempt) -> Attempt:
    """Who was quicker has no name here: it is the partner itself."""
    return tried if tried.revision is None else replace(tried, reasons=(OVERTAKEN,))


def _next(request: HttpRequest, token: str, codes: list[str], section: str) -> HttpResponse:
    """To the section that was asked for, to the next one, or back to the answer."""
    wanted = request.POST.get("go", "")
    if wanted == "next" and codes.index(section) + 1 < len(codes):
        return HttpResponseRedirect(reverse("requests:link_fill", args=[token, codes[codes.index(section) + 1]]))
    messages.success(request, "Раздел записан.")
    if wanted == "stay":
        return HttpResponseRedirect(reverse("requests:link_fill", args=[token, section]))
    return HttpResponseRedirect(url_of(token))


@require_POST
@by_link
def do(request: HttpRequest, actor: AtLink, token: str, act: str) -> HttpResponse:
    """Explain findings, send."""
    try:
        if act == "explain":
            texts = {name[2:]: str(text) for name, text in request.POST.items() if name.startswith("x-")}
            answering.explain(actor, pk=actor.answer_id, texts=texts)
            messages.success(request, "Пояснения записаны.")
        elif act == "send":
            answering.send_answer(actor, pk=actor.answer_id)
            messages.success(request, "Ответ отправлен. Спасибо, что помогаете центру.")
        else:
            raise Hidden("act")
    except Refused as refused:
        say_refused(request, refused)
    return HttpResponseRedirect(url_of(token))
