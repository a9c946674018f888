"""Change of school year: names, dates, ages, who fits, what an answer means (E6)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.enrolment.rules import rollover as rules
from opora.enrolment.rules.rollover import Learner, Lesson, Target, Verdict

TARGET = Target(dt.date(2027, 9, 15), 8, 12, fundings=frozenset({"budget", "certificate"}))
MISHA = Learner(dt.date(2016, 4, 2), "m", until=dt.date(2027, 5, 31))


def codes(learner: Learner, target: Target | None = TARGET) -> list[str]:
    return [reason.code for reason in rules.fitness(learner, target)]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Группа 1, 2026/2027", "Группа 1, 2027/2028"),
        ("Роботы 2026-27", "Роботы 2027-28"),
        ("Хор 2026–2027, младшие", "Хор 2027–2028, младшие"),
        ("Группа 3", "Группа 3"),
        ("Набор 2025/2026", "Набор 2025/2026"),
        ("Кабинет 2026", "Кабинет 2026"),
    ],
)
def test_the_year_in_a_name_moves_on(name, wanted):
    assert rules.next_name(name, 2026, 2027) == wanted


@given(st.text(max_size=40))
def test_other_names_stay(text):
    if "2026" not in text:
        assert rules.next_name(text, 2026, 2027) == text


@given(st.dates(dt.date(2020, 1, 1), dt.date(2090, 12, 31)), st.integers(1, 3))
def test_days_move_by_years(day, years):
    moved = rules.next_day(day, years)
    assert moved.year == day.year + years and moved.month == day.month and abs(moved.day - day.day) <= 1


@given(st.dates(dt.date(2020, 1, 1), dt.date(2090, 12, 31)))
def test_a_day_lies_in_its_school_year(day):
    first, last = rules.school_year_days(rules.school_year_of(day))
    assert first <= day <= last and (last - first).days in (364, 365)


@given(st.integers(3, 17), st.integers(0, 5), st.integers(3, 10), st.integers(0, 8), st.integers(0, 2))
def test_ages_stay_within_the_programme(age_from, width, low, span, years):
    first, last = rules.next_ages(age_from, age_from + width, low, low + span, years)
    assert low <= first <= last <= low + span


def test_whoever_fits_has_no_reason():
    assert codes(MISHA) == []


def test_every_reason_is_said_at_once():
    learner = Learner(
        dt.date(2012, 4, 2),
        "m",
        "paid",
        ends_on=dt.date(2027, 1, 31),
        until=dt.date(2027, 5, 31),
        consent_withdrawn=True,
    )
    target = Target(dt.date(2027, 9, 15), 8, 12, "f", frozenset({"budget"}))
    assert codes(learner, target) == [
        "terminated", "consent_withdrawn", "age", "sex", "funding_not_offered"
    ]  # fmt: skip


def test_a_group_that_ends_has_passed_the_last_module():
    assert codes(MISHA, None) == ["last_module"]


def test_who_comes_of_age_does_not_go_on():
    assert codes(Learner(dt.date(2009, 9, 14)), Target(dt.date(2027, 9, 15), 8, 18)) == ["of_age"]
    assert codes(Learner(dt.date(2009, 9, 15)), Target(dt.date(2027, 9, 15), 8, 18)) == []


@pytest.mark.parametrize(
    ("included", "answer", "silence", "wanted"),
    [
        (True, "yes", "no", Verdict.GOES),
        (True, "no", "yes", Verdict.REFUSED),
        (True, "", "no", Verdict.SILENT),
        (True, "", "yes", Verdict.GOES),
        (False, "yes", "yes", Verdict.LEFT_OUT),
    ],
)
def test_what_an_answer_means(included, answer, silence, wanted):
    assert rules.verdict(ends=False, included=included, answer=answer, silence=silence) == wanted
    assert rules.verdict(ends=True, included=included, answer=answer, silence=silence) == Verdict.COMPLETED


def test_a_timetable_is_looked_through():
    assert [one.code for one in rules.timetable_reasons([])] == ["no_timetable"]
    first = Lesson(1, dt.time(15), dt.time(16, 30))
    assert rules.timetable_reasons([first, Lesson(2, dt.time(15), dt.time(16))]) == []
    assert [one.code for one in rules.timetable_reasons([first, Lesson(1, dt.time(16), dt.time(17))])] == [
        "slot_overlaps"
    ]
    assert [one.code for one in rules.timetable_reasons([Lesson(1, dt.time(16), dt.time(15))])] == ["times_reversed"]
