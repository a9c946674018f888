"""The worked example of spec/financing.md, to the kopeck, every branch."""

from datetime import date
from fractions import Fraction

import pytest

from opora.certificates.rules import (
    InvoiceRow,
    Split,
    Totals,
    accrual,
    advance,
    completeness,
    contract_end,
    invoice_totals,
    ledger,
    months_due,
    split_contract,
    terminate,
    to_kopecks,
)

GROUP = {"group_start": date(2026, 9, 15), "group_end": date(2027, 5, 31)}
PRICE, NORM = to_kopecks(18_000), to_kopecks(16_200)
PERIOD_A, PERIOD_B = date(2026, 12, 31), date(2027, 8, 31)


def first_contract() -> Split:
    return split_contract(
        price=PRICE,
        normative_cost=NORM,
        balance=to_kopecks(6_000),
        start=date(2026, 10, 12),
        end=contract_end(GROUP["group_end"], PERIOD_A),
        **GROUP,
    )


def certificate_parts(split: Split) -> list[int]:
    return [part.certificate for part in split.months]


def guardian_parts(split: Split) -> list[int]:
    return [part.guardian for part in split.months]


def test_split_in_period_a() -> None:
    split = first_contract()
    assert (split.group_days, split.days, len(split.months), split.first_month_days) == (259, 81, 3, 20)
    assert (split.total, split.norm) == (562934, 506640)
    assert split.certificate == 506640
    assert certificate_parts(split) == [125098, 190771, 190771]
    assert split.guardian == 56294
    assert guardian_parts(split) == [13900, 21197, 21197]
    assert [part.month for part in split.months] == [date(2026, month, 1) for month in (10, 11, 12)]


def after_activation() -> Totals:
    split = first_contract()
    totals = Totals().after(ledger.set_nominal(Totals(), 600000))
    totals = totals.after(ledger.request(split.certificate))
    assert (totals.balance, totals.reserve) == (93360, 506640)
    for part in months_due(split.months, date(2026, 10, 14)):
        totals = totals.after(ledger.spend(part.certificate))
    return totals


def test_ledger_after_activation() -> None:
    totals = after_activation()
    assert (totals.spent, totals.reserve, totals.balance) == (125098, 381542, 93360)


def test_advances_and_invoices() -> None:
    october, november, _ = certificate_parts(first_contract())
    assert (advance(october), advance(november)) == (100078, 152617)
    row = InvoiceRow(accrual(october, Fraction(1)), advance(october))
    assert invoice_totals([row]).payable == 25020
    row = InvoiceRow(accrual(november, completeness(3, 4)), advance(november))
    assert (row.accrual, row.amount) == (143078, -9539)
    totals = invoice_totals([row])
    assert (totals.invoice, totals.payable, totals.carried_out) == (-9539, 0, 9539)


def test_completeness_is_rounded_only_in_money() -> None:
    assert accrual(190771, completeness(8, 12)) == 127181


def test_notice_on_10_november() -> None:
    split = first_contract()
    totals = after_activation().after(ledger.spend(certificate_parts(split)[1]))
    effect = terminate(
        notice=date(2026, 11, 10),
        start=split.start,
        end=split.end,
        months=split.months,
        spent=frozenset({date(2026, 10, 1), date(2026, 11, 1)}),
    )
    assert (effect.kind, effect.end, effect.place_free_from) == (
        "ended",
        date(2026, 11, 30),
        date(2026, 12, 1),
    )
    assert (effect.returned_reserve, effect.returned_spent, effect.returned_guardian) == (190771, 0, 21197)
    totals = totals.after(ledger.release("terminate", effect.returned_reserve))
    assert (totals.balance, totals.reserve) == (284131, 0)


def test_another_group_with_the_rest_of_the_balance() -> None:
    split = split_contract(
        price=to_kopecks(27_000),
        normative_cost=to_kopecks(24_000),
        balance=93360,
        group_start=date(2026, 9, 1),
        group_end=date(2027, 5, 31),
        start=date(2026, 11, 1),
        end=date(2026, 12, 31),
    )
    assert (split.group_days, split.total, split.norm) == (273, 603296, 536263)
    assert (split.certificate, certificate_parts(split)) == (93360, [45915, 47445])
    assert (split.guardian, guardian_parts(split)) == (509936, [250789, 259147])


def test_prolongation_in_period_b() -> None:
    split = split_contract(
        price=PRICE,
        normative_cost=NORM,
        balance=to_kopecks(12_000),
        start=date(2027, 1, 1),
        end=contract_end(GROUP["group_end"], PERIOD_B),
        **GROUP,
    )
    assert (split.days, len(split.months), split.total) == (151, 5, 1049420)
    assert (split.certificate, certificate_parts(split)) == (944478, [193902] + [187644] * 4)
    assert (split.guardian, guardian_parts(split)) == (104942, [21546] + [20849] * 4)


def test_one_month() -> None:
    split = split_contract(
        price=PRICE,
        normative_cost=NORM,
        balance=to_kopecks(6_000),
        start=date(2026, 12, 5),
        end=date(2026, 12, 31),
        **GROUP,
    )
    assert (split.days, split.total, split.certificate, split.guardian) == (27, 187644, 168880, 18764)
    assert certificate_parts(split) == [168880]


def test_multiplication_comes_first() -> None:
    split = split_contract(
        price=to_kopecks(27_000),
        normative_cost=to_kopecks(27_000),
        balance=to_kopecks(30_000),
        group_start=date(2026, 9, 1),
        group_end=date(2027, 5, 31),
        start=date(2026, 9, 1),
        end=date(2026, 11, 30),
    )
    assert (split.days, split.group_days, split.total) == (91, 273, 900000)


def test_bad_dates_are_refused() -> None:
    with pytest.raises(ValueError, match="внутри срока группы"):
        split_contract(
            price=1,
            normative_cost=1,
            balance=1,
            group_start=date(2026, 9, 1),
            group_end=date(2026, 9, 30),
            start=date(2026, 10, 1),
            end=date(2026, 10, 2),
        )
