"""Working days: holidays of Labour Code art. 112, official transfers, exceptions given by the caller.

A year without official transfers is computed by the rule alone and every deadline in it says so.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

HOLIDAYS: Mapping[tuple[int, int], str] = {
    **{(1, day): "Новогодние каникулы" for day in (1, 2, 3, 4, 5, 6, 8)},
    (1, 7): "Рождество Христово",
    (2, 23): "День защитника Отечества",
    (3, 8): "Международный женский день",
    (5, 1): "Праздник Весны и Труда",
    (5, 9): "День Победы",
    (6, 12): "День России",
    (11, 4): "День народного единства",
}
OFF, SHORT, WORKING = "off", "short", "working"
_KINDS = {"1": OFF, "2": SHORT, "3": WORKING}
_MAX_XML = 200_000
_TRANSFERS = Path(__file__).parent / "data" / "workday_transfers.csv"


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Days that differ from the plain Monday–Friday week.

    transfers: day off moved from → to (official acts); known_years: years whose transfers are known;
    exceptions: date → "off" | "short" | "working", which win over everything (regional days, own days).
    """

    transfers: tuple[tuple[date, date], ...] = ()
    known_years: frozenset[int] = frozenset()
    exceptions: Mapping[date, str] = field(default_factory=dict)

    def is_known_year(self, year: int) -> bool:
        """False: the government's transfers for this year are not loaded, the rule alone decides."""
        return year in self.known_years

    def is_working_day(self, day: date) -> bool:
        """Working for a five-day week."""
        kind = self.exceptions.get(day)
        return _ruled_kind(self.transfers, day) != OFF if kind is None else kind != OFF

    def is_festive(self, day: date) -> bool:
        """No lessons by default: a public holiday or a weekday made free, not an ordinary weekend."""
        if self.exceptions.get(day) == WORKING:
            return False
        return (day.month, day.day) in HOLIDAYS or (day.weekday() < 5 and not self.is_working_day(day))

    def holiday_name(self, day: date) -> str:
        """Name of the public holiday, «перенесённый выходной», or an empty string."""
        name = HOLIDAYS.get((day.month, day.day), "")
        return name or ("Перенесённый выходной" if self.is_festive(day) else "")

    def with_exceptions(self, exceptions: Mapping[date, str]) -> WorkCalendar:
        """The same calendar with regional or own days laid over it."""
        wrong = sorted(kind for kind in exceptions.values() if kind not in (OFF, SHORT, WORKING))
        if wrong:
            raise ValueError(f"Календарь: неизвестный вид дня «{wrong[0]}».")
        return replace(self, exceptions={**self.exceptions, **exceptions})

    def with_year(self, year: int, days: Mapping[date, str]) -> WorkCalendar:
        """The calendar with one whole published year laid over the rule (see parse_xmlcalendar)."""
        whole: dict[date, str] = {}
        day = date(year, 1, 1)
        while day.year == year:
            whole[day] = days.get(day, OFF if day.weekday() >= 5 else WORKING)
            day += timedelta(days=1)
        # days of other years stay; of this year the published list is the truth
        return replace(
            self.with_exceptions(whole),
            known_years=self.known_years | {year},
        )


@cache
def _moved(transfers: tuple[tuple[date, date], ...]) -> tuple[frozenset[date], frozenset[date]]:
    return frozenset(a for a, _ in transfers), frozenset(b for _, b in transfers)


@cache
def _rule_days_off(transfers: tuple[tuple[date, date], ...], year: int) -> frozenset[date]:
    """Weekdays made free because a holiday fell on a weekend (art. 112; January is moved by decree)."""
    moved_from, moved_to = _moved(transfers)
    free: set[date] = set()
    for month, number in sorted(HOLIDAYS):
        holiday = date(year, month, number)
        if month == 1 or holiday.weekday() < 5 or holiday in moved_from:
            continue
        day = holiday + timedelta(days=1)
        while day.weekday() >= 5 or (day.month, day.day) in HOLIDAYS or day in free or day in moved_to:
            day += timedelta(days=1)
        free.add(day)
    return frozenset(free)


