"""Weekly timetable of a district: no teacher and no room twice at one time, hours that suit the age.

Time is a bit mask of the week in five-minute steps (2 016 bits), so that a clash is one AND.
"""

from __future__ import annotations

from random import Random

from opora.demo.courses import Group, Programme, Teacher
from opora.demo.districts import Organisation
from opora.demo.halls import rooms_for

STEP = 5
DAY = 24 * 60 // STEP
SESSIONS = {1: (1,), 2: (1, 1), 3: (1, 2), 4: (2, 2), 5: (2, 1, 2), 6: (2, 2, 2), 8: (2, 2, 2, 2)}
DAYS = {
    1: ((1,), (2,), (3,), (4,), (5,), (6,)),
    2: ((1, 3), (2, 4), (3, 5), (1, 4), (2, 5), (4, 6), (3, 6), (2, 6)),
    3: ((1, 3, 5), (2, 4, 6), (1, 3, 6), (1, 4, 6), (2, 4, 5)),
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


def schedule(rng: Random, organisation: Organisation, programmes: list[Programme]) -> None:
    """Give every group its slots, room and venue. Raises NoTime."""
    busy: dict[tuple[int, str], int] = {}
    groups = [group for programme in programmes for group in programme.groups]
    # demanding halls first: there is one pool and one rink
    groups.sort(key=lambda group: (len(rooms_for(organisation, group.programme.template.hall)), -group.hours))
    for group in groups:
        _place(rng, organisation, group, busy)


def _place(rng: Random, organisation: Organisation, group: Group, busy: dict[tuple[int, str], int]) -> None:
    assert group.teacher is not None
    rooms = rooms_for(organisation, group.programme.template.hall)
    sessions = _sessions(rng, group)
    for _ in range(TRIES):
        days = rng.choice(DAYS[len(sessions)])
        room = rng.choice(rooms)
        start = rng.choice(_starts(organisation, group, days[0]))
        found = [
            (day, start if day < 6 else _saturday(start), hours) for day, hours in zip(days, sessions, strict=True)
        ]
        if _take(group, group.teacher, room, busy, found):
            break
    else:
        _search(rng, organisation, group, busy, rooms, sessions)
    group.venue = organisation.venues[_venue_index(group, rooms, busy)]
    group.slots.sort()


def _venue_index(group: Group, rooms: list[tuple[int, str]], busy: dict[tuple[int, str], int]) -> int:
    room = group.slots[0][4]
    for index, name in [*rooms, *busy]:
        if name == room:
            return index
    raise NoTime(room)


def _search(
    rng: Random,
    organisation: Organisation,
    group: Group,
    busy: dict[tuple[int, str], int],
    rooms: list[tuple[int, str]],
    sessions: tuple[int, ...],
) -> None:
    """Each lesson wherever it fits: first the right halls, then any room of the same venue kind."""
    assert group.teacher is not None
    anything = [(index, room) for index, venue in enumerate(organisation.venues) for room in venue.rooms]
    for candidates in (rooms, anything):
        for room in rng.sample(candidates, len(candidates)):
            found: list[tuple[int, int, int]] = []
            days = rng.sample(ALL_DAYS, len(ALL_DAYS))
            for hours in sessions:
                for day in [one for one in days if one not in {taken for taken, *_ in found}]:
                    start = _free_start(organisation, group, busy.get(room, 0) | group.teacher.busy, day, hours)
                    if start is not None:
                        found.append((day, start, hours))
                        break
            if len(found) == len(sessions) and _take(group, group.teacher, room, busy, found):
                return
    raise NoTime(f"{organisation.short}: {group.programme.name}")


def _free_start(organisation: Organisation, group: Group, taken: int, day: int, hours: int) -> int | None:
    starts = _starts(organisation, group, day)
    if day == 6:
        starts = range(9 * 60, 16 * 60, 10)
    else:
        starts = range(starts[0], max(starts[-1], 18 * 60) + 1, 10)
    for start in starts:
        if not taken & mask(day, start, start + length(group, hours)):
            return start
    return None


def _take(
    group: Group,
    teacher: Teacher,
    room: tuple[int, str],
    busy: dict[tuple[int, str], int],
    lessons: list[tuple[int, int, int]],
) -> bool:
    bits = 0
    for day, start, hours in lessons:
        bits |= mask(day, start, start + length(group, hours))
    if bits & (teacher.busy | busy.get(room, 0)):
        return False
    teacher.busy |= bits
    busy[room] = busy.get(room, 0) | bits
    group.mask = bits
    group.slots = [(day, start, start + length(group, hours), hours, room[1]) for day, start, hours in lessons]
    return True


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
    if day == 6:
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
