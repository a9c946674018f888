"""A small town, and the search index of this process kept in step by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.factories import Town
from tests.factories import town as make_town

from opora.catalogue import live as live_module
from opora.navigator import labels, views_site


class HandIndex(live_module.LiveIndex):
    """The live index without its thread: a test calls `catch_up` where the thread would have."""

    def ensure(self) -> live_module.Index:
        return self._index


@pytest.fixture
def index(db: None, monkeypatch: pytest.MonkeyPatch) -> HandIndex:
    """The index that the pages of this test ask."""
    made = HandIndex()
    made.rebuild()
    for module in ("finder", "views", "views_site", "programme", "maps"):
        monkeypatch.setattr(f"opora.navigator.{module}.live", made, raising=False)
    return made


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    """Names that a process keeps for a minute are forgotten around each test."""
    labels.forget()
    views_site._kept_stats.forget()
    yield make_town()
    labels.forget()
    views_site._kept_stats.forget()
