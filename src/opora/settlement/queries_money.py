"""The reconciliation of one agreement and the need for cash of a municipality by month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection

from opora.certificates.models import PaymentAgreement
from opora.certificates.rules.months import month_start, next_month
from opora.core import clock
from opora.core.access import Actor
from opora.settlement import policy
from opora.settlement.models import PaymentOrder, SettlementDocument
from opora.settlement.services.terms import require_reader
from opora.territory.models import Municipality

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ActLine:
    """A line of the act: a document raises the payer's debt, a payment lowers it."""

    date: dt.date
    text: str
    debit: Decimal
    credit: Decimal
    balance: Decimal


@dataclass
class Reconciliation:
    """`balance` > 0: the payer owes the provider; < 0: the provider has more than it is due."""

    agreement: PaymentAgreement
    lines: list[ActLine] = field(default_factory=list)
    accrual: Decimal = ZERO
    advances: Decimal = ZERO
    payable: Decimal = ZERO
    paid: Decimal = ZERO
    refunds: Decimal = ZERO
    refunded: Decimal = ZERO
    open_advances: Decimal = ZERO
    carried: Decimal = ZERO
    balance: Decimal = ZERO

    @property
    def settled(self) -> Decimal:
        """Zero when advances and invoices together are the accrual: what is left over is an error."""
        return self.accrual - (self.advances - self.open_advances) - self.payable + self.refunds + self.carried


def reconciliation(actor: Actor, agreement: PaymentAgreement) -> Reconciliation:
    """Documents that the payer has accepted and payments of one agreement, by date."""
    policy.AGREEMENT.get(actor, "view", pk=agreement.pk)
    result = Reconciliation(agreement)
    documents = SettlementDocument.objects.filter(agreement=agreement, state__in=("approved", "paid")).order_by(
        "date", "issued_at", "pk"
    )
    events: list[tuple[dt.date, int, str, Decimal, Decimal]] = []
    invoiced = {one.month for one in documents if one.kind == "invoice"}
    for one in documents:
        assert one.date is not None
        _add(result, one, invoiced)
        debit = one.payable - one.refund
        if debit:
            events.append((one.date, 0, f"{one} за {one.month:%m.%Y}", max(debit, ZERO), max(-debit, ZERO)))
        if one.kind == "refund" and one.paid_on is not None:
            events.append((one.paid_on, 1, f"Возвращено по документу № {one.number}", one.refund, ZERO))
            result.refunded += one.refund
    orders = PaymentOrder.objects.filter(document__agreement=agreement, executed__gt=0)
    for order in orders.order_by("executed_on", "pk"):
        assert order.executed_on is not None
        events.append((order.executed_on, 1, f"Платёжное поручение {order}", ZERO, order.executed))
        result.paid += order.executed
    balance = ZERO
    for date, _, text, debit, credit in sorted(events, key=lambda event: event[:2]):
        balance += debit - credit
        result.lines.append(ActLine(date, text, debit, credit, balance))
    result.balance = balance
    return result


def _add(result: Reconciliation, one: SettlementDocument, invoiced: set[dt.date]) -> None:
    if one.kind == "advance_request":
        result.advances += one.payable
        result.open_advances += ZERO if one.month in invoiced else one.payable
        return
    result.accrual += one.accrual
    result.payable += one.payable
    result.refunds += one.refund
    result.carried += one.carried_out - one.carried_in


@dataclass
class CashMonth:
    """Money of one calendar month: what contracts oblige to, what is asked for and paid, what is still to come."""

    month: dt.date
    obligations: Decimal = ZERO
    advances: Decimal = ZERO
    invoices: Decimal = ZERO
    paid: Decimal = ZERO
    forecast: Decimal = ZERO
    """Expected payments of the month: advances of its contracts and the rest of the month before."""


@dataclass
class Cash:
    months: list[CashMonth]
    classification: list[tuple[str, str, Decimal, Decimal, Decimal]]
    """(КБК, КОСГУ, obligations, approved, paid)."""

    def total(self, name: str) -> Decimal:
        return sum((getattr(month, name) for month in self.months), ZERO)

    @property
    def totals(self) -> dict[str, Decimal]:
        return {name: self.total(name) for name in ("obligations", "advances", "invoices", "paid", "forecast")}


