"""Lessons and attendance: what teachers noted since the beginning of the year."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random

from opora.demo.courses import Group
from opora.demo.frame import Frame
from opora.demo.rows.catalogue import starts_on
from opora.demo.rows.enrolment import Journal
from opora.demo.sink import Sink
from opora.demo.world import World

MARKS = (("present", "absent", "ill", "excused"), (86, 5, 6, 3))
RECENT_DAYS = 14
TRUANTS = 149
"""One learner of so many in the certified groups never comes: the anomaly lists have something to show."""
TOPICS = (
    "Вводное занятие", "Повторение и разминка", "Новая тема: основы", "Практическая работа", "Закрепление приёмов",
    "Работа в парах", "Творческое задание", "Подготовка к показу", "Открытое занятие", "Разбор ошибок", "Проект группы",
)  # fmt: skip


def lessons(
    sink: Sink,
    world: World,
    journal: Journal,
    rng: Random,
    whole_year: set[int],
    paid: set[int],
    since_paid: dt.date,
    counted: set[int],
) -> None:
    """Held lessons of the last two weeks for all groups; since September for the groups of ``whole_year`` (ids).

    Groups of ``paid``, whose hours are settled, have a full journal since ``since_paid``; groups of ``counted``,
    whose hours a municipal assignment counts, have the lessons since then without marks.
    """
    recent = world.frame.before(RECENT_DAYS)
    for programme in world.programmes:
        for group in programme.groups:
            first = starts_on(world.frame, group)
            since = first if group.id in whole_year else max(first, world.frame.before(RECENT_DAYS))
            if group.id in paid:
                since = min(since, max(first, since_paid))
            if group.id in counted and since > max(first, since_paid):
                _group(sink, world, journal, group, max(first, since_paid), rng, marked_from=recent)
                continue
            _group(sink, world, journal, group, since, rng)


def _group(
    sink: Sink,
    world: World,
    journal: Journal,
    group: Group,
    since: dt.date,
    rng: Random,
    marked_from: dt.date = dt.date.min,
) -> None:
    frame = world.frame
    for weekday, start, end, hours, _room in group.slots:
        for day in frame.lesson_days(weekday, since, frame.before(1)):
            cancelled = rng.random() < 0.015
            lesson = sink.add(
                "enrolment.Lesson",
                group_id=group.id,
                organisation_id=group.programme.organisation.id,
                municipality_id=world.district.id,
                date=day,
                starts_at=dt.time(start // 60, start % 60),
                ends_at=dt.time(end // 60, end % 60),
                academic_hours=Decimal(hours),
                for_month=day.replace(day=1),
                teacher_id=group.teacher.id if group.teacher else None,
                state="cancelled" if cancelled else "held",
                topic="" if cancelled else rng.choice(TOPICS),
                reason="Болезнь педагога" if cancelled else "",
                version=1,
            )
            if not cancelled and day >= marked_from:
                _marks(sink, frame, journal, group, lesson, day, end, rng)


def _marks(
    sink: Sink, frame: Frame, journal: Journal, group: Group, lesson: int, day: dt.date, end: int, rng: Random
) -> None:
    at = frame.moment(day, end // 60, end % 60)
    marks = rng.choices(MARKS[0], weights=MARKS[1], k=len(group.learners))
    for index, mark in zip(group.learners, marks, strict=True):
        key = (group.id, index)
        if group.programme.certified and (group.id * 31 + index) % TRUANTS == 7:
            mark = "absent"
        if journal.starts[key] <= day:
            sink.add(
                "enrolment.Attendance",
                lesson_id=lesson,
                enrolment_id=journal.enrolments[key],
                mark=mark,
                marked_at=at,
            )
