"""Short lists on the office home beside the figures: today's lessons, periods, targets; rooms register sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from opora.core.access import Actor

MOST = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what it is, where it leads, a few words after it, a tag with its state."""

    title: str
    url: str = ""
    lead: str = ""
    """What stands first: a time, a date."""
    note: str = ""
    tag: str = ""
    state: Literal["neutral", "info", "positive", "warning", "danger"] = "neutral"


@dataclass(frozen=True, slots=True)
class Panel:
    """A list with its heading; without rows it is not shown. `more` is where the whole list stands."""

    title: str
    rows: list[Row] = field(default_factory=list)
    more: str = ""
    more_text: str = "Весь список"

    @property
    def shown(self) -> list[Row]:
        return self.rows[:MOST]

    @property
    def rest(self) -> int:
        return max(0, len(self.rows) - MOST)


Source = Callable[[Actor], Iterable[Panel]]
_sources: list[tuple[int, Source]] = []


def register(source: Source, *, order: int = 50) -> Source:
    """Add a source of panels. It returns nothing for actors whom it does not concern."""
    if all(known is not source for _, known in _sources):
        _sources.append((order, source))
    return source


def panels_for(actor: Actor) -> list[Panel]:
    """Panels with something in them, in the order of their sources."""
    found = (panel for _, source in sorted(_sources, key=lambda pair: pair[0]) for panel in source(actor))
    return [panel for panel in found if panel.rows]
