"""What a visitor keeps without an account: programmes to compare and favourites, in cookies of this browser."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

COMPARE = "opora_compare"
FAVOURITES = "opora_favourites"
MOST_COMPARED = 4
MOST_FAVOURITES = 60
COOKIE_AGE = 180 * 24 * 3600


def ids_of(text: str, most: int) -> list[int]:
    """Ids from «12,7.5»: what is not a number is dropped, doubles too."""
    parts = text.replace(".", ",").split(",")
    found = [int(part) for part in map(str.strip, parts) if part.isascii() and part.isdigit() and len(part) < 12]
    return list(dict.fromkeys(found))[:most]


def compared(request: HttpRequest) -> list[int]:
    """Programmes that this browser compares, in the order of adding."""
    return ids_of(request.COOKIES.get(COMPARE, ""), MOST_COMPARED)


def favourites(request: HttpRequest) -> list[int]:
    """Favourites of a visitor without an account, the latest first."""
    return ids_of(request.COOKIES.get(FAVOURITES, ""), MOST_FAVOURITES)


def keep(request: HttpRequest, response: HttpResponse, name: str, ids: Iterable[int]) -> None:
    """Write the cookie, or remove it when nothing is left."""
    value = ".".join(map(str, ids))
    if value:
        response.set_cookie(name, value, max_age=COOKIE_AGE, secure=request.is_secure(), httponly=True, samesite="Lax")
    else:
        response.delete_cookie(name, samesite="Lax")


def back(request: HttpRequest, default: str) -> str:
    """Where to return: an address of this site from `next`, else the default."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe and wanted else default
