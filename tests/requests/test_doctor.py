"""Corruptions of data requests planted in SQL: the doctor names exactly the right check."""

from __future__ import annotations

import pytest

from opora.core import clock, doctor
from opora.monitoring.requests.invariants import CHECKS
from tests.requests.conftest import Land
from tests.requests.test_road import MONDAY, answered, sent
from tests.survival.test_planted import planted


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("DELETE FROM data_request_answer", "requests.asked"),
        ("DELETE FROM form_answer_version", "requests.kept"),
        ("UPDATE form_cell SET section = '9'", "requests.cells"),
    ],
)
def test_what_is_planted_is_named(land: Land, statement: str, check: str) -> None:
    with clock.frozen(MONDAY):
        answered(land, sent(land))
    assert [one.name for one in doctor.run(CHECKS) if not one.ok] == []
    with planted(statement):
        assert [one.name for one in doctor.run(CHECKS) if not one.ok] == [check]
