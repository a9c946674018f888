"""The cohort method: every year the children who stay are a year older, and a new cohort is born. Pure, exact.

Who is of age `a` in one year is of age `a + 1` in the next, times the share that survives and does not move away
(spec/mission.md, A5). Counts stay exact decimals until they are shown.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

HORIZON = 5
AGE_FROM, AGE_TO = 5, 17
USUAL_GROUP = 12
"""Children of a group where there is no group to learn the usual size from."""
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Parameters:
    """Births of a year; per cents of a cohort that live on for a year; balance of migration in per cents (± )."""

    births: Decimal
    survival: Decimal = Decimal("99.97")
    migration: Decimal = Decimal(0)
    coverage: Decimal | None = None
    """The coverage to be reached, per cent; None keeps the present one."""

    @property
    def keep(self) -> Decimal:
        """The share of a cohort that is there a year later."""
        return self.survival / 100 * (ONE + self.migration / 100)


def problems(one: Parameters) -> list[tuple[str, str]]:
    """(field, Russian sentence) for each value that cannot be."""
    found = []
    if one.births < 0:
        found.append(("births", "Рождений не может быть меньше нуля."))
    if not Decimal(90) <= one.survival <= 100:
        found.append(("survival", "Доля доживающих – от 90 до 100 процентов."))
    if not Decimal(-20) <= one.migration <= 20:
        found.append(("migration", "Миграционный прирост – от −20 до 20 процентов в год."))
    if one.coverage is not None and not 0 < one.coverage <= 100:
        found.append(("coverage", "Охват – больше 0 и не больше 100 процентов."))
    return found


def project(known: Mapping[int, int], parameters: Parameters, years: int = HORIZON) -> list[dict[int, Decimal]]:
    """Children by single year of age for this year and the next `years`.

    Ages below the youngest known one are filled from the births: they reach school age within the horizon.
    """
    youngest = min(known, default=AGE_TO + 1)
    now = {age: Decimal(count) for age, count in known.items() if age <= AGE_TO}
    for age in range(min(youngest, AGE_TO + 1)):
        now[age] = parameters.births * parameters.keep**age
    found = [now]
    for _ in range(years):
        before = found[-1]
        after = {age + 1: count * parameters.keep for age, count in before.items() if age < AGE_TO}
        found.append({0: parameters.births, **after})
    return found


def school_age(cohort: Mapping[int, Decimal]) -> Decimal:
    """Children of 5–17 years."""
    return sum((count for age, count in cohort.items() if AGE_FROM <= age <= AGE_TO), Decimal(0))


def whole(value: Decimal) -> int:
    """Persons, rounded half up."""
    return int(value.quantize(ONE, ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Spot:
    """A locality (or a municipality of a region) and a focus area with the places that there are."""

    place: int
    area: str
    places: int


@dataclass(frozen=True, slots=True)
class Need:
    """How many places a spot lacks in a year (negative: that many are spare) and how many groups that makes."""

    place: int
    area: str
    needed: int
    places: int
    groups: int

    @property
    def lack(self) -> int:
        return self.needed - self.places


def needs(
    spots: Iterable[Spot],
    *,
    share_of_place: Mapping[int, Decimal],
    rate_of_area: Mapping[str, Decimal],
    children: Decimal,
    growth: Decimal,
    group_size: Mapping[str, int],
) -> list[Need]:
    """Places needed at each spot: its children × how many enrolments of the area fall to a child × growth of coverage.

    `share_of_place`: part of the territory's children who live there; `rate_of_area`: enrolments of the area per
    child of 5–17 in the whole territory, so that a village is not judged by the clubs that it never had.
    """
    found = []
    for spot in spots:
        share = share_of_place.get(spot.place, Decimal(0))
        needed = whole(children * share * rate_of_area.get(spot.area, Decimal(0)) * growth)
        lack = max(0, needed - spot.places)
        size = group_size.get(spot.area) or USUAL_GROUP
        # half a group is where a group is opened: below that children join the neighbours
        groups = math.floor(Decimal(lack) / size + Decimal("0.5"))
        found.append(Need(spot.place, spot.area, needed, spot.places, groups))
    return sorted(found, key=lambda one: (-one.groups, -one.lack, one.place, one.area))


def growth(present: Decimal | None, wanted: Decimal | None) -> Decimal:
    """By how much enrolments must grow for the wanted coverage; 1 when nothing is wanted or known."""
    return wanted / present if wanted and present else ONE
