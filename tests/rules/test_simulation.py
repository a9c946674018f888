"""The simulation of a funding period: nothing is lost, no limit is passed, the same draws for every variant."""

import dataclasses
import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opora.certificates.rules.behaviour import (
    Behaviour,
    History,
    PastContract,
    Settings,
    assumed,
    pools,
    within_limits,
)
from opora.certificates.rules.simulation import Children, Plan, PlanGroup, simulate, summary

FIRST, LAST = dt.date(2027, 9, 1), dt.date(2027, 12, 31)
DAYS = (LAST - FIRST).days + 1
RUNS = 12


@st.composite
def contracts(draw):
    start = draw(st.integers(0, DAYS - 1))
    days = draw(st.integers(1, DAYS - start))
    return PastContract(
        asked=draw(st.integers(-20, start)),
        start=start,
        days=days,
        need=draw(st.integers(0, 2_000_000)),
        stays=draw(st.integers(1, days)),
        focus_area=draw(st.sampled_from(["", "technical", "sport"])),
        to_end=draw(st.booleans()),
    )


@st.composite
def behaviours(draw):
    histories = draw(
        st.lists(
            st.builds(
                History,
                age=st.integers(5, 17),
                asked=st.integers(-30, DAYS - 1),
                contracts=st.lists(contracts(), max_size=3).map(tuple),
                refused=st.none() | st.integers(-10, DAYS - 1),
            ),
            min_size=1,
            max_size=8,
        )
    )
    children = dict.fromkeys(range(5, 18), 10)
    asked = {age: draw(st.integers(0, 10)) for age in children}
    past = draw(st.sampled_from([FIRST.replace(year=2026), dt.date(2026, 1, 1)]))
    return Behaviour(
        False, "прошлый", past, past + dt.timedelta(days=DAYS - 1), past, tuple(histories), asked, children, {}
    )


@st.composite
def plans(draw, over=(False, True)):
    groups = []
    for n in range(draw(st.integers(1, 2))):
        nominal = draw(st.integers(1, 1_500_000))
        groups.append(
            PlanGroup(
                f"g{n}",
                f"Группа {n}",
                "",
                5,
                17,
                nominal,
                draw(st.integers(0, 60)),
                draw(st.integers(nominal, 60_000_000)),
            )
        )
    return Plan(
        FIRST,
        LAST,
        tuple(groups),
        over_commitment=draw(st.sampled_from(over)),
        idle_days=draw(st.integers(1, 60)),
        idle_days_after_refusal=draw(st.integers(1, 60)),
        areas=draw(st.sampled_from([("technical", "sport"), ("technical",), ()])),
        area_limits=draw(st.sampled_from([{}, {"technical": 1}])),
        simultaneous=draw(st.sampled_from([None, 0, 1, 2])),
    )


def children(count=40, groups=1):
    ages = np.arange(count, dtype=np.int64) % 13 + 5
    return Children(ages, np.arange(count, dtype=np.int64) % groups, np.ones(count))


@given(plans(), behaviours(), st.integers(0, 300), st.none() | st.integers(0, 100))
@settings(max_examples=120, deadline=None)
def test_given_is_taken_and_left_and_no_limit_is_passed(plan, behaviour, demand, idle):
    people = children(groups=len(plan.groups))
    made = simulate(plan, people, behaviour, Settings(demand_percent=demand, idle_percent=idle), runs=RUNS)
    nominal = np.array([group.nominal for group in plan.groups])
    limits = np.array([group.limit_money for group in plan.groups])
    numbers = np.array([group.limit_certificates for group in plan.groups])
    assert (made.asked == made.given + made.refused).all() and (made.refused >= 0).all()
    assert (made.given * nominal == made.lowered + made.spent + made.left).all() and (made.left >= 0).all()
    assert (made.given - made.returned <= numbers).all()
    assert (made.spent <= made.committed).all() and (made.committed <= limits).all()
    assert (made.committed <= made.given * nominal).all()
    assert (made.months.sum(axis=1) == made.spent.sum(axis=1)).all() and (made.months >= 0).all()
    if not plan.over_commitment:
        assert (made.nominals <= limits).all()
        assert (made.no_money == 0).all()
    waited = (made.refused > 0) | (made.no_money > 0)
    assert ((made.out >= 0) | ~waited).all(), "whoever is refused was refused on some day"


