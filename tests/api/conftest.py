"""The scene of the cabinet's tests, with keys of the API."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from opora.people.actors import actor_of
from opora.people.models import Account
from opora.people.tokens import create_token
from tests.cabinet.conftest import Scene, day, scene

__all__ = ["day", "scene"]
Call = Callable[..., Any]


class Caller:
    """Calls of one account: `get("/children")`, `post("/applications", {...}, key="…")`."""

    def __init__(self, account: Account, scopes: tuple[str, ...] = ("read", "write")) -> None:
        self.token = create_token(actor_of(account), account=account, name="проверка", scopes=scopes)
        self.client = Client()

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1{path}", query, headers=self._headers())

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> Any:
        headers = self._headers() | ({"Idempotency-Key": key} if key else {})
        text = body if isinstance(body, str) else json.dumps(body or {}, default=str)
        return self.client.post(f"/api/v1{path}", text, content_type="application/json", headers=headers)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@pytest.fixture
def guardian(scene: Scene) -> Caller:
    return Caller(scene.family.account)


@pytest.fixture
def provider(scene: Scene) -> Caller:
    return Caller(Account.objects.get(pk=scene.world.manager.account_id))


@pytest.fixture
def stranger(scene: Scene) -> Caller:
    return Caller(scene.world.family().account)
