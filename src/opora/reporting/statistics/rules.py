"""From learners and teachers of a year to the cells of form 1-ДОП. Pure: the same facts give the cell and its rows.

A child counts once per line (direction), whatever the number of groups; ages are full years on 1 January after the
year; children who were not yet eighteen when they learned (spec: the form's own filling instructions). One who turned
eighteen before 1 January stands among the seventeen-year-olds, since the form has no later column.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from opora.core.russian import full_years
from opora.reporting.statistics.declaration import AGES
from opora.surveys.rules.definition import Address

PREPROFESSIONAL_KINDS = frozenset({"preprofessional", "sport_training"})
OLDEST = 17


@dataclass(frozen=True, slots=True)
class Learner:
    """One enrolment of the year with what the form asks about its child and programme."""

    enrolment: int
    person: int
    sex: str
    born: dt.date
    focus_area: str
    kind: str
    is_network: bool
    is_distance: bool
    funding: str
    special_needs: bool
    disabled: bool


@dataclass(frozen=True, slots=True)
class Teacher:
    """One pedagogical worker at the end of the year; what nobody wrote down is empty."""

    staff: int
    is_teacher: bool
    sex: str = ""
    born: dt.date | None = None
    education: str = ""
    is_pedagogical: bool = False
    is_external: bool = False


TOTALS = frozenset({"1", "4", "6", "7"})
"""Sections whose column 3 is compared with the year before: the others split these very totals."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A total in two years; None – not filled in."""

    address: Address
    now: Decimal | None
    before: Decimal | None

    @property
    def change(self) -> Decimal | None:
        return None if self.now is None or self.before is None else self.now - self.before


def moved(now: Mapping[Address, Decimal], before: Mapping[Address, Decimal]) -> list[Moved]:
    """Totals that are not what they were a year ago, in the order of the form."""
    wanted = {one for one in {*now, *before} if one.section in TOTALS and one.column == "3"}
    rows = [Moved(one, now.get(one), before.get(one)) for one in sorted(wanted)]
    return [row for row in rows if row.now != row.before and (row.now or row.before)]


Test = Callable[[Learner], bool]


def _direction(focus_area: str, preprofessional: bool | None = None) -> Test:
    def test(one: Learner) -> bool:
        if one.focus_area != focus_area:
            return False
        return preprofessional is None or (one.kind in PREPROFESSIONAL_KINDS) == preprofessional

    return test


DIRECTIONS: tuple[Test, ...] = (
    _direction("technical"),
    _direction("natural_science"),
    _direction("tourism"),
    _direction("social_humanitarian"),
    _direction("artistic", False),
    _direction("artistic", True),
    _direction("sport", False),
    _direction("sport", True),
)
"""Tests of lines 01–08, and in the same order of 11–18 and 19–26."""
FORMS: dict[str, Test] = {"09": lambda one: one.is_network, "10": lambda one: one.is_distance}
PERSONS: dict[str, Test] = {
    "3": lambda one: True,
    "4": lambda one: one.sex == "f",
    "5": lambda one: one.special_needs,
    "6": lambda one: one.special_needs and one.sex == "f",
    "7": lambda one: one.disabled,
    "8": lambda one: one.disabled and one.sex == "f",
}
CLOSED = {"09": ("4", "6", "8"), "10": ("4", "6", "8")}


def age_column(born: dt.date, year: int) -> str:
    """The column of section 2 for a birth date: «3» is younger than three, «18» seventeen."""
    age = min(full_years(born, dt.date(year + 1, 1, 1)), OLDEST)
    return str(3 + max(0, age - 2))


def funding_column(lines: Iterable[Learner], budget: str) -> str:
    """One column for a child of a line: the budget when any of its groups is free, else the paid column.

    `budget` is the column of the organisation's own budget: 4 regional, 5 local. Certificates are municipal money.
    """
    kinds = {one.funding for one in lines}
    if "budget" in kinds:
        return budget
    return "5" if "certificate" in kinds else "6"


@dataclass(frozen=True, slots=True)
class Counted:
    """Value of a cell and the ids of the rows behind it (enrolments or workers)."""

    value: Decimal
    rows: tuple[int, ...]
    of: str = "enrolments"