def _ruled_kind(transfers: tuple[tuple[date, date], ...], day: date) -> str:
    """ "off" or "working" by art. 112 and the transfers."""
    moved_from, moved_to = _moved(transfers)
    if (day.month, day.day) in HOLIDAYS or day in moved_to:
        return OFF
    if day in _rule_days_off(transfers, day.year):
        return OFF
    if day.weekday() >= 5:
        return WORKING if day in moved_from else OFF
    return WORKING


@cache
def official_calendar() -> WorkCalendar:
    """The calendar shipped with Opora (core/data/workday_transfers.csv)."""
    with _TRANSFERS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return WorkCalendar(
        transfers=tuple((date.fromisoformat(row["from"]), date.fromisoformat(row["to"])) for row in rows),
        known_years=frozenset(int(row["year"]) for row in rows),
    )


def parse_xmlcalendar(text: str | bytes) -> tuple[int, dict[date, str]]:
    """One year in the xmlcalendar layout → (year, day → kind); t=1 off, 2 short, 3 working weekend.

    Days not listed are ordinary. Raises ValueError in Russian; entity tricks and huge files are refused.
    """
    raw = text.encode() if isinstance(text, str) else text
    if len(raw) > _MAX_XML or b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise ValueError("Календарь: файл слишком велик или содержит недопустимые объявления.")
    try:
        root = ElementTree.fromstring(raw)
        year = int(root.attrib["year"])
    except (ElementTree.ParseError, KeyError, ValueError) as error:
        raise ValueError("Календарь: это не производственный календарь в формате xmlcalendar.") from error
    days: dict[date, str] = {}
    for place, element in enumerate(root.iterfind("days/day"), start=1):
        try:
            month, number = element.attrib["d"].split(".")
            days[date(year, int(month), int(number))] = _KINDS[element.attrib["t"]]
        except (KeyError, ValueError) as error:
            raise ValueError(f"Календарь: день № {place} записан неверно: {element.attrib}.") from error
    if not days:
        raise ValueError("Календарь: в файле нет ни одного дня.")
    return year, days


def add_workdays(day: date, count: int, calendar: WorkCalendar) -> date:
    """The `count`-th working day after `day` (which itself is not counted)."""
    if count < 0:
        raise ValueError("Число рабочих дней не может быть отрицательным.")
    result = day
    while count:
        result += timedelta(days=1)
        count -= calendar.is_working_day(result)
    return result


def nth_workday_of_month(month: date, number: int, calendar: WorkCalendar) -> date:
    """The `number`-th working day of the month that `month` lies in (1 = the first)."""
    return add_workdays(month.replace(day=1) - timedelta(days=1), number, calendar)


def working_days_between(first: date, last: date, calendar: WorkCalendar) -> int:
    """Working days from `first` to `last`, both inclusive."""
    span = range((last - first).days + 1)
    return sum(calendar.is_working_day(first + timedelta(days=step)) for step in span)


@dataclass(frozen=True, slots=True)
class Deadline:
    """day: the last local day in time; at: the first moment that is late (UTC); note: a caveat or empty."""

    day: date
    at: datetime
    note: str = ""

    def is_overdue(self, now: datetime) -> bool:
        """True from the moment `at` on."""
        return now >= self.at


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first moment after the local `day`, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def add_working_days(moment: datetime, count: int, calendar: WorkCalendar, zone: ZoneInfo) -> Deadline:
    """Deadline `count` working days after the aware `moment`, counted in the municipality's zone."""
    if moment.tzinfo is None:
        raise ValueError("Момент времени без часового пояса.")
    start = moment.astimezone(zone).date()
    day = add_workdays(start, count, calendar)
    return Deadline(day, end_of_day(day, zone), unknown_years_note(range(start.year, day.year + 1), calendar))


def unknown_years_note(years: Iterable[int], calendar: WorkCalendar) -> str:
    """Caveat for deadlines in years whose official transfers are not loaded; empty when all are known."""
    unknown = [str(year) for year in years if not calendar.is_known_year(year)]
    if not unknown:
        return ""
    return (
        f"Переносы выходных на {', '.join(unknown)}\u00a0год ещё не внесены: срок посчитан по общему правилу "
        "статьи 112 Трудового кодекса."
    )
