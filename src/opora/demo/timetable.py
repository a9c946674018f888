"""Weekly timetable of a district: no teacher and no room twice at one time, hours that suit the age.

Time is a bit mask of the week in five-minute steps (2 016 bits), so that a clash is one AND.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from opora.demo.courses import Group, Programme, Teacher
from opora.demo.districts import Organisation
from opora.demo.halls import rooms_for

STEP = 5
DAY = 24 * 60 // STEP
SESSIONS = {1: (1,), 2: (1, 1), 3: (1, 2), 4: (2, 2), 5: (2, 1, 2), 6: (2, 2, 2), 8: (2, 2, 2, 2)}
DAYS = {
    1: ((1,), (2,), (3,), (4,), (5,), (6,), (7,)),
    2: ((1, 3), (2, 4), (3, 5), (1, 4), (2, 5), (4, 6), (3, 6), (2, 6), (3, 7)),
    3: ((1, 3, 5), (2, 4, 6), (1, 3, 6), (1, 4, 6), (2, 4, 5), (2, 4, 7)),
    4: ((1, 2, 4, 5), (1, 3, 5, 6), (2, 3, 5, 6), (1, 2, 4, 6)),
}
ALL_DAYS = (1, 2, 3, 4, 5, 6)
TRIES = 60


class NoTime(Exception):
    """The rooms or the teachers of an organisation do not suffice for its groups."""


def mask(weekday: int, start: int, end: int) -> int:
    """Bits of one lesson; ``weekday`` 1 = Monday, minutes from midnight."""
    first = (weekday - 1) * DAY + start // STEP
    return ((1 << (end - start) // STEP) - 1) << first


def with_travel(group: Group, minutes: int = 10) -> int:
    """The group's week with the minutes a child needs to get in and out."""
    bits = 0
    for weekday, start, end, *_ in group.slots:
        bits |= mask(weekday, start - minutes, end + minutes)
    return bits


def schedule(rng: Random, organisation: Organisation, programmes: list[Programme], staff: list[Teacher]) -> None:
    """Give every group its slots, room and venue; a group whose teacher has no hour left goes to a colleague.

    Raises NoTime.
    """
    week = _Week(rng, organisation, staff)
    groups = [group for programme in programmes for group in programme.groups]
    # demanding halls first: there is one pool and one rink
    groups.sort(key=lambda group: (len(rooms_for(organisation, group.programme.template.hall)), -group.hours))
    for group in groups:
        week.place(group)


Room = tuple[int, str]
"""Index of the venue and name of the room."""
Lesson = tuple[int, int, int, Room]
"""Weekday, start minute, academic hours, room."""


class _Week:
    """The rooms of one organisation in a week."""

    def __init__(self, rng: Random, organisation: Organisation, staff: list[Teacher]) -> None:
        self.rng = rng
        self.staff = staff
        self.organisation = organisation
        self.busy: dict[Room, int] = {}
        self.all = [(index, room) for index, venue in enumerate(organisation.venues) for room in venue.rooms]
        self.days = ALL_DAYS if organisation.is_school else (*ALL_DAYS, 7)

    def place(self, group: Group) -> None:
        """One hour and one room all week if possible, else whatever is free in one venue."""
        rooms = rooms_for(self.organisation, group.programme.template.hall)
        sessions = _sessions(self.rng, group)
        for teacher in self._teachers(group):
            group.teacher = teacher
            lessons = self._regular(group, rooms, sessions)
            for candidates in (rooms, self.all):
                lessons = lessons or self._irregular(group, candidates, sessions)
            if lessons:
                self._take(group, lessons)
                return
        raise NoTime(f"{self.organisation.short}: {group.programme.name}")

    def _teachers(self, group: Group) -> Iterator[Teacher]:
        """The group's own teacher, then colleagues of the same focus area, the least loaded first."""
        own = group.teacher
        assert own is not None
        yield own
        area = group.programme.template.focus_area
        for teacher in sorted(self.staff, key=lambda one: one.minutes):
            if teacher is not own and teacher.focus_area == area:
                yield teacher

    def _regular(self, group: Group, rooms: list[Room], sessions: tuple[int, ...]) -> list[Lesson]:
        patterns = [days for days in DAYS[len(sessions)] if 7 not in days or 7 in self.days]
        for _ in range(TRIES):
            days = self.rng.choice(patterns)
            room = self.rng.choice(rooms)
            start = self.rng.choice(_starts(self.organisation, group, days[0]))
            lessons = [
                (day, start if day < 6 or days[0] >= 6 else _saturday(start), hours, room)
                for day, hours in zip(days, sessions, strict=True)
            ]
            if all(self._is_free(group, lesson) for lesson in lessons):
                return lessons
        return []

    def _irregular(self, group: Group, rooms: list[Room], sessions: tuple[int, ...]) -> list[Lesson]:
        for venue in self.rng.sample(range(len(self.organisation.venues)), len(self.organisation.venues)):
            here = [room for room in rooms if room[0] == venue]
            lessons: list[Lesson] = []
            days = self.rng.sample(self.days, len(self.days))
            for hours in sessions:
                for day in [one for one in days if one not in {taken for taken, *_ in lessons}]:
                    if found := self._first_free(group, day, hours, self.rng.sample(here, len(here))):
                        lessons.append(found)
                        break
            if len(lessons) == len(sessions):
                return lessons
        return []

    def _first_free(self, group: Group, day: int, hours: int, rooms: list[Room]) -> Lesson | None:
        usual = _starts(self.organisation, group, day)
        last = 16 * 60 if day >= 6 else max(usual[-1], 18 * 60 + 20)
        for start in range(usual[0], last + 1, 10):
            for room in rooms:
                if self._is_free(group, lesson := (day, start, hours, room)):
                    return lesson
        return None

    def _is_free(self, group: Group, lesson: Lesson) -> bool:
        assert group.teacher is not None
        day, start, hours, room = lesson
        bits = mask(day, start, start + length(group, hours))
        return not bits & (group.teacher.busy | self.busy.get(room, 0))

    def _take(self, group: Group, lessons: list[Lesson]) -> None:
        assert group.teacher is not None
        for day, start, hours, room in sorted(lessons):
            end = start + length(group, hours)
            bits = mask(day, start, end)
            group.teacher.busy |= bits
            self.busy[room] = self.busy.get(room, 0) | bits
            group.mask |= bits
            group.slots.append((day, start, end, hours, room[1]))
        group.venue = self.organisation.venues[lessons[0][3][0]]


def length(group: Group, hours: int) -> int:
    """Minutes of a lesson of some academic hours: 45 with a break of ten, 30 for children under seven."""
    minutes = 30 if group.age_to <= 7 and group.programme.template.hall != "ice" else 45
    return minutes * hours + 10 * (hours - 1)


def _sessions(rng: Random, group: Group) -> tuple[int, ...]:
    if group.hours == 2 and group.age_from >= 9 and rng.random() < 0.5:
        return (2,)
    return SESSIONS[group.hours]


def _starts(organisation: Organisation, group: Group, day: int) -> range:
    """Possible beginnings in minutes from midnight, on weekdays after school."""
    age = (group.age_from + group.age_to) // 2
    if day >= 6:
        return range(9 * 60, 15 * 60, 15)
    if organisation.is_school:
        return range(13 * 60, 15 * 60 + 45, 15) if age < 11 else range(14 * 60 + 15, 17 * 60, 15)
    if age < 7:
        return range(16 * 60, 18 * 60 + 15, 15)
    if age < 11:
        return range(13 * 60 + 30, 17 * 60 + 45, 15)
    if age < 15:
        return range(15 * 60, 18 * 60 + 15, 15)
    return range(15 * 60 + 45, 18 * 60 + 45, 15)


def _saturday(start: int) -> int:
    """The same group on Saturday: in the morning, an hour in the afternoon becomes one before noon."""
    return max(9 * 60, start - 5 * 60)
