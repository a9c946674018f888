"""Puts the actor on each request, lazily: pages that do not ask cost no query."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from opora.core.access import VISITOR, Actor
from opora.people.actors import actor_of
from opora.people.models import Account


def request_actor(request: HttpRequest) -> Actor:
    """Return the actor of a browser request: the signed-in account's, or the visitor."""
    user = request.user
    if isinstance(user, Account) or user.is_authenticated:
        return actor_of(user, request_id=getattr(request, "request_id", ""))
    return VISITOR


class ActorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: request_actor(request))  # type: ignore[attr-defined]
        return self.get_response(request)
