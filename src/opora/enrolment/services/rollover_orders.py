"""Change of school year: its orders, issued by the ordinary machinery in portions that keep transactions short (E6)."""

from __future__ import annotations

from django.db.models import F, Q

from opora.core.access import Actor
from opora.core.transactions import act
from opora.enrolment.models import Order, Rollover, RolloverGroup, RolloverLearner
from opora.enrolment.services import orders

Outcome = RolloverLearner.Outcome
Plan = RolloverGroup.Plan
PORTION = 200
"""Children of one order: more make a long document and hold the groups for long."""
_WANTED = (
    (Order.Kind.NEXT_YEAR, Q(outcome=Outcome.ENROLLED, line__plan=Plan.NEXT_MODULE)),
    (Order.Kind.ENROLMENT, Q(outcome=Outcome.ENROLLED, line__plan=Plan.NEXT_GROUP)),
    (Order.Kind.COMPLETION, Q(outcome__in=(Outcome.COMPLETED, Outcome.REFUSED, Outcome.SILENT, Outcome.LEFT_OUT))),
)
"""Who goes into which order. Children with a certificate get theirs when the family has accepted the contract."""


def issue_next(batch: Rollover, actor: Actor) -> Order | None:
    """Issue one more order of the batch; None when all are issued. The learners' rows remember theirs: exactly once."""
    if batch.signatory is None:
        return None
    for kind, wanted in _WANTED:
        with act(actor):
            Rollover.objects.select_for_update(no_key=True, of=("self",)).get(pk=batch.pk)
            rows = _portion(batch, wanted, kind)
            if not rows:
                continue
            order = orders.draft_order(
                actor, organisation=batch.organisation, kind=kind, lines=[_line(kind, row) for row in rows]
            )
            orders.issue_order(actor, order=order, signatory=batch.signatory)
            RolloverLearner.objects.filter(pk__in=[row.pk for row in rows]).update(order=order)
            return order
    return None


def _portion(batch: Rollover, wanted: Q, kind: str) -> list[RolloverLearner]:
    """The next learners without an order, by group; a child stands once in an order, its second group in the next."""
    rows = RolloverLearner.objects.filter(
        wanted, rollover=batch, order__isnull=True, enrolment__application__isnull=False
    )
    if kind == Order.Kind.COMPLETION:
        # whose study a notice has ended before has a paper of its own
        rows = rows.filter(
            enrolment__application__state__in=orders.STATES["completion"],
            enrolment__ends_on__gte=F("line__from_group__ends_on"),
        )
    related = ("child", "application__group", "application__child", "enrolment__application__group",
               "enrolment__application__child", "line__from_group")  # fmt: skip
    found: dict[int, RolloverLearner] = {}
    for row in rows.select_related(*related).order_by("line_id", "pk")[: PORTION * 2]:
        if len(found) < PORTION:
            found.setdefault(row.child_id, row)
    return list(found.values())


def _line(kind: str, row: RolloverLearner) -> orders.Line:
    old = row.enrolment.application
    assert old is not None
    if kind == Order.Kind.COMPLETION:
        on = row.enrolment.ends_on or row.line.from_group.ends_on
        return orders.Line(old, on, ground=_ground(row))
    assert row.application is not None
    came_from = row.line.from_group if kind == Order.Kind.NEXT_YEAR else None
    return orders.Line(row.application, row.application.starts_on, from_group=came_from, ground=_agreed(row))


def _ground(row: RolloverLearner) -> str:
    if row.outcome == Outcome.COMPLETED:
        return "освоение программы"
    return "окончание учебного года"


def _agreed(row: RolloverLearner) -> str:
    if row.answered_at is None:
        return "согласие законного представителя"
    return f"согласие законного представителя от {row.answered_at:%d.%m.%Y}"


def of(batch: Rollover) -> list[Order]:
    """Orders of the batch, in the order of issue."""
    ids = RolloverLearner.objects.filter(rollover=batch, order__isnull=False).values("order_id")
    return list(Order.objects.filter(pk__in=ids).select_related("file").order_by("pk"))
