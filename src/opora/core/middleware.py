"""Request id, content security policy, and one translation of reasons and busy locks into answers."""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from opora.core.outage import BUSY, Outage, forget_connection, outage_of
from opora.core.reasons import Busy, Forbidden, Hidden, Refused
from opora.core.ui.context import look

Handler = Callable[[HttpRequest], HttpResponse]
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
    """Answer "try again": quick, with Retry-After, nothing lost; asks the database for nothing."""
    content = render_to_string("503.html", {**look(request), "outage": outage})
    response = HttpResponse(content, status=503)
    response["Retry-After"] = str(retry_after or outage.retry_after)
    return response
