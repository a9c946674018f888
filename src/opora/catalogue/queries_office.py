"""Reading the catalogue for the office: choices of forms, the moderation queue, similar programmes, clashes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from rapidfuzz import fuzz

from opora.catalogue import policy
from opora.catalogue.models import ActivityDirection, Group, Module, Programme, ProgrammeRevision, Slot
from opora.catalogue.rules import WeeklySlot, shared_clashes
from opora.core.access import Actor
from opora.providers.models import Organisation, Staff, Venue

SIMILAR_FROM = 72
"""Likeness of two names in per cent from which the moderator is shown the other programme."""


def teachers(organisation_id: int) -> QuerySet[Staff]:
    """Working staff of an organisation, for choices."""
    return Staff.objects.filter(organisation_id=organisation_id, left_on__isnull=True).exclude(kind="other")


def venues(organisation_id: int) -> QuerySet[Venue]:
    """Places of an organisation, for choices."""
    return Venue.objects.filter(organisation_id=organisation_id, is_active=True)


def directions() -> QuerySet[ActivityDirection]:
    """All directions of activity, for choices."""
    return ActivityDirection.objects.all()


def own_organisations(actor: Actor) -> QuerySet[Organisation]:
    """Organisations whose programmes the actor may create."""
    return Organisation.objects.filter(pk__in=actor.organisations("provider_manager"))


def programme_for(actor: Actor, action: str, pk: int) -> Programme:
    """A programme with what its office pages show. Raises Forbidden or Hidden."""
    policy.programmes.get(actor, action, pk=pk)
    return (
        Programme.objects.select_related("organisation", "municipality", "activity_direction")
        .prefetch_related("modules", "groups__venue", "groups__teacher", "groups__slots")
        .get(pk=pk)
    )


def open_revision(programme: Programme) -> ProgrammeRevision | None:
    """Changes of a published programme that wait or were returned."""
    return programme.revisions.filter(state__in=("moderation", "returned")).order_by("-number").first()


def open_remarks(programme: Programme) -> list[Any]:
    """Remarks not yet answered by sending the programme again."""
    return list(programme.remarks.filter(resolved_at__isnull=True).order_by("pk"))


def waiting_programmes(actor: Actor) -> QuerySet[Programme]:
    """Programmes in moderation that the actor decides on, the longest waiting first."""
    return (
        policy.programmes.rows(actor, "moderate")
        .filter(state="moderation")
        .select_related("organisation", "municipality")
        .order_by("submitted_at", "pk")
    )


def waiting_revisions(actor: Actor) -> QuerySet[ProgrammeRevision]:
    """Changes of published programmes that wait, the oldest first."""
    return (
        policy.revisions.rows(actor, "moderate")
        .filter(state="moderation")
        .select_related("programme", "programme__organisation", "programme__municipality")
        .order_by("created_at", "pk")
    )


@dataclass(frozen=True, slots=True)
class Similar:
    """Another programme with a like name; likeness in per cent."""

    programme: Programme
    likeness: int


def similar(programme: Programme, limit: int = 5) -> list[Similar]:
    """Programmes of the municipality whose names are alike: the same course sent twice, or copied texts."""
    others = (
        Programme.objects.filter(municipality_id=programme.municipality_id)
        .exclude(pk=programme.pk)
        .exclude(state="archived")
    )
    mine = programme.sort_name or programme.name.lower()
    ranked = sorted(
        ((fuzz.token_sort_ratio(mine, name), pk) for pk, name in others.values_list("pk", "sort_name")), reverse=True
    )
    chosen = {pk: round(score) for score, pk in ranked[:limit] if score >= SIMILAR_FROM}
    rows = Programme.objects.select_related("organisation").in_bulk(list(chosen))
    return [Similar(rows[pk], likeness) for pk, likeness in chosen.items()]


def group_for(actor: Actor, action: str, pk: int) -> Group:
    """A group with what its office pages show. Raises Forbidden or Hidden."""
    policy.groups.get(actor, action, pk=pk)
    return Group.objects.select_related("programme", "module", "organisation", "municipality", "venue", "teacher").get(
        pk=pk
    )


def module_for(actor: Actor, action: str, pk: int) -> Module:
    """A module with its programme. Raises Forbidden or Hidden."""
    found: Module = policy.modules.get(actor, action, pk=pk)
    return found


def clashes_of(group: Group) -> list[str]:
    """Clashes of the group's lessons with other groups: the same room of a venue, the same teacher at once.

    «вторник 16:00–17:30: кабинет 12 занят группой «Первый год, гр. 1»».
    """
    own = list(_slots(Q(group=group)))
    if not own:
        return []
    venues_of = {slot.venue_id or group.venue_id for slot in own} - {None}
    teachers_of = {slot.teacher_id or group.teacher_id for slot in own} - {None}
    same_place = Q(venue_id__in=venues_of) | Q(venue__isnull=True, group__venue_id__in=venues_of)
    same_person = Q(teacher_id__in=teachers_of) | Q(teacher__isnull=True, group__teacher_id__in=teachers_of)
    others = [
        slot
        for slot in _slots((same_place | same_person) & ~Q(group=group))
        if slot.group.ends_on >= group.starts_on and slot.group.starts_on <= group.ends_on
    ]
    by_id = {slot.pk: slot for slot in (*own, *others)}
    found = []
    for mine in own:
        for other in others:
            place = (mine.venue_id or mine.group.venue_id) == (other.venue_id or other.group.venue_id)
            for what, first, second in shared_clashes([_value(mine), _value(other)]):
                if what == "room" and not place:
                    continue
                found.append(_told(by_id[first.id], by_id[second.id], what))
    return list(dict.fromkeys(found))


def _slots(condition: Q) -> Iterable[Slot]:
    rows = Slot.objects.filter(condition, group__state__in=("draft", "open", "closed"))
    return rows.select_related("group", "group__teacher", "teacher").order_by("weekday", "starts_at")[:400]


def _value(slot: Slot) -> WeeklySlot:
    return WeeklySlot(
        id=slot.pk,
        weekday=slot.weekday,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        academic_hours=slot.academic_hours,
        room=slot.room,
        teacher=slot.teacher_id or slot.group.teacher_id,
        valid_from=slot.valid_from,
        valid_to=slot.valid_to,
    )


def _told(mine: Slot, other: Slot, what: str) -> str:
    who = other.teacher or other.group.teacher
    busy = f"кабинет {mine.room} занят" if what == "room" else f"{who} уже ведёт занятие"
    return f"{mine}: {busy} (группа «{other.group.name}», {other.starts_at:%H:%M}–{other.ends_at:%H:%M})."


def groups_with_slots() -> QuerySet[Group]:
    """Groups that are not finished, with the number of their weekly lessons (`slot_count`)."""
    return Group.objects.exclude(state="finished").annotate(slot_count=Count("slots"))


def quality_rows(actor: Actor) -> QuerySet[Programme]:
    """Programmes that are or may be seen by parents, the least complete first, for the list of faults."""
    return (
        policy.programmes.rows(actor, "view")
        .exclude(state="archived")
        .select_related("organisation", "municipality")
        .annotate(group_count=Count("groups", distinct=True))
        .order_by("completeness", "sort_name", "pk")
    )
