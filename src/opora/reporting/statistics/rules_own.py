"""From records of an organisation on a day to the indicators of its self-assessment. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from opora.core.russian import full_years
from opora.monitoring.rules import is_small, suppress_row
from opora.reporting.statistics import declaration_own as declared
from opora.reporting.statistics.rules import Counted

AGES = {"1.1.1": (3, 7), "1.1.2": (7, 11), "1.1.3": (11, 15), "1.1.4": (15, 18)}
"""Full years, the second one not included."""
CATEGORIES = {
    "1.6.1": frozenset({"special_needs", "disabled"}),
    "1.6.2": frozenset({"orphan"}),
    "1.6.3": frozenset({"migrant"}),
    "1.6.4": frozenset({"hardship", "at_risk"}),
}
PEDAGOGICAL = frozenset({"teacher", "methodologist", "organiser"})
COMPUTERS = frozenset({"computers", "laptops"})
ROOMS = {
    "2.2.1": frozenset({"rooms", "classrooms"}),
    "2.2.2": frozenset({"laboratories"}),
    "2.2.3": frozenset({"workshops"}),
    "2.2.4": frozenset({"dance_rooms"}),
    "2.2.5": frozenset({"gyms"}),
    "2.2.6": frozenset({"pools"}),
    "2.3.1": frozenset({"assembly_halls"}),
    "2.3.2": frozenset({"concert_halls"}),
    "2.3.3": frozenset({"playrooms"}),
}
"""Codes of the inventory's items that are counted as rooms of a kind."""
OF_CHILDREN = tuple(line.number for line in (*declared.LINES["1"], *declared.LINES["2"]) if line.unit == "чел.")


