"""Reading the catalogue: documents of the search index, live rows of cards and programme pages."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from opora.catalogue import policy
from opora.catalogue.models import Group, GroupPlaces, Programme, Slot
from opora.catalogue.search.index import GroupFacts, ProgrammeDoc
from opora.core import clock
from opora.core.access import Actor
from opora.core.localtime import local_today

CHUNK = 2000


def public_programme(programme_id: int) -> Programme:
    """A published programme with what its page shows. Raises Programme.DoesNotExist."""
    found = public_programmes([programme_id])
    if programme_id not in found:
        raise Programme.DoesNotExist
    return found[programme_id]


def public_programmes(ids: Iterable[int]) -> dict[int, Programme]:
    """Published programmes by id with what their pages show; their groups know organisation and municipality."""
    rows = (
        Programme.objects.select_related("organisation", "municipality", "activity_direction")
        .prefetch_related("modules", Prefetch("groups", queryset=_open_groups()))
        .filter(policy.programmes.scope(Actor(), "read"), pk__in=list(ids))
    )
    for row in rows:
        for group in row.groups.all():
            group.organisation, group.municipality = row.organisation, row.municipality
    return {row.pk: row for row in rows}


def programme_of(group_id: int) -> int | None:
    """The programme of a group, whatever their states."""
    return Group.objects.filter(pk=group_id).values_list("programme_id", flat=True).first()


def cards(ids: Iterable[int]) -> dict[int, Programme]:
    """Published programmes by id with their visible groups, for result cards: three queries for any number."""
    rows = (
        Programme.objects.filter(policy.programmes.scope(Actor(), "read"), pk__in=list(ids))
        .select_related("organisation", "municipality")
        .prefetch_related(Prefetch("groups", queryset=_open_groups()))
    )
    return {row.pk: row for row in rows}


def _open_groups() -> QuerySet[Group]:
    today = local_today("municipality__time_zone")
    return (
        Group.objects.filter(state__in=("open", "closed"), ends_on__gte=today)
        .select_related("venue", "venue__locality", "teacher", "module")
        .prefetch_related(Prefetch("slots", queryset=Slot.objects.order_by("weekday", "starts_at")))
        .order_by("starts_on", "pk")
    )


def places(group_ids: Iterable[int]) -> dict[int, GroupPlaces]:
    """Counters of places as they are at this moment, by group id."""
    return {row.group_id: row for row in GroupPlaces.objects.filter(group_id__in=list(group_ids))}


def free_places(group_ids: Iterable[int]) -> dict[int, int]:
    """Free places by group id, true at this moment."""
    return {pk: row.capacity - row.places_taken for pk, row in places(group_ids).items()}


def published_ids() -> list[int]:
    """Ids of all published programmes in order."""
    return list(Programme.objects.filter(state="published").order_by("pk").values_list("pk", flat=True))


def search_docs(ids: Iterable[int] | None = None) -> Iterator[ProgrammeDoc]:
    """Documents of published programmes for the search index, in chunks of four queries each."""
    wanted = published_ids() if ids is None else sorted(set(ids))
    for start in range(0, len(wanted), CHUNK):
        yield from _chunk(wanted[start : start + CHUNK])


_PROGRAMME_COLUMNS = (
    "pk",
    "name",
    "annotation",
    "keywords",
    "activity_direction__name",
    "organisation__short_name",
    "organisation__full_name",
    "focus_area",
    "level",
    "study_form",
    "municipality_id",
    "organisation_id",
    "published_at",
    "completeness",
    "special_needs",
)


def _chunk(ids: list[int]) -> Iterator[ProgrammeDoc]:
    now = clock.now()
    programmes = list(
        Programme.objects.filter(pk__in=ids, state="published").order_by("pk").values_list(*_PROGRAMME_COLUMNS)
    )
    groups: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = Group.objects.filter(programme_id__in=ids, state="open", ends_on__gte=local_today("municipality__time_zone"))
    for group in rows.order_by("pk").values(*_GROUP_COLUMNS):
        groups[group["programme_id"]].append(group)
    group_ids = [group["pk"] for several in groups.values() for group in several]
    slots: dict[int, list[tuple[int, dt.time, dt.time]]] = defaultdict(list)
    today = local_today("group__municipality__time_zone")
    visible = Slot.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today), group_id__in=group_ids)
    for group_id, weekday, starts_at, ends_at in visible.values_list("group_id", "weekday", "starts_at", "ends_at"):
        slots[group_id].append((weekday, starts_at, ends_at))
    free = free_places(group_ids)
    for row in programmes:
        yield _doc(row, groups.get(row[0], []), slots, free, now)


_GROUP_COLUMNS = (
    "pk",
    "programme_id",
    "age_from",
    "age_to",
    "price",
    "for_budget",
    "for_certificate",
    "for_paid",
    "window_from",
    "window_to",
    "starts_on",
    "venue__latitude",
    "venue__longitude",
    "venue__name",
    "venue__locality__name",
    "venue__locality__latitude",
    "venue__locality__longitude",
    "venue__locality_id",
    "teacher__last_name",
    "teacher__first_name",
    "teacher__patronymic",
)


def _doc(
    row: tuple[Any, ...],
    groups: list[dict[str, Any]],
    slots: dict[int, list[tuple[int, dt.time, dt.time]]],
    free: dict[int, int],
    now: dt.datetime,
) -> ProgrammeDoc:
    teachers = {
        " ".join(filter(None, (g["teacher__last_name"], g["teacher__first_name"], g["teacher__patronymic"])))
        for g in groups
        if g["teacher__last_name"]
    }
    first = groups[0] if groups else {}
    return ProgrammeDoc(
        id=row[0],
        name=row[1],
        annotation=row[2],
        keywords=row[3],
        activity_direction=row[4] or "",
        organisation=f"{row[5]} {row[6]}",
        teachers=tuple(sorted(teachers)),
        venue=" ".join(sorted({g["venue__name"] for g in groups if g["venue__name"]})),
        locality=first.get("venue__locality__name") or "",
        focus_area=row[7],
        level=row[8],
        study_form=row[9],
        municipality_id=row[10],
        organisation_id=row[11],
        locality_id=first.get("venue__locality_id"),
        published_at=row[12],
        completeness=row[13],
        groups=tuple(_facts(g, slots.get(g["pk"], []), free.get(g["pk"], 0), bool(row[14]), now) for g in groups),
    )


def _facts(
    group: dict[str, Any],
    slots: list[tuple[int, dt.time, dt.time]],
    free: int,
    special_needs: bool,
    now: dt.datetime,
) -> GroupFacts:
    funding = {"budget": group["for_budget"], "certificate": group["for_certificate"], "paid": group["for_paid"]}
    opens, closes = group["window_from"], group["window_to"]
    return GroupFacts(
        id=group["pk"],
        age_from=group["age_from"],
        age_to=group["age_to"],
        weekdays=frozenset(weekday for weekday, _, _ in slots),
        start_minutes=min((s.hour * 60 + s.minute for _, s, _ in slots), default=None),
        end_minutes=max((e.hour * 60 + e.minute for _, _, e in slots), default=None),
        free=free,
        price_kopecks=int(group["price"] * 100),
        funding=frozenset(code for code, on in funding.items() if on),
        lat=group["venue__latitude"] or group["venue__locality__latitude"],
        lon=group["venue__longitude"] or group["venue__locality__longitude"],
        special_needs=special_needs,
        window_open=(opens is None or opens <= now) and (closes is None or now <= closes),
        start_date=group["starts_on"],
    )


def public_group(group_id: int) -> Group | None:
    """A group of a published programme that visitors may see, or None."""
    return (
        Group.objects.filter(policy.groups.scope(Actor(), "read"), pk=group_id)
        .select_related("venue", "teacher", "programme", "organisation", "municipality", "module")
        .prefetch_related("slots")
        .first()
    )
