"""Who goes where: exact group sizes, exact number of unique children, ages within limits, no clash of lessons."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from opora.demo.courses import Group, Programme
from opora.demo.districts import District
from opora.demo.families import FIRST_AGE, Child
from opora.demo.splitting import shares
from opora.demo.timetable import with_travel

RATES = (28, 42, 60, 64, 64, 61, 55, 48, 42, 37, 30, 25, 18)
"""How eager children of 5, 6, … 17 years are, relative to each other."""
WANTS = ((1, 2, 3, 4, 5, 6), (38, 28, 17, 10, 5, 2))


class NoLearners(Exception):
    """The children of a district do not suffice for its groups."""


def choose_active(rng: Random, district: District, children: list[Child]) -> None:
    """Mark exactly ``district.enrolled`` children, and how many groups each would like.

    Only those who were at least five on the first day of the school year: no programme takes younger ones.
    """
    by_age: dict[int, list[Child]] = {}
    for child in children:
        if child.start_age < FIRST_AGE:
            continue
        by_age.setdefault(child.age, []).append(child)
    ages = sorted(by_age)
    left = district.enrolled
    counts = shares(left, [len(by_age[age]) * RATES[age - FIRST_AGE] for age in ages])
    while any(count > len(by_age[age]) for age, count in zip(ages, counts, strict=True)):
        counts = _capped(counts, [len(by_age[age]) for age in ages])
    for age, count in zip(ages, counts, strict=True):
        for child in rng.sample(by_age[age], count):
            child.active = True
            child.wanted = rng.choices(*WANTS)[0]


def _capped(counts: list[int], limits: list[int]) -> list[int]:
    over = sum(max(0, count - limit) for count, limit in zip(counts, limits, strict=True))
    counts = [min(count, limit) for count, limit in zip(counts, limits, strict=True)]
    room = [limit - count for count, limit in zip(counts, limits, strict=True)]
    return [count + extra for count, extra in zip(counts, shares(over, room), strict=True)]


def seat(rng: Random, district: District, programmes: list[Programme], children: list[Child]) -> None:
    """Fill the groups. Raises NoLearners when the figures cannot be met."""
    pools = _Pools(district, [child for child in children if child.active])
    groups = [group for programme in programmes for group in programme.groups]
    rng.shuffle(groups)
    groups.sort(key=lambda group: group.age_to - group.age_from > 3)  # narrow ages choose first
    short: list[Group] = []
    for group in groups:
        _fill(rng, group, pools)
        if len(group.learners) < group.size:
            short.append(group)
    for group in short:
        _move_quota(group, groups, pools, rng)
    _seat_forgotten(rng, groups, children)


class _Pools:
    """Active children by (school or zone, age on the first day)."""

    def __init__(self, district: District, active: list[Child]) -> None:
        self.by_school: dict[tuple[str, int], list[Child]] = {}
        self.by_place: dict[tuple[str, int], list[Child]] = {}
        self.by_age: dict[int, list[Child]] = {}
        self.town = district.town.name
        for child in active:
            self.by_school.setdefault((child.school, child.start_age), []).append(child)
            self.by_place.setdefault((child.locality.name, child.start_age), []).append(child)
            self.by_age.setdefault(child.start_age, []).append(child)

    def near(self, group: Group) -> Iterable[list[Child]]:
        """Widening circles: own pupils, the same town or village, anybody of the district."""
        ages = range(group.age_from, group.age_to + 1)
        organisation = group.programme.organisation
        place = group.venue.locality.name if group.venue else self.town
        if organisation.is_school:
            yield [child for age in ages for child in self.by_school.get((organisation.key, age), ())]
        yield [child for age in ages for child in self.by_place.get((place, age), ())]
        yield [child for age in ages for child in self.by_age.get(age, ())]


def _fill(rng: Random, group: Group, pools: _Pools) -> None:
    bits = with_travel(group)
    for circle, pool in enumerate(pools.near(group)):
        if circle == 0 and not group.programme.organisation.is_school and rng.random() < 0.25:
            continue  # a quarter of the town's groups take children of the villages as they come
        sample = pool if len(pool) <= 12 * group.size else rng.sample(pool, 12 * group.size)
        for child in sorted(sample, key=lambda one: _eagerness(rng, one, group)):
            if len(group.learners) >= group.size:
                return
            _try(group, child, bits)
        if len(group.learners) < group.size and len(sample) < len(pool):
            for child in pool:
                if len(group.learners) >= group.size:
                    return
                _try(group, child, bits)


def _eagerness(rng: Random, child: Child, group: Group) -> float:
    """Low first: those who have fewer groups than they want, and whose interests these usually are."""
    girls = group.programme.girls
    liked = girls if child.sex == "f" else 1 - girls
    return (child.groups - child.wanted) + (2.0 if child.groups >= child.wanted else 0) - 2.2 * liked * rng.random()


def _try(group: Group, child: Child, bits: int) -> bool:
    sex = group.programme.sex
    if not age_fits(group, child):
        return False
    if child.busy & bits or (sex and child.sex != sex) or child.index in group.learners or child.groups >= 6:
        return False
    if any(child.index in other.learners for other in group.programme.groups):
        return False
    group.learners.append(child.index)
    child.busy |= bits
    child.groups += 1
    return True


def age_fits(group: Group, child: Child) -> bool:
    """Both limits inclusive, in full years on the group's first day: first years begin in the middle of September."""
    age = child.late_age if group.module == 0 else child.start_age
    return group.age_from <= age <= group.age_to


def _move_quota(group: Group, groups: list[Group], pools: _Pools, rng: Random) -> None:
    """Places that nobody could take go to other groups of the same organisation kind and focus area."""
    missing = group.size - len(group.learners)
    group.size = len(group.learners)
    area = group.programme.template.focus_area
    same = [
        other
        for other in groups
        if other is not group
        and other.programme.template.focus_area == area
        and other.programme.organisation is group.programme.organisation
    ]
    others = [other for other in groups if other.programme.template.focus_area == area and other is not group]
    for other in [*same, *others]:
        if not missing:
            return
        before = len(other.learners)
        other.size = before + min(missing, 3)
        _fill(rng, other, pools)
        missing -= len(other.learners) - before
        other.size = len(other.learners)
        other.capacity = max(other.capacity, other.size)
    if missing:
        raise NoLearners(f"{area}: не хватило {missing}")


def _seat_forgotten(rng: Random, groups: list[Group], children: list[Child]) -> None:
    """Each active child learns somewhere: one without a group takes the place of one who has several.

    Where every classmate of that age has a single group, another child is active instead.
    """
    reserve = [child for child in children if not child.active and child.start_age >= FIRST_AGE + 2]
    rng.shuffle(reserve)
    for forgotten in [one for one in children if one.active and not one.groups]:
        for child in (forgotten, *reserve):
            if child.groups:
                continue
            if any(_replace(group, child, children) for group in rng.sample(groups, len(groups))):
                forgotten.active, child.active = False, True
                break
        else:
            raise NoLearners(forgotten.full)


def _replace(group: Group, child: Child, children: list[Child]) -> bool:
    if not age_fits(group, child):
        return False
    if group.programme.sex and group.programme.sex != child.sex:
        return False
    organisation = group.programme.organisation
    if organisation.is_school and organisation.key != child.school:
        return False
    bits = with_travel(group)
    for position, index in enumerate(group.learners):
        other = children[index]
        if other.groups > 1:
            group.learners[position] = child.index
            other.groups -= 1
            other.busy &= ~bits
            child.busy |= bits
            child.groups += 1
            return True
    return False
