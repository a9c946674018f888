"""Lessons that have a journal page: made from the timetable when the journal of a day or month is opened (E5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from opora.core.access import Actor
from opora.core.transactions import act
from opora.enrolment import queries_lessons
from opora.enrolment.models import Lesson


def ensure_lessons(actor: Actor, *, group_ids: Iterable[int], first: dt.date, last: dt.date) -> None:
    """Make the missing lessons of the groups within first…last; holidays have none.

    A lesson not yet held follows its timetable: cancelled, given back, another teacher, other hours. A held one
    stands as it was noted. Planned lessons that left the timetable and have no marks go away.
    """
    groups = sorted(set(group_ids))
    if not groups or first > last:
        return
    planned = queries_lessons.of_groups(groups, first, last)
    with act(actor):
        wanted = {(one.group.pk, one.date, one.planned.starts_at): one for one in planned}
        known = {
            (row.group_id, row.date, row.starts_at): row
            for row in Lesson.objects.filter(group_id__in=groups, date__range=(first, last))
        }
        Lesson.objects.bulk_create(
            [_made(one) for key, one in wanted.items() if key not in known], ignore_conflicts=True
        )
        for key, row in known.items():
            if row.state != Lesson.State.HELD:
                _follow(row, wanted.get(key))


def _made(one: queries_lessons.DatedLesson) -> Lesson:
    group, planned = one.group, one.planned
    return Lesson(
        group=group,
        organisation_id=group.organisation_id,
        municipality_id=group.municipality_id,
        date=one.date,
        starts_at=planned.starts_at,
        ends_at=planned.ends_at,
        academic_hours=planned.academic_hours,
        for_month=planned.for_month,
        teacher_id=one.teacher.pk if one.teacher else None,
        state="cancelled" if planned.cancelled else "planned",
        reason=planned.reason if planned.cancelled else "",
    )


def _follow(row: Lesson, one: queries_lessons.DatedLesson | None) -> None:
    """Bring a lesson that was not held yet into line with the timetable."""
    if one is None:
        if row.state == Lesson.State.PLANNED and not row.marks.exists() and not row.topic:
            row.delete()
        return
    fresh = _made(one)
    names = ("ends_at", "academic_hours", "teacher_id", "state", "reason")
    if any(getattr(row, name) != getattr(fresh, name) for name in names):
        for name in names:
            setattr(row, name, getattr(fresh, name))
        row.save(update_fields=[name.removesuffix("_id") for name in names])
