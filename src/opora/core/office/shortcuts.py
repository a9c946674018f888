"""The links that a role uses most, on the office home. What the menu does not show the actor is not shown here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from opora.core.access import Actor
from opora.core.office.menu import menu_for

MOST = 6


@dataclass(frozen=True, slots=True)
class Link:
    """A link ready to show."""

    title: str
    url: str
    text: str
    icon: str


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A page, why one goes there, and for which roles it is among the first.

    Without a title the page is an entry of the menu and takes its title and icon; with one, `allowed` decides.
    """

    url: str | Callable[[], str]
    text: str
    roles: frozenset[str]
    order: int
    title: str = ""
    icon: str = "list"
    allowed: Callable[[Actor], bool] | None = None


_shortcuts: list[Shortcut] = []


def add(
    url: str | Callable[[], str],
    text: str,
    *,
    roles: Iterable[str],
    order: int = 50,
    title: str = "",
    icon: str = "list",
    allowed: Callable[[Actor], bool] | None = None,
) -> None:
    """Declare a shortcut (call at import of a room's `office.py`)."""
    if bool(title) != (allowed is not None):
        raise ValueError("a shortcut outside the menu names its title and who may open it")
    made = Shortcut(url, text, frozenset(roles), order, title, icon, allowed)
    if made not in _shortcuts:
        _shortcuts.append(made)


def shortcuts_for(actor: Actor) -> list[Link]:
    """At most six links for the actor's roles, each of which opens."""
    entries = {entry["url"]: entry for part in menu_for(actor, "") for entry in part["items"]}
    found: dict[str, Link] = {}
    for one in sorted(_shortcuts, key=lambda item: item.order):
        url = one.url if isinstance(one.url, str) else one.url()
        if url in found or not actor.has(*one.roles):
            continue
        if one.allowed is None and url in entries:
            found[url] = Link(entries[url]["title"], url, one.text, entries[url]["icon"])
        elif one.allowed is not None and one.allowed(actor):
            found[url] = Link(one.title, url, one.text, one.icon)
    return list(found.values())[:MOST]
