"""How often one caller may ask for something: counted in PostgreSQL for all web processes together."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress

from django.db import connection
from django.http import HttpRequest

from opora.core import clock

WINDOW = dt.timedelta(minutes=1)
_TAKE = """
INSERT INTO shared_value AS s (key, count, expires_at) VALUES (%(key)s, 1, %(end)s)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN s.expires_at <= %(now)s THEN 1 ELSE least(s.count, 1000000) + 1 END,
    expires_at = CASE WHEN s.expires_at <= %(now)s THEN excluded.expires_at ELSE s.expires_at END
RETURNING count, expires_at
"""


class Rate:
    """At most `limit` calls per caller and window; `take` returns 0, or how many seconds to wait.

    One statement on an unlogged table. `name` parts the counts of different things.
    """

    def __init__(self, name: str, limit: int, window: dt.timedelta = WINDOW) -> None:
        self.name, self.limit, self.window = name, limit, window

    def take(self, caller: str) -> int:
        now = clock.now()
        key = hashed(f"rate:{self.name}:{caller}")
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, {"key": key, "now": now, "end": now + self.window})
            row = cursor.fetchone()
        assert row is not None
        count, end = row
        return 0 if count <= self.limit else max(1, round((end - now).total_seconds()))


def hashed(key: str) -> str:
    """What stands in the table in place of a network address or an account."""
    return hashlib.sha256(key.encode()).hexdigest()


def caller_of(request: HttpRequest) -> str:
    """The network address of the caller; behind a proxy on this machine or network, what the proxy says."""
    near = request.META.get("REMOTE_ADDR", "") or "127.0.0.1"
    told = request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip()
    try:
        trusted = ipaddress.ip_address(near).is_private
        return str(ipaddress.ip_address(told)) if told and trusted else near
    except ValueError:
        return near
