"""Values made of a programme's card, kept per process for as long as the card's stamp holds."""

from __future__ import annotations

import datetime as dt
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from typing import Generic, NamedTuple, TypeVar

from opora.catalogue.queries_cards import CardState
from opora.core import clock

KEEP_SECONDS = 60.0
"""What a card tells of its municipality and locality has no part in the stamp: names of places may be a minute old."""

T = TypeVar("T")


class _Kept(NamedTuple, Generic[T]):
    stamp: str
    day: dt.date
    until: float
    value: T


class KeptCards(Generic[T]):
    """Values by programme id; `make` reads those that are missing or stale, all at once. Oldest in use go first."""

    def __init__(self, make: Callable[[Iterable[int]], Mapping[int, T]], most: int) -> None:
        self._make = make
        self._most = most
        self._kept: OrderedDict[int, _Kept[T]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def forget(self) -> None:
        """Make everything anew (tests, whose rows change without a new version)."""
        with self._lock:
            self._kept.clear()

    def of(self, states: Mapping[int, CardState]) -> dict[int, T]:
        """A value for each state; programmes that went away meanwhile have none."""
        found: dict[int, T] = {}
        today, now = clock.today(clock.WESTERNMOST), time.monotonic()
        with self._lock:
            for pk, state in states.items():
                kept = self._kept.get(pk)
                if kept is not None and kept.stamp == state.stamp and kept.day == today and now < kept.until:
                    found[pk] = kept.value
                    self._kept.move_to_end(pk)
        missing = [pk for pk in states if pk not in found]
        if missing:
            made = self._make(missing)
            found |= made
            with self._lock:
                for pk, value in made.items():
                    self._kept[pk] = _Kept(states[pk].stamp, today, now + KEEP_SECONDS, value)
                    self._kept.move_to_end(pk)
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return found
