"""Request id, content security policy, and one translation of reasons and busy locks into answers."""

from __future__ import annotations

import json
import re
import secrets
import uuid
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from opora.core import russian
from opora.core.admission import door
from opora.core.outage import BUSY, CROWD, Outage, forget_connection, outage_of
from opora.core.reasons import Busy, Forbidden, Hidden, Refused
from opora.core.ui.context import look

Handler = Callable[[HttpRequest], HttpResponse]
REPEATED = "/cabinet/apply/"
FORM = "application/x-www-form-urlencoded"
LARGEST_FORM = 32_768
_REQUEST_ID = re.compile(r"^[A-Za-z0-9-]{8,40}$")


class RequestIdMiddleware:
    """Give each request an id (taken from the proxy's header when sound) for logs, history and the journal."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request.request_id = given if _REQUEST_ID.match(given) else uuid.uuid4().hex  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response


class AdmissionMiddleware:
    """Before anything that costs: a full house answers at once "come again", nothing is lost."""

    ALWAYS = re.compile(r"^/(healthz|readyz|metrics|opening/\d+/state/)$")

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.ALWAYS.match(request.path):
            return self.get_response(request)
        if not door.enter():
            seconds = door.retry_after()
            return (
                busy_problem(seconds) if request.path.startswith("/api/") else outage_response(request, CROWD, seconds)
            )
        try:
            return self.get_response(request)
        finally:
            door.leave()


class ContentSecurityPolicyMiddleware:
    """A policy without unsafe-inline: no inline scripts, no inline styles, everything from ourselves."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.csp_nonce = secrets.token_urlsafe(12)  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.setdefault(
            "Content-Security-Policy",
            "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self';"
            " connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
        )
        response.setdefault("Permissions-Policy", "geolocation=(self), camera=(), microphone=()")
        return response


class ReasonsMiddleware:
    """Turn domain exceptions that a page did not handle into honest pages: 404, 403, 409, 503 with Retry-After."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Hidden):
            raise Http404 from error
        if isinstance(error, Forbidden):
            return render(request, "403.html", status=403)
        if isinstance(error, Refused):
            return render(request, "opora/refused.html", {"reasons": error.reasons}, status=409)
        if isinstance(error, Busy):
            return outage_response(request, BUSY, error.retry_after)
        if found := outage_of(error):
            forget_connection(error)
            return outage_response(request, found)
        return None


def outage_response(request: HttpRequest, outage: Outage, retry_after: int | None = None) -> HttpResponse:
    """Answer "try again": quick, with Retry-After, nothing lost; asks the database for nothing.

    The page repeats by itself: what was asked for is loaded again, an application is sent again with its key.
    """
    seconds = retry_after or outage.retry_after
    more = {"outage": outage, "seconds": seconds, "fields": _fields(request), "again": request.get_full_path()}
    response = HttpResponse(render_to_string("503.html", {**look(request), **more}), status=503)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    if request.method in ("GET", "HEAD"):
        response["Refresh"] = str(seconds)
    return response


def busy_problem(retry_after: int) -> HttpResponse:
    """The same for a program (RFC 9457)."""
    problem = {
        "type": "about:blank",
        "title": CROWD.title,
        "status": 503,
        "code": CROWD.code,
        "detail": f"Повторите через {russian.plural(retry_after, 'секунду', 'секунды', 'секунд')} с тем же ключом.",
        "reasons": [],
    }
    response = HttpResponse(json.dumps(problem), status=503, content_type="application/problem+json")
    response["Retry-After"] = str(retry_after)
    return response


def _fields(request: HttpRequest) -> list[tuple[str, str]]:
    """What the form of an application said, so that it can be sent again as it was. Other forms are not repeated:
    they have no key, and some carry a password."""
    if request.method != "POST" or request.path != REPEATED or request.content_type != FORM:
        return []
    try:
        if int(request.headers.get("Content-Length") or 0) > LARGEST_FORM:
            return []
    except ValueError:
        return []
    return [(name, value) for name, values in request.POST.lists() for value in values]
