"""Periodic work: a code, an interval and a function; each due moment runs once however many workers there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T", bound=Any)
EPOCH = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Periodic:
    """One periodic task; `path` is the dotted path of a django-tasks task without arguments."""

    code: str
    every: dt.timedelta
    path: str

    def due(self, now: dt.datetime) -> dt.datetime:
        """The latest due moment not after `now` (a grid from a fixed epoch, so that workers agree)."""
        return now - (now - EPOCH) % self.every


_registered: dict[str, Periodic] = {}


def periodic(code: str, *, every: dt.timedelta) -> Callable[[T], T]:
    """Name a task (put above ``@task()``) as periodic. Codes are unique."""

    def register(task: T) -> T:
        path = f"{task.func.__module__}.{task.func.__name__}"
        known = _registered.get(code)
        if known and known.path != path:
            raise ValueError(f"periodic code {code!r} is taken by {known.path}")
        _registered[code] = Periodic(code, every, path)
        return task

    return register


def registered() -> list[Periodic]:
    """All periodic tasks in order of code."""
    return [_registered[code] for code in sorted(_registered)]
