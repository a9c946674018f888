"""Moments are shown in the zone of the served territory (spec: UTC stored, local shown)."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from opora.core import clock
from opora.territory.queries import served_zone

KEEP_SECONDS = 300.0


class LocalTimeMiddleware:
    """Activate the zone of the installation's first served municipality; asked for at most every five minutes.

    Pages about one municipality of another zone activate that one themselves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._zone = ""
        self._asked_at = -KEEP_SECONDS

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(("/api/", "/healthz", "/readyz", "/static/")):
            return self.get_response(request)
        if time.monotonic() - self._asked_at > KEEP_SECONDS:
            self._zone = served_zone()
            self._asked_at = time.monotonic()
        with timezone.override(clock.zone(self._zone)):
            return self.get_response(request)
