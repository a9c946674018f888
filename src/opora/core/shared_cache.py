"""Django's cache in PostgreSQL, shared by all web processes: sign-in limits, codes of the second factor used once.

Only allauth keeps values here, for minutes at most. Each call is one statement on an unlogged table.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection

from opora.core import clock
from opora.core.rate import hashed

LONGEST = dt.timedelta(days=1)
_PUT = """
INSERT INTO shared_value AS s (key, value, expires_at) VALUES (%(key)s, %(value)s::jsonb, %(end)s)
ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
"""
_ADD = f"{_PUT} WHERE s.expires_at <= %(now)s RETURNING 1"
_GET = "SELECT value::text FROM shared_value WHERE key = %s AND expires_at > %s"
_DELETE = "DELETE FROM shared_value WHERE key = %s RETURNING 1"
_TOUCH = "UPDATE shared_value SET expires_at = %s WHERE key = %s AND expires_at > %s RETURNING 1"


class SharedCache(BaseCache):
    """Values are JSON; nothing lives longer than a day."""

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._ask(_ADD, self._values(key, value, timeout, version)) is not None

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._ask(f"{_PUT} RETURNING 1", self._values(key, value, timeout, version))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        row = self._ask(_GET, [self._key(key, version), clock.now()])
        return default if row is None else json.loads(row[0])

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._ask(_TOUCH, [self._end(timeout), self._key(key, version), clock.now()]) is not None

    def delete(self, key: Any, version: int | None = None) -> bool:
        return self._ask(_DELETE, [self._key(key, version)]) is not None

    def clear(self) -> None:
        self._ask("DELETE FROM shared_value WHERE value IS NOT NULL RETURNING 1", [])

    def _values(self, key: Any, value: Any, timeout: Any, version: int | None) -> dict[str, Any]:
        return {
            "key": self._key(key, version),
            "value": json.dumps(value),
            "end": self._end(timeout),
            "now": clock.now(),
        }

    def _key(self, key: Any, version: int | None) -> str:
        return hashed(self.make_key(key, version=version))

    def _end(self, timeout: Any) -> dt.datetime:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        life = LONGEST if seconds is None else min(LONGEST, dt.timedelta(seconds=float(seconds)))
        return clock.now() + life

    @staticmethod
    def _ask(sql: str, values: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchone()
