"""The catalogue page, its type-ahead and the map."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from opora.catalogue.live import live
from opora.catalogue.search.index import SearchResult
from opora.core.ui.shapes import ProgrammeCard
from opora.navigator import card_rows, cards, children, facets, finder, maps, queries, visitor
from opora.navigator.cost import costs
from opora.navigator.filters import CATALOGUE, SORT_NAMES, Filters, parse


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The catalogue: an ordinary GET form; htmx only asks for the same page in parts."""
    filters = parse(request.GET)
    family = children.chosen(request.actor, filters.child)  # type: ignore[attr-defined]
    origin = finder.origin_of(filters, family.home)
    result, query = finder.find(filters, origin)
    shown = _cards(request, filters, family, result, origin)
    context = {
        "filters": filters,
        "result": result,
        "cards": shown,
        "chips": finder.chips(filters, origin),
        "ways_out": finder.ways_out(filters, result),
        "panel": facets.panel(filters, result, far=origin is not None),
        "page": Paginator(range(result.total), query.per_page).get_page(query.page),
        "sorts": [
            (name, filters.url(sort=code), query.sort == code)
            for code, name in SORT_NAMES.items()
            if (code != "distance" or origin) and (code != "relevance" or filters.q)
        ],
        "list_url": filters.url(view="list"),
        "map_url": filters.url(view="map"),
        "compared": visitor.compared(request),
        "family": family,
        "child_links": [
            *((filters.url(child=str(one.public_id)), one.first_name, one == family.child) for one in family.children),
            *([(filters.url(child=children.NOBODY), "Без сертификата", False)] if family.child else []),
        ],
        "origin": origin,
        "near": "" if not filters.near else f"{filters.near[0]:.5f},{filters.near[1]:.5f}",
        "reset_url": replace(Filters(), view=filters.view).url(),
        "canonical": request.build_absolute_uri(CATALOGUE if not filters.focus_area else filters.url()),
    }
    if filters.view == "map":
        context["map"], context["map_note"] = maps.places(query)
    part = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    response = render(request, "navigator/search_parts.html" if part else "navigator/search.html", context)
    if part:
        response["HX-Push-Url"] = filters.url(page=filters.page)
    patch_vary_headers(response, ["HX-Request", "Cookie"])
    return response


def _cards(
    request: HttpRequest, filters: Filters, family: Any, result: SearchResult, origin: finder.Origin | None
) -> list[ProgrammeCard]:
    rows = card_rows.rows(hit.id for hit in result.items)
    compared = visitor.compared(request)
    found = [(rows[hit.id], cards.shown_groups(rows[hit.id], hit)) for hit in result.items if hit.id in rows]
    groups = [group for _, several in found for group in several]
    prices = costs(request.actor, groups, family.child)  # type: ignore[attr-defined]
    return [
        cards.card(
            programme,
            several,
            prices,
            here=origin.point if origin else None,
            child=family,
            compare_url=f"/navigator/compare/{programme.pk}/",
            compared=programme.pk in compared,
        )
        for programme, several in found
    ]


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Lines for what is being typed: phrases lead to the search, programmes to their pages."""
    prefix = request.GET.get("q", "").replace("\x00", "")[:100]
    lines = live.suggest(prefix, 8)
    rows = queries.names(line.programme_id for line in lines if line.programme_id is not None)
    found = []
    for line in lines:
        if line.programme_id is None:
            found.append((line.text, Filters(q=line.text).url(), ""))
        elif line.programme_id in rows:
            name, slug, provider = rows[line.programme_id]
            found.append((name, cards.programme_url(line.programme_id, slug), provider))
    return render(request, "navigator/suggest.html", {"lines": found, "asked": len(prefix.strip()) > 1})
