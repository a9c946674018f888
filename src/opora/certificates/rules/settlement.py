"""Month M between payer and provider: advance, completeness, invoice (spec/financing.md, "Settlement")."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from opora.certificates.rules.money import Kopecks, round_half_up, share
from opora.certificates.rules.months import add_months, month_start

ADVANCE_PERCENT = 80


def advance(month_sum: Kopecks, percent: Fraction | Decimal | int = ADVANCE_PERCENT) -> Kopecks:
    """⟦month × 80 %⟧₂ for one contract."""
    return share(month_sum, percent)


def gets_advance(month: date, activated_on: date, issued_on: date) -> bool:
    """In the request of `month`: contracts active on its 1st and those activated in it before the issue."""
    return month_start(activated_on) <= month_start(month) and activated_on <= issued_on


def first_invoiced_month(start: date, activated_on: date) -> date:
    """The month whose register carries the contract first: started in M−1, activated in M → a row for M−1."""
    return min(month_start(start), month_start(activated_on))


def completeness(delivered: int, planned: int) -> Fraction:
    """Academic hours of a group's month; nothing planned = 1; never over 1."""
    if delivered < 0 or planned < 0:
        raise ValueError("Часы не могут быть отрицательными.")
    return min(Fraction(1), Fraction(delivered, planned)) if planned else Fraction(1)


def accrual(month_sum: Kopecks, complete: Fraction) -> Kopecks:
    """⟦month × completeness⟧₂: the exact fraction is rounded only here."""
    return round_half_up(month_sum * complete)


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """One contract in an invoice: accrual − advance = row."""

    accrual: Kopecks
    advance: Kopecks

    @property
    def amount(self) -> Kopecks:
        return self.accrual - self.advance


@dataclass(frozen=True, slots=True)
class InvoiceTotals:
    """invoice = accrual − advance − carried_in; payable and carried_out are its two halves."""

    accrual: Kopecks
    advance: Kopecks
    carried_in: Kopecks

    @property
    def invoice(self) -> Kopecks:
        return self.accrual - self.advance - self.carried_in

    @property
    def payable(self) -> Kopecks:
        return max(0, self.invoice)

    @property
    def carried_out(self) -> Kopecks:
        return max(0, -self.invoice)


def invoice_totals(rows: Iterable[InvoiceRow], carried_in: Kopecks = 0) -> InvoiceTotals:
    """The invoice is the sum of its rounded rows, less what the previous one carried over."""
    rows = list(rows)
    return InvoiceTotals(sum(row.accrual for row in rows), sum(row.advance for row in rows), carried_in)


def may_activate_in(start: date, today: date, late_months: int = 1) -> bool:
    """No activation later than `late_months` months after the start's month."""
    return month_start(today) <= add_months(start, late_months)
