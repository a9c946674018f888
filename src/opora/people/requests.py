"""The request as the pages of Opora get it."""

from __future__ import annotations

from django.http import HttpRequest

from opora.core.access import Actor


class ActorRequest(HttpRequest):
    """A request with the actor that :mod:`opora.people.middleware` puts on it."""

    actor: Actor
