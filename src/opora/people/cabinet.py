"""What the rooms add to the guardian's cabinet: menu entries, next steps of a child, parts of its card.

Higher rooms register in their ``AppConfig.ready``; a source answers for all children at once, so that the list
costs the same number of queries for one child and for ten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from opora.core.access import Actor
from opora.core.counting import counts
from opora.people.models import Child


@dataclass(frozen=True, slots=True)
class NextStep:
    """What a child's guardian can or must do now. `order`: lower is more urgent; state: info, warning, positive."""

    order: int
    text: str
    url: str = ""
    action: str = ""
    state: str = "info"


@dataclass(frozen=True, slots=True)
class CardLink:
    """A section of a child's card: title, one line about its present state, address."""

    order: int
    title: str
    text: str
    url: str
    icon: str = "chevron-right"
    tag: str = ""
    tag_state: str = "neutral"


Waiting = Callable[[Actor], Sequence[QuerySet[Any]]]
"""What of an entry of the menu waits for the family: rows of one or several tables, counted by one statement."""


@dataclass(frozen=True, slots=True)
class MenuItem:
    order: int
    title: str
    url: str
    waiting: Waiting | None = None


Steps = Callable[[Actor, list[Child]], dict[int, list[NextStep]]]
Links = Callable[[Actor, Child], Iterable[CardLink]]
_steps: list[Steps] = []
_links: list[Links] = []
_menu: dict[str, MenuItem] = {}


def next_steps(source: Steps) -> None:
    """Register a source: (actor, children) → child id → steps."""
    if source not in _steps:
        _steps.append(source)


def card_links(source: Links) -> None:
    """Register a source: (actor, child) → sections of the card."""
    if source not in _links:
        _links.append(source)


def menu_item(title: str, url: str, order: int, waiting: Waiting | None = None) -> None:
    """Register an entry of the cabinet's menu; beside it stands how many rows of `waiting` there are."""
    _menu[url] = MenuItem(order, title, url, waiting)


def steps_for(actor: Actor, children: list[Child]) -> dict[int, list[NextStep]]:
    """Steps of all rooms, most urgent first, per child id."""
    found: dict[int, list[NextStep]] = {child.pk: [] for child in children}
    for source in _steps:
        for child_id, steps in source(actor, children).items():
            found[child_id].extend(steps)
    for steps in found.values():
        steps.sort(key=lambda step: step.order)
    return found


def links_for(actor: Actor, child: Child) -> list[CardLink]:
    """Sections of a child's card in order."""
    return sorted((link for source in _links for link in source(actor, child)), key=lambda link: link.order)


def menu_for(actor: Actor, path: str) -> list[dict[str, object]]:
    """Entries for ``opora/cabinet_base.html``; the longest address that begins the path is the active one."""
    items = sorted(_menu.values(), key=lambda item: item.order)
    here = max((item.url for item in items if path.startswith(item.url)), key=len, default="")
    asked = [(item.url, rows) for item in items if item.waiting for rows in item.waiting(actor)]
    numbers: Counter[str] = Counter()
    for (url, _), number in zip(asked, counts([rows for _, rows in asked]), strict=True):
        numbers[url] += number
    return [
        {
            "title": item.title,
            "url": item.url,
            "active": item.url == here,
            "count": numbers[item.url],
        }
        for item in items
    ]
