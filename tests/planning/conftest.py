"""The town of planning on its day."""

from __future__ import annotations

import pytest

from opora.core import clock

from .world import NOW, Town, make_town


@pytest.fixture
def town(db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return make_town()
