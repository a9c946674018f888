"""Comparison, favourites, a provider's page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from opora.core.ui.shapes import FOCUS_AREAS, ProgrammeCard
from opora.navigator import card_rows, cards, children, comparison, maps, queries, services, visitor
from opora.navigator.cost import costs
from opora.navigator.filters import Filters
from opora.reporting.queries_own import published_of


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """`?ids=1,2` (a link to share) or what this browser has chosen; up to four programmes."""
    shared = request.GET.get("ids")
    chosen = visitor.ids_of(shared, visitor.MOST_COMPARED) if shared is not None else visitor.compared(request)
    family = children.chosen(request.actor, request.GET.get("child", ""))  # type: ignore[attr-defined]
    found = comparison.columns(request.actor, chosen, family)  # type: ignore[attr-defined]
    ids = [one.id for one in found]
    drop_urls = [f"/navigator/compare/?{urlencode({'ids': _joined(ids, without=pk)})}" for pk in ids]
    context = {
        "found": found,
        "columns": list(zip(found, drop_urls, strict=True)),
        "lines": comparison.lines(found),
        "family": family,
        "missing": len(chosen) - len(found),
        "share_url": request.build_absolute_uri(f"/navigator/compare/?ids={_joined(ids)}"),
        "ids": _joined(ids),
    }
    context["narrow"] = [
        (one, [(title, values[place]) for title, values in comparison.lines(found) if values[place]])
        for place, one in enumerate(found)
    ]
    response = render(request, "navigator/compare.html", context)
    if shared is not None and ids != visitor.compared(request):
        visitor.keep(request, response, visitor.COMPARE, ids)
    return response


def _joined(ids: list[int], without: int | None = None) -> str:
    return ",".join(str(pk) for pk in ids if pk != without)


@require_safe
def compare_toggle(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a programme into the comparison of this browser or take it out; nothing changes on the server.

    The fifth programme pushes out the first.
    """
    kept = visitor.compared(request)
    if pk in kept:
        ids = [one for one in kept if one != pk]
    elif queries.names([pk]):
        ids = [*kept, pk][-visitor.MOST_COMPARED :]
    else:
        raise Http404
    referrer = request.META.get("HTTP_REFERER", "")
    own = request.build_absolute_uri("/")
    default = "/" + referrer.removeprefix(own) if referrer.startswith(own) else "/navigator/compare/"
    response = HttpResponseRedirect(visitor.back(request, default))
    visitor.keep(request, response, visitor.COMPARE, ids)
    return response


@require_safe
def favourites(request: HttpRequest) -> HttpResponse:
    """What the account keeps; for a visitor, what this browser keeps or the address names (`?ids=`)."""
    actor = request.actor  # type: ignore[attr-defined]
    browser = visitor.favourites(request)
    if actor.account_id and browser:
        services.adopt_favourites(actor, programme_ids=browser)
    ids = queries.favourite_ids(actor) if actor.account_id else browser
    if not actor.account_id and "ids" in request.GET:
        ids = visitor.ids_of(request.GET["ids"], visitor.MOST_FAVOURITES)
    shown = card_list(request, ids)
    context = {
        "cards": shown,
        "share_url": request.build_absolute_uri(f"/navigator/favourites/?ids={_joined(ids)}"),
        "missing": len(ids) - len(shown),
    }
    response = render(request, "navigator/favourites.html", context)
    if actor.account_id and browser:
        visitor.keep(request, response, visitor.FAVOURITES, [])
    return response


def card_list(request: HttpRequest, ids: list[int]) -> list[ProgrammeCard]:
    """Cards of published programmes in the order of ids."""
    rows = card_rows.rows(ids)
    every = [group for row in rows.values() for group in row.groups]
    prices = costs(request.actor, every)  # type: ignore[attr-defined]
    compared = visitor.compared(request)
    return [
        cards.card(
            rows[pk],
            rows[pk].groups,
            prices,
            compare_url=f"/navigator/compare/{pk}/",
            compared=pk in compared,
        )
        for pk in ids
        if pk in rows
    ]


@require_safe
def organisation_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A provider: contacts, licence, venues on the map, its programmes by focus area."""
    row = queries.organisation(slug)
    if row is None:
        raise Http404
    shown = card_list(request, queries.programmes_of(row.pk)[:60])
    total = len(queries.programmes_of(row.pk))
    by_area = [(code, name, [card for card in shown if card.focus_area == code]) for code, name in FOCUS_AREAS.items()]
    context = {
        "organisation": row,
        "areas": [area for area in by_area if area[2]],
        "total": total,
        "all_url": Filters(organisation=slug).url() if total > len(shown) else "",
        "map": maps.venue_map(row),
        "summary": _summary(row),
        "url": request.build_absolute_uri(),
        "website": _website(row.website),
        "assessments": published_of(row.pk),
    }
    return render(request, "navigator/organisation.html", context)


def _website(text: str) -> str:
    """An address to follow: only http(s), a bare name gets its scheme."""
    address = text.strip()
    if not address or " " in address:
        return ""
    if address.startswith(("http://", "https://")):
        return address
    return "" if ":" in address else f"https://{address}"


def _summary(row: queries.Organisation) -> list[tuple[str, ...]]:
    licence = " ".join(filter(None, (row.licence_number, row.licence_issuer))).strip()
    lines: list[tuple[str, ...]] = [
        ("Полное название", row.full_name),
        ("Вид", row.get_kind_display()),
        ("Адрес", cards.address(row.address)),
        ("Телефон", row.phone),
        ("Почта", row.email),
        ("Руководитель", row.head_name),
        ("Лицензия", licence),
    ]
    return [line for line in lines if line[1]]
