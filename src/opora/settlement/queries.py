"""Reading settlement: months, documents with their rows, agreements, orders, statements; actor first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from opora.certificates.models import PaymentAgreement
from opora.certificates.queries import parameters_of
from opora.certificates.rules.months import add_months, month_end, month_start
from opora.core import clock
from opora.core.access import Actor
from opora.core.localtime import local_today
from opora.core.reasons import Forbidden
from opora.core.workdays import end_of_day
from opora.enrolment.services.facts import calendar_of
from opora.settlement import policy
from opora.settlement.models import (
    AgreementTerms,
    BankStatement,
    Completeness,
    PayerProfile,
    PaymentOrder,
    SettlementDocument,
    SettlementRow,
    StatementLine,
)
from opora.settlement.rules.states import approve_until
from opora.territory.models import Municipality

ZERO = Decimal(0)
State = SettlementDocument.State


@dataclass
class Line:
    """One agreement in the table of a month."""

    agreement: PaymentAgreement
    advance: SettlementDocument | None = None
    invoice: SettlementDocument | None = None
    others: list[SettlementDocument] = field(default_factory=list)
    has_terms: bool = False


@dataclass
class Month:
    """The table of a month with its totals by kind."""

    month: dt.date
    lines: list[Line]
    advance: Decimal
    accrual: Decimal
    payable: Decimal
    paid: Decimal


def places(actor: Actor) -> list[Municipality]:
    """Municipalities with agreements that the actor sees."""
    rows = policy.AGREEMENT.rows(actor, "view").values("municipality_id")
    return list(Municipality.objects.filter(pk__in=rows).order_by("sort_name", "pk"))


def current_month(actor: Actor) -> dt.date:
    """This month by the first visible municipality's clock."""
    place = next(iter(places(actor)), None)
    return month_start(clock.today(place.time_zone if place else None))


def month_table(actor: Actor, month: dt.date, municipality_id: int | None = None) -> Month:
    """Agreements of the periods that the month lies in, with what was made for it."""
    if not policy.AGREEMENT.allowed(actor, "view"):
        raise Forbidden("view")
    rows = policy.AGREEMENT.rows(actor, "view").filter(
        period__starts_on__lte=month_end(month), period__ends_on__gte=month
    )
    if municipality_id:
        rows = rows.filter(municipality_id=municipality_id)
    agreements = list(rows.select_related("organisation", "period").order_by("organisation__sort_name", "pk"))
    lines = {one.pk: Line(one) for one in agreements}
    signed = AgreementTerms.objects.filter(agreement_id__in=lines, signed_at__isnull=False)
    for pk in signed.values_list("agreement_id", flat=True):
        lines[pk].has_terms = True
    documents = SettlementDocument.objects.filter(agreement_id__in=lines, month=month).order_by("pk")
    totals = {"advance": ZERO, "accrual": ZERO, "payable": ZERO, "paid": ZERO}
    for one in documents.select_related("agreement", "organisation"):
        line = lines[one.agreement_id]
        if one.state == State.RETURNED or one.kind in ("correction", "refund"):
            line.others.append(one)
        elif one.kind == "advance_request":
            line.advance = one
        else:
            line.invoice = one
        if one.state != State.RETURNED:
            totals["advance"] += one.payable if one.kind == "advance_request" else ZERO
            totals["accrual"] += one.accrual
            totals["payable"] += one.payable if one.kind != "advance_request" else ZERO
            totals["paid"] += one.payable if one.state == State.PAID and one.kind != "refund" else ZERO
    return Month(month, list(lines.values()), **totals)


def month_choices(actor: Actor, chosen: dt.date) -> list[dt.date]:
    """Months of a strip around the chosen one: all of the periods that the actor's agreements lie in, newest last."""
    spans = policy.AGREEMENT.rows(actor, "view").values_list("period__starts_on", "period__ends_on").distinct()
    months = {chosen}
    for first, last in spans:
        month = month_start(first)
        while month <= last:
            months.add(month)
            month = add_months(month, 1)
    ordered = sorted(months)
    place = ordered.index(chosen)
    return ordered[max(0, place - 5) : place + 4]


def document(actor: Actor, pk: int, action: str = "view") -> SettlementDocument:
    """One document with what its page shows. Forbidden without a role, Hidden when it is a stranger's."""
    policy.DOCUMENT.get(actor, action, pk=pk)
    related = (
        "agreement",
        "period",
        "organisation",
        "municipality",
        "refers_to",
        "previous",
        "issued_by",
        "decided_by",
    )
    found: SettlementDocument = SettlementDocument.objects.select_related(*related).get(pk=pk)
    return found


def rows_of(one: SettlementDocument) -> QuerySet[SettlementRow]:
    """Rows with their groups, by programme, group and contract."""
    rows = SettlementRow.objects.filter(document=one).select_related("group__programme")
    return rows.order_by("group__programme__sort_name", "group__name", "contract_id", "month", "pk")


def completeness_of(one: SettlementDocument) -> QuerySet[Completeness]:
    """Hours of the groups in the document, incomplete ones first."""
    rows = Completeness.objects.filter(document=one).select_related("group__programme")
    return rows.order_by("-unmarked", "-cancelled", "group__name", "month")


