"""People who are signed in before a benchmark begins: their sessions, and what their browsers send."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection

from opora.core import clock
from opora.people.models import Account

CSRF = "b" * 32


def sign_in(accounts: Sequence[int]) -> None:
    """A session for each account, as signing in would make it; all have the same password. Other sessions go."""
    one = Account.objects.get(pk=accounts[0])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_session")
    Session.objects.bulk_create(
        (
            Session(
                session_key=_session(pk),
                session_data=SessionStore().encode(
                    {
                        SESSION_KEY: str(pk),
                        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                        HASH_SESSION_KEY: one.get_session_auth_hash(),
                    }
                ),
                expire_date=clock.now() + dt.timedelta(days=1),
            )
            for pk in accounts
        ),
        batch_size=1000,
    )


def headers(account: int) -> dict[str, str]:
    """What the browser of a signed-in account sends."""
    return {"Cookie": f"sessionid={_session(account)}; csrftoken={CSRF}"}


def _session(account: int) -> str:
    return f"bench{account:027d}"
