"""The arithmetic of a simulation on arrays: who gets a certificate when, which contracts follow, what each month costs.

Children of all runs stand in one array, sorted by segment (run × group) and the order of asking. Days are counted
from the period's first day, sums are whole kopecks.
"""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from opora.certificates.rules.behaviour import AGES, Behaviour, Settings, pools, within_limits
from opora.certificates.rules.months import month_end

if TYPE_CHECKING:
    from opora.certificates.rules.simulation import Plan

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Reals = npt.NDArray[np.float64]
_TIES = 1 << 20


@dataclass(frozen=True, slots=True)
class Prepared:
    """Histories as arrays, already cut by the limits of the plan; contract arrays are indexed by `first` + n."""

    days: int
    asked: Ints
    refused_after: Ints
    count: Ints
    first: Ints
    c_asked: Ints
    c_start: Ints
    c_end: Ints
    c_days: Ints
    c_need: Ints
    c_stays: Ints
    pool_first: Ints
    pool_size: Ints
    pool: Ints
    idle_share: float | None
    idle_days: int
    idle_days_after_refusal: int
    month_of: Ints
    month_last: Ints


def prepare(plan: Plan, behaviour: Behaviour, settings: Settings) -> Prepared:
    """Cut the histories by the plan's limits and lay them out for the runs."""
    cut = [
        within_limits(one, areas=plan.areas, area_limits=plan.area_limits or {}, simultaneous=plan.simultaneous)
        for one in behaviour.histories
    ]
    count = _ints(len(one) for one in cut)
    made = [contract for one in cut for contract in one]
    asked = np.clip(_ints(one.asked for one in behaviour.histories), 0, plan.days - 1)
    waits = [0 if one.refused is None else max(0, one.refused - max(0, one.asked)) for one in behaviour.histories]
    pool_first, pool_size, pool = _pools(behaviour, count, settings)
    dates = [plan.starts_on + dt.timedelta(days=n) for n in range(plan.days)]
    return Prepared(
        days=plan.days,
        asked=asked,
        refused_after=_ints(-1 if h.refused is None else w for h, w in zip(behaviour.histories, waits, strict=True)),
        count=count,
        first=np.concatenate([[0], np.cumsum(count)[:-1]]).astype(np.int64),
        c_asked=_ints(max(0, one.asked) for one in made),
        c_start=_ints(max(0, one.start) for one in made),
        c_end=_ends(plan, behaviour, made),
        c_days=_ints(max(1, one.days) for one in made),
        c_need=_ints(one.need * settings.price_percent // 100 for one in made),
        c_stays=_ints(one.stays if one.stays < one.days else plan.days * 4 for one in made),
        pool_first=pool_first,
        pool_size=pool_size,
        pool=pool,
        idle_share=None if settings.idle_percent is None else settings.idle_percent / 100,
        idle_days=plan.idle_days,
        idle_days_after_refusal=plan.idle_days_after_refusal,
        month_of=_ints(day.month - plan.starts_on.month for day in dates),
        month_last=_ints((min(month_end(day), plan.ends_on) - plan.starts_on).days for day in dates),
    )


def _ints(values: Any) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _pools(behaviour: Behaviour, count: Ints, settings: Settings) -> tuple[Ints, Ints, Ints]:
    """For each age: where its histories begin in the pool, and how many they are."""
    by_age = pools(behaviour.histories)
    if settings.idle_percent is not None and count.any():
        # who stays without a contract is drawn apart: only those that made one are repeated
        active = [n for n in range(len(count)) if count[n]]
        by_age = {age: [n for n in own if count[n]] or active for age, own in by_age.items()}
    lists = [by_age[min(max(age, AGES[0]), AGES[-1])] for age in range(AGES[-1] + 3)]
    sizes = _ints(len(one) for one in lists)
    return np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64), sizes, _ints(n for one in lists for n in one)


def _ends(plan: Plan, behaviour: Behaviour, made: Any) -> Ints:
    """The last day of each contract. In the same months of another year the past end stands; otherwise a contract
    that ran to the end runs to the end of lessons, at most 31 May."""
    may = dt.date(plan.ends_on.year, 5, 31)
    lessons = may if plan.starts_on <= may < plan.ends_on else plan.ends_on
    last = (lessons - plan.starts_on).days
    season = ("{0.month}-{0.day}".format(day) for day in (behaviour.first, plan.starts_on))  # noqa: UP032
    same = not behaviour.assumed and len(set(season)) == 1
    own = [max(0, one.start) + one.days - 1 for one in made]
    if same:
        return _ints(min(end, plan.days - 1) for end in own)
    return _ints(last if one.to_end else min(end, last) for one, end in zip(made, own, strict=True))


