"""How often one caller may ask for what is dear to compute: a window of a minute, kept by each web process."""

from __future__ import annotations

import ipaddress
import threading
import time

from django.http import HttpRequest

WINDOW = 60.0
MOST_CALLERS = 10_000


class Rate:
    """At most `limit` calls per caller and minute; `take` returns 0, or how many seconds to wait."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self._seen: dict[str, tuple[float, int]] = {}

    def take(self, caller: str) -> int:
        now = time.monotonic()
        with self._lock:
            if len(self._seen) >= MOST_CALLERS:
                self._seen = {key: seen for key, seen in self._seen.items() if now - seen[0] < WINDOW}
            since, count = self._seen.get(caller, (now, 0))
            if now - since >= WINDOW:
                since, count = now, 0
            if count >= self.limit:
                return max(1, round(WINDOW - (now - since)))
            if len(self._seen) < MOST_CALLERS or caller in self._seen:
                self._seen[caller] = since, count + 1
            return 0

    def clear(self) -> None:
        """Forget everybody (tests)."""
        with self._lock:
            self._seen.clear()


def caller_of(request: HttpRequest) -> str:
    """The network address of the caller; behind a proxy on this machine or network, what the proxy says."""
    near = request.META.get("REMOTE_ADDR", "") or "127.0.0.1"
    told = request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip()
    try:
        trusted = ipaddress.ip_address(near).is_private
        return str(ipaddress.ip_address(told)) if told and trusted else near
    except ValueError:
        return near
