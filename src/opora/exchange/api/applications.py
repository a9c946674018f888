"""Applications: submitting with an idempotency key, reading, deciding. The same services as the pages (E2)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Header, Query, Router, Schema
from pydantic import Field

from opora.core.access import Actor
from opora.core.journal import log_access
from opora.core.reasons import Reason
from opora.enrolment import policy, queries, services
from opora.enrolment.models import Application
from opora.exchange.api.auth import may
from opora.exchange.api.fields import Id, Key, Page, Sum, Text
from opora.exchange.api.paging import paged
from opora.exchange.api.problems import READ, WRITE, ready
from opora.people import policy as people
from opora.people.models import Child

router = Router(tags=["Заявки"])
STATE = Literal[
    "submitted",
    "confirmed",
    "enrolled",
    "waiting",
    "place_offered",
    "refused",
    "withdrawn",
    "expired",
    "finished",
]


class ApplicationIn(Schema):
    """What is asked for. `expected_guardian_sum`: what the family saw, roubles; another sum is refused.

    `join_waitlist`: wait when no place is free, else the answer is a refusal.
    """

    child: UUID
    group: Id
    funding: Literal["budget", "certificate", "paid"]
    expected_guardian_sum: Sum | None = None
    starts_on: dt.date | None = None
    join_waitlist: bool = True
    comment: Text = ""


class ApplicationOut(Schema):
    """An application. `position`: place in the queue from 1; `acts`: what the caller may do now.

    Lists leave both empty (null): ask for the application itself.
    """

    id: UUID
    number: int
    child: UUID
    child_name: str
    group: int
    programme: str
    organisation: str
    funding: str
    state: str
    starts_on: dt.date
    total_sum: Decimal
    certificate_sum: Decimal
    guardian_sum: Decimal
    submitted_at: dt.datetime
    deadline: dt.datetime | None
    offer_expires_at: dt.datetime | None
    position: int | None
    reason_code: str
    reason: str
    contract: UUID | None
    acts: list[str] | None


class ApplicationsOut(Schema):
    """A page of applications, newest first."""

    items: list[ApplicationOut]
    count: int
    next: str | None


class ReasonIn(Schema):
    """Why an application is taken back."""

    reason: Text = ""


class RefusalIn(Schema):
    """Why an application is refused: the family reads it. `code` is for statistics, `ground` is the legal ground."""

    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
    code: Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9_]*$")] = "provider"
    ground: Text = ""


class ConfirmIn(Schema):
    """`prolongation`: the provider agrees to go on after New Year."""

    prolongation: bool = False


class EnrolIn(Schema):
    """First day of study; by default the day wished for."""

    starts_on: dt.date | None = None


class ApplicationFilter(Page):
    """Which applications."""

    state: list[STATE] = []
    child: UUID | None = None
    group: Id | None = None


@router.get("/applications", response={200: ApplicationsOut, **READ}, operation_id="applications")
def applications(request: HttpRequest, filters: Query[ApplicationFilter]) -> dict[str, Any]:
    """Applications of the own children; for staff those of their organisation or territory."""
    actor = request.actor  # type: ignore[attr-defined]
    narrow: dict[str, Any] = {"child__public_id": filters.child} if filters.child else {}
    if filters.group:
        narrow["group_id"] = filters.group
    rows = queries.applications(actor, states=filters.state, **narrow)
    items = [_json(row) for row in rows[filters.span]]
    return paged(request, items, rows.count(), filters.page, filters.per_page)


@router.post("/applications", response={201: ApplicationOut, **WRITE}, operation_id="apply")
def apply(
    request: HttpRequest, payload: ApplicationIn, idempotency_key: Annotated[Key, Header(alias="Idempotency-Key")]
) -> HttpResponse:
    """Apply for a place. The same key with the same body gives the first answer; with another body 409."""
    actor = request.actor  # type: ignore[attr-defined]
    done = services.apply(
        actor,
        child=child_of(actor, payload.child),
        group=payload.group,
        funding=payload.funding,
        starts_on=payload.starts_on,
        expected_guardian_sum=payload.expected_guardian_sum,
        idempotency_key=idempotency_key,
        source=Application.Source.API,
        join_waitlist=payload.join_waitlist,
        comment=payload.comment,
    )
    return ready(card_of(actor, done.public_id), status=201)


@router.get("/applications/{application_id}", response={200: ApplicationOut, **READ}, operation_id="application")
def application(request: HttpRequest, application_id: UUID) -> dict[str, Any]:
    """One application."""
    return card_of(request.actor, application_id, log=True)  # type: ignore[attr-defined]


@router.post(
    "/applications/{application_id}/withdraw",
    auth=may(policy.APPLICATION, "withdraw", "application_id"),
    response={200: ApplicationOut, **WRITE},
    operation_id="withdraw",
)
def withdraw(request: HttpRequest, application_id: UUID, payload: ReasonIn) -> dict[str, Any]:
    """The family takes the application back; place and money are free at once."""
    actor = request.actor  # type: ignore[attr-defined]
    services.withdraw(actor, application=_found(actor, application_id), reason=payload.reason)
    return card_of(actor, application_id)


@router.post(
    "/applications/{application_id}/confirm",
    auth=may(policy.APPLICATION, "confirm", "application_id"),
    response={200: ApplicationOut, **WRITE},
    operation_id="confirm",
)
def confirm(request: HttpRequest, application_id: UUID, payload: ConfirmIn) -> dict[str, Any]:
    """The provider finds the documents in order; with a certificate the contract is offered."""
    actor = request.actor  # type: ignore[attr-defined]
    services.confirm(actor, application=_found(actor, application_id), prolongation=payload.prolongation)
    return card_of(actor, application_id)


@router.post(
    "/applications/{application_id}/refuse",
    auth=may(policy.APPLICATION, "refuse", "application_id"),
    response={200: ApplicationOut, **WRITE},
    operation_id="refuse",
)
def refuse(request: HttpRequest, application_id: UUID, payload: RefusalIn) -> dict[str, Any]:
    """The provider refuses with a reason; place and money are free at once."""
    actor = request.actor  # type: ignore[attr-defined]
    reason = Reason(payload.code or "provider", payload.reason, ground=payload.ground)
    services.refuse(actor, application=_found(actor, application_id), reasons=[reason])
    return card_of(actor, application_id)


@router.post(
    "/applications/{application_id}/enrol",
    auth=may(policy.APPLICATION, "enrol", "application_id"),
    response={200: ApplicationOut, **WRITE},
    operation_id="enrol",
)
def enrol(request: HttpRequest, application_id: UUID, payload: EnrolIn) -> dict[str, Any]:
    """Enrol on a confirmed budget or paid place; a certificate place is enrolled by accepting its contract."""
    actor = request.actor  # type: ignore[attr-defined]
    services.enrol(actor, application=_found(actor, application_id), starts_on=payload.starts_on)
    return card_of(actor, application_id)


def child_of(actor: Actor, public_id: UUID) -> int:
    """The inner id of a child that the actor may see; a stranger's is Hidden."""
    own = actor.own_child(public_id)
    return own if own is not None else people.CHILD.get(actor, "view", public_id=public_id).pk


