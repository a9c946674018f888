"""Lists of the API: `{"items", "count", "next"}`."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

PER_PAGE = 20
MOST = 100


def next_link(request: HttpRequest, page: int, per_page: int, count: int) -> str | None:
    """Address of the next page, or None on the last one."""
    if page * per_page >= count:
        return None
    query = request.GET.copy()
    query["page"] = str(page + 1)
    return f"{request.path}?{urlencode(sorted(query.items()))}"


def paged(request: HttpRequest, items: list[Any], count: int, page: int, per_page: int) -> dict[str, Any]:
    """The envelope of one page."""
    return {"items": items, "count": count, "next": next_link(request, page, per_page, count)}
