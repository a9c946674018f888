"""Marks of a lesson: sent at once or later from a phone without a connection; a conflict is told, never overwritten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import QuerySet

from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.enrolment import policy
from opora.enrolment.models import Attendance, Enrolment, Lesson

MARKS = frozenset(Attendance.Mark.values)


@dataclass(frozen=True, slots=True)
class Sent:
    """A mark as a device sends it. `version` is that of the mark it saw, 0 when it saw none; mark "" takes it away."""

    mark: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else's newer mark that stays; `enrolment` None: the topic of the lesson."""

    enrolment: int | None
    theirs: str
    mine: str
    at: dt.datetime | None = None


@dataclass
class Noted:
    """What became of the sent marks: versions now, and conflicts that the person has to look at."""

    versions: dict[int, int] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    lesson_version: int = 0


def note_lesson(
    actor: Actor,
    *,
    lesson: Lesson,
    marks: Mapping[int, Sent],
    topic: str | None = None,
    lesson_version: int = 0,
    held: bool = True,
) -> Noted:
    """Note who was at a lesson (enrolment id → mark) and its topic.

    Sending the same again changes nothing. Raises Hidden, Forbidden; Refused for a lesson that is cancelled or not
    yet begun, for an unknown mark, and for a child that does not study in the group that day.
    """
    policy.LESSON.get(actor, "mark", pk=lesson.pk)
    with act(actor):
        row = (
            Lesson.objects.select_for_update(no_key=True, of=("self",)).select_related("municipality").get(pk=lesson.pk)
        )
        _check(row, marks)
        noted = Noted()
        stored = {one.enrolment_id: one for one in Attendance.objects.select_for_update(no_key=True).filter(lesson=row)}
        for enrolment_id, sent in sorted(marks.items()):
            _note(actor, row, enrolment_id, sent, stored.get(enrolment_id), noted)
        _note_topic(row, topic, lesson_version, noted)
        if held and row.state == Lesson.State.PLANNED:
            row.state = Lesson.State.HELD
        row.save(update_fields=["state", "topic", "version"])
        noted.lesson_version = row.version
    return noted


def _check(row: Lesson, marks: Mapping[int, Sent]) -> None:
    today = clock.today(row.municipality.time_zone)
    reasons = []
    if row.state == Lesson.State.CANCELLED:
        reasons.append(Reason("lesson_cancelled", "Занятие отменено, отмечать в нём некого."))
    if row.date > today:
        reasons.append(Reason("lesson_ahead", "Занятие ещё не началось: отметить можно в день занятия."))
    if any(sent.mark and sent.mark not in MARKS for sent in marks.values()):
        reasons.append(Reason("unknown_mark", "Неизвестная отметка."))
    known = set(learners_on(row).values_list("pk", flat=True))
    if set(marks) - known:
        reasons.append(Reason("not_learner", "Среди отмеченных есть дети, которые не учатся в группе в этот день."))
    if reasons:
        raise Refused(reasons)


def learners_on(row: Lesson) -> QuerySet[Enrolment]:
    """Enrolments of the lesson's group that cover its day, by name."""
    rows = Enrolment.objects.filter(group_id=row.group_id, starts_on__lte=row.date).exclude(ends_on__lt=row.date)
    return rows.select_related("child").order_by("child__sort_name", "pk")


def _note(actor: Actor, row: Lesson, enrolment_id: int, sent: Sent, stored: Attendance | None, noted: Noted) -> None:
    if stored is None:
        if sent.mark:
            made = Attendance.objects.create(
                lesson=row,
                enrolment_id=enrolment_id,
                mark=sent.mark,
                marked_by_id=actor.account_id,
                marked_at=clock.now(),
            )
            noted.versions[enrolment_id] = made.version
        return
    if stored.mark == sent.mark:
        noted.versions[enrolment_id] = stored.version
        return
    if stored.version != sent.version:
        noted.conflicts.append(Conflict(enrolment_id, stored.mark, sent.mark, stored.marked_at))
        noted.versions[enrolment_id] = stored.version
        return
    if not sent.mark:
        stored.delete()
        return
    stored.mark, stored.version = sent.mark, stored.version + 1
    stored.marked_by_id, stored.marked_at = actor.account_id, clock.now()
    stored.save()
    noted.versions[enrolment_id] = stored.version


def _note_topic(row: Lesson, topic: str | None, version: int, noted: Noted) -> None:
    if topic is None or topic.strip()[:300] == row.topic:
        return
    if row.version != version:
        noted.conflicts.append(Conflict(None, row.topic, topic.strip()[:300]))
        return
    row.topic, row.version = topic.strip()[:300], row.version + 1
