"""An outage is told from an error of the program, and every face says it plainly: 503, Russian, never a traceback."""

from __future__ import annotations

import errno
import json

import psycopg
import pytest
from django.db import InterfaceError, InternalError, OperationalError
from django.test import Client
from psycopg import errors

from opora.core import files, outage
from opora.navigator import views


def caused(kind: type[Exception], cause: BaseException) -> Exception:
    made = kind("x")
    made.__cause__ = cause
    return made


OUTAGES = {
    "refused": (caused(OperationalError, psycopg.OperationalError("connection refused")), "database_unavailable"),
    "closed under us": (caused(InterfaceError, psycopg.InterfaceError("closed")), "database_unavailable"),
    "shut down": (caused(OperationalError, errors.AdminShutdown()), "database_unavailable"),
    "crashed": (caused(OperationalError, errors.CrashShutdown()), "database_unavailable"),
    "starting": (caused(OperationalError, errors.CannotConnectNow()), "database_unavailable"),
    "a replica": (caused(InternalError, errors.ReadOnlySqlTransaction()), "database_unavailable"),
    "too many": (caused(OperationalError, errors.TooManyConnections()), "database_unavailable"),
    "disk of the database": (caused(OperationalError, errors.DiskFull()), "storage_full"),
    "disk of the documents": (OSError(errno.ENOSPC, "No space left on device"), "storage_full"),
    "quota": (caused(ValueError, OSError(errno.EDQUOT, "quota")), "storage_full"),
}
ERRORS = [
    ValueError("x"),
    FileNotFoundError(errno.ENOENT, "x"),
    caused(OperationalError, errors.LockNotAvailable()),
    caused(InternalError, errors.RaiseException()),
    caused(OperationalError, errors.QueryCanceled()),
]


@pytest.mark.parametrize("name", OUTAGES)
def test_outages_are_known_by_their_cause(name: str) -> None:
    error, code = OUTAGES[name]
    found = outage.outage_of(error)
    assert found is not None and found.code == code


@pytest.mark.parametrize("error", ERRORS, ids=repr)
def test_errors_of_the_program_are_not_outages(error: Exception) -> None:
    assert outage.outage_of(error) is None


@pytest.mark.parametrize("name", ["refused", "disk of the database", "disk of the documents"])
def test_pages_and_api_say_it(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    error, code = OUTAGES[name]

    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("opora.territory.middleware.served_zone", lambda: "Europe/Moscow")
    monkeypatch.setattr(views, "parse", broken)
    client = Client(raise_request_exception=False)
    page = client.get("/navigator/")
    assert page.status_code == 503 and int(page["Retry-After"]) >= 5
    words = "кончилось место" if code == "storage_full" else "База данных сейчас недоступна"
    assert words in page.content.decode() and "Traceback" not in page.content.decode()
    monkeypatch.setattr("opora.exchange.api.catalogue.live.search", broken)
    answer = client.get("/api/v1/programmes?q=x")
    problem = json.loads(answer.content)
    assert answer.status_code == 503 and answer["Content-Type"] == "application/problem+json"
    assert problem["code"] == code and words in problem["title"] and problem["detail"]


def test_readyz_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise OUTAGES["refused"][0]

    monkeypatch.setattr("opora.core.health.connection.cursor", away)
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["reason"] == "database" and "не отвечает" in answer.json()["detail"]


@pytest.mark.django_db
def test_readyz_knows_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opora.core.health.LEAST_FREE", 2**62)
    answer = Client().get("/readyz")
    assert answer.status_code == 503 and answer.json()["reason"] == "disk"
    monkeypatch.undo()
    assert Client().get("/readyz").json() == {"ready": True}


def test_a_document_that_finds_no_room_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path, settings) -> None:
    settings.MEDIA_ROOT = tmp_path

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.store(None, owner=None, name="a", content_type="b", data=b"c")  # type: ignore[arg-type]
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []
