"""Teachers, programmes, modules and groups of one organisation: the quotas are met exactly by construction."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from random import Random

from opora.demo.content import ModuleTemplate, Template, templates
from opora.demo.content.words import PROPER_WORDS
from opora.demo.districts import District, Organisation, Venue
from opora.demo.halls import STRICT, has_hall
from opora.demo.naming import ELDERS, PARENTS, Person, pick_person
from opora.demo.splitting import group_sizes, shares

FEMALE_TEACHERS = {"sport": 0.32, "technical": 0.4, "tourism": 0.5}
FULL_LOAD = 18
"""Hours a week of a teacher's full post; ordinary districts hire until nobody has more."""
SEXES = {"Художественная гимнастика": "f", "Хоккей с шайбой": "m", "Хореографическое творчество": "f"}
GIRLS = {
    "Хореография": 0.85, "Единоборства": 0.25, "Игровые виды спорта": 0.38, "Зимние виды спорта": 0.4,
    "Робототехника": 0.28, "Техническое моделирование": 0.2, "Электроника": 0.15, "Силовые виды спорта": 0.15,
    "Декоративно-прикладное творчество": 0.72, "Изобразительное искусство": 0.7, "Музыка и вокал": 0.64,
    "Театр и мода": 0.68, "Информационные технологии": 0.38, "Иностранные языки": 0.56, "Шахматы": 0.36,
}  # fmt: skip


@dataclass(slots=True)
class Teacher:
    person: Person
    focus_area: str
    age: int
    minutes: int = 0
    """Weekly load so far."""
    busy: int = 0
    """Bit mask of the week in five-minute steps."""
    id: int = 0


@dataclass(slots=True)
class Group:
    """A learning group; slots are (weekday, start minute, end minute, academic hours, room)."""

    programme: Programme
    module: int
    number: int
    size: int
    capacity: int
    age_from: int
    age_to: int
    teacher: Teacher | None = None
    venue: Venue | None = None
    slots: list[tuple[int, int, int, int, str]] = field(default_factory=list)
    mask: int = 0
    learners: list[int] = field(default_factory=list)
    """Indexes of children in their district."""
    funded: list[int] = field(default_factory=list)
    id: int = 0
    module_id: int = 0

    @property
    def hours(self) -> int:
        return self.programme.template.modules[self.module].hours


@dataclass(slots=True)
class Programme:
    organisation: Organisation
    template: Template
    name: str
    state: str
    groups: list[Group] = field(default_factory=list)
    on_budget: bool = False
    """A programme of the certified kind that the municipality pays as a whole."""
    id: int = 0

    @property
    def certified(self) -> bool:
        return self.template.register == "certified" and not self.on_budget

    @property
    def girls(self) -> float:
        return GIRLS.get(self.template.direction, 0.5)

    @property
    def sex(self) -> str:
        return SEXES.get(self.template.name, "")


def plan_organisation(
    rng: Random, district: District, organisation: Organisation
) -> tuple[list[Teacher], list[Programme]]:
    """Teachers and programmes with groups of the wanted sizes; no timetable and no children yet."""
    teachers: list[Teacher] = []
    programmes: list[Programme] = []
    names: set[str] = set()
    for area, quota in organisation.enrolments.items():
        if not quota:
            continue
        staff = [_teacher(rng, area) for _ in range(organisation.teachers[area])]
        chosen = _choose(rng, organisation, area, organisation.programmes[area], len(staff))
        planned = [Programme(organisation, one, _name(rng, district, one, names), "published") for one in chosen]
        weights = [one.template.size * rng.uniform(1.4, 3.4) for one in planned]
        for programme, count in zip(planned, shares(quota, weights), strict=True):
            programme.groups = _groups(rng, programme, max(count, 0))
        if not district.showcase:
            hours = sum(group.hours for programme in planned for group in programme.groups)
            staff += [_teacher(rng, area) for _ in range(math.ceil(hours / FULL_LOAD) - len(staff))]
        _spread(planned, staff)
        teachers += staff
        programmes += planned
    return teachers, programmes


def idle_programme(rng: Random, district: District, organisation: Organisation, state: str) -> Programme:
    """A programme without groups: a draft, one in moderation or one returned with remarks."""
    area = rng.choice([area for area, count in organisation.enrolments.items() if count])
    [template] = _choose(rng, organisation, area, 1, 1)
    return Programme(organisation, template, _name(rng, district, template, set(), proper=True), state)