@given(plans(), behaviours())
@settings(max_examples=30, deadline=None)
def test_the_same_arguments_give_the_same_figures_whatever_the_size_of_a_block(plan, behaviour):
    from opora.certificates.rules import simulation

    people = children(groups=len(plan.groups))
    whole = summary(simulate(plan, people, behaviour, Settings(), runs=RUNS))
    keep, simulation.BLOCK = simulation.BLOCK, len(people.ages) * 5
    try:
        assert summary(simulate(plan, people, behaviour, Settings(), runs=RUNS)) == whole
    finally:
        simulation.BLOCK = keep


def unlimited(plan, **changes):
    groups = tuple(
        dataclasses.replace(group, limit_certificates=10_000, limit_money=10**13, **changes) for group in plan.groups
    )
    return dataclasses.replace(plan, groups=groups)


@given(plans(), behaviours(), st.integers(0, 1_000_000))
@settings(max_examples=60, deadline=None)
def test_with_enough_money_a_higher_nominal_never_spends_less(plan, behaviour, more):
    people = children(groups=len(plan.groups))
    low = unlimited(plan)
    high = dataclasses.replace(
        low, groups=tuple(dataclasses.replace(group, nominal=group.nominal + more) for group in low.groups)
    )
    first, second = (simulate(one, people, behaviour, Settings(), runs=RUNS) for one in (low, high))
    assert (first.given == second.given).all()
    assert (first.committed <= second.committed).all()


@given(plans(over=(False,)), behaviours(), st.integers(0, 1_000_000))
@settings(max_examples=60, deadline=None)
def test_with_fixed_money_a_higher_nominal_never_has_more_certificates_at_once(plan, behaviour, more):
    people = children(groups=len(plan.groups))
    high = dataclasses.replace(
        plan, groups=tuple(dataclasses.replace(group, nominal=group.nominal + more) for group in plan.groups)
    )
    first, second = (simulate(one, people, behaviour, Settings(), runs=RUNS) for one in (plan, high))
    assert (first.asked == second.asked).all(), "variants meet the same families"
    assert (second.given <= first.given).all()


@given(behaviours(), st.integers(0, 200), st.integers(0, 200))
@settings(max_examples=40, deadline=None)
def test_more_demand_never_asks_less(behaviour, one, two):
    plan = Plan(FIRST, LAST, (PlanGroup("all", "Все", "", 5, 17, 500_000, 20, 10_000_000),))
    low, high = sorted((one, two))
    figures = [simulate(plan, children(), behaviour, Settings(demand_percent=d), runs=RUNS) for d in (low, high)]
    assert (figures[0].asked <= figures[1].asked).all()
    assert (figures[0].given.sum() <= figures[1].given.sum()) or figures[1].refused.sum() > 0


def all_ask(*histories, **plan):
    """Everybody asks; the plan has one group."""
    group = {"nominal": 100_000, "limit_certificates": 100, "limit_money": 10**9} | {
        key: plan.pop(key) for key in ("nominal", "limit_certificates", "limit_money") if key in plan
    }
    behaviour = Behaviour(False, "", FIRST.replace(year=2026), LAST.replace(year=2026), LAST, histories, {}, {}, {})
    made = Plan(FIRST, LAST, (PlanGroup("all", "Все", "", 5, 17, **group),), areas=("technical",), **plan)
    return simulate(made, children(10), behaviour, Settings(take_up_percent=100), runs=3)


