"""Change of school year: names, dates, who fits the next group, what a family's answer means (E6). Pure functions.

A school year is the year in which it begins: 2026 is 2026/2027, from 1 September to 31 August.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from opora.core.reasons import Reason
from opora.people.rules import age_fits, birthday, full_years

FIRST_MONTH = 9
ADMISSION = "273-ФЗ, статья 55; порядок приёма организации"
NBSP = "\u00a0"


def school_year_of(day: date) -> int:
    """The school year that a day belongs to, by the year in which it begins."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def school_year_days(year: int) -> tuple[date, date]:
    """First and last day of a school year."""
    return date(year, FIRST_MONTH, 1), date(year + 1, FIRST_MONTH - 1, 31)


def school_year_title(year: int) -> str:
    """«2026/2027»."""
    return f"{year}/{year + 1}"


_YEARS = re.compile(r"\b(20\d\d)([/–-])(20)?(\d\d)\b")


def next_name(name: str, from_year: int, to_year: int) -> str:
    """The name of the next year's group: the ending year in it (2026/2027, 2026-27) becomes the next one."""

    def moved(found: re.Match[str]) -> str:
        first, mark, century, last = found[1], found[2], found[3] or "", found[4]
        if int(first) != from_year or int(last) != (from_year + 1) % 100:
            return found[0]
        return f"{to_year}{mark}{century}{(to_year + 1) % 100:02d}"

    return _YEARS.sub(moved, name)


def next_day(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes 28 February of a common year."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def next_ages(age_from: int, age_to: int, low: int | None, high: int | None, years: int) -> tuple[int, int]:
    """Ages of a group whose learners grow `years` older, within the programme's ages (None: no limit)."""
    first, last = age_from + years, age_to + years
    if high is not None:
        first, last = min(first, high), min(last, high)
    if low is not None:
        first, last = max(first, low), max(last, low)
    return first, max(first, last)


@dataclass(frozen=True, slots=True)
class Target:
    """The next year's group as it is planned; no target: the study ends."""

    starts_on: date
    age_from: int
    age_to: int
    sex: str = ""
    fundings: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Learner:
    """What is known of a child; `ends_on`: an earlier end of its study by notice; `until`: the group's last day."""

    birth_date: date
    sex: str = ""
    funding: str = "budget"
    ends_on: date | None = None
    until: date | None = None
    consent_withdrawn: bool = False
    merged: bool = False


def fitness(learner: Learner, target: Target | None) -> list[Reason]:
    """Every reason why a child is not proposed for the next year's group; empty when it fits."""
    if target is None:
        return [Reason("last_module", "Пройден последний модуль программы, группа заканчивает обучение.")]
    return [*_study(learner), *_ages(learner, target), *_terms(learner, target)]


def _study(learner: Learner) -> list[Reason]:
    reasons = []
    if learner.ends_on is not None and learner.until is not None and learner.ends_on < learner.until:
        reasons.append(
            Reason("terminated", f"Обучение прекращается раньше: последний день {learner.ends_on:%d.%m.%Y}.")
        )
    if learner.consent_withdrawn:
        reasons.append(
            Reason(
                "consent_withdrawn",
                "Согласие на обработку персональных данных отозвано.",
                ground="152-ФЗ, статьи 6 и 9",
                hint="Попросите семью дать согласие заново.",
            )
        )
    if learner.merged:
        reasons.append(Reason("merged", "Карточка ребёнка объединена с другой."))
    return reasons


def _ages(learner: Learner, target: Target) -> list[Reason]:
    years = full_years(learner.birth_date, target.starts_on)
    if birthday(learner.birth_date, 18) < target.starts_on:
        return [Reason("of_age", "К началу занятий исполнится 18\u00a0лет.", ground=ADMISSION)]
    if not age_fits(learner.birth_date, target.starts_on, target.age_from, target.age_to):
        limits = f"{target.age_from}–{target.age_to}" if target.age_from != target.age_to else str(target.age_from)
        text = f"Возраст новой группы {limits}{NBSP}лет, а ребёнку к началу занятий полных лет: {years}."
        return [Reason("age", text, ground=ADMISSION)]
    return []


def _terms(learner: Learner, target: Target) -> list[Reason]:
    reasons = []
    if target.sex and learner.sex and target.sex != learner.sex:
        reasons.append(Reason("sex", "Новая группа только для другого пола.", ground=ADMISSION))
    if target.fundings and learner.funding not in target.fundings:
        reasons.append(Reason("funding_not_offered", "Новая группа не принимает детей на прежних условиях оплаты."))
    return reasons


class Verdict(StrEnum):
    """What the batch does with one learner."""

    GOES = "goes"
    COMPLETED = "completed"
    REFUSED = "refused"
    SILENT = "silent"
    LEFT_OUT = "left_out"


def verdict(*, ends: bool, included: bool, answer: str, silence: str) -> Verdict:
    """Whether the learner goes on: proposed, and the family agreed or its silence counts as consent."""
    if ends:
        return Verdict.COMPLETED
    if not included:
        return Verdict.LEFT_OUT
    if answer == "no":
        return Verdict.REFUSED
    if answer == "yes" or silence == "yes":
        return Verdict.GOES
    return Verdict.SILENT


@dataclass(frozen=True, slots=True)
class Lesson:
    """One line of a planned weekly timetable; weekday 1 = Monday."""

    weekday: int
    starts_at: time
    ends_at: time


def timetable_reasons(lessons: Sequence[Lesson]) -> list[Reason]:
    """What is wrong with a planned timetable: none, reversed or overlapping lessons."""
    if not lessons:
        return [Reason("no_timetable", "У новой группы нет расписания.", hint="Добавьте дни и часы занятий.")]
    reasons = []
    ordered = sorted(lessons, key=lambda one: (one.weekday, one.starts_at))
    if any(one.starts_at >= one.ends_at for one in ordered):
        reasons.append(Reason("times_reversed", "Конец занятия не позже начала.", field="ends_at"))
    for left, right in itertools.pairwise(ordered):
        if left.weekday == right.weekday and right.starts_at < left.ends_at:
            reasons.append(Reason("slot_overlaps", "Занятия в один день накладываются друг на друга."))
            break
    return reasons
