"""What waits for me (K7): rooms register sources of work; each gives lines for the actor, nearest deadline first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from opora.core import clock
from opora.core.access import Actor

SOON = dt.timedelta(days=2)


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One line: what is to be done, how many, where, until when (aware moment of the nearest deadline)."""

    title: str
    count: int
    url: str
    deadline: dt.datetime | None = None
    note: str = ""

    @property
    def state(self) -> str:
        """danger: the deadline is over; warning: within two days; neutral otherwise."""
        if self.deadline is None:
            return "neutral"
        left = self.deadline - clock.now()
        return "danger" if left < dt.timedelta(0) else "warning" if left < SOON else "neutral"


def end_of(day: dt.date | None, zone: str | None) -> dt.datetime | None:
    """The end of a day where it counts, as the deadline of a line; None without a day."""
    if day is None:
        return None
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=clock.zone(zone))


Source = Callable[[Actor], Iterable[WorkItem]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Add a source (also as a decorator). It returns nothing for actors whom it does not concern."""
    if source not in _sources:
        _sources.append(source)
    return source


def waiting_for(actor: Actor) -> list[WorkItem]:
    """All lines with something to do; those with deadlines first, by the nearest."""
    lines = [item for source in _sources for item in source(actor) if item.count]
    far = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(lines, key=lambda item: (item.deadline or far, item.title))


def total_for(actor: Actor) -> int:
    """How many things wait, for the count in the menu."""
    return sum(item.count for item in waiting_for(actor))
