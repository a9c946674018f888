"""The page behind the signed link of a letter: says what will happen, and answers by POST, without signing in."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from opora.core.rate import Rate, caller_of
from opora.core.reasons import Reason, Refused
from opora.people import answers, links, services_answers
from opora.people.answers import Dead, Decided, Opened, Question
from opora.people.requests import ActorRequest

OVER = "people/answer_over.html"
LINKS = Rate("answers", 60)
"""Openings and answers a minute from one network address: a signature is not to be guessed at."""


@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: ActorRequest, token: str) -> HttpResponse:
    """GET explains and changes nothing; POST answers. A link that is over says so kindly."""
    if wait := LINKS.take(caller_of(request)):
        return links.too_often(request, OVER, wait)
    link = answers.opened(token, request_id=getattr(request, "request_id", ""))
    if isinstance(link, Dead):
        return links.dead(request, OVER, link)
    if request.user.is_authenticated and request.user.pk != link.actor.account_id:
        return links.dead(request, OVER, answers.FOREIGN, status=409)
    shown = answers.ask(link)
    if isinstance(shown, Dead):
        return links.dead(request, OVER, shown)
    if request.method == "POST" and isinstance(shown, Question):
        return _answered(request, link, shown)
    if request.method == "POST":
        return redirect(request.path)
    return _page(request, shown)


def _answered(request: ActorRequest, link: Opened, question: Question) -> HttpResponse:
    try:
        services_answers.answer(link, question, choice=request.POST.get("answer", ""), data=request.POST.dict())
    except Refused as refused:
        return _page(request, answers.ask(link), refused.reasons)
    return redirect(request.path)


def _page(request: ActorRequest, shown: Question | Decided | Dead, reasons: Sequence[Reason] = ()) -> HttpResponse:
    if isinstance(shown, Dead):
        return links.dead(request, OVER, shown)
    values = {"question" if isinstance(shown, Question) else "decided": shown, "reasons": reasons}
    return links.private(render(request, "people/answer.html", values, status=409 if reasons else 200))
