"""Rules of inventory (B3): how much is needed by a norm, what is lacking, how full a sheet is, who is in the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal


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


def clashes(wanted: Use, agreed: Iterable[Use]) -> bool:
    """Would the use meet another in time? Terms that overlap need days and hours of their own."""
    mine = " ".join(wanted.hours.lower().split())
    for one in agreed:
        if one.starts_on > wanted.ends_on or one.ends_on < wanted.starts_on:
            continue
        theirs = " ".join(one.hours.lower().split())
        if not mine or not theirs or mine == theirs:
            return True
    return False
