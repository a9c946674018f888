"""Ages, the same child, merging, categories."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.people.models import ChildCategory
from opora.people.rules import (
    CATEGORIES,
    SENSITIVE_CATEGORIES,
    ChildIdentity,
    Match,
    MergeSide,
    age_fits,
    birth_date_reasons,
    birthday,
    certificate_last_day,
    full_years,
    match,
    may_be_learner,
    merge_reasons,
    unconsented_categories,
    undo_merge_reasons,
)

BORN = date(2016, 10, 12)
ANNA = ChildIdentity("Ёлкина", "Анна", BORN, "Петровна", sex="f")


def codes(reasons) -> list[str]:
    return [reason.code for reason in reasons]


def test_full_years() -> None:
    assert full_years(BORN, date(2026, 10, 11)) == 9
    assert full_years(BORN, date(2026, 10, 12)) == 10
    assert age_fits(BORN, date(2026, 10, 12), 10, 10)
    assert age_fits(BORN, date(2026, 10, 12), None, None)
    assert not age_fits(BORN, date(2026, 10, 11), 10, None)
    assert may_be_learner(BORN, date(2030, 10, 12)) and not may_be_learner(BORN, date(2030, 10, 11))


def test_born_on_29_february() -> None:
    leap = date(2008, 2, 29)
    assert certificate_last_day(leap) == date(2026, 3, 1)
    assert (full_years(leap, date(2026, 2, 28)), full_years(leap, date(2026, 3, 1))) == (17, 18)


@given(st.dates(date(2005, 1, 1), date(2024, 12, 31)), st.integers(0, 40))
def test_the_birthday_is_the_first_day_of_the_age(born, years) -> None:
    day = birthday(born, years)
    assert full_years(born, day) == years
    if years:
        assert full_years(born, date.fromordinal(day.toordinal() - 1)) == years - 1


def test_birth_dates_that_cannot_be() -> None:
    today = date(2026, 10, 12)
    assert codes(birth_date_reasons(date(2026, 10, 13), today)) == ["born_in_future"]
    assert codes(birth_date_reasons(date(2008, 10, 12), today)) == ["of_age"]
    assert birth_date_reasons(BORN, today) == []


@pytest.mark.parametrize(
    ("other", "verdict"),
    [
        (ChildIdentity("ЕЛКИНА", " анна", BORN, "петровна"), Match.SAME),
        (ChildIdentity("Ёлкина", "Анна", BORN, ""), Match.NAMESAKE),
        (ChildIdentity("Ёлкина", "Мария", BORN, "Петровна"), Match.POSSIBLE_TWIN),
        (ChildIdentity("Ёлкин", "Иван", BORN, "Петрович"), Match.POSSIBLE_TWIN),
        (ChildIdentity("Соснова", "Анна", BORN, "Петровна"), Match.NAMESAKE),
        (ChildIdentity("Ёлкина", "Анна", date(2016, 12, 10), "Петровна"), Match.NAMESAKE),
        (ChildIdentity("Ёлкина", "Анна", date(2017, 10, 12), "Петровна"), Match.NAMESAKE),
        (ChildIdentity("Ёлкина", "Анна", date(2012, 3, 4), "Петровна"), Match.DIFFERENT),
        (ChildIdentity("Соснова", "Вера", BORN, "Ивановна"), Match.DIFFERENT),
        (ChildIdentity("Ёлкина", "Анна", BORN, "Петровна", sex="m"), Match.NAMESAKE),
    ],
)
def test_match_without_snils(other, verdict) -> None:
    assert match(ANNA, other) is verdict
    assert match(other, ANNA) is verdict


def test_snils_decides() -> None:
    first = ChildIdentity("Ёлкина", "Анна", BORN, "Петровна", snils="11223344595")
    assert match(first, ChildIdentity("Соснова", "Анна", BORN, snils="11223344595")) is Match.SAME
    assert match(first, ChildIdentity("Елкина", "Анна", BORN, "Петровна", snils="08675430300")) is Match.NAMESAKE
    assert match(first, ChildIdentity("Сосна", "Вера", date(2010, 1, 1), snils="11223344595")) is Match.NAMESAKE
    assert match(first, ChildIdentity("Сосна", "Вера", BORN, snils="08675430300")) is Match.DIFFERENT
    assert match(first, ChildIdentity("Елкина", "Анна", BORN, "Петровна")) is Match.SAME


def test_merge() -> None:
    left, right = MergeSide(1, living_groups=frozenset({5})), MergeSide(2, living_groups=frozenset({6}))
    assert merge_reasons(left, right) == []
    busy = MergeSide(3, snils="1", has_used_balance=True, living_groups=frozenset({5}))
    other = MergeSide(4, snils="2", has_used_balance=True, living_groups=frozenset({5}))
    assert codes(merge_reasons(busy, other)) == [
        "merge_snils",
        "merge_balances",
        "merge_same_group",
    ]
    assert codes(merge_reasons(left, left)) == ["merge_itself", "merge_same_group"]
    assert undo_merge_reasons({"заявок": 0}) == []
    assert undo_merge_reasons({"заявок": 2})[0].code == "merge_used"


def test_categories() -> None:
    assert set(ChildCategory.Code.values) <= set(CATEGORIES)
    assert set(CATEGORIES) >= SENSITIVE_CATEGORIES
    assert codes(unconsented_categories({"disabled", "gifted"}, set())) == ["category_without_consent"]
    assert unconsented_categories({"disabled"}, {"disabled"}) == []