@dataclass(frozen=True, slots=True)
class Given:
    """By child: the day the certificate was given (−1 = never) and whether it returned; by segment: first waiting."""

    day: Ints
    returned: Flags
    first_waiting: Ints


@dataclass(frozen=True, slots=True)
class Flow:
    """Children who ask, in all runs, in the order of asking within their segment (run × groups + group)."""

    days: int
    runs: int
    groups: int
    segment: Ints
    place: Ints
    arrival: Ints
    history: Ints
    idle: Flags
    ready: Prepared

    @classmethod
    def of(
        cls,
        days: int,
        runs: int,
        groups: int,
        *,
        run: Any,
        group: Any,
        age: Any,
        which: Any,
        idle: Any,
        ready: Prepared,
    ) -> Flow:
        scaled = which * ready.pool_size[age]
        nth = scaled.astype(np.int64)
        history = ready.pool[ready.pool_first[age] + nth]
        if ready.idle_share is None:
            is_idle = ready.count[history] == 0
        else:
            is_idle = (idle < ready.idle_share) | (ready.count[history] == 0)
        arrival = ready.asked[history]
        segment = run * groups + group
        key = (segment * days + arrival) * _TIES + ((scaled - nth) * _TIES).astype(np.int64)
        order = np.argsort(key, kind="stable")
        segment = segment[order]
        starts = np.searchsorted(segment, np.arange(runs * groups))
        place = np.arange(len(segment)) - starts[segment]
        return cls(days, runs, groups, segment, place, arrival[order], history[order], is_idle[order], ready)

    def count(self, flags: Flags) -> Ints:
        """How many of the flagged children, by (run, group)."""
        found = np.bincount(self.segment[flags], minlength=self.runs * self.groups)
        return found.reshape(self.runs, self.groups).astype(np.int64)

    def _by_day(self, segment: Ints, day: Ints) -> Ints:
        found = np.bincount(segment * self.days + day, minlength=self.runs * self.groups * self.days)
        result: Ints = found.reshape(-1, self.days).cumsum(axis=1)
        return result

    def give(self, caps: Ints) -> Given:
        """Give in the order of asking while there is a vacancy; what returns is given to the head of the queue.

        A return can only serve later days, so the repetition settles after as many rounds as returns can follow
        one another in the period.
        """
        arrived = self._by_day(self.segment, self.arrival)
        cap = np.tile(caps, self.runs)[:, None]
        vacancies = np.broadcast_to(cap, arrived.shape)
        served = np.minimum(arrived, vacancies)
        while True:
            day = self._days(served)
            back = self._return_days(day)
            returned = back >= 0
            vacancies = cap + self._by_day(self.segment[returned], back[returned])
            again = np.minimum(arrived, vacancies)
            if np.array_equal(again, served):
                break
            served = again
        waiting = arrived > served
        first = np.where(waiting.any(axis=1), waiting.argmax(axis=1), -1)
        return Given(day, returned, first.reshape(self.runs, self.groups))

    def _days(self, served: Ints) -> Ints:
        """The day on which each child got the certificate; −1 for those still waiting at the end."""
        day = np.full(len(self.segment), -1, dtype=np.int64)
        got = self.place < served[:, -1][self.segment]
        on_day = np.diff(served, axis=1, prepend=0).ravel()
        day[got] = np.repeat(np.tile(np.arange(self.days), len(served)), on_day)
        return day

    def _return_days(self, day: Ints) -> Ints:
        after = self.ready.refused_after[self.history]
        waits = np.where(after >= 0, after + self.ready.idle_days_after_refusal, self.ready.idle_days) + 1
        back = day + waits
        return np.where((day >= 0) & self.idle & (back < self.days), back, -1)


