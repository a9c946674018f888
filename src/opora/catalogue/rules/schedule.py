"""From a weekly timetable to dated lessons, and clashes between them (spec/enrolment.md, "Orders, …")."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

CANCELLED, MOVED, EXTRA, SUBSTITUTE = "cancelled", "moved", "extra", "substitute"


@dataclass(frozen=True, slots=True)
class WeeklySlot:
    """One line of the weekly timetable; weekday 1 = Monday; times local to the municipality."""

    id: int
    weekday: int
    starts_at: dt.time
    ends_at: dt.time
    academic_hours: Decimal
    room: str = ""
    teacher: int | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    def runs_on(self, day: dt.date) -> bool:
        """The slot has a lesson on this day by the weekly pattern alone."""
        return (
            day.isoweekday() == self.weekday
            and (self.valid_from is None or day >= self.valid_from)
            and (self.valid_to is None or day <= self.valid_to)
        )


@dataclass(frozen=True, slots=True)
class Change:
    """What differs on one date; kinds as in catalogue.LessonException; slot None = all of the day."""

    kind: str
    date: dt.date
    slot: int | None = None
    new_date: dt.date | None = None
    new_starts_at: dt.time | None = None
    new_ends_at: dt.time | None = None
    substitute: int | None = None
    academic_hours: Decimal = Decimal(0)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PlannedLesson:
    """A dated lesson. for_month: 1st of the month whose plan it fulfils (a moved lesson keeps its own).

    planned_for: the date by the timetable, which a moved lesson keeps (None for a lesson made by hand);
    cancelled lessons stay in the list, so that planned and delivered hours can be compared.
    """

    date: dt.date
    starts_at: dt.time
    ends_at: dt.time
    academic_hours: Decimal
    for_month: dt.date
    slot: int | None = None
    room: str = ""
    teacher: int | None = None
    cancelled: bool = False
    changed: str = ""
    reason: str = ""
    planned_for: dt.date | None = None


def _never(day: dt.date) -> bool:
    return False


def lessons(
    slots: Sequence[WeeklySlot],
    first: dt.date,
    last: dt.date,
    *,
    is_holiday: Callable[[dt.date], bool] = _never,
    changes: Iterable[Change] = (),
    breaks: Iterable[tuple[dt.date, dt.date]] = (),
) -> list[PlannedLesson]:
    """All lessons planned for first…last in order; give WorkCalendar.is_festive as `is_holiday`.

    Holidays and breaks (vacations of the group, both ends inclusive) have no lessons. A lesson moved out
    of or into the span follows its original date.
    """
    changes, breaks = list(changes), list(breaks)
    planned: list[PlannedLesson] = []
    day = first
    while day <= last:
        free = is_holiday(day) or any(start <= day <= end for start, end in breaks)
        if not free:
            for slot in slots:
                if slot.runs_on(day):
                    planned.append(_changed(_lesson(slot, day), changes))
        day += dt.timedelta(days=1)
    planned += [_extra(change) for change in changes if change.kind == EXTRA and first <= change.date <= last]
    return sorted(planned, key=lambda lesson: (lesson.date, lesson.starts_at, lesson.slot or 0))


def _lesson(slot: WeeklySlot, day: dt.date) -> PlannedLesson:
    return PlannedLesson(
        date=day,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        academic_hours=slot.academic_hours,
        for_month=day.replace(day=1),
        slot=slot.id,
        room=slot.room,
        teacher=slot.teacher,
        planned_for=day,
    )


def _changed(lesson: PlannedLesson, changes: Sequence[Change]) -> PlannedLesson:
    original = lesson.date
    for change in changes:
        if change.date != original or change.kind == EXTRA or change.slot not in (None, lesson.slot):
            continue
        if change.kind == CANCELLED:
            lesson = replace(lesson, cancelled=True, changed=CANCELLED, reason=change.reason)
        elif change.kind == MOVED:
            lesson = replace(
                lesson,
                date=change.new_date or original,
                starts_at=change.new_starts_at or lesson.starts_at,
                ends_at=change.new_ends_at or lesson.ends_at,
                changed=MOVED,
                reason=change.reason,
            )
        elif change.kind == SUBSTITUTE:
            lesson = replace(
                lesson, teacher=change.substitute, changed=lesson.changed or SUBSTITUTE, reason=change.reason
            )
    return lesson


def _extra(change: Change) -> PlannedLesson:
    if change.new_starts_at is None or change.new_ends_at is None:
        raise ValueError("У дополнительного занятия должно быть время начала и конца.")
    return PlannedLesson(
        date=change.new_date or change.date,
        starts_at=change.new_starts_at,
        ends_at=change.new_ends_at,
        academic_hours=change.academic_hours,
        for_month=change.date.replace(day=1),
        teacher=change.substitute,
        changed=EXTRA,
        reason=change.reason,
        planned_for=change.date,
    )


def planned_hours(planned: Iterable[PlannedLesson], month: dt.date | None = None) -> Decimal:
    """Academic hours of the plan (of one month, by its 1st): cancelled lessons count, extra ones do not."""
    return sum(
        (
            lesson.academic_hours
            for lesson in planned
            if lesson.changed != EXTRA and (month is None or lesson.for_month == month)
        ),
        Decimal(0),
    )


@dataclass(frozen=True, slots=True)
class Interval:
    """A lesson of somebody on a date, for clash detection; label is what people see."""

    date: dt.date
    starts_at: dt.time
    ends_at: dt.time
    label: str = ""


def clashes(first: Iterable[Interval], second: Iterable[Interval]) -> list[tuple[Interval, Interval]]:
    """Pairs that overlap; lessons that only touch (one ends when the other starts) do not clash."""
    by_day: dict[dt.date, list[Interval]] = {}
    for interval in second:
        by_day.setdefault(interval.date, []).append(interval)
    return [
        (mine, other)
        for mine in sorted(first, key=lambda interval: (interval.date, interval.starts_at))
        for other in by_day.get(mine.date, ())
        if mine.starts_at < other.ends_at and other.starts_at < mine.ends_at
    ]


def weekly_clashes(first: Sequence[WeeklySlot], second: Sequence[WeeklySlot]) -> list[tuple[WeeklySlot, WeeklySlot]]:
    """The same on weekly timetables whose validity overlaps: quick check before an application."""
    return [
        (mine, other)
        for mine in first
        for other in second
        if mine.weekday == other.weekday
        and mine.starts_at < other.ends_at
        and other.starts_at < mine.ends_at
        and (mine.valid_to is None or other.valid_from is None or other.valid_from <= mine.valid_to)
        and (other.valid_to is None or mine.valid_from is None or mine.valid_from <= other.valid_to)
    ]


def shared_clashes(
    slots: Sequence[WeeklySlot],
) -> list[tuple[str, WeeklySlot, WeeklySlot]]:
    """Room and teacher clashes among slots of one venue: ("room" | "teacher", first, second)."""
    found = []
    for place, mine in enumerate(slots):
        for other in slots[place + 1 :]:
            if not weekly_clashes([mine], [other]):
                continue
            if mine.room and mine.room.strip().lower() == other.room.strip().lower():
                found.append(("room", mine, other))
            if mine.teacher is not None and mine.teacher == other.teacher:
                found.append(("teacher", mine, other))
    return found
