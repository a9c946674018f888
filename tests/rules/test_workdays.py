"""The working-day calendar: art. 112, official transfers, exceptions, deadlines in zones."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.core.workdays import (
    OFF,
    WORKING,
    WorkCalendar,
    add_workdays,
    add_working_days,
    nth_workday_of_month,
    official_calendar,
    parse_xmlcalendar,
    working_days_between,
)

OFFICIAL = official_calendar()
RULE = WorkCalendar()
MAGADAN, KALININGRAD = ZoneInfo("Asia/Magadan"), ZoneInfo("Europe/Kaliningrad")


@pytest.mark.parametrize(("year", "count"), [(2024, 248), (2025, 247), (2026, 247)])
def test_working_days_of_published_years(year, count) -> None:
    assert working_days_between(date(year, 1, 1), date(year, 12, 31), OFFICIAL) == count


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2024, 4, 27), True),
        (date(2024, 4, 29), False),
        (date(2024, 11, 2), True),
        (date(2024, 12, 31), False),
        (date(2025, 2, 24), True),
        (date(2025, 5, 8), False),
        (date(2025, 11, 1), True),
        (date(2025, 11, 3), False),
        (date(2026, 1, 9), False),
        (date(2026, 1, 12), True),
        (date(2026, 3, 9), False),
        (date(2026, 5, 11), False),
        (date(2026, 12, 31), False),
        (date(2026, 12, 30), True),
    ],
)
def test_official_days(day, working) -> None:
    assert OFFICIAL.is_working_day(day) is working


def test_unknown_year_falls_back_and_says_so() -> None:
    assert OFFICIAL.is_known_year(2026)
    assert not OFFICIAL.is_known_year(2031)
    deadline = add_working_days(datetime(2031, 5, 6, 9, tzinfo=UTC), 3, OFFICIAL, MAGADAN)
    assert "2031" in deadline.note and "112" in deadline.note
    assert deadline.day == date(2031, 5, 12)
    known = add_working_days(datetime(2026, 9, 1, 9, tzinfo=UTC), 3, OFFICIAL, MAGADAN)
    assert known.note == ""


def test_rule_calendar_moves_holidays_on_weekends() -> None:
    assert not RULE.is_working_day(date(2027, 5, 3))  # 1 May 2027 is a Saturday
    assert not RULE.is_working_day(date(2027, 5, 10))  # 9 May 2027 is a Sunday
    assert RULE.is_working_day(date(2027, 1, 11))  # January is moved only by decree


def test_deadline_is_counted_in_the_zone_of_the_municipality() -> None:
    moment = datetime(2026, 10, 12, 20, tzinfo=UTC)  # the 13th in Magadan, the 12th in Kaliningrad
    east = add_working_days(moment, 3, OFFICIAL, MAGADAN)
    west = add_working_days(moment, 3, OFFICIAL, KALININGRAD)
    assert (east.day, west.day) == (date(2026, 10, 16), date(2026, 10, 15))
    assert east.at == datetime(2026, 10, 16, 13, tzinfo=UTC)
    assert west.at == datetime(2026, 10, 15, 22, tzinfo=UTC)
    assert not west.is_overdue(west.at - timedelta(seconds=1))
    assert west.is_overdue(west.at)
    with pytest.raises(ValueError, match="пояса"):
        add_working_days(datetime(2026, 1, 1), 1, OFFICIAL, MAGADAN)  # noqa: DTZ001


def test_exceptions_win() -> None:
    regional = OFFICIAL.with_exceptions({date(2026, 10, 13): OFF, date(2026, 10, 17): WORKING})
    assert not regional.is_working_day(date(2026, 10, 13))
    assert regional.is_working_day(date(2026, 10, 17))
    assert regional.is_festive(date(2026, 10, 13))
    with pytest.raises(ValueError, match="вид дня"):
        OFFICIAL.with_exceptions({date(2026, 10, 13): "lazy"})


def test_festive_days_are_not_weekends() -> None:
    assert not OFFICIAL.is_festive(date(2026, 10, 17))
    assert OFFICIAL.is_festive(date(2026, 5, 9))
    assert OFFICIAL.is_festive(date(2026, 1, 9))
    assert OFFICIAL.holiday_name(date(2026, 1, 9)) == "Перенесённый выходной"
    assert OFFICIAL.holiday_name(date(2026, 6, 12)) == "День России"


XML = """<?xml version="1.0" encoding="UTF-8"?><calendar year="2028" lang="ru"><days>
<day d="01.10" t="1"/><day d="02.22" t="2"/><day d="02.26" t="3"/></days></calendar>"""


def test_xmlcalendar_layout() -> None:
    year, days = parse_xmlcalendar(XML)
    assert (year, days[date(2028, 2, 26)], days[date(2028, 1, 10)]) == (2028, WORKING, OFF)
    calendar = OFFICIAL.with_year(year, days)
    assert calendar.is_known_year(2028)
    assert calendar.is_working_day(date(2028, 2, 26))
    assert not calendar.is_working_day(date(2028, 1, 10))
    assert calendar.is_working_day(date(2028, 1, 3))  # not in the published list


@pytest.mark.parametrize(
    "text",
    [
        "",
        "нет",
        "<calendar/>",
        '<calendar year="2028"><days/></calendar>',
        '<calendar year="2028"><days><day d="02.30" t="1"/></days></calendar>',
        '<calendar year="2028"><days><day d="02.03" t="9"/></days></calendar>',
        '<!DOCTYPE x [<!ENTITY a "b">]><calendar year="2028"/>',
    ],
)
def test_broken_calendars_are_refused(text) -> None:
    with pytest.raises(ValueError, match="Календарь"):
        parse_xmlcalendar(text)


def test_second_working_day_of_january() -> None:
    assert nth_workday_of_month(date(2026, 1, 20), 2, OFFICIAL) == date(2026, 1, 13)


@given(st.dates(date(2024, 1, 1), date(2040, 1, 1)), st.integers(0, 60))
def test_adding_counts_exactly(day, count) -> None:
    result = add_workdays(day, count, OFFICIAL)
    assert working_days_between(day + timedelta(days=1), result, OFFICIAL) == count
    assert count == 0 or OFFICIAL.is_working_day(result)
