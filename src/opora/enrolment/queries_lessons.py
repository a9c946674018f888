"""Dated lessons of groups: the weekly timetable, its changes and the holidays of the region."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from opora.catalogue.models import Group, LessonException, Slot
from opora.catalogue.rules import Change, PlannedLesson, WeeklySlot, lessons
from opora.core.workdays import WorkCalendar
from opora.enrolment.queries_cabinet import Study, studies
from opora.enrolment.services.facts import calendar_of
from opora.providers.models import Staff, Venue

MARGIN = dt.timedelta(days=31)
"""A lesson may be moved by so much; what is moved into a span is read with its original date."""
ACADEMIC_HOUR = 45
"""Minutes."""


@dataclass(frozen=True, slots=True)
class DatedLesson:
    """A lesson with where and by whom. Times are local to the group's municipality."""

    group: Group
    planned: PlannedLesson
    venue: Venue | None
    teacher: Staff | None

    @property
    def date(self) -> dt.date:
        return self.planned.date

    @property
    def place(self) -> str:
        """«Дом творчества, ул. Лесная, 5, кабинет 12»."""
        parts = [self.venue.name, self.venue.address] if self.venue else []
        return ", ".join([*parts, self.room] if self.room else parts)

    @property
    def room(self) -> str:
        """A bare number becomes «кабинет 12»; a name stays as the organisation wrote it."""
        room = self.planned.room.strip()
        return f"кабинет {room}" if room[:1].isdigit() else room

    @property
    def moved_from(self) -> dt.date | None:
        """The day by the timetable when the lesson was moved to another."""
        origin = self.planned.planned_for
        return origin if self.planned.changed == "moved" and origin != self.planned.date else None


def of_studies(found: Sequence[Study]) -> list[DatedLesson]:
    """Lessons of several studies, each within its own days, in order."""
    return _sorted(row for _, rows in _by_study(found) for row in rows)


def _sorted(rows: Iterable[DatedLesson]) -> list[DatedLesson]:
    return sorted(rows, key=lambda row: (row.date, row.planned.starts_at, row.group.pk))


def _by_study(found: Sequence[Study]) -> list[tuple[Study, list[DatedLesson]]]:
    """Each study with its lessons: four queries for any number, one more for a second region."""
    if not found:
        return []
    first, last = min(one.first for one in found) - MARGIN, max(one.last for one in found) + MARGIN
    by_group = _slots({one.group.pk for one in found})
    changes = _changes(by_group.keys() | {one.group.pk for one in found}, first, last)
    staff = _staff(by_group, changes, found)
    regions = {one.group.municipality.region_id for one in found}
    calendars = {region: calendar_of(region) for region in regions}
    result = []
    for study in found:
        group = study.group
        calendar = calendars[group.municipality.region_id]
        rows = _lessons(study, by_group.get(group.pk, []), changes.get(group.pk, []), staff, calendar)
        result.append((study, rows))
    return result


def _lessons(
    study: Study,
    slots: list[Slot],
    changes: list[LessonException],
    staff: dict[int, Staff],
    calendar: WorkCalendar,
) -> list[DatedLesson]:
    group = study.group
    planned = lessons(
        [_weekly(slot, group) for slot in slots],
        max(study.first - MARGIN, group.starts_on),
        min(study.last + MARGIN, group.ends_on),
        is_holiday=calendar.is_festive,
        changes=[_change(row) for row in changes],
    )
    venues = {slot.pk: slot.venue or group.venue for slot in slots}
    return [
        DatedLesson(group, one, venues.get(one.slot or 0, group.venue), staff.get(one.teacher or group.teacher_id or 0))
        for one in planned
        if study.first <= one.date <= study.last
    ]


def of_children(child_ids: Iterable[int], first: dt.date, last: dt.date) -> dict[int, list[DatedLesson]]:
    """Lessons of children within first…last while they study there, by child id; as many queries for ten as for one."""
    found = studies(child_ids, first, last)
    owner = {id(study): child for child, rows in found.items() for study in rows}
    lessons_of: dict[int, list[DatedLesson]] = {child: [] for child in found}
    for study, own in _by_study([study for rows in found.values() for study in rows]):
        lessons_of[owner[id(study)]] += own
    return {child: _sorted(rows) for child, rows in lessons_of.items()}


def of_groups(group_ids: Iterable[int], first: dt.date, last: dt.date) -> list[DatedLesson]:
    """Lessons of whole groups within first…last."""
    related = ("programme", "venue", "teacher", "organisation", "municipality")
    rows = Group.objects.filter(pk__in=list(group_ids)).select_related(*related)
    spans = [Study(one, max(first, one.starts_on), min(last, one.ends_on)) for one in rows]
    return of_studies([one for one in spans if one.first <= one.last])


def nearest_day(group_ids: Iterable[int], today: dt.date) -> list[DatedLesson]:
    """Lessons of the first day, from today within a week, on which the groups meet; cancelled ones left out."""
    planned = of_groups(group_ids, today, today + dt.timedelta(days=6))
    held = [one for one in planned if not one.planned.cancelled]
    return [one for one in held if one.date == held[0].date]


def _slots(group_ids: Iterable[int]) -> dict[int, list[Slot]]:
    found: dict[int, list[Slot]] = {}
    for slot in Slot.objects.filter(group_id__in=list(group_ids)).select_related("venue").order_by("pk"):
        found.setdefault(slot.group_id, []).append(slot)
    return found


def _changes(group_ids: Iterable[int], first: dt.date, last: dt.date) -> dict[int, list[LessonException]]:
    found: dict[int, list[LessonException]] = {}
    rows = LessonException.objects.filter(group_id__in=list(group_ids), date__range=(first, last))
    for row in rows.order_by("date", "pk"):
        found.setdefault(row.group_id, []).append(row)
    return found


def _staff(
    slots: dict[int, list[Slot]], changes: dict[int, list[LessonException]], found: Sequence[Study]
) -> dict[int, Staff]:
    ids = {slot.teacher_id for rows in slots.values() for slot in rows}
    ids |= {row.substitute_id for rows in changes.values() for row in rows}
    ids |= {one.group.teacher_id for one in found}
    return Staff.objects.in_bulk([pk for pk in ids if pk is not None])


def _weekly(slot: Slot, group: Group) -> WeeklySlot:
    return WeeklySlot(
        slot.pk,
        slot.weekday,
        slot.starts_at,
        slot.ends_at,
        slot.academic_hours,
        slot.room,
        slot.teacher_id or group.teacher_id,
        slot.valid_from,
        slot.valid_to,
    )


def _change(row: LessonException) -> Change:
    return Change(
        row.kind,
        row.date,
        row.slot_id,
        row.new_date,
        row.new_starts_at,
        row.new_ends_at,
        row.substitute_id,
        academic_hours=_hours(row),
        reason=row.reason,
    )


def _hours(row: LessonException) -> Decimal:
    """Hours of an extra lesson: 45 minutes of its length each."""
    if row.kind != LessonException.Kind.EXTRA or row.new_starts_at is None or row.new_ends_at is None:
        return Decimal(0)
    start, end = row.new_starts_at, row.new_ends_at
    minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
    return (Decimal(minutes) / ACADEMIC_HOUR).quantize(Decimal("0.01"), ROUND_HALF_UP)
