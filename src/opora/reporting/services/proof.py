"""A signed report is the evidence that closes its item of the plan (spec/mission.md, I5)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from opora.core import clock, russian
from opora.core.access import SYSTEM, Actor
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.planning import policy as planning
from opora.planning import services as plans
from opora.planning.models import PlanItem
from opora.reporting import queries
from opora.reporting.models import Report


def link_item(actor: Actor, *, report: Report, item: PlanItem | None) -> Report:
    """Name the item that the report closes once it is signed; a signed one closes it at once. None takes the link off.

    Raises Refused for an item of another centre, and when the report already proves one.
    """
    from opora.reporting.services.life import locked, reached

    reached(actor, report, "change")
    with act(actor):
        report = locked(report)
        if report.evidence is not None and report.evidence.withdrawn_at is None:
            raise Refused(
                Reason(
                    "proved_already",
                    "Отчёт уже подтверждает пункт плана.",
                    hint="Если пункт выбран по ошибке, отзовите подтверждение на странице пункта.",
                )
            )
        if item is not None and (report.centre is None or item.plan.centre_id != report.centre_id):
            raise Refused(Reason("item_of_another", "Этот пункт из плана другого центра.", field="item"))
        if item is not None and not planning.items.can(actor, "change", item):
            raise Refused(Reason("item_hidden", "Такого пункта плана нет.", field="item"))
        report.plan_item, report.evidence = item, None
        report.save(update_fields=["plan_item", "evidence"])
        if item is not None and report.state == Report.State.SIGNED:
            prove(actor, report)
    return report


def prove(actor: Actor, report: Report) -> None:
    """Write the evidence of a signed report; once. Call inside the transaction that signs."""
    item, signed_at = report.plan_item, report.signed_at
    if item is None or signed_at is None or report.evidence_id is not None:
        return
    date = signed_at.astimezone(clock.zone(queries.zone_of(report))).date()
    counted = item.operator and item.amount is not None and not item.measure
    report.evidence = plans.add_evidence(
        # who signs need not be among those who write the plan: a head at the region signs for the centre
        replace(SYSTEM, account_id=actor.account_id, request_id=actor.request_id),
        item=PlanItem.objects.select_related("plan__municipality").get(pk=item.pk),
        date=date,
        text=f"{report}: подписан {russian.date_long(date)}",
        link=f"/office/reports/{report.pk}/",
        amount=Decimal(1) if counted else None,
        closes=not counted and not item.measure,  # what counts itself is closed by its measure
    )
    report.save(update_fields=["evidence"])
