"""Arithmetic of contracts on any data: sums, signs, monotony."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.certificates.rules import (
    InvoiceRow,
    accrual,
    advance,
    completeness,
    invoice_totals,
    normative_cost,
    split_contract,
    terminate,
    to_kopecks,
    to_roubles,
)
from opora.certificates.rules.settlement import first_invoiced_month, gets_advance
from opora.certificates.rules.termination import (
    contract_activation_reasons,
    prolongation_start,
    termination_reasons,
)

money = st.integers(0, 50_000_000)
DAY = date(2026, 9, 1)


@st.composite
def contracts(draw):
    days = sorted(draw(st.lists(st.integers(0, 330), min_size=4, max_size=4)))
    dates = [DAY + timedelta(days=day) for day in days]
    return {"group_start": dates[0], "start": dates[1], "end": dates[2], "group_end": dates[3]}


@given(contracts(), money, money, money)
def test_split_is_exact_and_never_negative(dates, price, norm, balance) -> None:
    split = split_contract(price=price, normative_cost=norm, balance=balance, **dates)
    assert split.total == split.certificate + split.guardian
    assert sum(part.certificate for part in split.months) == split.certificate
    assert sum(part.guardian for part in split.months) == split.guardian
    assert min([split.certificate, split.guardian, *(p.certificate for p in split.months)]) >= 0
    assert min(part.guardian for part in split.months) >= 0
    assert split.certificate <= min(balance, split.norm, split.total)
    assert split.total <= price and split.norm <= norm
    assert [part.month.day for part in split.months] == [1] * len(split.months)


@given(contracts(), money, money, money, money)
def test_more_balance_never_costs_the_family_more(dates, price, norm, balance, more) -> None:
    less = split_contract(price=price, normative_cost=norm, balance=balance, **dates)
    rich = split_contract(price=price, normative_cost=norm, balance=balance + more, **dates)
    assert rich.guardian <= less.guardian and rich.certificate >= less.certificate


@given(contracts(), money, money)
def test_a_longer_contract_never_costs_less(dates, price, balance) -> None:
    whole = split_contract(price=price, normative_cost=price, balance=balance, **dates)
    shorter = {**dates, "end": dates["start"]}
    assert split_contract(price=price, normative_cost=price, balance=balance, **shorter).total <= whole.total


@given(contracts(), money, money, st.integers(-40, 330), st.data())
def test_termination_returns_exactly_the_rest(dates, price, balance, notice_day, data) -> None:
    split = split_contract(price=price, normative_cost=price, balance=balance, **dates)
    notice = min(split.start + timedelta(days=notice_day), split.end)
    spent = frozenset(part.month for part in split.months if part.month <= notice)
    effect = terminate(notice=notice, start=split.start, end=split.end, months=split.months, spent=spent)
    assert {*effect.kept, *effect.returned} == set(split.months)
    kept = sum(part.certificate for part in effect.kept)
    assert kept + effect.returned_reserve + effect.returned_spent == split.certificate
    if effect.kind == "cancelled":
        assert notice < split.start and not effect.kept and effect.place_free_from == notice
    else:
        assert effect.end <= split.end and effect.returned_spent == 0
        assert effect.end.month == notice.month or effect.end == split.end
        assert effect.place_free_from == effect.end + timedelta(days=1)


@given(money, st.integers(0, 40), st.integers(0, 40), st.integers(0, 100))
def test_advance_and_invoice_make_the_accrual(month_sum, delivered, planned, percent) -> None:
    complete = completeness(delivered, planned)
    assert 0 <= complete <= 1
    row = InvoiceRow(accrual(month_sum, complete), advance(month_sum, percent))
    assert row.advance + row.amount == row.accrual <= month_sum
    totals = invoice_totals([row, row], carried_in=7)
    assert totals.invoice == totals.payable - totals.carried_out == 2 * row.amount - 7


def test_completeness() -> None:
    assert completeness(0, 0) == 1
    assert completeness(5, 4) == 1
    assert completeness(3, 4) == Fraction(3, 4)
    with pytest.raises(ValueError):
        completeness(-1, 4)


@given(st.integers(-(10**11), 10**11))
def test_roubles_and_back(kopecks) -> None:
    assert to_kopecks(to_roubles(kopecks)) == kopecks


@pytest.mark.parametrize("bad", ["1.234", "сто", "NaN", "Infinity", "1e20"])
def test_bad_sums(bad) -> None:
    with pytest.raises(ValueError, match="Сумма"):
        to_kopecks(bad)


def test_money_is_never_float() -> None:
    with pytest.raises(TypeError):
        to_kopecks(1.5)  # type: ignore[arg-type]


def test_normative_cost() -> None:
    assert normative_cost(11_250, 144, [Decimal("1.15"), Decimal("0.9")]) == 1_676_700
    assert normative_cost(1, 1, [Decimal("0.5")]) == 1
    with pytest.raises(ValueError):
        normative_cost(-1, 1)


def test_who_gets_an_advance() -> None:
    october = date(2026, 10, 1)
    issued = date(2026, 10, 5)
    assert gets_advance(october, date(2026, 9, 20), issued)
    assert gets_advance(october, date(2026, 10, 3), issued)
    assert not gets_advance(october, date(2026, 10, 6), issued)
    assert first_invoiced_month(date(2026, 9, 20), date(2026, 10, 3)) == date(2026, 9, 1)


def test_late_activation() -> None:
    start, end = date(2026, 9, 20), date(2026, 12, 31)
    assert contract_activation_reasons(start=start, end=end, today=date(2026, 10, 31)) == []
    late = contract_activation_reasons(start=start, end=end, today=date(2026, 11, 1))
    assert [reason.code for reason in late] == ["too_late_to_activate"]
    assert contract_activation_reasons(start=start, end=date(2026, 9, 25), today=date(2026, 9, 26))


def test_who_may_terminate() -> None:
    dates = {"notice": date(2026, 11, 10), "end": date(2026, 12, 31)}
    assert termination_reasons(by="guardian", **dates) == []
    assert [r.code for r in termination_reasons(by="provider_manager", **dates)] == ["ground_required"]
    assert termination_reasons(by="provider_manager", ground="liquidation", **dates) == []
    assert [r.code for r in termination_reasons(by="desk_operator", **dates)] == ["notice_required"]
    assert termination_reasons(by="desk_operator", notice_attached=True, **dates) == []


def test_prolongation_over_new_year() -> None:
    group = {"group_start": date(2026, 9, 15), "group_end": date(2027, 5, 31)}
    start = prolongation_start(previous_end=date(2026, 12, 31), next_period_start=date(2027, 1, 1), **group)
    assert start == date(2027, 1, 1)
    assert (
        prolongation_start(
            group_start=group["group_start"],
            group_end=date(2026, 12, 31),
            previous_end=date(2026, 12, 31),
            next_period_start=date(2027, 1, 1),
        )
        is None
    )