@dataclass(slots=True)
class Rows:
    """Contracts of all runs; `paid` is the certificate's part, zero when there was no money for it."""

    runs: int
    groups: int
    segment: Ints
    asked: Ints
    start: Ints
    end: Ints
    ended: Ints
    paid: Ints

    @classmethod
    def of(cls, flow: Flow, given: Given, ready: Prepared, nominals: Ints) -> Rows:
        """The contracts of the certificates given: moved by the days of waiting, limited by the balance left."""
        active = np.nonzero((given.day >= 0) & ~flow.idle)[0]
        counts = ready.count[flow.history[active]]
        child = np.repeat(active, counts)
        nth = np.arange(len(child)) - np.repeat(np.cumsum(counts) - counts, counts)
        contract = ready.first[flow.history[child]] + nth
        waited = (given.day - flow.arrival)[child]
        start = np.maximum(ready.c_start[contract] + waited, given.day[child])
        fits = start <= ready.c_end[contract]
        child, contract, start, waited = child[fits], contract[fits], start[fits], waited[fits]
        end = ready.c_end[contract]
        need = ready.c_need[contract] * (end - start + 1) // ready.c_days[contract]
        segment = flow.segment[child]
        return cls(
            flow.runs,
            flow.groups,
            segment,
            asked=np.maximum(ready.c_asked[contract] + waited, given.day[child]),
            start=start,
            end=end,
            ended=np.minimum(end, start + ready.c_stays[contract] - 1),
            paid=_within_balance(child, need, nominals[segment % flow.groups]),
        )

    def count(self, flags: Flags) -> Ints:
        found = np.bincount(self.segment[flags], minlength=self.runs * self.groups)
        return found.reshape(self.runs, self.groups).astype(np.int64)

    def sums(self, values: Ints) -> Ints:
        return _summed(self.segment, values, self.runs * self.groups).reshape(self.runs, self.groups)

    def commit(self, limits: Ints) -> Flags:
        """With over-commitment: Σ (reserve + spent) ≤ the group's money, decided request by request in their order.

        What contracts that end early give back is not given out again here: the figure is careful. Returns who was
        refused.
        """
        refused = np.zeros(len(self.paid), dtype=bool)
        for group in range(self.groups):
            rows = np.nonzero((self.segment % self.groups == group) & (self.paid > 0))[0]
            rows = rows[np.lexsort((rows, self.asked[rows], self.segment[rows]))]
            run = self.segment[rows] // self.groups
            place = np.arange(len(rows)) - np.searchsorted(run, np.arange(self.runs))[run]
            used = np.zeros(self.runs, dtype=np.int64)
            by_place = np.argsort(place, kind="stable")
            bounds = np.searchsorted(place[by_place], np.arange(int(place.max(initial=-1)) + 2))
            for first, last in itertools.pairwise(bounds):
                now = rows[by_place[first:last]]
                of_run = run[by_place[first:last]]
                fits = used[of_run] + self.paid[now] <= limits[group]
                used[of_run] += np.where(fits, self.paid[now], 0)
                refused[now[~fits]] = True
        self.paid = np.where(refused, 0, self.paid)
        return refused

    def first_refusal(self, refused: Flags) -> Ints:
        """The day of the first request that the money did not cover, by (run, group); −1 when none."""
        never = np.iinfo(np.int64).max
        first = np.full(self.runs * self.groups, never, dtype=np.int64)
        np.minimum.at(first, self.segment[refused], self.asked[refused])
        return np.where(first == never, -1, first).reshape(self.runs, self.groups)

    def months(self, ready: Prepared) -> tuple[Ints, Ints]:
        """(spent by contract, spent by run and month): the split of spec/financing.md, cut where a contract ended."""
        first_month, last_month = ready.month_of[self.start], ready.month_of[self.end]
        touched = last_month - first_month + 1
        days = self.end - self.start + 1
        in_first = np.minimum(self.end, ready.month_last[self.start]) - self.start + 1
        several = np.maximum(touched - 1, 1)
        other = np.where(touched > 1, (days - in_first) * self.paid // (days * several), 0)
        first = self.paid - other * (touched - 1)
        paid_to = ready.month_of[self.ended]
        run = self.segment // self.groups
        count = int(ready.month_of[-1]) + 1
        spent = np.zeros(len(self.paid), dtype=np.int64)
        months = np.zeros((self.runs, count), dtype=np.int64)
        for month in range(count):
            now = np.where(first_month == month, first, np.where((first_month < month) & (month <= paid_to), other, 0))
            spent += now
            months[:, month] = _summed(run, now, self.runs)
        return spent, months


def _within_balance(child: Ints, need: Ints, nominal: Ints) -> Ints:
    """Contracts of a child one after the other, each min(need, balance left); rows of a child stand together."""
    if not len(child):
        return need
    total = np.cumsum(need)
    begins = np.concatenate([[True], child[1:] != child[:-1]])
    before = np.repeat((total - need)[begins], np.diff(np.append(np.nonzero(begins)[0], len(child))))
    upto = np.minimum(total - before, nominal)
    since = np.minimum(total - need - before, nominal)
    result: Ints = upto - since
    return result


def _summed(where: Ints, values: Ints, size: int) -> Ints:
    """Whole sums: far below 2⁵³, where doubles are still exact."""
    return np.rint(np.bincount(where, weights=values, minlength=size)).astype(np.int64)
