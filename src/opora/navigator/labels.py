"""Names and outlines of places, kept for a minute per process: labels and maps only, never counts or free places."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from opora.navigator import queries
from opora.navigator.queries import Spot

KEEP_SECONDS = 60.0
T = TypeVar("T")


class Kept(Generic[T]):
    """A value read again when it is older than a minute."""

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read
        self._value: T | None = None
        self._until = 0.0

    def get(self) -> T:
        if self._value is None or time.monotonic() > self._until:
            self._value = self._read()
            self._until = time.monotonic() + KEEP_SECONDS
        return self._value

    def forget(self) -> None:
        """Read again at the next call (tests)."""
        self._value = None


def _by_id(read: Callable[[], list[Spot]]) -> Callable[[], dict[int, Spot]]:
    return lambda: {spot.id: spot for spot in read()}


_municipalities: Kept[dict[int, Spot]] = Kept(_by_id(lambda: queries.municipalities()))
_localities: Kept[dict[int, Spot]] = Kept(_by_id(lambda: queries.localities()))


def municipalities() -> dict[int, Spot]:
    """Served municipalities by id, in order of name."""
    return _municipalities.get()


def localities() -> dict[int, Spot]:
    """Localities by id, towns first, then in order of name."""
    return _localities.get()


_outlines: dict[frozenset[int] | None, Kept[list[dict[str, Any]]]] = {}


def outlines(municipality_ids: Iterable[int] | None = None) -> list[dict[str, Any]]:
    """As `queries.outlines`: the map beneath the pins."""
    wanted = None if municipality_ids is None else frozenset(municipality_ids)
    return _outlines.setdefault(wanted, Kept(lambda: queries.outlines(wanted))).get()


def forget() -> None:
    """Drop what is kept (tests make new places)."""
    _outlines.clear()
    _municipalities.forget()
    _localities.forget()