def _found(actor: Any, public_id: UUID) -> int:
    """The inner id of an application that the actor may see: a stranger's is 404 before any role is asked."""
    return queries.application(actor, public_id=public_id).pk


def card_of(actor: Actor, public_id: UUID | str, *, log: bool = False) -> dict[str, Any]:
    row = queries.card(actor, public_id=public_id)
    if log and row.child_id not in actor.children:
        log_access(actor, "child.open", Child.objects.get(pk=row.child_id), by=policy.APPLICATION, judged=row)
    return {
        "id": row.public_id,
        "number": row.id,
        "child": row.child_key,
        "child_name": row.child_name,
        "group": row.group_id,
        "programme": row.programme,
        "organisation": row.organisation,
        "funding": row.funding,
        "state": row.state,
        "starts_on": row.starts_on,
        "total_sum": row.total_sum,
        "certificate_sum": row.certificate_sum,
        "guardian_sum": row.guardian_sum,
        "submitted_at": row.submitted_at,
        "deadline": row.deadline,
        "offer_expires_at": row.offer_expires_at,
        "position": row.position,
        "reason_code": row.reason_code,
        "reason": row.reason,
        "contract": row.contract,
        "acts": queries.acts_of(actor, row),
    }


def _json(row: Application) -> dict[str, Any]:
    contract = getattr(row, "contract", None)
    return {
        "id": row.public_id,
        "number": row.pk,
        "child": row.child.public_id,
        "child_name": row.child.full_name,
        "group": row.group_id,
        "programme": row.group.programme.name,
        "organisation": row.organisation.short_name,
        "funding": row.funding,
        "state": row.state,
        "starts_on": row.starts_on,
        "total_sum": row.total_sum,
        "certificate_sum": row.certificate_sum,
        "guardian_sum": row.guardian_sum,
        "submitted_at": row.submitted_at,
        "deadline": row.deadline,
        "offer_expires_at": row.offer_expires_at,
        "position": None,
        "reason_code": row.reason_code,
        "reason": row.reason,
        "contract": contract.public_id if contract else None,
        "acts": None,
    }
