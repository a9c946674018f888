"""iCalendar feeds for a phone: stable ids, cancelled and moved lessons, the municipality's zone (RFC 5545)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from icalendar import Alarm, Calendar, Event

from opora.core import clock
from opora.enrolment.models import CalendarFeed
from opora.enrolment.queries_lessons import DatedLesson, of_children, of_groups
from opora.enrolment.services.feeds import groups_of_teacher
from opora.people.models import Child
from opora.providers.models import Staff

PRODUCT = "-//Opora//Calendar//RU"
BEHIND, AHEAD = dt.timedelta(days=31), dt.timedelta(days=366)
REFRESH = dt.timedelta(hours=6)
REMIND = dt.timedelta(hours=-1)


def calendar_of_feed(feed: CalendarFeed) -> bytes:
    """The file behind a secret address: a month back, a year ahead."""
    today = clock.today(clock.WESTERNMOST)
    first, last = today - BEHIND, today + AHEAD
    remind = feed.kind == CalendarFeed.Kind.CHILD
    if feed.kind == CalendarFeed.Kind.CHILD:
        child = Child.objects.get(pk=feed.object_id)
        lessons = of_children([child.pk], first, last).get(child.pk, [])
        return render(f"Занятия: {child.first_name}", lessons, remind=remind)
    if feed.kind == CalendarFeed.Kind.TEACHER:
        staff = Staff.objects.get(pk=feed.object_id)
        lessons = of_groups(groups_of_teacher(staff.pk), first, last)
        own = [row for row in lessons if row.teacher is None or row.teacher.pk == staff.pk]
        return render(f"Мои занятия: {staff.last_name} {staff.first_name[:1]}.", own)
    lessons = of_groups([feed.object_id], first, last)
    name = lessons[0].group.programme.name if lessons else "Группа"
    return render(f"Занятия: {name}", lessons)


def render(name: str, lessons: Iterable[DatedLesson], *, remind: bool = False) -> bytes:
    """A calendar with its time zones. `remind`: an hour before each lesson."""
    rows = list(lessons)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    if rows:
        calendar.add("x-wr-timezone", rows[0].group.municipality.time_zone)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", REFRESH)
    for row in rows:
        calendar.add_component(_event(row, remind))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def uid(row: DatedLesson) -> str:
    """The same for a lesson whether it is held, moved or cancelled: its group, line and date by the timetable."""
    origin = row.planned.planned_for or row.date
    line = row.planned.slot or f"x{row.planned.starts_at:%H%M}"
    return f"{row.group.pk}-{line}-{origin:%Y%m%d}@opora"


def _event(row: DatedLesson, remind: bool) -> Event:
    zone = clock.zone(row.group.municipality.time_zone)
    lesson = row.planned
    event = Event()
    event.add("uid", uid(row))
    event.add("dtstamp", clock.now())
    event.add("sequence", 1 if lesson.changed or lesson.cancelled else 0)
    event.add("dtstart", dt.datetime.combine(lesson.date, lesson.starts_at, zone))
    event.add("dtend", dt.datetime.combine(lesson.date, lesson.ends_at, zone))
    prefix = "Отменено: " if lesson.cancelled else ""
    event.add("summary", f"{prefix}{row.group.programme.name}")
    if row.place:
        event.add("location", row.place)
    event.add("description", "\n".join(_notes(row)))
    event.add("status", "CANCELLED" if lesson.cancelled else "CONFIRMED")
    if lesson.cancelled:
        event.add("transp", "TRANSPARENT")
    elif remind:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", row.group.programme.name)
        alarm.add("trigger", REMIND)
        event.add_component(alarm)
    return event


def _notes(row: DatedLesson) -> list[str]:
    notes = [row.group.organisation.short_name, row.group.name]
    if row.teacher:
        notes.append(f"Педагог: {row.teacher.full_name}")
    if row.moved_from:
        notes.append(f"Перенесено с {row.moved_from:%d.%m.%Y}")
    if row.planned.reason:
        notes.append(f"Причина: {row.planned.reason}")
    return notes
