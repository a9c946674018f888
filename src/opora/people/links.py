"""What pages behind signed links share: nothing of them is kept or indexed, too many openings are told to wait."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from opora.core import russian
from opora.people.answers import Dead


def private(response: HttpResponse) -> HttpResponse:
    """What a secret address shows is not kept, indexed, nor told to the next site.

    «no-referrer» would make browsers send «Origin: null», which fails the check of forms.
    """
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"
    return response


def dead(request: HttpRequest, template: str, why: Dead, status: int = 410) -> HttpResponse:
    """The page that says why a link does not work."""
    return private(render(request, template, {"dead": why}, status=status))


def too_often(request: HttpRequest, template: str, wait: int) -> HttpResponse:
    """429 with the seconds to wait."""
    why = Dead(
        "Слишком много попыток",
        f"С вашего адреса открыли много ссылок подряд. Подождите {russian.plural(wait, 'секунду', 'секунды', 'секунд')}"
        " и откройте ссылку ещё раз, она не пропала.",
    )
    response = dead(request, template, why, status=429)
    response["Retry-After"] = str(wait)
    return response
