"""Children of a family, or those whom a member of staff reaches (E1). Ids are UUIDs; each viewing is logged."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from opora.core.journal import log_access
from opora.exchange.api.fields import Id, Line, Page
from opora.exchange.api.paging import paged
from opora.exchange.api.problems import READ, WRITE
from opora.people import policy, services
from opora.people.models import Child

router = Router(tags=["Дети"])


class ChildIn(Schema):
    """A new child of the family. `locality`: its number in the register of localities."""

    last_name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]*$")]
    first_name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]*$")]
    birth_date: dt.date
    sex: Literal["f", "m"]
    locality: Id
    relation: Literal["mother", "father", "guardian"]
    patronymic: Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f]*$")] = ""
    snils: Annotated[str, Field(max_length=20, pattern=r"^[^\x00-\x1f]*$")] = ""
    address: Line = ""
    school_name: Line = ""
    school_class: Annotated[str, Field(max_length=10, pattern=r"^[^\x00-\x1f]*$")] = ""


class ChildOut(Schema):
    """A child. `municipality`: ОКТМО of residence; `identity`: unconfirmed or confirmed at a desk."""

    id: UUID
    last_name: str
    first_name: str
    patronymic: str
    birth_date: dt.date
    sex: str
    municipality: str | None
    locality: str | None
    school_name: str
    school_class: str
    identity: str


class ChildrenOut(Schema):
    """A page of children."""

    items: list[ChildOut]
    count: int
    next: str | None


@router.get("/children", response={200: ChildrenOut, **READ}, operation_id="children")
def children(request: HttpRequest, page: Query[Page]) -> dict[str, Any]:
    """Own children of a guardian; for staff those of their territory, organisation or groups."""
    actor = request.actor  # type: ignore[attr-defined]
    policy.CHILD.require(actor, "view")
    rows = policy.CHILD.rows(actor, "view").exclude(state=Child.State.MERGED).order_by("sort_name", "pk")
    shown = list(rows.select_related("municipality", "locality")[page.span])
    for row in shown:
        if row.pk not in actor.children:
            log_access(actor, "child.find", row, by=policy.CHILD)
    return paged(request, [child_json(row) for row in shown], rows.count(), page.page, page.per_page)


@router.post("/children", response={201: ChildOut, **WRITE}, operation_id="add_child")
def add_child(request: HttpRequest, payload: ChildIn) -> Status[dict[str, Any]]:
    """Add a child to the family of the account; the act is its consent to process the data."""
    actor = request.actor  # type: ignore[attr-defined]
    values = payload.dict(exclude={"relation", "locality"})
    row = services.add_child(
        actor,
        data=services.ChildData(**values, locality_id=payload.locality),
        relation=payload.relation,
    )
    return Status(201, child_json(row))


def child_json(row: Child) -> dict[str, Any]:
    """A child as values."""
    return {
        "id": row.public_id,
        "last_name": row.last_name,
        "first_name": row.first_name,
        "patronymic": row.patronymic,
        "birth_date": row.birth_date,
        "sex": row.sex,
        "municipality": row.municipality.oktmo if row.municipality else None,
        "locality": row.locality.name if row.locality else None,
        "school_name": row.school_name,
        "school_class": row.school_class,
        "identity": row.identity,
    }
