"""Figures for everybody: no day to come, ten years back, so many a minute."""

from __future__ import annotations

import pytest
from django.test import Client

from opora.core.rate import Rate, caller_of
from opora.exchange.api import indicators
from tests.cabinet.conftest import Scene


@pytest.mark.parametrize(
    ("date", "status"),
    [
        ("2026-10-12", 200),
        ("2016-01-01", 200),
        ("2026-10-13", 409),
        ("2015-12-31", 409),
        ("9999-12-31", 409),
        ("0001-01-01", 409),
    ],
)
def test_dates_that_are_counted(scene: Scene, date: str, status: int) -> None:
    answer = Client().get("/api/v1/indicators/coverage", {"date": date})
    assert answer.status_code == status
    if status == 409:
        body = answer.json()
        assert body["code"] == "date_out_of_range" and "с 01.01.2016 по 12.10.2026" in body["reasons"][0]["message"]


def test_a_caller_who_hurries_waits_and_others_do_not(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indicators, "FIGURES", Rate("figures", 2))
    asked = [Client().get("/api/v1/indicators/coverage") for _ in range(3)]
    assert [one.status_code for one in asked] == [200, 200, 429]
    assert 1 <= int(asked[2]["Retry-After"]) <= 60
    assert asked[2].json()["code"] == "too_many_requests"
    assert Client(REMOTE_ADDR="203.0.113.9").get("/api/v1/indicators/coverage").status_code == 200
    assert scene.client.get("/api/v1/indicators/coverage").status_code == 200


@pytest.mark.parametrize(
    ("near", "told", "caller"),
    [
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "1.1.1.1, 198.51.100.7", "198.51.100.7"),
        ("8.8.8.8", "198.51.100.7", "8.8.8.8"),
        ("127.0.0.1", "somebody", "127.0.0.1"),
        ("", "", "127.0.0.1"),
    ],
)
def test_who_calls(rf, near: str, told: str, caller: str) -> None:
    headers = {"X-Forwarded-For": told} if told else {}
    assert caller_of(rf.get("/", headers=headers, REMOTE_ADDR=near)) == caller
