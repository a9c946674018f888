"""Brothers and sisters in one call: all of them or nobody (E3)."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Header, Router, Schema
from pydantic import Field

from opora.enrolment import services
from opora.enrolment.models import Application
from opora.enrolment.services import Wish
from opora.exchange.api.applications import ApplicationIn, ApplicationOut, card_of, child_of
from opora.exchange.api.fields import Key
from opora.exchange.api.problems import WRITE, ready

router = Router(tags=["Заявки"])
MOST = 10


class TogetherIn(Schema):
    """Applications that stand or fall together, one for each child; groups may differ.

    `join_waitlist` of all must be true for the children to wait when there is no room for everyone: then they wait as
    one bundle, and a place is offered only when all of them fit.
    """

    items: Annotated[list[ApplicationIn], Field(min_length=2, max_length=MOST)]


class TogetherOut(Schema):
    """The applications in the order in which they were asked for: all submitted, or all waiting."""

    items: list[ApplicationOut]


@router.post("/applications/together", response={201: TogetherOut, **WRITE}, operation_id="apply_together")
def apply_together(
    request: HttpRequest, payload: TogetherIn, idempotency_key: Annotated[Key, Header(alias="Idempotency-Key")]
) -> HttpResponse:
    """Apply for several children at once, all or nothing: a refusal of one refuses all and names each child.

    The same key with the same body gives the first answer; with another body 409.
    """
    actor = request.actor  # type: ignore[attr-defined]
    wishes = [
        Wish(
            child_id=child_of(actor, item.child),
            group_id=item.group,
            funding=item.funding,
            starts_on=item.starts_on,
            expected_guardian_sum=item.expected_guardian_sum,
            source=Application.Source.API,
            join_waitlist=item.join_waitlist,
            comment=item.comment.strip(),
        )
        for item in payload.items
    ]
    done = services.apply_together_once(actor, wishes=wishes, idempotency_key=idempotency_key)
    return ready({"items": [card_of(actor, one.public_id) for one in done]}, status=201)
