"""No free connection in time is "busy, try again" wherever it happens, and the answer needs no connection itself."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client
from psycopg_pool import PoolTimeout

from opora.navigator import views
from opora.territory.middleware import LocalTimeMiddleware

BUSY = OperationalError("no connection")
BUSY.__cause__ = PoolTimeout("no connection in time")


def busy(*_: object, **__: object) -> None:
    raise BUSY


@pytest.mark.parametrize(
    ("owner", "name"), [(views, "parse"), (LocalTimeMiddleware, "__call__")], ids=["in a view", "in a middleware"]
)
def test_a_visitor_without_a_connection_is_asked_to_come_again(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str
) -> None:
    monkeypatch.setattr("opora.territory.middleware.served_zone", lambda: "Europe/Moscow")
    monkeypatch.setattr(owner, name, busy)
    answer = Client(raise_request_exception=False).get("/navigator/")  # no database fixture: none is needed
    assert answer.status_code == 503
    assert answer["Retry-After"] == "2"
    assert "Ничего не потеряно" in answer.content.decode()
