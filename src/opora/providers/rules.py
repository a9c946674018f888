"""Rules of inventory (B3): how much is needed by a norm, what is lacking, how full a sheet is, who is in the way."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from opora.core.russian import full_years


@dataclass(frozen=True, slots=True)
class Base:
    """What the norms of an organisation are counted from."""

    venues: int = 0
    teachers: int = 0
    learners: int = 0


def needed(norm: Decimal, per: str, base: Base) -> int:
    """Whole units needed by a norm: `per` organisation, venue, teacher or 100 learners; 0 without a norm.

    >>> needed(Decimal("1.5"), "learners", Base(learners=210))
    4
    """
    bases = {
        "organisation": Decimal(1),
        "venue": Decimal(base.venues),
        "teacher": Decimal(base.teachers),
        "learners": Decimal(base.learners) / 100,
    }
    exact = norm * bases.get(per, Decimal(0))
    return int(exact.to_integral_value(ROUND_CEILING))


def lack(needed_now: int, usable: int | None) -> int:
    """How much is missing; what nobody counted is missing wholly."""
    return max(0, needed_now - (usable or 0))


def spare(needed_now: int, usable: int | None) -> int:
    """How much there is beyond the norm: what could be lent."""
    return max(0, (usable or 0) - needed_now) if needed_now else 0


def filled(counted: Iterable[int | None]) -> int:
    """Per cent of the lines of a sheet that are counted, rounded down: 100 only when all are."""
    lines = list(counted)
    return sum(1 for one in lines if one is not None) * 100 // len(lines) if lines else 0


@dataclass(frozen=True, slots=True)
class Use:
    """An agreed use of a resource."""

    starts_on: dt.date
    ends_on: dt.date
    hours: str = ""


DAY_MINUTES = 24 * 60
EVERY_DAY = frozenset(range(7))
_DAYS = ("пн понедельник", "вт вторник", "ср сред", "чт четверг", "пт пятниц", "сб суббот", "вс воскресен")
_SETS = {"ежедневно": EVERY_DAY, "будн": frozenset(range(5)), "выходн": frozenset((5, 6))}
_FILLING = frozenset(
    ("и", "по", "с", "со", "в", "во", "до", "часов", "часа", "час", "ч", "каждый", "каждую", "день", "дни", "дням")
)
_CLOCK = r"(\d{1,2})(?:[:.](\d{2}))?"
_SPAN = re.compile(rf"{_CLOCK}\s*(?:[-–—]|до)\s*{_CLOCK}")
_MOMENT = re.compile(r"(\d{1,2})[:.](\d{2})")


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of some days of the week (0 – Monday), in minutes from midnight."""

    days: frozenset[int]
    start: int = 0
    end: int = DAY_MINUTES

    def meets(self, other: Slot) -> bool:
        return bool(self.days & other.days) and self.start < other.end and other.start < self.end


def weekly(hours: str) -> tuple[Slot, ...] | None:
    """Days and hours of a week as people write them; None when they are not understood. Empty – all the time.

    Parts are divided by a semicolon. A moment without an end lasts until midnight, hours without days are daily.

    >>> weekly("вт и чт, 16:00–18:00") == (Slot(frozenset({1, 3}), 960, 1080),)
    True
    >>> weekly("как договоримся") is None
    True
    """
    parts = [_part(part) for part in hours.lower().split(";") if part.strip()]
    if any(part is None for part in parts):
        return None
    slots = [slot for part in parts if part for slot in part]
    return tuple(slots) or (Slot(EVERY_DAY),)


def _part(text: str) -> list[Slot] | None:
    spans = [_minutes(found[0:2], found[2:4]) for found in _SPAN.findall(text)]
    text = _SPAN.sub(" ", text)
    spans += [_minutes(found, ("24", "")) for found in _MOMENT.findall(text)]
    days = _days_of(_MOMENT.sub(" ", text))
    if days is None or any(span is None for span in spans):
        return None
    made = [Slot(days or EVERY_DAY, *span) for span in spans if span]
    return made or ([Slot(days)] if days else None)


def _minutes(first: Sequence[str], last: Sequence[str]) -> tuple[int, int] | None:
    start, end = (int(hour) * 60 + int(minute or 0) for hour, minute in (first, last))
    return (start, end) if start < end <= DAY_MINUTES else None


def _days_of(text: str) -> frozenset[int] | None:
    """Days that the words name; None when some word is not a day."""
    found: set[int] = set()
    for word in re.findall(r"[^\W_]+(?:\s*[-–—]\s*[^\W_]+)?", text):
        ends = [_day(part) for part in re.split(r"\s*[-–—]\s*", word)]
        one = ends[0]
        if len(ends) == 2 and one is not None and ends[1] is not None and len(one) == len(ends[1]) == 1:
            first, last = min(one), min(ends[1])
            found |= {day % 7 for day in range(first, last + 1 if last >= first else last + 8)}
        elif len(ends) == 1 and (one is not None or word in _FILLING):
            found |= one or set()
        else:
            return None
    return frozenset(found)


def _day(word: str) -> frozenset[int] | None:
    for place, names in enumerate(_DAYS):
        short, long = names.split()
        if word == short or word.startswith(long):
            return frozenset((place,))
    return next((days for stem, days in _SETS.items() if word.startswith(stem)), None)


def clashes(wanted: Use, agreed: Iterable[Use]) -> bool:
    """Would the use meet another in time? Terms that overlap need days and hours that do not meet.

    What is not understood may be any time.
    """
    mine = weekly(wanted.hours) or (Slot(EVERY_DAY),)
    for one in agreed:
        if one.starts_on > wanted.ends_on or one.ends_on < wanted.starts_on:
            continue
        theirs = weekly(one.hours) or (Slot(EVERY_DAY),)
        if any(slot.meets(other) for slot in mine for other in theirs):
            return True
    return False


YOUNGEST, OLDEST = 14, 100
"""Ages between which somebody works (Labour Code, art. 63)."""


def birth_problem(born: dt.date | None, hired: dt.date | None, today: dt.date) -> str:
    """What is wrong with a worker's date of birth, in Russian; empty when nothing is."""
    if born is None:
        return ""
    if full_years(born, hired or today) < YOUNGEST:
        return f"Работнику было бы меньше {YOUNGEST} лет."
    if full_years(born, today) > OLDEST:
        return f"Работнику было бы больше {OLDEST} лет."
    return ""
