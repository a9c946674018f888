"""Simulation of a funding period before its approval (D2): a draft's parameters on real children and past behaviour.

Monte Carlo with a fixed seed: in each of RUNS runs every child asks for money with the probability of its age and
repeats the history of a past certificate. Certificates are given in the order of asking while the group's limits
hold; those without a contract return after their days and pass to the head of the queue; contracts are split by
month as in spec/financing.md. The draws depend on the children only, so that variants meet the same families.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from opora.certificates.rules.behaviour import Behaviour, Settings
from opora.certificates.rules.money import Kopecks
from opora.certificates.rules.simulation_flow import Flow, Prepared, Rows, prepare

RUNS = 200
SEED = 20_261_001
BLOCK = 2_000_000
"""Draws held in memory at once: runs × children of a block."""
INLINE_CHILDREN = 15_000
"""More children than that are counted by the worker."""
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PlanGroup:
    """A certificate group of a variant; sums in kopecks."""

    code: str
    name: str
    category: str
    age_from: int
    age_to: int
    nominal: Kopecks
    limit_certificates: int
    limit_money: Kopecks

    def cap(self, over_commitment: bool) -> int:
        """How many certificates can have money at the same time."""
        if over_commitment or not self.nominal:
            return self.limit_certificates
        return min(self.limit_certificates, self.limit_money // self.nominal)


@dataclass(frozen=True, slots=True)
class Plan:
    """The parameters of a period that a variant tries."""

    starts_on: dt.date
    ends_on: dt.date
    groups: tuple[PlanGroup, ...]
    over_commitment: bool = False
    idle_days: int = 30
    idle_days_after_refusal: int = 30
    areas: tuple[str, ...] = ()
    area_limits: Mapping[str, int] | None = None
    simultaneous: int | None = None

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days + 1

    def to_json(self) -> dict[str, Any]:
        data = asdict(self)
        return data | {"starts_on": self.starts_on.isoformat(), "ends_on": self.ends_on.isoformat()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Plan:
        values = dict(data)
        values["groups"] = tuple(PlanGroup(**one) for one in data["groups"])
        values["areas"] = tuple(data["areas"])
        for name in ("starts_on", "ends_on"):
            values[name] = dt.date.fromisoformat(data[name])
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Children:
    """The children of the territory: age on the first day, and the plan's group each belongs to (−1 = none)."""

    ages: Ints
    groups: Ints
    factors: npt.NDArray[np.float64]
    """How much more than its age a child asks, by its categories; 1.0 = as much."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Figures of every run: shape (runs, groups), by month (runs, months); kopecks and pieces.

    `out` is the first day on which a family had to wait for a certificate or a contract found no money; −1 = never.
    """

    plan: Plan
    asked: Ints
    given: Ints
    returned: Ints
    contracts: Ints
    no_money: Ints
    committed: Ints
    spent: Ints
    lowered: Ints
    out: Ints
    months: Ints

    @property
    def refused(self) -> Ints:
        return self.asked - self.given

    @property
    def nominals(self) -> Ints:
        """Nominals given and not taken back."""
        nominal = np.array([group.nominal for group in self.plan.groups], dtype=np.int64)
        result: Ints = self.given * nominal - self.lowered
        return result

    @property
    def left(self) -> Ints:
        """What stays unused on certificates at the end of the period."""
        return self.nominals - self.spent