def _choose(rng: Random, organisation: Organisation, area: str, count: int, teachers: int) -> list[Template]:
    """Templates in no more directions than there are teachers: nobody teaches both the guitar and beads."""
    fitting = [
        one
        for one in templates()
        if one.focus_area == area and organisation.kind in one.kinds and has_hall(organisation, one.hall)
    ]
    if not fitting:
        fitting = [one for one in templates() if one.focus_area == area and one.hall in ("room", "gym", "computer")]
    if organisation.kind == "sport":  # a pool, a rink or a mat is what such a school is for
        special = [one for one in fitting if one.hall in STRICT]
        if special:
            fitting = special + rng.sample(fitting, len(fitting))[: max(3, len(special) // 3)]
    directions = list(dict.fromkeys(one.direction for one in fitting))
    if len(directions) > teachers:
        kept = rng.sample(directions, teachers)
        fitting = [one for one in fitting if one.direction in kept]
    chosen: list[Template] = []
    while len(chosen) < count:
        chosen += rng.sample(fitting, min(len(fitting), count - len(chosen)))
    return chosen


def _name(rng: Random, district: District, template: Template, used: set[str], proper: bool = False) -> str:
    """A name not yet used at this organisation: the template's own, a club's, or with a word of its own in quotes."""
    own = [template.name, *template.clubs]
    if not proper and (district.showcase or rng.random() < 0.3):
        for name in own if rng.random() < 0.6 else rng.sample(own, len(own)):
            if name not in used:
                used.add(name)
                return name
    while True:
        base = template.name.split(" «")[0]
        name = f"{base} «{rng.choice(PROPER_WORDS)}»"
        if name not in used:
            used.add(name)
            return name


def _teacher(rng: Random, area: str) -> Teacher:
    sex = "f" if rng.random() < FEMALE_TEACHERS.get(area, 0.86) else "m"
    age = rng.choices(range(22, 68), weights=[3] * 10 + [6] * 10 + [7] * 14 + [5] * 8 + [2] * 4)[0]
    return Teacher(pick_person(rng, sex, PARENTS if age < 48 else ELDERS), area, age)


def _groups(rng: Random, programme: Programme, count: int) -> list[Group]:
    if not count:
        return []
    template = programme.template
    sizes = group_sizes(rng, count, template.size)
    groups: list[Group] = []
    for size in sizes:
        # more children begin than reach the last year
        module = rng.choices(range(len(template.modules)), weights=[4, 3, 2, 2, 1][: len(template.modules)])[0]
        shape = template.modules[module]
        age_from, age_to = _window(rng, programme, shape)
        capacity = size if rng.random() < 0.3 else max(size + rng.randint(1, 4), template.size)
        number = sum(group.module == module for group in groups) + 1
        groups.append(Group(programme, module, number, size, capacity, age_from, age_to))
    return groups


def _window(rng: Random, programme: Programme, shape: ModuleTemplate) -> tuple[int, int]:
    """Ages of one group: narrower than the module's where there is room, so that classmates are alike."""
    low, high = shape.age_from, shape.age_to
    if programme.organisation.is_school:
        low = min(max(low, 6), high)
        return low, high
    width = rng.choice((2, 3, 3, 4))
    if high - low <= width:
        return low, high
    start = rng.randint(low, high - width)
    return start, start + width


def _spread(programmes: list[Programme], staff: list[Teacher]) -> None:
    """Each direction gets teachers of its own by its hours; within it the least loaded one takes the next group."""
    by_direction: dict[str, list[Group]] = {}
    for programme in programmes:
        by_direction.setdefault(programme.template.direction, []).extend(programme.groups)
    named = {direction: groups for direction, groups in by_direction.items() if groups}
    hours = [sum(group.hours for group in groups) for groups in named.values()]
    counts = [1 + more for more in shares(len(staff) - len(named), hours)]
    position = 0
    for groups, count in zip(named.values(), counts, strict=True):
        own = staff[position : position + count]
        position += count
        limit = sum(group.hours for group in groups) * 45 / count * 1.15
        teacher = own[0]
        for group in groups:
            if teacher.minutes and teacher.minutes + group.hours * 45 > limit:
                teacher = min(own, key=lambda one: (one.minutes, own.index(one)))
            group.teacher = teacher
            teacher.minutes += group.hours * 45
    _employ_idle([group for groups in named.values() for group in groups], staff)


def _employ_idle(groups: list[Group], staff: list[Teacher]) -> None:
    for idle in [one for one in staff if not one.minutes]:
        counts = {id(one): 0 for one in staff}
        for group in groups:
            counts[id(group.teacher)] += 1
        donors = [group for group in groups if group.teacher is not None and counts[id(group.teacher)] > 1]
        if not donors:
            _split_group(groups, idle)
            continue
        donor = max(donors, key=lambda group: (group.teacher.minutes if group.teacher else 0, group.size))
        assert donor.teacher is not None
        donor.teacher.minutes -= donor.hours * 45
        donor.teacher = idle
        idle.minutes = donor.hours * 45


def _split_group(groups: list[Group], idle: Teacher) -> None:
    """No group to spare: halve the largest one, the second half is the idle teacher's."""
    largest = max(groups, key=lambda group: group.size)
    half = largest.size // 2
    twin = Group(
        largest.programme, largest.module, largest.number + 1, half, max(half + 2, largest.capacity // 2 + 1),
        largest.age_from, largest.age_to, idle,
    )  # fmt: skip
    largest.size -= half
    largest.capacity = max(largest.size, largest.capacity - half)
    idle.minutes = twin.hours * 45
    groups.append(twin)
    largest.programme.groups.append(twin)
