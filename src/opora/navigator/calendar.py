"""The public calendar of a group: dated lessons with what was cancelled, moved or added."""

from __future__ import annotations

import datetime as dt
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
    planned = lessons(
        [_weekly(slot) for slot in slots.values()],
        group.starts_on,
        group.ends_on,
        is_holiday=days.is_festive,
        changes=[_change(row) for row in exceptions],
    )
    for lesson in planned:
        calendar.add_component(_event(group, lesson, slots.get(lesson.slot or 0), site))
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


def _event(group: Group, lesson: PlannedLesson, slot: Slot | None, site: str) -> Event:
    zone = clock.zone(group.municipality.time_zone)
    venue = (slot.venue if slot else None) or group.venue
    event = Event()
    event.add("uid", f"{group.pk}-{lesson.slot or 0}-{lesson.date:%Y%m%d}-{lesson.starts_at:%H%M}@opora")
    event.add("dtstamp", clock.now())
    event.add("dtstart", dt.datetime.combine(lesson.date, lesson.starts_at, zone))
    event.add("dtend", dt.datetime.combine(lesson.date, lesson.ends_at, zone))
    event.add("summary", group.programme.name)
    if venue:
        room = f", {lesson.room}" if lesson.room else ""
        event.add("location", f"{venue.name}, {address(venue.address)}{room}")
    notes = [group.organisation.short_name, group.name]
    if lesson.reason:
        notes.append(lesson.reason)
    event.add("description", "\n".join(notes))
    event.add("url", site + programme_url(group.programme_id, group.programme.slug))
    event.add("status", "CANCELLED" if lesson.cancelled else "CONFIRMED")
    return event