@dataclass(frozen=True, slots=True)
class Learner:
    """An enrolment in force on the day."""

    enrolment: int
    person: int
    born: dt.date
    programme: int
    is_distance: bool
    is_paid: bool
    categories: frozenset[str]


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker on the day; `education` as the register tells it, `trained` within five years."""

    staff: int
    kind: str
    qualification: str
    education: str
    trained: bool


@dataclass(frozen=True, slots=True)
class Stock:
    """A line of the inventory sheet: what is in working order."""

    line: int
    code: str
    usable: int


def count(
    learners: Sequence[Learner], workers: Sequence[Worker], stock: Sequence[Stock], date: dt.date
) -> dict[str, Counted]:
    """Indicators that the records know, by number; what nobody recorded is left to people."""
    found = {**_children(learners, date), **_staff(workers)}
    people = found["1.1"].value
    computers = [one for one in stock if one.code in COMPUTERS]
    if computers and people:
        each = Decimal(sum(one.usable for one in computers)) / people
        value = each.quantize(Decimal("0.01"), ROUND_HALF_UP)
        found["2.1"] = Counted(value, tuple(one.line for one in computers), "stock")
    for number, codes in ROOMS.items():
        rooms = [one for one in stock if one.code in codes]
        if rooms:
            rows = tuple(one.line for one in rooms)
            found[number] = Counted(Decimal(sum(one.usable for one in rooms)), rows, "stock")
    return found


def _children(learners: Sequence[Learner], date: dt.date) -> dict[str, Counted]:
    def those(test: Callable[[Learner], bool]) -> Counted:
        rows = [one for one in learners if test(one)]
        return Counted(Decimal(len({one.person for one in rows})), tuple(one.enrolment for one in rows))

    def aged(first: int, after: int) -> Callable[[Learner], bool]:
        return lambda one: first <= full_years(one.born, date) < after

    programmes: dict[int, set[int]] = {}
    for one in learners:
        programmes.setdefault(one.person, set()).add(one.programme)
    special = frozenset().union(*CATEGORIES.values())
    found = {
        "1.1": those(lambda one: True),
        "1.2": those(lambda one: one.is_paid),
        "1.3": those(lambda one: len(programmes[one.person]) > 1),
        "1.4": those(lambda one: one.is_distance),
        "1.6": those(lambda one: bool(one.categories & special)),
    }
    found |= {number: those(aged(*span)) for number, span in AGES.items()}
    return found | {number: those(_of_categories(codes)) for number, codes in CATEGORIES.items()}


def _of_categories(codes: frozenset[str]) -> Callable[[Learner], bool]:
    return lambda one: bool(one.categories & codes)


def _staff(workers: Sequence[Worker]) -> dict[str, Counted]:
    teaching = [one for one in workers if one.kind in PEDAGOGICAL]

    def those(rows: Iterable[Worker]) -> Counted:
        ids = tuple(one.staff for one in rows)
        return Counted(Decimal(len(ids)), ids, "staff")

    found = {
        "1.12": those(teaching),
        "1.17": those(one for one in teaching if one.qualification in ("first", "highest")),
        "1.17.1": those(one for one in teaching if one.qualification == "highest"),
        "1.17.2": those(one for one in teaching if one.qualification == "first"),
        "1.21": those(one for one in workers if one.trained),
        "1.22": those(one for one in workers if one.kind == "methodologist"),
    }
    if teaching and all(one.education.strip() for one in teaching):  # an empty one would be counted as none
        higher = [one for one in teaching if is_higher(one.education)]
        middle = [one for one in teaching if one not in higher]
        found |= {
            "1.13": those(higher),
            "1.14": those(one for one in higher if is_pedagogical(one.education)),
            "1.15": those(one for one in middle if is_middle(one.education)),
            "1.16": those(one for one in middle if is_middle(one.education) and is_pedagogical(one.education)),
        }
    return found


def is_higher(education: str) -> bool:
    """«Высшее педагогическое» yes, «неоконченное высшее» no."""
    words = education.lower()
    return "высшее" in words and "неоконч" not in words and "незаконч" not in words


def is_middle(education: str) -> bool:
    words = education.lower()
    return "средн" in words and ("проф" in words or "спец" in words)


def is_pedagogical(education: str) -> bool:
    return "педагог" in education.lower()


@dataclass(frozen=True, slots=True)
class Printed:
    """A line of the report: the value as text («12», «Да», empty when unknown), its share, where it is from."""

    number: str
    title: str
    unit: str
    value: str
    share: str | None
    counted: bool
    hidden: bool = False


def printed(values: Mapping[str, Decimal | str], counted: frozenset[str], staff: int) -> list[Printed]:
    """All indicators in their order. `staff`: all workers of the organisation, the whole of 1.21 and 1.22."""
    wholes = {
        declared.LEARNERS: values.get("1.1"),
        declared.STAFF: values.get("1.12"),
        declared.ALL_STAFF: Decimal(staff) if staff else None,
    }
    hidden = too_small(values)
    lines = [*(line for lines in declared.LINES.values() for line in lines)]
    lines += [line for asked in declared.QUESTIONS.values() for line in asked]
    lines.sort(key=lambda line: [int(part) for part in line.number.split(".")])
    return [
        Printed(
            line.number,
            line.title,
            line.unit or "да/нет",
            _plain(values.get(line.number)),
            _share(values.get(line.number), wholes.get(line.share)),
            line.number in counted,
            line.number in hidden,
        )
        for line in lines
    ]


def _plain(value: Decimal | str | None) -> str:
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value.lower()


def _share(part: Decimal | str | None, whole: Decimal | str | None) -> str | None:
    if not isinstance(part, Decimal) or not isinstance(whole, Decimal) or not whole:
        return None
    return str((part * 100 / whole).quantize(Decimal("0.1"), ROUND_HALF_UP))


def too_small(values: Mapping[str, Decimal | str]) -> frozenset[str]:
    """Indicators about 1–4 children, and a second age group where the total would tell the first."""
    numbers = {code: int(value) for code, value in values.items() if isinstance(value, Decimal)}
    hidden = {code for code in OF_CHILDREN if code in numbers and is_small(numbers[code])}
    if AGES.keys() <= numbers.keys() and numbers.get("1.1") == sum(numbers[code] for code in AGES):
        kept = suppress_row([numbers[code] for code in AGES])
        hidden |= {code for code, value in zip(AGES, kept, strict=True) if value is None}
    return frozenset(hidden)
