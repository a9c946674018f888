"""How families behaved in a past period: what a simulation of a draft stands on (D2). Sums in kopecks, days counted.

A history is one certificate of the past period: the age of its child, the day the money was asked for and the
contracts made with it. A simulated child repeats a history drawn from those of about its age.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from opora.certificates.rules.money import Kopecks

AGES = range(3, 18)
BANDS = ((3, 6), (7, 10), (11, 13), (14, 17))
"""Ages whose histories are put together; a band with fewer than ENOUGH of them takes those of all ages."""
ENOUGH = 30
ASSUMED_TAKE_UP = 30
ASSUMED_IDLE = 15
ASSUMED_YEARLY_COST: Kopecks = 1_800_000
SCHOOL_YEAR_DAYS = 273
_ASSUMED_LATER = 30
_ASSUMED_SPREAD = 90


@dataclass(frozen=True, slots=True)
class PastContract:
    """A contract of a history; days are counted from the period's first day (0).

    `need` is what price and normative cost allowed for its `days`, whatever the balance was. `stays` is how many
    days it lasted; equal to `days` when nobody ended it. `to_end`: it ran to the end of the period or the group.
    """

    asked: int
    start: int
    days: int
    need: Kopecks
    stays: int
    focus_area: str = ""
    to_end: bool = True


@dataclass(frozen=True, slots=True)
class History:
    """One certificate: age of the child on the first day, day of asking for money, contracts, day of a last refusal."""

    age: int
    asked: int
    contracts: tuple[PastContract, ...] = ()
    refused: int | None = None


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What was seen (or assumed): histories and how many children of each age asked for money.

    `categories`: code → how much more (1.0 = as much) children of the category asked than others of their age.
    """

    assumed: bool
    base: str
    first: dt.date
    last: dt.date
    seen_until: dt.date
    histories: tuple[History, ...]
    asked: Mapping[int, int]
    children: Mapping[int, int]
    categories: Mapping[str, float]

    def take_up(self, age: int) -> float:
        """The share of children of that age that asked for money, 0…1; of all ages where there were none of it."""
        if self.assumed:
            return ASSUMED_TAKE_UP / 100
        known, asked = self.children.get(age, 0), self.asked.get(age, 0)
        if not known:
            known, asked = sum(self.children.values()), sum(self.asked.values())
        return min(1.0, asked / known) if known else 0.0

    @property
    def idle_percent(self) -> int:
        """Of a hundred certificates, how many made no contract."""
        if not self.histories:
            return 0
        return round(100 * sum(not one.contracts for one in self.histories) / len(self.histories))

    @property
    def early_percent(self) -> int:
        """Of a hundred contracts, how many ended before their time."""
        made = [one for history in self.histories for one in history.contracts]
        return round(100 * sum(one.stays < one.days for one in made) / len(made)) if made else 0

    @property
    def daily_cost(self) -> Kopecks:
        """The mean cost of a day of a contract."""
        made = [one for history in self.histories for one in history.contracts]
        days = sum(one.days for one in made)
        return sum(one.need for one in made) // days if days else 0

    @property
    def yearly_cost(self) -> Kopecks:
        """The mean cost of a whole school year at that rate."""
        return self.daily_cost * SCHOOL_YEAR_DAYS

    @property
    def contracts_per_certificate(self) -> float:
        """Contracts of a certificate that made any."""
        active = [len(one.contracts) for one in self.histories if one.contracts]
        return sum(active) / len(active) if active else 0.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What the payer changes in the inputs. Percents of what was seen; None takes what was seen."""

    demand_percent: int = 100
    price_percent: int = 100
    take_up_percent: int | None = None
    idle_percent: int | None = None

    def __post_init__(self) -> None:
        limits = {"demand_percent": 500, "price_percent": 500, "take_up_percent": 100, "idle_percent": 100}
        for name, high in limits.items():
            value = getattr(self, name)
            if value is not None and not 0 <= value <= high:
                raise ValueError(f"Допущение «{SETTINGS[name]}»: допустимо от 0 до {high}, указано {value}.")

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Settings:
        return cls(**{one.name: data[one.name] for one in fields(cls) if one.name in data})


SETTINGS = {
    "demand_percent": "Спрос",
    "price_percent": "Цены",
    "take_up_percent": "Доля детей, которые просят деньги",
    "idle_percent": "Доля сертификатов без единого договора",
}


def assumed(first: dt.date, last: dt.date, children: Mapping[int, int], yearly_cost: Kopecks | None) -> Behaviour:
    """A behaviour that stands on nothing but the assumptions stated here; used while there is no past period.

    Of a hundred certificates 15 make no contract; 70 of a hundred families ask by the first day, the others evenly
    over 90 days; each active certificate makes one contract from that day to the end of lessons.
    """
    cost = yearly_cost or ASSUMED_YEARLY_COST
    length = (last - first).days + 1
    histories = []
    for n in range(100):
        # spread the late ones among all, so that being idle and being late are independent
        late = (n * 37) % 100
        asked = 0 if late >= _ASSUMED_LATER else min(length - 1, 1 + late * _ASSUMED_SPREAD // _ASSUMED_LATER)
        days = length - asked
        made = PastContract(asked, asked, days, cost * days // SCHOOL_YEAR_DAYS, days)
        histories.append(History(10, asked, () if n < ASSUMED_IDLE else (made,)))
    return Behaviour(True, "", first, last, last, tuple(histories), {}, dict(children), {})


def pools(histories: Sequence[History]) -> dict[int, list[int]]:
    """Age → indexes of the histories that a child of that age repeats."""
    everything = list(range(len(histories)))
    found: dict[int, list[int]] = {}
    for low, high in BANDS:
        own = [n for n in everything if low <= histories[n].age <= high]
        for age in range(low, high + 1):
            found[age] = own if len(own) >= ENOUGH else everything
    return found


def within_limits(
    history: History,
    *,
    areas: Iterable[str],
    area_limits: Mapping[str, int],
    simultaneous: int | None,
) -> tuple[PastContract, ...]:
    """The contracts of a history that the limits of a period would let through, in the order of request.

    A limit counts contracts that run at the same time. An unknown focus area ("") is not limited.
    """
    allowed = set(areas)
    kept: list[PastContract] = []
    for one in sorted(history.contracts, key=lambda contract: (contract.asked, contract.start)):
        if one.focus_area and one.focus_area not in allowed:
            continue
        beside = [other for other in kept if other.start + other.stays > one.asked]
        of_area = sum(other.focus_area == one.focus_area for other in beside)
        limit = area_limits.get(one.focus_area)
        if (simultaneous is not None and len(beside) >= simultaneous) or (limit is not None and of_area >= limit):
            continue
        kept.append(one)
    return tuple(kept)