_OBLIGATIONS = """
SELECT cm.month, sum(cm.certificate_sum),
       sum(round(cm.certificate_sum * coalesce((p.parameters->>'advance_percent')::numeric, 80) * 0.01, 2))
  FROM contract k JOIN contract_month cm ON cm.contract_id = k.id JOIN funding_period p ON p.id = k.period_id
 WHERE k.municipality_id = %s AND cm.month BETWEEN %s AND %s AND cm.state <> 'returned'
   AND k.state IN ('requested', 'offered', 'active', 'closed') GROUP BY 1 ORDER BY 1
"""
_DOCUMENTS = """
SELECT month, coalesce(sum(payable) FILTER (WHERE kind = 'advance_request'), 0),
       coalesce(sum(payable) FILTER (WHERE kind <> 'advance_request'), 0)
  FROM settlement_document WHERE municipality_id = %s AND month BETWEEN %s AND %s
   AND state IN ('issued', 'approved', 'paid') GROUP BY 1
"""
_PAID = """
SELECT date_trunc('month', executed_on)::date, sum(executed) FROM payment_order
 WHERE municipality_id = %s AND executed_on BETWEEN %s AND %s GROUP BY 1
"""
_CLASSIFIED = """
WITH term AS (
    SELECT DISTINCT ON (t.agreement_id) t.agreement_id, t.kbk, t.kosgu, a.organisation_id, a.period_id
      FROM agreement_terms t JOIN payment_agreement a ON a.id = t.agreement_id
     WHERE a.municipality_id = %(place)s AND t.signed_at IS NOT NULL ORDER BY t.agreement_id, t.version DESC
), owed AS (
    SELECT t.kbk, t.kosgu, sum(cm.certificate_sum) AS sum FROM term t
      JOIN contract k ON k.organisation_id = t.organisation_id AND k.period_id = t.period_id
      JOIN contract_month cm ON cm.contract_id = k.id
     WHERE cm.month BETWEEN %(first)s AND %(last)s AND cm.state <> 'returned'
       AND k.state IN ('requested', 'offered', 'active', 'closed') GROUP BY 1, 2
), asked AS (
    SELECT t.kbk, t.kosgu, sum(d.payable) AS sum FROM term t JOIN settlement_document d USING (agreement_id)
     WHERE d.month BETWEEN %(first)s AND %(last)s AND d.state IN ('approved', 'paid') GROUP BY 1, 2
), paid AS (
    SELECT kbk, kosgu, sum(executed) AS sum FROM payment_order
     WHERE municipality_id = %(place)s AND executed_on BETWEEN %(first)s AND %(end)s GROUP BY 1, 2
)
SELECT kbk, kosgu, coalesce(owed.sum, 0), coalesce(asked.sum, 0), coalesce(paid.sum, 0)
  FROM owed FULL JOIN asked USING (kbk, kosgu) FULL JOIN paid USING (kbk, kosgu) ORDER BY 1, 2
"""


def cash(actor: Actor, municipality_id: int, year: int) -> Cash:
    """The need for cash of a municipality in a calendar year, by month and by budget classification."""
    require_reader(actor, municipality_id)
    first, last, end = dt.date(year, 1, 1), dt.date(year, 12, 1), dt.date(year, 12, 31)
    months = {dt.date(year, number, 1): CashMonth(dt.date(year, number, 1)) for number in range(1, 13)}
    expected: dict[dt.date, tuple[Decimal, Decimal]] = {}
    for month, owed, ahead in _select(_OBLIGATIONS, municipality_id, first, last):
        months[month].obligations = owed
        expected[month] = (owed, ahead)
    for month, advances, invoices in _select(_DOCUMENTS, municipality_id, first, last):
        months[month].advances, months[month].invoices = advances, invoices
    for month, paid in _select(_PAID, municipality_id, first, end):
        months[month].paid = paid
    zone = Municipality.objects.values_list("time_zone", flat=True).get(pk=municipality_id)
    _forecast(months, expected, month_start(clock.today(zone)))
    with connection.cursor() as cursor:
        cursor.execute(_CLASSIFIED, {"place": municipality_id, "first": first, "last": last, "end": end})
        classification = cursor.fetchall()
    return Cash(list(months.values()), classification)


def _forecast(months: dict[dt.date, CashMonth], expected: dict[dt.date, tuple[Decimal, Decimal]], now: dt.date) -> None:
    """From this month on: its advances and the rest of the month before; December's rest within December."""
    for month, (owed, ahead) in expected.items():
        rest_month = month if month.month == 12 else next_month(month)
        known = months[month]
        # until the month is over more advances may be asked for than stand in the documents so far
        advanced = known.advances if month < now else max(known.advances, ahead)
        if month >= now:
            known.forecast += advanced
        if rest_month >= now and rest_month in months:
            months[rest_month].forecast += known.invoices or owed - advanced


def _select(sql: str, *values: Any) -> Iterable[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