def count(
    learners: Sequence[Learner], teachers: Sequence[Teacher], *, year: int, budget: str
) -> dict[Address, Counted]:
    """All cells that the system knows; the rest of the form is filled in by hand."""
    cells: dict[Address, Counted] = {}
    for at, test in enumerate(DIRECTIONS):
        line = [one for one in learners if test(one)]
        _persons(cells, f"{1 + at:02d}", line)
        people: dict[int, list[Learner]] = {}
        for one in line:
            people.setdefault(one.person, []).append(one)
        _split(cells, "2", str(11 + at), [str(3 + step) for step in range(len(AGES))], people,
               lambda rows: age_column(rows[0].born, year))  # fmt: skip
        _split(cells, "3", str(19 + at), ["3", "4", "5", "6"], people, lambda rows: funding_column(rows, budget))
    for row, test in FORMS.items():
        _persons(cells, row, [one for one in learners if test(one)])
    _staff(cells, teachers, year)
    return cells


def _persons(cells: dict[Address, Counted], row: str, line: Sequence[Learner]) -> None:
    for column, test in PERSONS.items():
        if column not in CLOSED.get(row, ()):
            found = [one for one in line if test(one)]
            rows = tuple(one.enrolment for one in found)
            cells[Address("1", "1", row, column)] = Counted(Decimal(len({one.person for one in found})), rows)


def _split(
    cells: dict[Address, Counted],
    section: str,
    row: str,
    columns: Sequence[str],
    people: dict[int, list[Learner]],
    column_of: Callable[[list[Learner]], str],
) -> None:
    """Every child of the line in exactly one column."""
    found: dict[str, list[list[Learner]]] = {column: [] for column in columns}
    for rows in people.values():
        found[column_of(rows)].append(rows)
    for column, each in found.items():
        ids = tuple(one.enrolment for rows in each for one in rows)
        cells[Address(section, section, row, column)] = Counted(Decimal(len(each)), ids)


LINES_OF_STAFF: tuple[Callable[[Teacher], bool], ...] = (
    lambda one: True,
    lambda one: one.is_teacher,
    lambda one: one.sex == "f",
)
"""Tests of lines 27–29, and in the same order of 30–32."""
EDUCATION: dict[str, Callable[[Teacher], bool]] = {
    "4": lambda one: one.education == "higher",
    "5": lambda one: one.education == "higher" and one.is_pedagogical,
    "6": lambda one: one.education == "vocational",
    "7": lambda one: one.education == "vocational" and one.is_pedagogical,
}
YOUNG, STEP, LAST = 25, 5, 12


def staff_age_column(born: dt.date, year: int) -> str:
    """The column of section 5: «3» younger than 25, then by five years, «12» 65 and older."""
    age = full_years(born, dt.date(year + 1, 1, 1))
    return "3" if age < YOUNG else str(min(LAST, 4 + (age - YOUNG) // STEP))


def _staff(cells: dict[Address, Counted], teachers: Sequence[Teacher], year: int) -> None:
    """Sections 4 and 5. A cell is counted only when what it asks is known of every worker whom it could count."""
    everyone_sexed = all(one.sex for one in teachers)
    for at, test in enumerate(LINES_OF_STAFF):
        if at == 2 and not everyone_sexed:
            continue
        line = [one for one in teachers if test(one)]
        own = [one for one in line if not one.is_external]
        row = str(27 + at)
        _workers(cells, ("4", row, "3"), own)
        _workers(cells, ("4", row, "8"), [one for one in line if one.is_external])
        if all(one.education for one in own):
            for column, has in EDUCATION.items():
                _workers(cells, ("4", row, column), [one for one in own if has(one)])
        if all(one.born for one in own):
            ages = {one.staff: staff_age_column(one.born, year) for one in own if one.born}
            for number in range(3, LAST + 1):
                aged = [one for one in own if ages[one.staff] == str(number)]
                _workers(cells, ("5", str(30 + at), str(number)), aged)


def _workers(cells: dict[Address, Counted], at: tuple[str, str, str], found: Sequence[Teacher]) -> None:
    section, row, column = at
    ids = tuple(one.staff for one in found)
    cells[Address(section, section, row, column)] = Counted(Decimal(len(ids)), ids, "staff")


def unknown(teachers: Sequence[Teacher]) -> int:
    """Workers of whom sex, date of birth or education is not written down: their sections are filled in by hand."""
    return sum(1 for one in teachers if not (one.sex and one.born and one.education))
