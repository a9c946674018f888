"""Reads of E7: messages to a group and who read them, notices of absence for the family and for the journal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet

from opora.catalogue.models import Group
from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Hidden
from opora.enrolment import policy
from opora.enrolment.models import AbsenceNotice, Enrolment, GroupMessage, GroupMessageReader, Lesson
from opora.enrolment.queries_cabinet import studies
from opora.people.models import Child

NEWS = dt.timedelta(days=30)
"""So long an unread message is shown on the first page of the cabinet."""


def messages_of(actor: Actor, group: Group) -> QuerySet[GroupMessage]:
    """Messages of a group, newest first, with `sent_to` and `read_by` counted."""
    policy.MESSAGES.get(actor, "write", pk=group.pk)
    rows = GroupMessage.objects.filter(group=group).annotate(
        sent_to=Count("readers"), read_by=Count("readers", filter=Q(readers__read_at__isnull=False))
    )
    return rows.order_by("-sent_at", "-pk")


def message_of(actor: Actor, group: Group, pk: int) -> GroupMessage:
    """One message of a group, or Hidden."""
    found = messages_of(actor, group).filter(pk=pk).first()
    if found is None:
        raise Hidden("group_message")
    return found


def readers_of(message: GroupMessage) -> list[tuple[GroupMessageReader, list[str]]]:
    """Each guardian with the names of his or her children in the group; those who have not read it first."""
    readers = list(message.readers.select_related("account").order_by("read_at", "account__last_name", "pk"))
    learners = Enrolment.objects.filter(group_id=message.group_id).values("child_id")
    names: dict[int, list[str]] = {}
    rows = Child.objects.filter(pk__in=learners, guardianships__ended_at__isnull=True).order_by("sort_name", "pk")
    for account, last, first in rows.values_list("guardianships__account_id", "last_name", "first_name").distinct():
        names.setdefault(account, []).append(f"{last} {first}")
    readers.sort(key=lambda one: one.read_at is not None)
    return [(one, names.get(one.account_id, [])) for one in readers]


def _readers() -> QuerySet[GroupMessageReader]:
    return GroupMessageReader.objects.select_related("message__group__programme", "message__municipality", "account")


def my_message(actor: Actor, public_id: Any) -> GroupMessageReader:
    """The message as it went to this account, or Hidden."""
    found = _readers().filter(message__public_id=public_id, account_id=actor.account_id or 0).first()
    if found is None:
        raise Hidden("group_message")
    return found


def message_for(actor: Actor, pk: int) -> GroupMessageReader:
    """The same by the inner id, for the link of a letter."""
    found = _readers().filter(message_id=pk, account_id=actor.account_id or 0).first()
    if found is None:
        raise Hidden("group_message")
    return found


def unread_messages(account_id: int | None) -> list[GroupMessageReader]:
    """Messages of the last month that this guardian has not marked as read, newest first."""
    since = clock.now() - NEWS
    rows = _readers().filter(account_id=account_id or 0, read_at__isnull=True, message__sent_at__gt=since)
    return list(rows.order_by("-message__sent_at", "-pk"))


def groups_of(child: Child, today: dt.date) -> list[Group]:
    """Groups where the child learns today or will: what an absence may be reported for."""
    found = studies([child.pk], today, today + dt.timedelta(days=400)).get(child.pk, [])
    return list({one.group.pk: one.group for one in found}.values())


def absences(child_ids: Iterable[int], first: dt.date, last: dt.date) -> list[AbsenceNotice]:
    """Notices in force that touch these days."""
    rows = AbsenceNotice.objects.filter(child_id__in=list(child_ids), first_day__lte=last, last_day__gte=first)
    return list(rows.filter(withdrawn_at__isnull=True).select_related("group").order_by("first_day", "pk"))


def covering(rows: Iterable[AbsenceNotice], child_id: int, group_id: int, day: dt.date) -> AbsenceNotice | None:
    """The notice that speaks of this lesson; the latest word counts."""
    found = [
        one
        for one in rows
        if one.child_id == child_id and one.group_id in (None, group_id) and one.first_day <= day <= one.last_day
    ]
    return max(found, key=lambda one: (one.reported_at, one.pk), default=None)


def absence(child: Child, public_id: Any) -> AbsenceNotice:
    """A notice of this child, or Hidden."""
    found = AbsenceNotice.objects.filter(child=child, public_id=public_id).first()
    if found is None:
        raise Hidden("absence_notice")
    return found


def absences_at(lesson: Lesson, child_ids: Iterable[int]) -> dict[int, AbsenceNotice]:
    """What the families said about a lesson, by child id: for its journal page."""
    rows = absences(child_ids, lesson.date, lesson.date)
    said = {one.child_id: covering(rows, one.child_id, lesson.group_id, lesson.date) for one in rows}
    return {child: one for child, one in said.items() if one is not None}
