"""What every template may know of the actor."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def actor(request: HttpRequest) -> dict[str, Any]:
    """Give templates `actor` and `demo`."""
    return {"actor": getattr(request, "actor", None), "demo": settings.OPORA_DEMO}