def simulate(
    plan: Plan,
    children: Children,
    behaviour: Behaviour,
    settings: Settings,
    *,
    runs: int = RUNS,
    progress: Callable[[int], None] | None = None,
) -> Outcome:
    """Run the plan; `progress` is told percents. The same arguments give the same figures."""
    ready = prepare(plan, behaviour, settings)
    chances = _chances(children, behaviour, settings)
    draws = [np.random.Generator(np.random.PCG64([SEED, number])) for number in range(3)]
    count = len(children.ages)
    block = max(1, min(runs, BLOCK // max(1, count)))
    parts: list[Outcome] = []
    for first in range(0, runs, block):
        size = min(block, runs - first)
        asks, which, idle = (draw.random((size, count)) for draw in draws)
        parts.append(_run(plan, children, ready, asks < chances, which, idle))
        if progress:
            progress(min(99, 100 * (first + size) // runs))
    return _joined(plan, parts)


def _chances(children: Children, behaviour: Behaviour, settings: Settings) -> npt.NDArray[np.float64]:
    ages = range(int(children.ages.max(initial=0)) + 1)
    flat = settings.take_up_percent
    by_age = np.array([behaviour.take_up(age) if flat is None else flat / 100 for age in ages] or [0.0])
    asked = by_age[children.ages] * (settings.demand_percent / 100)
    if flat is None:
        asked = asked * children.factors
    result: npt.NDArray[np.float64] = np.where(children.groups >= 0, np.minimum(asked, 1.0), 0.0)
    return result


def _run(plan: Plan, children: Children, ready: Prepared, asks: Any, which: Any, idle: Any) -> Outcome:
    """One block of runs."""
    runs, groups = len(asks), len(plan.groups)
    run, child = np.nonzero(asks)
    flow = Flow.of(
        plan.days,
        runs,
        groups,
        run=run,
        group=children.groups[child],
        age=children.ages[child],
        which=which[run, child],
        idle=idle[run, child],
        ready=ready,
    )
    caps = np.array([group.cap(plan.over_commitment) for group in plan.groups], dtype=np.int64)
    given = flow.give(caps)
    rows = Rows.of(flow, given, ready, np.array([group.nominal for group in plan.groups], dtype=np.int64))
    refused = rows.commit(np.array([group.limit_money for group in plan.groups])) if plan.over_commitment else None
    spent_of, months = rows.months(ready)
    shape = (runs, groups)
    nominal = np.array([group.nominal for group in plan.groups], dtype=np.int64)
    returned = flow.count(given.returned)
    return Outcome(
        plan,
        asked=flow.count(np.ones(len(flow.segment), dtype=bool)),
        given=flow.count(given.day >= 0),
        returned=returned,
        contracts=rows.count(rows.paid > 0),
        no_money=rows.count(refused) if refused is not None else np.zeros(shape, dtype=np.int64),
        committed=rows.sums(rows.paid),
        spent=rows.sums(spent_of),
        lowered=returned * nominal,
        out=given.first_waiting if refused is None else _earlier(given.first_waiting, rows.first_refusal(refused)),
        months=months,
    )


def _earlier(one: Ints, other: Ints) -> Ints:
    """The earlier of two days, −1 meaning never."""
    never = np.iinfo(np.int64).max
    first = np.minimum(np.where(one < 0, never, one), np.where(other < 0, never, other))
    result: Ints = np.where(first == never, -1, first)
    return result


def _joined(plan: Plan, parts: Sequence[Outcome]) -> Outcome:
    names = [name for name in Outcome.__slots__ if name != "plan"]
    return Outcome(plan, **{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def band(values: Ints) -> list[int]:
    """[p10, p50, p90] over the runs; whole values that really occurred."""
    found = np.quantile(values, [LOW, MIDDLE, HIGH], axis=0, method="inverted_cdf")
    return [int(value) for value in found]


def summary(outcome: Outcome) -> dict[str, Any]:
    """What a page shows, as JSON: bands of the whole and of each group, months, the day the money runs out."""
    plan = outcome.plan
    names = ("asked", "given", "refused", "returned", "contracts", "no_money", "committed", "spent", "nominals", "left")
    groups = []
    for n, group in enumerate(plan.groups):
        figures: dict[str, Any] = {name: band(getattr(outcome, name)[:, n]) for name in names}
        figures["rest"] = band(group.limit_money - outcome.spent[:, n])
        groups.append({"code": group.code, "name": group.name, "out": _out(plan, outcome.out[:, n]), **figures})
    whole: dict[str, Any] = {name: band(getattr(outcome, name).sum(axis=1)) for name in names}
    limit = sum(group.limit_money for group in plan.groups)
    whole["rest"] = band(limit - outcome.spent.sum(axis=1))
    whole["limit"] = limit
    first = np.where(outcome.out < 0, plan.days, outcome.out).min(axis=1, initial=plan.days)
    whole["out"] = _out(plan, np.where(first >= plan.days, -1, first))
    months = [band(outcome.months[:, n]) for n in range(outcome.months.shape[1])]
    return {"runs": len(outcome.months), "whole": whole, "groups": groups, "months": months}


def _out(plan: Plan, days: Ints) -> dict[str, Any]:
    """In how many runs of a hundred the money ran out and when, among those runs."""
    happened = days[days >= 0]
    share = round(100 * len(happened) / len(days)) if len(days) else 0
    dates = [(plan.starts_on + dt.timedelta(days=day)).isoformat() for day in band(happened)] if len(happened) else []
    return {"percent": share, "days": dates}
