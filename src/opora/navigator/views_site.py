"""The home page, and what search engines read: sitemap and robots."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opora.catalogue.live import live
from opora.catalogue.search.index import SearchQuery
from opora.core import clock, russian
from opora.core.access import VISITOR
from opora.core.ui.shapes import FOCUS_AREAS, ProgrammeCard, Stat
from opora.monitoring.queries import figure
from opora.navigator import card_rows, cards, labels, queries
from opora.navigator.cost import costs
from opora.navigator.filters import Filters

SITEMAP_PAGE = 5000
AREA_ICONS = {
    "technical": "cpu",
    "artistic": "palette",
    "social_humanitarian": "hand-heart",
    "sport": "medal",
    "natural_science": "leaf",
    "tourism": "compass",
}
AREA_WORDS = {
    "technical": "Робототехника, программирование, моделирование",
    "artistic": "Музыка, танцы, театр, живопись",
    "social_humanitarian": "Языки, журналистика, подготовка к школе",
    "sport": "Плавание, футбол, гимнастика, единоборства",
    "natural_science": "Биология, экология, астрономия",
    "tourism": "Походы, краеведение, ориентирование",
}
AGE_BANDS = (("Дошкольникам", 5, 6), ("Младшим школьникам", 7, 10), ("Подросткам", 11, 14), ("Старшим", 15, 17))
FIGURES = (
    ("unique_children", "Детей занимается", ""),
    ("programmes", "Программ в каталоге", "/navigator/"),
    ("free_places", "Свободных мест сейчас", "/navigator/?free=1"),
    ("organisations", "Организаций", "/navigator/?view=map"),
)


def _stats() -> list[Stat]:
    found = []
    for code, title, url in FIGURES:
        value = figure(VISITOR, code)
        if value.value is not None:
            found.append(Stat(title, russian.number(value.value), date=f"на {russian.date_full(value.date)}", url=url))
    return found


_kept_stats: labels.Kept[list[Stat]] = labels.Kept(_stats)


@dataclass(frozen=True, slots=True)
class Opening:
    """A group whose enrolment opens soon."""

    title: str
    url: str
    provider: str
    when: str
    age: str


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Leads a family into the catalogue in one step; figures come from the indicators."""
    counts = live.search(SearchQuery(per_page=1, facets=("focus_area", "age")))
    ages = counts.facets.get("age", {})
    context = {
        "total": counts.total,
        "areas": [
            (code, name, AREA_WORDS[code], AREA_ICONS[code], counts.facets["focus_area"].get(code, 0))
            for code, name in FOCUS_AREAS.items()
        ],
        "ages": [(age, Filters(age=(age,)).url()) for age in range(5, 18) if ages.get(age)],
        "stats": _kept_stats.get(),
        "openings": _openings(),
        "cards": _with_places(request),
        "places": list(labels.municipalities().values()),
        "canonical": request.build_absolute_uri("/"),
    }
    return render(request, "navigator/home.html", context)


def _openings() -> list[Opening]:
    found = []
    for group in queries.opening_soon(3):
        local = group.window_from.astimezone(clock.zone(group.municipality.time_zone))  # type: ignore[union-attr]
        found.append(
            Opening(
                group.programme.name,
                cards.programme_url(group.programme_id, group.programme.slug),
                group.organisation.short_name,
                f"{russian.date(local.date())}, в{russian.NBSP}{russian.time(local)}",
                russian.age_range(group.age_from, group.age_to),
            )
        )
    return found


def _with_places(request: HttpRequest) -> list[ProgrammeCard]:
    """The newest programmes where one can apply at this moment."""
    result = live.search(SearchQuery(free_only=True, open_only=True, sort="newest", per_page=3, facets=()))
    rows = card_rows.rows(hit.id for hit in result.items)
    pairs = [(rows[hit.id], cards.shown_groups(rows[hit.id], hit)) for hit in result.items if hit.id in rows]
    prices = costs(request.actor, [group for _, several in pairs for group in several])  # type: ignore[attr-defined]
    return [cards.card(row, several, prices) for row, several in pairs]


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The index of the paged sitemap: programmes by five thousand, then the rest."""
    pages = max(1, -(-queries.programme_count() // SITEMAP_PAGE))
    names = ["pages", *(f"programmes-{number}" for number in range(1, pages + 1))]
    base = request.build_absolute_uri("/")
    rows = "".join(f"<sitemap><loc>{base}sitemap-{name}.xml</loc></sitemap>" for name in names)
    return _xml(f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>')


@require_safe
def sitemap_page(request: HttpRequest, name: str) -> HttpResponse:
    """One page of the sitemap: `pages` or `programmes-N`."""
    base = request.build_absolute_uri("/").rstrip("/")
    if name == "pages":
        paths = ["/", "/navigator/", *(Filters(focus_area=(code,)).url() for code in FOCUS_AREAS)]
        paths += [f"/navigator/organisations/{slug}/" for slug in queries.sitemap_organisations()]
        rows = "".join(f"<url><loc>{escape(base + path)}</loc></url>" for path in paths)
    else:
        number = name.removeprefix("programmes-")
        found = (
            queries.sitemap_programmes((int(number) - 1) * SITEMAP_PAGE, SITEMAP_PAGE)
            if number.isascii() and number.isdigit() and 0 < int(number) < 1000
            else []
        )
        if not found:
            raise Http404
        rows = "".join(
            f"<url><loc>{base}{cards.programme_url(pk, slug)}</loc>"
            + (f"<lastmod>{published:%Y-%m-%d}</lastmod>" if published else "")
            + "</url>"
            for pk, slug, published in found
        )
    return _xml(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>')


def _xml(body: str) -> HttpResponse:
    return HttpResponse('<?xml version="1.0" encoding="UTF-8"?>\n' + body, content_type="application/xml")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines shall leave alone."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in ("/cabinet/", "/office/", "/account/", "/api/", "/view/")),
        "Disallow: /navigator/compare/",
        "Disallow: /navigator/favourites/",
        "Disallow: /navigator/suggest/",
        f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