def test_the_split_by_month_is_that_of_the_worked_example():
    # spec/financing.md: 81 days from 12 October, 5 066.40 = 1 250.98 + 1 907.71 + 1 907.71
    start = (dt.date(2027, 10, 12) - FIRST).days
    contract = PastContract(start, start, 81, 506_640, 81, "technical")
    made = all_ask(History(10, 0, (contract,)), nominal=600_000)
    assert [int(value) for value in made.months[0]] == [0, 1_250_980, 1_907_710, 1_907_710]
    assert (made.left == 10 * (600_000 - 506_640)).all()


def test_the_balance_limits_the_later_contract():
    first = PastContract(0, 0, 30, 80_000, 30, "technical")
    second = PastContract(5, 10, 20, 50_000, 20, "technical")
    made = all_ask(History(10, 0, (first, second)))
    assert (made.committed == 10 * 100_000).all() and (made.contracts == 20).all()


def test_a_contract_that_ends_early_returns_its_later_months():
    contract = PastContract(0, 0, DAYS, 122_000, 31, "technical")  # left on 1 October: October is paid whole
    made = all_ask(History(10, 0, (contract,)), nominal=200_000)
    assert (made.committed == 1_220_000).all()
    months = [int(value) for value in made.months[0]]
    assert months[2:] == [0, 0] and sum(months) == int(made.spent[0].sum()) < 1_220_000


def test_an_unused_certificate_returns_after_its_days_and_serves_the_head_of_the_queue():
    made = all_ask(History(10, 0), limit_certificates=3, idle_days=30)
    # 122 days: given on days 0, 31, 62 and 93 by three; the last three have not returned by the end
    assert (made.given == 10).all() and (made.returned == 9).all() and (made.out == 0).all()
    slower = all_ask(History(10, 0, refused=20), limit_certificates=3, idle_days=30, idle_days_after_refusal=30)
    # the clock runs again from the refusal: returns on days 51 and 102
    assert (slower.given == 9).all() and (slower.returned == 6).all()


def test_over_commitment_refuses_the_contract_and_not_the_certificate():
    contract = PastContract(0, 0, DAYS, 60_000, DAYS, "technical")
    made = all_ask(History(10, 0, (contract,)), limit_money=200_000, over_commitment=True)
    assert (made.given == 10).all() and (made.contracts == 3).all() and (made.no_money == 7).all()
    assert (made.out == 0).all() and (made.spent == 180_000).all()
    strict = all_ask(History(10, 0, (contract,)), limit_money=200_000)
    assert (strict.given == 2).all() and (strict.spent == 120_000).all()


def test_limits_of_areas_and_of_contracts_at_a_time_cut_a_history():
    def one(start, area, days=30):
        return PastContract(start, start, days, 10_000, days, area)

    history = History(10, 0, (one(0, "technical"), one(5, "technical"), one(40, "technical"), one(6, "sport")))
    kept = within_limits(history, areas=["technical"], area_limits={"technical": 1}, simultaneous=None)
    assert [contract.start for contract in kept] == [0, 40]
    kept = within_limits(history, areas=["technical", "sport"], area_limits={}, simultaneous=2)
    assert [contract.start for contract in kept] == [0, 5, 40]


def test_a_thin_band_of_ages_repeats_all_histories():
    histories = [History(5, 0)] * 40 + [History(16, 0)] * 3
    found = pools(histories)
    assert len(found[5]) == 40 and len(found[16]) == 43


def test_assumptions_are_what_they_say():
    made = assumed(FIRST, LAST, {10: 100}, None)
    assert made.assumed and made.idle_percent == 15 and made.take_up(10) == 0.3
    late = [one for one in made.histories if one.asked > 0]
    assert len(late) == 30 and max(one.asked for one in late) <= 91
    assert abs(made.yearly_cost - 1_800_000) < 1_000


def test_a_setting_out_of_its_range_is_named():
    with pytest.raises(ValueError, match="Спрос"):
        Settings(demand_percent=501)


def test_a_plan_survives_json():
    plan = Plan(FIRST, LAST, (PlanGroup("all", "Все", "", 5, 17, 1, 2, 3),), area_limits={"sport": 1}, areas=("sport",))
    assert Plan.from_json(plan.to_json()) == plan