def followers(one: SettlementDocument) -> list[SettlementDocument]:
    """Documents that refer to this one."""
    return list(SettlementDocument.objects.filter(refers_to=one).order_by("pk"))


def order_of(one: SettlementDocument) -> PaymentOrder | None:
    """The order that pays the document."""
    return PaymentOrder.objects.filter(document=one).exclude(state="cancelled").first()


def deadline(one: SettlementDocument) -> dt.date | None:
    """Until when the payer answers."""
    day = parameters_of(one.period).invoice_approval_day
    return approve_until(one.kind, one.month, day, calendar_of(one.municipality.region_id))


def waiting(actor: Actor, action: str, **conditions: Any) -> QuerySet[SettlementDocument]:
    """Documents on which the actor may act, oldest month first."""
    if not policy.DOCUMENT.allowed(actor, action):
        return SettlementDocument.objects.none()
    rows = policy.DOCUMENT.rows(actor, action).filter(**conditions)
    return rows.select_related("period", "municipality").order_by("month", "kind", "pk")


def nearest(rows: QuerySet[SettlementDocument]) -> dt.datetime | None:
    """The nearest deadline among the documents as an aware moment."""
    invoices = rows.exclude(kind="advance_request").order_by("month", "pk")
    first = invoices.first()
    last = deadline(first) if first else None
    if first is None or last is None:
        return None
    return end_of_day(last, clock.zone(first.municipality.time_zone)) - dt.timedelta(minutes=1)


def to_pay(actor: Actor) -> QuerySet[SettlementDocument]:
    """Approved documents with money and without an order."""
    rows = waiting(actor, "pay", state=State.APPROVED, payable__gt=0)
    ordered = PaymentOrder.objects.exclude(state="cancelled").values("document_id")
    return rows.exclude(pk__in=ordered)


def orders_to_send(actor: Actor) -> QuerySet[PaymentOrder]:
    if not policy.ORDER.allowed(actor, "export"):
        return PaymentOrder.objects.none()
    return policy.ORDER.rows(actor, "export").filter(state=PaymentOrder.State.ISSUED)


def agreement(actor: Actor, pk: int, action: str = "view") -> PaymentAgreement:
    policy.AGREEMENT.get(actor, action, pk=pk)
    found: PaymentAgreement = PaymentAgreement.objects.select_related(
        "organisation", "period__programme", "municipality"
    ).get(pk=pk)
    return found


def terms_of(one: PaymentAgreement) -> list[AgreementTerms]:
    """All versions, newest first."""
    return list(AgreementTerms.objects.filter(agreement=one).select_related("signed_by").order_by("-version"))


def terms_in_force(one: PaymentAgreement, on: dt.date | None = None) -> AgreementTerms | None:
    """The signed version in force (on a day)."""
    rows = AgreementTerms.objects.filter(agreement=one, signed_at__isnull=False)
    if on is not None and rows.filter(signed_on__lte=on).exists():
        rows = rows.filter(signed_on__lte=on)
    return rows.order_by("-version").first()


def unsigned(actor: Actor) -> QuerySet[PaymentAgreement]:
    """Agreements that wait for the payer's signature or for requisites."""
    if not policy.AGREEMENT.allowed(actor, "sign"):
        return PaymentAgreement.objects.none()
    rows = policy.AGREEMENT.rows(actor, "sign").exclude(state=PaymentAgreement.State.ENDED)
    signed = AgreementTerms.objects.filter(signed_at__isnull=False).values("agreement_id")
    return rows.exclude(pk__in=signed).exclude(period__ends_on__lt=local_today("municipality__time_zone"))


def profile(actor: Actor, municipality_id: int) -> PayerProfile | None:
    policy.PROFILE.require(actor, "view")
    rows = policy.PROFILE.rows(actor, "view").filter(municipality_id=municipality_id)
    found: PayerProfile | None = rows.first()
    return found


def statements(actor: Actor) -> QuerySet[BankStatement]:
    policy.STATEMENT.require(actor, "view")
    rows = policy.STATEMENT.rows(actor, "view").select_related("municipality", "uploaded_by")
    odd = Q(lines__verdict__in=("unknown", "excess"))
    return rows.annotate(
        many=Count("lines"),
        good=Count("lines", filter=Q(lines__verdict__in=("executed", "partial", "refund"))),
        odd=Count("lines", filter=odd),
        sum=Sum("lines__amount", filter=Q(lines__verdict__in=("executed", "partial"))),
    ).order_by("-uploaded_at", "-pk")


def statement(actor: Actor, pk: int) -> BankStatement:
    found: BankStatement = policy.STATEMENT.get(actor, "view", pk=pk)
    return found


def lines_of(one: BankStatement) -> QuerySet[StatementLine]:
    return StatementLine.objects.filter(statement=one).select_related("order", "document").order_by("position")


def payer_places(actor: Actor) -> list[Municipality]:
    """Municipalities for which the actor pays."""
    if actor.system or any(reach.everything and reach.role == "payer" for reach in actor.reaches):
        return list(Municipality.objects.order_by("sort_name", "pk"))
    return list(Municipality.objects.filter(pk__in=actor.municipalities("payer")).order_by("sort_name", "pk"))
