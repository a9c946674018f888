"""Completeness, moderation, timetable."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.catalogue.models import LessonException, Programme, ProgrammeRevision
from opora.catalogue.rules import (
    PROGRAMME,
    REVISION,
    Change,
    GroupContent,
    Interval,
    ProgrammeContent,
    WeeklySlot,
    changes_for_moderation,
    clashes,
    completeness,
    lessons,
    planned_hours,
    schedule,
    shared_clashes,
    weekly_clashes,
)
from opora.core.workdays import official_calendar

TODAY = date(2026, 10, 12)
GROUP = GroupContent(
    "Группа 1", date(2026, 9, 15), date(2027, 5, 31), slots=2, has_teacher=True, has_venue=True, capacity=12
)
FULL = ProgrammeContent(
    name="Робототехника",
    annotation="Собираем и программируем роботов. " * 6,
    audience="Для тех, кто любит собирать",
    results="Соберёт и запрограммирует своего робота",
    focus_area="technical",
    activity_direction=True,
    age_from=8,
    age_to=12,
    module_hours=(144,),
    groups=(GROUP,),
)


def faults(programme: ProgrammeContent) -> set[str]:
    return {fault.code for fault in completeness(programme, TODAY).faults}


def test_a_whole_programme_has_100() -> None:
    assert completeness(FULL, TODAY).score == 100
    assert faults(FULL) == set()


def test_an_empty_programme_has_0_and_cannot_be_published() -> None:
    result = completeness(ProgrammeContent("РОБОТЫ"), TODAY)
    assert result.score == 0
    blocking = {fault.code for fault in result.blocking}
    assert blocking == {"no_annotation", "no_focus_area", "no_ages", "no_modules"}


@pytest.mark.parametrize(
    ("programme", "code"),
    [
        (replace(FULL, groups=(replace(GROUP, slots=0),)), "no_timetable"),
        (replace(FULL, groups=(GROUP, replace(GROUP, ends_on=date(2026, 5, 31)))), "expired_group"),
        (replace(FULL, age_from=12, age_to=8), "wrong_ages"),
        (replace(FULL, age_from=1), "wrong_ages"),
        (replace(FULL, age_from=4, age_to=18), "wide_ages"),
        (replace(FULL, groups=(replace(GROUP, age_from=6),)), "group_ages"),
        (replace(FULL, annotation="Роботы"), "short_annotation"),
        (replace(FULL, module_hours=(144, 0)), "no_hours"),
        (replace(FULL, groups=(replace(GROUP, has_venue=False),)), "no_venue"),
        (replace(FULL, groups=()), "no_groups"),
        (replace(FULL, groups=(replace(GROUP, open=False),)), "no_open_groups"),
    ],
)
def test_single_faults(programme, code) -> None:
    assert faults(programme) == {code}
    assert completeness(programme, TODAY).score < 100


def test_distance_needs_no_venue() -> None:
    assert faults(replace(FULL, distance=True, groups=(replace(GROUP, has_venue=False),))) == set()


def test_moderation() -> None:
    assert set(PROGRAMME.states) == set(Programme.State.values)
    assert set(REVISION.states) == set(ProgrammeRevision.State.values)
    assert PROGRAMME.next_state("draft", "submit", "provider_manager") == "moderation"
    assert PROGRAMME.next_state("moderation", "return", "methodologist") == "returned"
    before = {"price": 1, "level": "basic", "annotation": "а"}
    after = {"price": 2, "level": "basic", "annotation": "б"}
    assert changes_for_moderation(before, after) == {"price": (1, 2)}


MONDAY = WeeklySlot(1, 1, time(16), time(17, 30), Decimal(2), room="12", teacher=7)
SATURDAY = WeeklySlot(2, 6, time(10), time(11, 30), Decimal(2), room="12", teacher=7)
FESTIVE = official_calendar().is_festive


def test_holidays_and_breaks_have_no_lessons() -> None:
    span = date(2026, 5, 1), date(2026, 5, 31)
    days = [lesson.date.day for lesson in lessons([MONDAY, SATURDAY], *span, is_holiday=FESTIVE)]
    assert days == [2, 4, 16, 18, 23, 25, 30]  # 9 May is a holiday, 11 May a day off for it
    rest = [(date(2026, 5, 16), date(2026, 5, 25))]
    days = [lesson.date.day for lesson in lessons([MONDAY, SATURDAY], *span, is_holiday=FESTIVE, breaks=rest)]
    assert days == [2, 4, 30]


def test_changes() -> None:
    span = date(2026, 10, 1), date(2026, 10, 31)
    made = lessons(
        [MONDAY],
        *span,
        changes=[
            Change("cancelled", date(2026, 10, 5), reason="болезнь"),
            Change("moved", date(2026, 10, 26), 1, date(2026, 11, 3), time(15), time(16, 30)),
            Change("substitute", date(2026, 10, 12), 1, substitute=9),
            Change(
                "extra",
                date(2026, 10, 14),
                new_starts_at=time(9),
                new_ends_at=time(10),
                academic_hours=Decimal(1),
            ),
        ],
    )
    assert [(lesson.date, lesson.changed) for lesson in made] == [
        (date(2026, 10, 5), "cancelled"),
        (date(2026, 10, 12), "substitute"),
        (date(2026, 10, 14), "extra"),
        (date(2026, 10, 19), ""),
        (date(2026, 11, 3), "moved"),
    ]
    assert made[0].cancelled and made[0].reason == "болезнь"
    assert made[1].teacher == 9
    assert made[4].for_month == date(2026, 10, 1) and made[4].starts_at == time(15)
    assert planned_hours(made, date(2026, 10, 1)) == 8
    kinds = {schedule.CANCELLED, schedule.MOVED, schedule.EXTRA, schedule.SUBSTITUTE}
    assert kinds == set(LessonException.Kind.values)
    with pytest.raises(ValueError, match="время"):
        lessons([], *span, changes=[Change("extra", date(2026, 10, 14))])


def test_validity_of_a_slot() -> None:
    slot = replace(MONDAY, valid_from=date(2026, 10, 10), valid_to=date(2026, 10, 20))
    made = lessons([slot], date(2026, 10, 1), date(2026, 10, 31))
    assert [lesson.date.day for lesson in made] == [12, 19]


def test_clashes() -> None:
    day = date(2026, 10, 12)
    mine = Interval(day, time(16), time(17, 30), "роботы")
    late = Interval(day, time(17), time(18), "шахматы")
    after = Interval(day, time(17, 30), time(18), "хор")
    assert clashes([mine], [late, after]) == [(mine, late)]
    other = replace(MONDAY, id=3, starts_at=time(17), ends_at=time(18), teacher=8)
    assert weekly_clashes([MONDAY, SATURDAY], [other]) == [(MONDAY, other)]
    assert weekly_clashes([replace(MONDAY, valid_to=date(2026, 1, 1))], [replace(other, valid_from=day)]) == []
    assert [found[0] for found in shared_clashes([MONDAY, SATURDAY, other])] == ["room"]
    assert [found[0] for found in shared_clashes([MONDAY, replace(other, room="", teacher=7)])] == ["teacher"]


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(0, 60))
def test_every_week_has_its_lesson(first, weeks) -> None:
    last = date.fromordinal(first.toordinal() + 7 * weeks + 6)
    made = lessons([MONDAY], first, last)
    assert len(made) == weeks + 1
    assert all(lesson.date.isoweekday() == 1 for lesson in made)
    assert planned_hours(made) == 2 * len(made)
