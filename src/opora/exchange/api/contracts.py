"""Contracts: sums by month, the text and its hash, the family's acceptance (D4)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from opora.core.journal import log_access
from opora.enrolment import policy, queries, services
from opora.enrolment.models import Contract
from opora.enrolment.queries_cabinet import months_of
from opora.exchange.api.auth import may
from opora.exchange.api.problems import READ, WRITE

router = Router(tags=["Договоры"])


class MonthOut(Schema):
    """The payment of one month, roubles; state: reserved, spent, returned."""

    month: dt.date
    certificate: Decimal
    guardian: Decimal
    state: str


class ContractOut(Schema):
    """A contract. `terms`: the text that the family agrees to, `terms_sha256`: what acceptance carries back."""

    id: UUID
    number: str
    application: UUID
    child: UUID
    certificate: str
    group: int
    state: str
    starts_on: dt.date
    ends_on: dt.date
    terminates_on: dt.date | None
    total_sum: Decimal
    certificate_sum: Decimal
    guardian_sum: Decimal
    accept_until: dt.datetime | None
    accepted_at: dt.datetime | None
    months: list[MonthOut]
    terms: str
    terms_sha256: str


class AcceptIn(Schema):
    """The hash of the terms that the family read; `prolongation`: go on after New Year."""

    terms_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    prolongation: bool = False


@router.get("/contracts/{contract_id}", response={200: ContractOut, **READ}, operation_id="contract")
def contract(request: HttpRequest, contract_id: UUID) -> dict[str, Any]:
    """One contract with its schedule of payments."""
    actor = request.actor  # type: ignore[attr-defined]
    row = queries.contract(actor, public_id=contract_id)
    if row.child_id not in actor.children:
        log_access(actor, "child.open", row.child, by=policy.CONTRACT, judged=row)
    return _json(row)


@router.post(
    "/contracts/{contract_id}/accept",
    auth=may(policy.CONTRACT, "accept", "contract_id"),
    response={200: ContractOut, **WRITE},
    operation_id="accept_contract",
)
def accept(request: HttpRequest, contract_id: UUID, payload: AcceptIn) -> dict[str, Any]:
    """The family accepts the contract: it becomes active and the child is enrolled."""
    actor = request.actor  # type: ignore[attr-defined]
    row = queries.contract(actor, public_id=contract_id)
    services.accept_contract(
        actor,
        contract=row,
        text_hash=payload.terms_sha256,
        address=request.META.get("REMOTE_ADDR", ""),
        prolongation=payload.prolongation,
    )
    return _json(queries.contract(actor, public_id=contract_id))


def _json(row: Contract) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "number": row.number,
        "application": row.application.public_id,
        "child": row.child.public_id,
        "certificate": row.certificate.number or "",
        "group": row.group_id,
        "state": row.state,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "terminates_on": row.terminates_on,
        "total_sum": row.total_sum,
        "certificate_sum": row.certificate_sum,
        "guardian_sum": row.guardian_sum,
        "accept_until": row.accept_until,
        "accepted_at": row.accepted_at,
        "months": [
            {
                "month": one.month,
                "certificate": one.certificate_sum,
                "guardian": one.guardian_sum,
                "state": one.state,
            }
            for one in months_of(row)
        ],
        "terms": services.terms(row),
        "terms_sha256": services.terms_hash(row),
    }
