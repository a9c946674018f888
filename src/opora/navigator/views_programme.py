"""A programme's page and what can be done on it without signing up: keep, compare, subscribe, calendar."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from opora.catalogue import kept_pages
from opora.catalogue.models import Programme
from opora.navigator import calendar, cards, children, maps, programme, queries, services, structured, visitor
from opora.navigator.cost import costs
from opora.navigator.filters import Filters


@require_safe
def programme_page(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """The number decides; a stale or missing name in the address redirects to the true one."""
    actor = request.actor  # type: ignore[attr-defined]
    try:
        row, places = kept_pages.public_programme(pk)
    except Programme.DoesNotExist:
        return _gone(request, pk)
    if slug != row.slug:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(cards.programme_url(pk, row.slug) + (f"?{query}" if query else ""))
    family = children.chosen(actor, request.GET.get("child", ""))
    groups = list(row.groups.all())
    prices = costs(actor, groups, family.child)
    subscribed = queries.subscribed_groups(actor, (group.pk for group in groups))
    views = programme.group_views(row, places, prices, subscribed)
    facts = programme.headline(row, views)
    here = next((spot for view in views if (spot := programme.point_of(view.group))), None)
    url = request.build_absolute_uri(cards.programme_url(pk, row.slug))
    provider_url = f"/navigator/organisations/{row.organisation.slug}/"
    kept = queries.favourite_ids(actor) if actor.account_id else visitor.favourites(request)
    modules = list(row.modules.all())
    context: dict[str, Any] = {
        "programme": row,
        "facts": facts,
        "views": views,
        "family": family,
        "child_links": [
            *((f"?child={one.public_id}", one.first_name, one == family.child) for one in family.children),
            *([(f"?child={children.NOBODY}", "Без сертификата", False)] if family.child else []),
        ],
        "modules": modules,
        "several_modules": len(modules) > 1,
        "details": programme.details(row, modules),
        "area_name": row.get_focus_area_display(),
        "area_url": Filters(focus_area=(row.focus_area,)).url(),
        "place": cards.address(facts["venues"][0].address) if facts["venues"] else "",
        "other_venues": len(facts["venues"]) - 1,
        "heart_css": "kept" if pk in kept else "",
        "map": maps.venues(groups, f"Где занимаются: {row.name}"),
        "similar": programme.similar(actor, row, here),
        "url": url,
        "description": programme.description(row, facts),
        "json_ld": structured.course(row, views, url, request.build_absolute_uri(provider_url)),
        "provider_url": provider_url,
        "is_favourite": pk in kept,
        "is_compared": pk in visitor.compared(request),
        "compare_url": f"/navigator/compare/{pk}/?{urlencode({'next': request.path})}",
        "accessibility": _accessibility(facts["venues"]),
    }
    return render(request, "navigator/programme.html", context)


def _accessibility(venues: list[Any]) -> list[str]:
    codes = dict.fromkeys(code for venue in venues for code in venue.accessibility)
    return [programme.ACCESSIBILITY[code] for code in codes if code in programme.ACCESSIBILITY]


def _gone(request: HttpRequest, pk: int) -> HttpResponse:
    """An archived programme says so and offers similar ones; anything else was never here."""
    row = queries.archived(pk)
    if row is None:
        raise Http404
    actor = request.actor  # type: ignore[attr-defined]
    context = {"programme": row, "similar": programme.similar(actor, row, None)}
    return render(request, "navigator/gone.html", context, status=410)


@require_POST
def favourite(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep for later or forget (`kept`=0): in the account, for a visitor in the browser."""
    actor = request.actor  # type: ignore[attr-defined]
    kept = request.POST.get("kept", "1") != "0"
    response = HttpResponseRedirect(visitor.back(request, "/navigator/favourites/"))
    if actor.account_id:
        services.keep_favourite(actor, programme_id=pk, kept=kept)
    else:
        others = [one for one in visitor.favourites(request) if one != pk]
        if kept and not queries.names([pk]):
            raise Http404
        visitor.keep(request, response, visitor.FAVOURITES, [pk, *others] if kept else others)
    return response


@require_POST
def subscribe(request: HttpRequest, pk: int) -> HttpResponse:
    """Wish to be told of a free place of a group; a visitor signs in first and comes back."""
    actor = request.actor  # type: ignore[attr-defined]
    group = queries.calendar_group(pk)
    if group is None:
        raise Http404
    page = cards.programme_url(group.programme_id, group.programme.slug) + f"#group-{pk}"
    if not actor.account_id:
        messages.info(request, "Войдите, чтобы мы знали, куда написать, и нажмите «Сообщить о месте» ещё раз.")
        return redirect(f"{_login()}?{urlencode({'next': page})}")
    wanted = request.POST.get("wanted", "1") != "0"
    services.subscribe(actor, group_id=pk, wanted=wanted)
    text = "Напишем, как только освободится место." if wanted else "Больше не будем писать об этой группе."
    messages.success(request, text)
    return redirect(page)


def _login() -> str:
    from django.urls import reverse

    return reverse(settings.LOGIN_URL)


@require_safe
def group_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The timetable of a group for the calendar of a phone; it can be subscribed to."""
    group = queries.calendar_group(pk)
    if group is None:
        raise Http404
    days = queries.work_calendar(group.municipality)
    site = request.build_absolute_uri("/").rstrip("/")
    body = calendar.group_calendar(group, queries.lesson_exceptions(pk), days, site)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="group-{pk}.ics"'
    response["Cache-Control"] = "public, max-age=300"
    return response
