"""API tokens: made once and shown once, kept as a hash, acting with their account's roles (K5)."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.people.actors import actor_from, read
from opora.people.models import Account, ApiToken

SCOPES = {"read": "Чтение", "write": "Запись"}
PREFIX = "opora_"
LIFE = dt.timedelta(days=365)
TOUCH = dt.timedelta(hours=1)
"""How old the mark of the last use may be before it is written again."""
GATHER_SECONDS = 10.0


def digest(token: str) -> str:
    """SHA-256 of a token: tokens are long random strings, so no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def create_token(
    actor: Actor, *, account: Account, name: str, scopes: Iterable[str] = ("read", "write"), days: int | None = None
) -> str:
    """Make a token and return it: the only time it is seen. An account makes tokens for itself alone."""
    if not actor.system and actor.account_id != account.pk:
        raise Refused(Reason("token_foreign", "Ключ можно создать только для своей учётной записи."))
    wanted = sorted(set(scopes))
    if not wanted or set(wanted) - set(SCOPES):
        raise Refused(Reason("scopes_unknown", "Отметьте, что разрешает ключ: чтение, запись.", field="scopes"))
    token = PREFIX + secrets.token_urlsafe(32)
    with act(actor):
        ApiToken.objects.create(
            account=account,
            name=name.strip() or "Без названия",
            prefix=token[:12],
            hash=digest(token),
            scopes=wanted,
            expires_at=clock.now() + (dt.timedelta(days=days) if days else LIFE),
        )
    return token


def revoke_token(actor: Actor, *, token_id: int) -> None:
    """Make a token of the actor's account useless at once."""
    with act(actor):
        rows = ApiToken.objects.filter(pk=token_id, revoked_at__isnull=True)
        if not actor.system:
            rows = rows.filter(account_id=actor.account_id or 0)
        if not rows.update(revoked_at=clock.now()):
            raise Refused(Reason("token_unknown", "Такого действующего ключа нет."))


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls with a token, and what the token allows."""

    actor: Actor
    scopes: frozenset[str]


def find_caller(token: str, *, request_id: str = "") -> Caller | None:
    """Return who calls with a living token of an active account, or None. One statement for all but staff."""
    known = read(token_hash=digest(token))
    if known is None or known.token_id is None:
        return None
    now = clock.now()
    if known.last_used_at is None or now - known.last_used_at > TOUCH:
        _uses.note(known.token_id, now)
    return Caller(actor_from(known, request_id=request_id), known.scopes)


class _Uses:
    """When tokens were used, written together: a crowd of callers costs one write in some seconds, not one each.

    The first use is written at once, those that follow closely with the next call of any token.
    """

    def __init__(self) -> None:
        self._noted: dict[int, dt.datetime] = {}
        self._written = -GATHER_SECONDS
        self._lock = threading.Lock()

    def note(self, token_id: int, at: dt.datetime) -> None:
        with self._lock:
            self._noted[token_id] = at
            if time.monotonic() - self._written < GATHER_SECONDS:
                return
            self._written = time.monotonic()
            noted, self._noted = self._noted, {}
        with connection.cursor() as cursor:
            # rows in one order, so that two processes never wait for each other crosswise
            cursor.execute(
                "UPDATE api_token t SET last_used_at = u.at FROM (SELECT k.id, n.at FROM"
                " unnest(%s::bigint[], %s::timestamptz[]) n(id, at) JOIN api_token k ON k.id = n.id"
                " ORDER BY k.id FOR NO KEY UPDATE OF k SKIP LOCKED) u WHERE t.id = u.id",
                [list(noted), list(noted.values())],
            )


_uses = _Uses()
