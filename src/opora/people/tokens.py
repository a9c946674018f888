"""API tokens: made once and shown once, kept as a hash, acting with their account's roles (K5)."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable

from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.people.models import Account, ApiToken

SCOPES = {"read": "Чтение", "write": "Запись"}
PREFIX = "opora_"
LIFE = dt.timedelta(days=365)
TOUCH = dt.timedelta(minutes=5)


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


def find_token(token: str) -> ApiToken | None:
    """Return the living token of an active account, or None. Marks its use at most every five minutes."""
    now = clock.now()
    row = (
        ApiToken.objects.select_related("account")
        .filter(hash=digest(token), revoked_at__isnull=True, account__is_active=True)
        .first()
    )
    if row is None or (row.expires_at and row.expires_at <= now):
        return None
    if row.last_used_at is None or now - row.last_used_at > TOUCH:
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=now)
    return row
