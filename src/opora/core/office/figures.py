"""Figures of the office home: rooms register sources; each gives figures of the actor's territory with their date."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from opora.core.access import Actor


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in words ready to show: title, value, unit, comparison or note, date; the address of its rows."""

    title: str
    value: str
    unit: str = ""
    note: str = ""
    date: str = ""
    url: str = ""
    change: str = ""
    change_state: str = ""


Source = Callable[[Actor], Iterable[Figure]]
_sources: list[tuple[int, Source]] = []


def register(source: Source, *, order: int = 50) -> Source:
    """Add a source of figures (also as a decorator)."""
    if all(known is not source for _, known in _sources):
        _sources.append((order, source))
    return source


def figures_for(actor: Actor) -> list[Figure]:
    """Figures for the actor in the order of their sources."""
    return [figure for _, source in sorted(_sources, key=lambda pair: pair[0]) for figure in source(actor)]
