"""Template context of office pages: the menu, who is signed in and in which role."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from opora.core.access import ROLES, Actor
from opora.core.office.menu import menu_for

Names = Callable[[Actor], list[str]]
_names: list[Names] = []


def places_named_by(source: Names) -> Names:
    """Let a higher room name the places where roles are held: regions, centres, organisations live there."""
    if source not in _names:
        _names.append(source)
    return source


def places_for(actor: Actor) -> list[str]:
    """Where the actor works, as names without repeats."""
    return list(dict.fromkeys(name for source in _names for name in source(actor)))


def office(request: HttpRequest) -> dict[str, Any]:
    """`office_menu`, `office_name`, `office_role` on addresses under /office/; nothing elsewhere."""
    if not request.path.startswith("/office/"):
        return {}
    actor = getattr(request, "actor", None)
    if actor is None or (actor.account_id is None and not actor.system):
        return {}
    held = [ROLES[role] for role in ROLES if role in actor.roles and role not in ("guardian", "learner")]
    return {
        "office_menu": SimpleLazyObject(lambda: menu_for(actor, request.path)),
        "office_name": actor.name or actor.email,
        "office_role": ", ".join(held[:2]),
    }
