"""The public calendar of a group: dated lessons with what was cancelled, moved or added."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from icalendar import Calendar, Event

from opora.catalogue.models import Group, LessonException, Slot
from opora.catalogue.rules.schedule import Change, PlannedLesson, WeeklySlot, lessons
from opora.core import clock
from opora.core.workdays import WorkCalendar
from opora.navigator.cards import address, programme_url

PRODUCT = "-//Opora//Navigator//RU"


def group_calendar(group: Group, exceptions: Iterable[LessonException], days: WorkCalendar, site: str) -> bytes:
    """The iCalendar file of a group in its municipality's zone; holidays have no lessons."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{group.programme.name}: {group.name}")
    calendar.add("x-wr-timezone", group.municipality.time_zone)
    slots = {slot.pk: slot for slot in group.slots.all()}
    exceptions = list(exceptions)
    # how often a lesson was changed: what a calendar program compares (RFC 5545, 3.8.7.4)
    told = Counter((row.slot_id, row.date) for row in exceptions if row.kind != LessonException.Kind.EXTRA)
    planned = lessons(
        [_weekly(slot) for slot in slots.values()],
        group.starts_on,
        group.ends_on,
        is_holiday=days.is_festive,
        changes=[_change(row) for row in exceptions],
    )
    for lesson in planned:
        event = _event(group, lesson, slots.get(lesson.slot or 0), site)
        day = lesson.planned_for or lesson.date
        event.add("sequence", told[None, day] + (told[lesson.slot, day] if lesson.slot else 0))
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _weekly(slot: Slot) -> WeeklySlot:
    return WeeklySlot(
        id=slot.pk,
        weekday=slot.weekday,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        academic_hours=slot.academic_hours,
        room=slot.room,
        teacher=slot.teacher_id,
        valid_from=slot.valid_from,
        valid_to=slot.valid_to,
    )


def _change(row: LessonException) -> Change:
    return Change(
        kind=row.kind,
        date=row.date,
        slot=row.slot_id,
        new_date=row.new_date,
        new_starts_at=row.new_starts_at,
        new_ends_at=row.new_ends_at,
        substitute=row.substitute_id,
        academic_hours=Decimal(0),
        reason=row.reason,
    )


def uid(group_id: int, lesson: PlannedLesson) -> str:
    """The same for a lesson whether it is held, moved or cancelled: its group, line and date by the timetable.

    Families and teachers find the same names in their own calendars (enrolment.calendars). Each lesson is an event of
    its own, so nothing recurs and no RECURRENCE-ID is needed.
    """
    line = lesson.slot or f"x{lesson.starts_at:%H%M}"
    return f"{group_id}-{line}-{lesson.planned_for or lesson.date:%Y%m%d}@opora"


def _event(group: Group, lesson: PlannedLesson, slot: Slot | None, site: str) -> Event:
    zone = clock.zone(group.municipality.time_zone)
    venue = (slot.venue if slot else None) or group.venue
    event = Event()
    event.add("uid", uid(group.pk, lesson))
    event.add("dtstamp", clock.now())
    event.add("dtstart", dt.datetime.combine(lesson.date, lesson.starts_at, zone))
    event.add("dtend", dt.datetime.combine(lesson.date, lesson.ends_at, zone))
    event.add("summary", f"{'Отменено: ' if lesson.cancelled else ''}{group.programme.name}")
    if venue:
        room = f", {lesson.room}" if lesson.room else ""
        event.add("location", f"{venue.name}, {address(venue.address)}{room}")
    notes = [group.organisation.short_name, group.name]
    if lesson.planned_for and lesson.planned_for != lesson.date:
        notes.append(f"Перенесено с {lesson.planned_for:%d.%m.%Y}")
    if lesson.reason:
        notes.append(f"Причина: {lesson.reason}")
    event.add("description", "\n".join(notes))
    event.add("url", site + programme_url(group.programme_id, group.programme.slug))
    event.add("status", "CANCELLED" if lesson.cancelled else "CONFIRMED")
    if lesson.cancelled:
        event.add("transp", "TRANSPARENT")
    return event
