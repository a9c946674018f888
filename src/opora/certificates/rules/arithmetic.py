"""The split of a contract between certificate and guardian (spec/financing.md, "Contract").

All divisions are integer divisions of kopecks, multiplication first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from opora.certificates.rules.money import Kopecks, round_half_up
from opora.certificates.rules.months import days_inclusive, month_end, months_touched


@dataclass(frozen=True, slots=True)
class MonthPart:
    """One calendar month of a contract; month is its 1st day."""

    month: date
    certificate: Kopecks
    guardian: Kopecks


@dataclass(frozen=True, slots=True)
class Split:
    """What a contract costs and who pays it.

    days n, group_days G, first_month_days d₁; total = certificate + guardian; months sum to both parts.
    """

    start: date
    end: date
    days: int
    group_days: int
    first_month_days: int
    total: Kopecks
    norm: Kopecks
    certificate: Kopecks
    guardian: Kopecks
    months: tuple[MonthPart, ...]


def contract_end(group_end: date, period_end: date) -> date:
    """A contract runs to the earlier of the group's and the period's end."""
    return min(group_end, period_end)


def split_contract(
    *,
    price: Kopecks,
    normative_cost: Kopecks,
    balance: Kopecks,
    group_start: date,
    group_end: date,
    start: date,
    end: date,
) -> Split:
    """Price and normative cost of the whole group → split of a contract start…end (both inclusive).

    Raises ValueError when the dates do not lie in the group or a sum is negative.
    """
    if min(price, normative_cost, balance) < 0:
        raise ValueError("Цена, нормативная стоимость и остаток не могут быть отрицательными.")
    if not group_start <= start <= end <= group_end:
        raise ValueError("Срок договора должен лежать внутри срока группы.")
    group_days = days_inclusive(group_start, group_end)
    days = days_inclusive(start, end)
    total = days * price // group_days
    norm = days * normative_cost // group_days
    certificate = min(total, norm, balance)
    months = list(months_touched(start, end))
    first_days = days_inclusive(start, min(end, month_end(start)))
    by_certificate = spread(certificate, len(months), days, first_days)
    by_guardian = spread(total - certificate, len(months), days, first_days)
    return Split(
        start=start,
        end=end,
        days=days,
        group_days=group_days,
        first_month_days=first_days,
        total=total,
        norm=norm,
        certificate=certificate,
        guardian=total - certificate,
        months=tuple(map(MonthPart, months, by_certificate, by_guardian)),
    )


def spread(amount: Kopecks, months: int, days: int, first_days: int) -> list[Kopecks]:
    """A sum over m months: the later ones are equal and rounded down, the first takes the rest."""
    if months == 1:
        return [amount]
    other = (days - first_days) * amount // (days * (months - 1))
    return [amount - other * (months - 1), *[other] * (months - 1)]


def normative_cost(rate: Kopecks, hours: int, coefficients: Sequence[Decimal] = ()) -> Kopecks:
    """Rate per learner-hour × hours × product of coefficients, rounded half up to the kopeck once."""
    if rate < 0 or hours < 0 or any(factor < 0 for factor in coefficients):
        raise ValueError("Ставка, часы и коэффициенты не могут быть отрицательными.")
    product = Fraction(rate * hours)
    for factor in coefficients:
        product *= Fraction(factor)
    return round_half_up(product)
