"""The district in memory: published figures from its own records, and nothing that a parent would laugh at."""

from __future__ import annotations

from collections import Counter

import pytest

from opora.core import identifiers as checks
from opora.core.names import patronymic_of
from opora.demo import identifiers
from opora.demo.content import FOCUS_AREAS, templates
from opora.demo.courses import Group
from opora.demo.frame import full_years
from opora.demo.naming import patronymic, surname_for, weighted
from opora.demo.rows.catalogue import starts_on
from opora.demo.splitting import shares
from opora.demo.timetable import mask
from opora.demo.world import World

PUBLISHED = {
    "artistic": 2098,
    "technical": 419,
    "tourism": 426,
    "natural_science": 1191,
    "social_humanitarian": 1470,
    "sport": 2748,
}


def groups(world: World) -> list[Group]:
    return [group for programme in world.programmes for group in programme.groups]


def test_enrolments_by_focus_area_are_the_published_ones(world: World) -> None:
    found: Counter[str] = Counter()
    for group in groups(world):
        found[group.programme.template.focus_area] += len(group.learners)
    assert dict(found) == PUBLISHED
    assert sum(found.values()) == 8352


def test_children_teachers_organisations(world: World) -> None:
    learners = {index for group in groups(world) for index in group.learners}
    assert len(learners) == 3761
    assert len(world.children) == 8468
    assert sum(len(staff) for staff in world.teachers.values()) == 199
    kinds = Counter(one.kind for one in world.district.organisations)
    assert kinds == {"supplementary": 1, "ecotourism": 1, "sport": 2, "school": 8, "psychological": 1, "arts": 1}


def test_population_by_single_year(world: World) -> None:
    by_age = Counter(child.age for child in world.children)
    assert [by_age[age] for age in range(5, 18)] == list(world.district.population)
    for child in world.children:
        assert full_years(child.birth, world.frame.date) == child.age


def test_ages_fit_on_the_first_day(world: World) -> None:
    for group in groups(world):
        shape = group.programme.template.modules[group.module]
        assert shape.age_from <= group.age_from <= group.age_to <= shape.age_to
        for index in group.learners:
            age = full_years(world.children[index].birth, starts_on(world.frame, group))
            assert group.age_from <= age <= group.age_to


def test_nobody_is_in_two_places_at_once(world: World) -> None:
    teachers: dict[int, int] = {}
    rooms: dict[tuple[int, str], int] = {}
    children: dict[int, int] = {}
    for group in groups(world):
        bits = 0
        for weekday, start, end, _, room in group.slots:
            one = mask(weekday, start, end)
            bits |= one
            key = (id(group.venue), room)
            assert not rooms.get(key, 0) & one, room
            rooms[key] = rooms.get(key, 0) | one
        assert group.teacher is not None
        assert not teachers.get(id(group.teacher), 0) & bits
        teachers[id(group.teacher)] = teachers.get(id(group.teacher), 0) | bits
        for index in group.learners:
            assert not children.get(index, 0) & bits
            children[index] = children.get(index, 0) | bits


def test_groups_are_of_a_usual_size_and_never_oversold(world: World) -> None:
    for group in groups(world):
        assert len(set(group.learners)) == len(group.learners) == group.size <= group.capacity
        assert group.slots and group.venue
        assert sum(slot[3] for slot in group.slots) == group.hours
        assert 3 <= len(group.learners) <= 30
    sizes = sorted(len(group.learners) for group in groups(world))
    assert 9 <= sizes[len(sizes) // 2] <= 15


def test_lessons_are_after_school(world: World) -> None:
    for group in groups(world):
        for weekday, start, end, *_ in group.slots:
            assert 9 * 60 <= start < end <= 20 * 60 + 30
            if weekday < 6:
                assert start >= 13 * 60


def test_pupils_of_a_school_learn_in_their_own(world: World) -> None:
    own = strange = 0
    for group in groups(world):
        if group.programme.organisation.is_school:
            for index in group.learners:
                same = world.children[index].school == group.programme.organisation.key
                own, strange = own + same, strange + (not same)
    assert strange < own * 0.25


def test_names_of_programmes_differ_within_an_organisation(world: World) -> None:
    names = Counter((one.organisation.key, one.name) for one in world.programmes)
    assert max(names.values()) == 1


def test_templates_are_written_out() -> None:
    by_area = Counter(one.focus_area for one in templates())
    assert sum(by_area.values()) >= 180
    assert min(by_area[area] for area in FOCUS_AREAS) >= 16
    for one in templates():
        assert one.annotation.count(".") + one.annotation.count("?") >= 3, one.name
        assert 150 <= len(one.annotation) <= 600, one.name
        assert "!" not in one.annotation
        assert one.requirements and one.results
        for shape in one.modules:
            assert 5 <= shape.age_from <= shape.age_to <= 17


@pytest.mark.parametrize("number", [1, 14, 57, 1500])
def test_identifiers_pass_the_checks(number: int) -> None:
    assert checks.inn(identifiers.inn(number), kind="organisation")
    assert checks.ogrn(identifiers.ogrn(number, 2004))
    assert checks.kpp(identifiers.kpp(number))
    assert checks.snils(identifiers.snils(number))


def test_patronymics_agree_with_the_rules_of_names() -> None:
    for name in weighted("m", 0)[0]:
        if name in ("Даниил", "Данила", "Эмиль"):  # several forms are met in life
            continue
        for sex in "mf":
            assert patronymic(name, sex) == patronymic_of(name, sex), name


def test_surnames_have_two_forms() -> None:
    assert surname_for("Соловьёв", "f") == "Соловьёва"
    assert surname_for("Островский", "f") == "Островская"
    assert surname_for("Луговой", "f") == "Луговая"
    assert surname_for("Черных", "f") == surname_for("Черных", "m") == "Черных"


@pytest.mark.parametrize(("total", "weights"), [(7, [1, 1, 1]), (0, [3, 5]), (8352, [0.1, 7, 2.5]), (5, [0, 1])])
def test_shares_add_up(total: int, weights: list[float]) -> None:
    parts = shares(total, weights)
    assert sum(parts) == total
    assert all(abs(part - total * weight / sum(weights)) < 1 for part, weight in zip(parts, weights, strict=True))
