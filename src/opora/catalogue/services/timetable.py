"""Timetable of a group: weekly slots and exceptions. Clashes of rooms and teachers are warnings, shown at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from opora.catalogue import policy
from opora.catalogue.content import refresh_score
from opora.catalogue.models import Group, LessonException, Slot
from opora.catalogue.services.programmes import changed
from opora.core.access import Actor
from opora.core.outbox import emit
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act


def save_slot(actor: Actor, *, group: Group, slot: Slot | None = None, **values: Any) -> Slot:
    """Add or change one weekly lesson. Refused when it overlaps another lesson of the same group."""
    policy.groups.get(actor, "timetable", pk=group.pk)
    if values["starts_at"] >= values["ends_at"]:
        raise Refused(Reason("times_reversed", "Конец занятия не позже начала.", field="ends_at"))
    with act(actor):
        row = slot or Slot(group=group)
        for name, value in values.items():
            setattr(row, name, value)
        others = Slot.objects.filter(group=group, weekday=row.weekday).exclude(pk=row.pk)
        if any(other.starts_at < row.ends_at and row.starts_at < other.ends_at for other in others):
            raise Refused(Reason("slot_overlaps", "В это время у группы уже есть занятие.", field="starts_at"))
        row.save()
        _tell(group)
    return row


def set_timetable(actor: Actor, *, group: Group, slots: Sequence[dict[str, Any]]) -> None:
    """Replace the weekly timetable of a draft or an open group by these lines."""
    policy.groups.get(actor, "timetable", pk=group.pk)
    with act(actor):
        kept: set[int] = set()
        for values in slots:
            row = Slot.objects.filter(
                group=group, weekday=values["weekday"], starts_at=values["starts_at"]
            ).first() or Slot(group=group)
            if values["starts_at"] >= values["ends_at"]:
                raise Refused(Reason("times_reversed", "Конец занятия не позже начала.", field="ends_at"))
            for name, value in values.items():
                setattr(row, name, value)
            row.save()
            kept.add(row.pk)
        gone = Slot.objects.filter(group=group).exclude(pk__in=kept)
        if LessonException.objects.filter(slot__in=gone).exists():
            gone.update(valid_to=dt.date(2000, 1, 1))  # exceptions refer to them: they end instead of vanishing
        else:
            gone.delete()
        _tell(group)


def add_exception(actor: Actor, *, group: Group, kind: str, date: dt.date, **values: Any) -> LessonException:
    """Cancel, move, add a lesson or name a substitute. Cancelling and moving need a reason; guardians are told."""
    policy.groups.get(actor, "timetable", pk=group.pk)
    if kind in ("cancelled", "moved") and not values.get("reason"):
        raise Refused(Reason("reason_missing", "Напишите причину: её увидят родители.", field="reason"))
    if kind in ("moved", "extra") and not (values.get("new_starts_at") and values.get("new_ends_at")):
        raise Refused(Reason("time_missing", "Укажите время занятия.", field="new_starts_at"))
    if kind == "moved" and not values.get("new_date"):
        raise Refused(Reason("date_missing", "Укажите, на какой день переносится занятие.", field="new_date"))
    if not group.starts_on <= date <= group.ends_on:
        raise Refused(Reason("date_outside", "Эта дата вне срока занятий группы.", field="date"))
    with act(actor):
        row = LessonException.objects.create(
            group=group, kind=kind, date=date, created_by_id=actor.account_id, **values
        )
        emit(
            "lesson.changed",
            "group",
            group.pk,
            municipality_id=group.municipality_id,
            date=date.isoformat(),
            change=kind,
        )
    return row


def _tell(group: Group) -> None:
    refresh_score(group.programme)
    if group.programme.state == "published":
        changed(group.programme)
