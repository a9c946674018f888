"""Pure rules of class lists: classes and categories as schools write them, near matches, what is offered."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.outreach import rules
from opora.outreach.rules import Found, Known, Offer
from opora.people.rules import ChildIdentity

BORN = dt.date(2015, 3, 14)
SPELLINGS = ("{0}{1}", "{0} {1}", "{0}-{1}", "{0} «{1}»", '{0} "{1}"', "{0}{1} класс", "{0} кл. {1}", "{0}-{1} КЛАСС")


@given(st.integers(1, 12), st.sampled_from("АБВГДЕЖЗИК"), st.sampled_from(SPELLINGS), st.booleans())
def test_a_class_is_understood_however_it_is_written(grade: int, letter: str, spelling: str, lower: bool) -> None:
    said = spelling.format(grade, letter.lower() if lower else letter)
    assert rules.school_class(said) == rules.SchoolClass(grade, letter)
    assert rules.school_class(str(rules.school_class(said))) == rules.SchoolClass(grade, letter)


@pytest.mark.parametrize(("said", "meant"), [("5", "5"), ("5.0", "5"), (11, "11"), ("5 A", "5А"), ("7М1", "7М1")])
def test_a_class_without_a_letter_or_with_a_latin_one(said: object, meant: str) -> None:
    assert str(rules.school_class(said)) == meant


@pytest.mark.parametrize("said", ["", "А5", "0", "13", "пятый", "5АБВГ", "5А; 6Б"])
def test_what_is_no_class_is_said(said: str) -> None:
    with pytest.raises(ValueError, match="не понят"):
        rules.school_class(said)


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("ОВЗ, ребёнок-инвалид", ["special_needs", "disabled"]),
        ("многодетная семья / ТЖС", ["large_family", "hardship"]),
        ("дети участников СВО", ["service_family"]),
        ("Одаренный; одарённый", ["gifted"]),
        ("нет", []),
        (" - ", []),
        ("СОП", ["at_risk"]),
        ("чемпион района", ["чемпион района"]),
    ],
)
def test_categories_as_schools_write_them(cell: str, codes: list[str]) -> None:
    assert rules.category_words(cell) == codes


def person(last: str = "Лесной", first: str = "Миша", father: str = "Ильич", born: dt.date = BORN, snils: str = "",
           sex: str = "") -> ChildIdentity:  # fmt: skip
    return ChildIdentity(last, first, born, father, snils, sex)


def test_one_sure_record_is_the_child_and_two_are_a_question() -> None:
    mine = person("Лесной", "Артём")
    twin = person("лесной", "АРТЕМ", sex="m")
    assert rules.compare(mine, [Known(7, twin)]) == Found(child=7)
    # a provisional record stands for the child that it repeats
    assert rules.compare(mine, [Known(7, twin), Known(7, twin)]) == Found(child=7)
    two = rules.compare(mine, [Known(7, twin), Known(9, twin)])
    assert two.child is None and [pk for pk, _ in two.candidates] == [7, 9]


@pytest.mark.parametrize(
    "other",
    [
        person("Леснй"),
        person("Лесной", "Мишша"),
        person(father=""),
        person("Полевой"),
        person(born=dt.date(2015, 3, 15)),
        person(snils="11223344595"),
    ],
)
def test_a_near_record_is_offered_and_never_joined(other: ChildIdentity) -> None:
    mine = person(snils="15678932154") if other.snils else person()
    found = rules.compare(mine, [Known(7, other)])
    assert found.child is None and [pk for pk, _ in found.candidates] == [7]
    assert rules.compare(mine, [Known(7, other)], frozenset({7})) == Found()


@pytest.mark.parametrize(
    "other", [person(first="Коля"), person(born=dt.date(2012, 1, 2)), person("Полевой", "Коля"), person(first="Паша")]
)
def test_brothers_and_namesakes_are_nobodys_candidates(other: ChildIdentity) -> None:
    assert rules.compare(person(), [Known(7, other)]) == Found()


def test_snils_finds_a_child_under_a_new_name() -> None:
    found = rules.compare(person(snils="11223344595"), [Known(7, person("Полевой", snils="11223344595"))])
    assert found == Found(child=7)


@given(
    st.integers(5, 17),
    st.lists(
        st.builds(
            Offer, st.integers(1, 90), st.integers(1, 8), st.integers(5, 10), st.integers(10, 17),
            st.sampled_from(["art", "sport", "tech"]),
            st.integers(0, 3), st.none() | st.floats(0, 30),
        ),
        max_size=12,
    ),
)  # fmt: skip
def test_offers_fit_the_age_have_places_and_never_repeat(age: int, offers: list[Offer]) -> None:
    picked = rules.pick_offers(age, offers)
    fitting = [one for one in offers if one.age_from <= age <= one.age_to and one.free]
    assert all(one in fitting for one in picked)
    programmes = [one.programme for one in picked]
    assert len(set(programmes)) == len(programmes) == min(3, len({one.programme for one in fitting}))
    if picked and any(one.distance is not None for one in fitting):
        assert picked[0].distance == min(one.distance for one in fitting if one.distance is not None)


def test_offers_are_of_different_areas_first() -> None:
    near = [
        Offer(11, 1, 7, 12, "art", 2, 0.1),
        Offer(12, 2, 7, 12, "art", 2, 0.2),
        Offer(13, 3, 7, 12, "sport", 2, 5.0),
    ]
    assert [one.programme for one in rules.pick_offers(8, near)] == [1, 3, 2]


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), st.integers(0, 90))
def test_thirty_days_must_pass_before_the_next_invitation(day: dt.date, passed: int) -> None:
    assert rules.invited_lately(day, day + dt.timedelta(days=passed)) is (passed < 30)
    assert not rules.invited_lately(None, day)


def test_a_list_is_kept_for_a_year_after_its_school_year() -> None:
    assert rules.erased_from(2024, 1) == dt.date(2026, 9, 1)
    assert rules.birth_problem(dt.date(2015, 3, 14), 5, dt.date(2026, 10, 1)) is None
    assert rules.birth_problem(dt.date(2015, 3, 14), 1, dt.date(2026, 10, 1))[1] == "warning"
    assert rules.birth_problem(dt.date(1999, 3, 14), 5, dt.date(2026, 10, 1))[1] == "error"
