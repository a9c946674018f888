"""The feed of a process brings every row of the outbox once, whatever order they commit in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.core.feed import MemoryFeed, _ranges
from opora.core.models import Outbox
from opora.core.outbox import emit


@given(st.sets(st.integers(1, 60)))
def test_ranges_hold_exactly_the_ids(ids: set[int]) -> None:
    said = _ranges(ids)
    parts = [part.split(",") for part in said.strip("{}").replace("],[", "] [").split(" ") if part]
    held = {pk for first, last in parts for pk in range(int(first.strip("[")), int(last.strip("]")) + 1)}
    assert held == ids


@pytest.mark.django_db
def test_each_row_comes_once() -> None:
    feed = MemoryFeed()
    for number in range(5):
        emit("child.changed", "child", number + 1)
    kept = Outbox.objects.order_by("id")[2]
    late = Outbox.objects.filter(pk=kept.pk)
    values = late.values().get()
    late.delete()  # commits later than its neighbours
    assert [row.object_id for row in feed.poll()] == [1, 2, 4, 5]
    Outbox.objects.create(**values)
    emit("child.changed", "child", 6)
    assert [row.object_id for row in feed.poll()] == [3, 6]
    assert feed.poll() == []


@pytest.mark.django_db
def test_a_short_poll_goes_on_where_it_stopped() -> None:
    feed = MemoryFeed()
    for number in range(5):
        emit("child.changed", "child", number + 1)
    assert [[row.object_id for row in feed.poll(limit=2)] for _ in range(3)] == [[1, 2], [3, 4], [5]]
