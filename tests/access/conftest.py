"""One world for all checks of access, undone at the end; each question is undone at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from opora.core.access import SYSTEM
from opora.people.tokens import create_token
from tests.access.world import Access, Side, make_access


class Asker:
    """Asks addresses in the name of a role; sessions are made once."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self.sessions = {role: _session(account) for role, account in access.accounts.items()}
        self.tokens = {
            role: create_token(SYSTEM, account=account, name="проверка") for role, account in access.accounts.items()
        }

    def side(self, relation: str) -> Side:
        side: Side = getattr(self.access, relation)
        return side

    def client(self, role: str | None) -> Client:
        client = Client(raise_request_exception=False)
        if role is not None:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return client

    def ask(self, role: str | None, address: str, *, post: bool = False, **body: Any) -> int:
        """Status of the answer; 401 also for a redirect to sign-in. The world stays as it was."""
        client = self.client(role)
        with transaction.atomic():
            answer = client.post(address, **body) if post else client.get(address)
            if getattr(answer, "streaming", False):
                b"".join(answer.streaming_content)
            transaction.set_rollback(True)
        return 401 if "/account/login/" in answer.headers.get("Location", "") else answer.status_code

    def ask_by_token(self, role: str, address: str, *, post: bool = False, **body: Any) -> int:
        """The same with a bearer token of the role's account and no session."""
        client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {self.tokens[role]}"})
        with transaction.atomic():
            answer = client.post(address, **body) if post else client.get(address)
            transaction.set_rollback(True)
        return 401 if "/account/login/" in answer.headers.get("Location", "") else answer.status_code

    @staticmethod
    def problem(status: int, expected: bool) -> str:
        """What is wrong with the answer, or nothing."""
        if status >= 500 or (status not in (401, 403, 404)) != expected:
            return f"{status}, expected {'open' if expected else 'closed'}"
        return ""


def _session(account: Any) -> str:
    client = Client()
    client.force_login(account, backend="opora.people.backends.AccountBackend")
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


@pytest.fixture(scope="module")
def _world(django_db_setup: None, django_db_blocker: Any) -> Iterator[Asker]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield Asker(make_access())
        transaction.set_rollback(True)


@pytest.fixture
def asker(_world: Asker, django_db_blocker: Any) -> Iterator[Asker]:
    with django_db_blocker.unblock():
        yield _world
