"""Certificates: applying, and the statement with every movement of money (D1, D6)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Router, Schema, Status
from pydantic import Field

from opora.certificates import policy, queries, services
from opora.certificates.models import Certificate
from opora.core.journal import log_access
from opora.enrolment import queries as enrolment
from opora.exchange.api.problems import READ, WRITE
from opora.people import policy as people

router = Router(tags=["Сертификаты"])
Number = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[^\x00-\x1f/]*$")]


class CertificateIn(Schema):
    """An application for a certificate. `wants_funding`: with money, when there is some."""

    child: UUID
    wants_funding: bool = False


class CertificateOut(Schema):
    """A certificate. `number` is empty until it is issued; `answer_due`: the day of the answer."""

    id: UUID
    child: UUID
    number: str
    kind: str
    state: str
    municipality: str
    answer_due: dt.date | None


class EntryOut(Schema):
    """One movement, roubles, with the totals after it. `month`: whose payment it is; `contract`: for what."""

    at: dt.datetime
    act: str
    reason: str
    month: dt.date | None
    contract: UUID | None
    d_nominal: Decimal
    d_balance: Decimal
    d_reserve: Decimal
    d_spent: Decimal
    balance: Decimal
    reserve: Decimal
    spent: Decimal


class PeriodOut(Schema):
    """Totals of a funding period: nominal = balance + reserve + spent."""

    name: str
    starts_on: dt.date
    ends_on: dt.date
    nominal: Decimal
    balance: Decimal
    reserve: Decimal
    spent: Decimal
    entries: list[EntryOut]


class StatementOut(Schema):
    """The statement of a certificate, the current period first."""

    number: str
    child: UUID
    kind: str
    state: str
    periods: list[PeriodOut]


@router.post("/certificates", response={201: CertificateOut, **WRITE}, operation_id="apply_certificate")
def apply(request: HttpRequest, payload: CertificateIn) -> Status[dict[str, Any]]:
    """Apply for a certificate of an own child (or at a desk)."""
    actor = request.actor  # type: ignore[attr-defined]
    child = people.CHILD.get(actor, "edit", public_id=payload.child)
    row = services.apply_certificate(actor, child=child, wants_funding=payload.wants_funding)
    body = {
        "id": row.public_id,
        "child": child.public_id,
        "number": row.number or "",
        "kind": row.kind,
        "state": row.state,
        "municipality": row.municipality.oktmo,
        "answer_due": row.answer_due,
    }
    return Status(201, body)


@router.get("/certificates/{number}/statement", response={200: StatementOut, **READ}, operation_id="statement")
def statement(request: HttpRequest, number: Path[Number]) -> dict[str, Any]:
    """Every movement of the certificate by period."""
    actor = request.actor  # type: ignore[attr-defined]
    row: Certificate = queries.with_child(policy.CERTIFICATE.get(actor, "statement", number=number))
    if row.child_id not in actor.children:
        log_access(actor, "certificate.open", row.child, by=policy.CERTIFICATE, right="statement", judged=row)
    return {
        "number": row.number,
        "child": row.child.public_id,
        "kind": row.kind,
        "state": row.state,
        "periods": [
            {
                "name": balance.period.name,
                "starts_on": balance.period.starts_on,
                "ends_on": balance.period.ends_on,
                "nominal": balance.nominal,
                "balance": balance.balance,
                "reserve": balance.reserve,
                "spent": balance.spent,
                "entries": [_entry(one) for one in enrolment.statement(actor, certificate=row, period=balance.period)],
            }
            for balance in queries.balances_of(row)
        ],
    }


def _entry(row: enrolment.StatementRow) -> dict[str, Any]:
    return {
        "at": row.at,
        "act": row.act,
        "reason": row.reason,
        "month": row.month,
        "contract": row.contract.public_id if row.contract else None,
        "d_nominal": row.d_nominal,
        "d_balance": row.d_balance,
        "d_reserve": row.d_reserve,
        "d_spent": row.d_spent,
        "balance": row.balance,
        "reserve": row.reserve,
        "spent": row.spent,
    }
