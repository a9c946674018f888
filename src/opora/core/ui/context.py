"""Template context that every page needs: the visitor's look, the demo strip, the current section."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from opora.core.ui import look as looks

SECTIONS = (("navigator", "/navigator/"), ("cabinet", "/cabinet/"), ("office", "/office/"))


def look(request: HttpRequest) -> dict[str, Any]:
    """`look` (a `Look`), `demo`, `tiles_url` (empty = no tiles), `section` (navigator, cabinet, office or empty)."""
    section = next((name for name, prefix in SECTIONS if request.path.startswith(prefix)), "")
    return {
        "look": looks.from_cookie(request.COOKIES.get(looks.COOKIE, "")),
        "demo": bool(getattr(settings, "OPORA_DEMO", False)),
        "tiles_url": getattr(settings, "OPORA_TILES_URL", "") or "",
        "section": section,
    }
