"""What higher rooms offer to do with a forecast: they register a source at start, the page shows its links."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from opora.core.access import Actor
from opora.monitoring.indicators import Scope


@dataclass(frozen=True, slots=True)
class Link:
    """A way on from the list of needs."""

    text: str
    url: str
    icon: str = ""


Source = Callable[[Actor, Scope], "Link | None"]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Add a source, as a decorator too; it gives None for those who may not."""
    if source not in _sources:
        _sources.append(source)
    return source


def links(actor: Actor, scope: Scope) -> list[Link]:
    """What this actor may do with the forecast of this territory."""
    return [link for source in _sources if (link := source(actor, scope)) is not None]
