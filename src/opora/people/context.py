"""What every template may know of the actor."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from opora.core.access import VISITOR
from opora.people.cabinet import menu_for


def actor(request: HttpRequest) -> dict[str, Any]:
    """Give templates `actor`, `demo` and, for the cabinet's pages, `cabinet_menu` (asked for only there)."""
    who = getattr(request, "actor", None)
    return {
        "actor": who,
        "demo": settings.OPORA_DEMO,
        "cabinet_menu": SimpleLazyObject(
            lambda: menu_for(who, request.path) if who and who.account_id != VISITOR.account_id else []
        ),
    }
