"""Who calls: a bearer token, or the browser's session with its CSRF check."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware
from ninja.errors import AuthenticationError

from opora.core.access import VISITOR, Actor, Policy
from opora.core.reasons import Forbidden
from opora.people.middleware import request_actor
from opora.people.tokens import find_caller

SAFE = ("GET", "HEAD", "OPTIONS")


class _Csrf(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> str:
        return reason


def authenticate(request: HttpRequest) -> Actor | None:
    """Return the actor, or None (401). Raises Forbidden when the token's scopes do not allow writing."""
    actor = _bearer(request) or _session(request)
    if actor is not None:
        request.actor = actor  # type: ignore[attr-defined]
    return actor


def optional(request: HttpRequest) -> Actor:
    """For public operations: the actor when somebody is named, else the visitor. A wrong token is still 401."""
    if request.headers.get("Authorization"):
        actor = _bearer(request)
        if actor is None:
            raise AuthenticationError(401)
    else:
        actor = _session(request) if request.method in SAFE else VISITOR
    request.actor = actor or VISITOR  # type: ignore[attr-defined]
    return actor or VISITOR


def may(policy: Policy, action: str, part: str) -> Callable[[HttpRequest], Actor | None]:
    """Authentication of an act upon the object named in the path: a stranger's is 404, a wrong role 403.

    It comes before the body is read: whoever may not do it learns nothing from the validation.
    """

    def check(request: HttpRequest) -> Actor | None:
        actor = authenticate(request)
        if actor is not None and request.resolver_match is not None:
            key = request.resolver_match.kwargs[part]
            policy.get(actor, "view", public_id=key)
            policy.get(actor, action, public_id=key)
        return actor

    return check


def _bearer(request: HttpRequest) -> Actor | None:
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not value.strip():
        return None
    caller = find_caller(value.strip(), request_id=getattr(request, "request_id", ""))
    if caller is None:
        return None
    if request.method not in SAFE and "write" not in caller.scopes:
        raise Forbidden("write")
    return caller.actor


def _session(request: HttpRequest) -> Actor | None:
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return None
    if request.method not in SAFE:
        check = _Csrf(lambda _: None)  # type: ignore[arg-type]
        check.process_request(request)
        if check.process_view(request, lambda _: None, (), {}):  # type: ignore[arg-type, return-value]
            raise Forbidden("csrf")
    return request_actor(request)
