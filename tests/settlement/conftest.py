"""A town with a signed agreement for every test."""

from __future__ import annotations

import pytest

from .town import Town, make_town


@pytest.fixture
def town(db: None) -> Town:
    return make_town()
