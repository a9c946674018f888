"""Reads of planning: the actor first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BooleanField, Count, Exists, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.aggregates import Aggregate

from opora.core import clock
from opora.core.access import Actor
from opora.core.localtime import local_today
from opora.core.reasons import Hidden
from opora.planning import policy
from opora.planning.counting import NO_PROOF, Counter, Proof, Standing
from opora.planning.models import (
    Evidence,
    Plan,
    PlanItem,
    PlanPublication,
    PlanRemark,
    PlanSection,
    PlanVersion,
)
from opora.planning.rules.states import Shares


class BoolOr(Aggregate):
    """True when any row says so."""

    function = "bool_or"
    output_field = BooleanField()


@dataclass
class SectionView:
    """A section of the page with its items and how many of them are done."""

    section: PlanSection
    items: list[Standing] = field(default_factory=list)


@dataclass
class PlanView:
    """A plan as its page shows it."""

    plan: Plan
    sections: list[SectionView]
    shares: Shares
    today: dt.date
    hidden: int = 0
    """Items that the filter leaves out."""

    @property
    def items(self) -> list[Standing]:
        return [standing for section in self.sections for standing in section.items]


def plan(actor: Actor, pk: int, action: str = "view") -> Plan:
    """The plan, for those who may do the action. Raises Forbidden or Hidden."""
    found: Plan = policy.plans.get(actor, action, pk=pk)
    return Plan.objects.select_related("centre", "municipality", "approved_by").get(pk=found.pk)


def item(actor: Actor, pk: int, action: str = "view") -> PlanItem:
    found: PlanItem = policy.items.get(actor, action, pk=pk)
    rows = PlanItem.objects.select_related("plan__centre", "plan__municipality", "section", "parent")
    return rows.get(pk=found.pk)


def today_of(one: Plan) -> dt.date:
    """Today where the plan is carried out."""
    return clock.today(one.municipality.time_zone)


def counter_of(one: Plan) -> Counter:
    return Counter(one.centre_id, one.municipality_id, today_of(one))


def proofs(of: Iterable[int], by: str = "item") -> dict[int, Proof]:
    """Evidence added up by item (or by target): one query."""
    rows = (
        Evidence.objects.filter(**{f"{by}__in": list(of)}, withdrawn_at__isnull=True)
        .order_by()
        .values(f"{by}_id")
        .annotate(count=Count("pk"), sum=Sum("amount"), closing=BoolOr("closes"), last=Max("date"))
    )
    return {row[f"{by}_id"]: Proof(row["count"], row["sum"], bool(row["closing"]), row["last"]) for row in rows}


def standings(one: Plan, counter: Counter | None = None) -> list[Standing]:
    """All items of a plan in order, sub-rows inside their items."""
    counter = counter or counter_of(one)
    rows = list(PlanItem.objects.filter(plan=one).select_related("section").order_by("position", "id"))
    proof = proofs(row.pk for row in rows)
    counter.prepare_items(rows, one.year)
    known = {row.pk: row for row in rows}
    parts: dict[int, list[Standing]] = {}
    for row in rows:
        if row.parent_id is not None:
            row.parent = known[row.parent_id]
            parts.setdefault(row.parent_id, []).append(counter.standing(row, one.year, proof.get(row.pk, NO_PROOF)))
    return [
        counter.standing(row, one.year, proof.get(row.pk, NO_PROOF), parts.get(row.pk, ()))
        for row in rows
        if row.parent_id is None
    ]


def plan_view(
    one: Plan, *, state: str = "", responsible: str = "", section: int | None = None, year: int | None = None
) -> PlanView:
    """The plan's page, narrowed; the shares are always those of the whole plan."""
    counter = counter_of(one)
    found = standings(one, counter)
    counts: dict[str, int] = {}
    for standing in found:
        counts[standing.state] = counts.get(standing.state, 0) + 1
    kept = [
        standing
        for standing in found
        if (not state or standing.state == state)
        and (not responsible or standing.item.responsible == responsible)
        and (section is None or standing.item.section.number == section)
        and (year is None or (standing.item.due_on.year if standing.item.due_on else one.year) == year)
    ]
    sections = [SectionView(row) for row in PlanSection.objects.filter(plan=one).order_by("number")]
    by_id = {view.section.pk: view for view in sections}
    for standing in kept:
        by_id[standing.item.section_id].items.append(standing)
    narrowed = len(kept) != len(found)
    shown = [view for view in sections if view.items or not narrowed]
    return PlanView(one, shown, Shares(counts), counter.today, len(found) - len(kept))


def responsibles(one: Plan) -> list[str]:
    """Who answers for items of the plan, in order."""
    rows = PlanItem.objects.filter(plan=one).exclude(responsible="").order_by("responsible")
    return list(rows.values_list("responsible", flat=True).distinct())


@dataclass
class Month:
    """A month of the calendar view: items that end in it and items that are worked on in it."""

    first: dt.date
    due: list[Standing] = field(default_factory=list)
    running: list[Standing] = field(default_factory=list)


def calendar(one: Plan, year: int) -> tuple[list[Month], list[Standing]]:
    """The twelve months of a year with their items, and the items without a term."""
    months = [Month(dt.date(year, month, 1)) for month in range(1, 13)]
    timeless = []
    for standing in standings(one):
        due, starts = standing.item.due_on, standing.item.starts_on
        if due is None:
            timeless.append(standing)
            continue
        for month in months:
            if (due.year, due.month) == (year, month.first.month):
                month.due.append(standing)
            elif starts is not None and _month_of(starts) <= month.first < _month_of(due):
                month.running.append(standing)
    return months, timeless


def _month_of(day: dt.date) -> dt.date:
    return day.replace(day=1)


def overdue(actor: Actor) -> QuerySet[Any]:
    """Items past their due date of plans in force that the actor sees, the oldest first.

    What is done is known from the last recount (hourly and after each evidence).
    """
    rows = PlanItem.objects.filter(
        policy.items.scope(actor, "view"),
        plan__state__in=("approved", "amending"),
        parent__isnull=True,
        due_on__lt=local_today("plan__municipality__time_zone"),
        done_on__isnull=True,
        cancelled_on__isnull=True,
    )
    return rows.select_related("plan__centre", "plan__municipality").order_by("due_on", "pk")


def awaiting_approval(actor: Actor) -> QuerySet[Any]:
    """Plans that the actor may approve."""
    return Plan.objects.filter(policy.plans.scope(actor, "approve"), state="submitted").order_by("submitted_at", "pk")


def returned(actor: Actor) -> QuerySet[Any]:
    """Plans that came back with remarks to those who submit them."""
    return Plan.objects.filter(policy.plans.scope(actor, "submit"), state="returned").order_by("pk")


def unpublished() -> Q:
    """Plans in force whose approved version is published nowhere."""
    published = PlanPublication.objects.filter(plan_id=OuterRef("pk"), version=OuterRef("version"))
    return Q(~Exists(published), version__gt=0, state__in=("approved", "amending"))


def unpublished_for(actor: Actor) -> QuerySet[Any]:
    """Those of them whose publication the actor writes down."""
    return policy.plans.rows(actor, "publish").filter(unpublished())


def publications_of(one: Plan) -> list[PlanPublication]:
    """Where the version in force was published, the latest first."""
    return list(PlanPublication.objects.filter(plan=one, version=one.version))


def approved_on(one: Plan, number: int) -> dt.date | None:
    """The day, where the plan is carried out, on which a version was approved."""
    found = PlanVersion.objects.filter(plan=one, number=number).values_list("approved_at", flat=True).first()
    return found.astimezone(clock.zone(one.municipality.time_zone)).date() if found else None


def living_plans() -> QuerySet[Any]:
    """Plans in force, for the recount."""
    return Plan.objects.filter(state__in=("approved", "amending")).select_related("municipality", "centre")


def evidence_of(one: PlanItem) -> list[Evidence]:
    """All evidence of an item, withdrawn too."""
    return list(Evidence.objects.filter(item=one).select_related("added_by", "file"))


def evidence(actor: Actor, pk: int, action: str = "view") -> Evidence:
    """One piece of evidence, of an item or of a target result."""
    kind = Q(pk=pk, target__isnull=True)
    rules = policy.evidence if Evidence.objects.filter(kind).exists() else policy.target_evidence
    found: Evidence = rules.get(actor, action, pk=pk)
    return found


def sections_with_plans() -> QuerySet[Any]:
    """Sections of all plans, for the choice of an item's form; the register narrows it to what the actor sees."""
    return PlanSection.objects.select_related("plan")


def open_remarks(one: Plan) -> list[PlanRemark]:
    """What the coordinator asked to correct and is not submitted again yet."""
    rows = PlanRemark.objects.filter(plan=one, resolved_at__isnull=True).select_related("item", "author")
    return list(rows.order_by("item__position", "pk"))


def versions_of(one: Plan) -> list[PlanVersion]:
    return list(PlanVersion.objects.filter(plan=one).select_related("approved_by").order_by("-number"))


def version(one: Plan, number: int) -> PlanVersion:
    """Raises Hidden when there was no such version."""
    found = PlanVersion.objects.filter(plan=one, number=number).select_related("approved_by").first()
    if found is None:
        raise Hidden("version")
    return found


def paper_rows(one: Plan) -> tuple[list[PlanSection], list[PlanItem]]:
    """Sections and items in the order of the paper."""
    items = PlanItem.objects.filter(plan=one).order_by("position", "id")
    return list(PlanSection.objects.filter(plan=one).order_by("number")), list(items)


def newest_plan(actor: Actor) -> Plan | None:
    """The plan that the actor's menu leads to: its own centre's of the latest year that has begun, else the newest."""
    rows = Plan.objects.filter(policy.plans.scope(actor, "view")).select_related("municipality")
    found = list(rows.order_by("-year", "-pk")[:20])
    return next((one for one in found if one.year <= today_of(one).year), found[0] if found else None)


def standing_of(one: PlanItem) -> Standing:
    """How a single item stands, with its parts."""
    counter = counter_of(one.plan)
    rows = list(PlanItem.objects.filter(parent=one).select_related("parent").order_by("position", "pk"))
    proof = proofs([one.pk, *(row.pk for row in rows)])
    counter.prepare_items([one, *rows], one.plan.year)
    parts = [counter.standing(row, one.plan.year, proof.get(row.pk, NO_PROOF)) for row in rows]
    return counter.standing(one, one.plan.year, proof.get(one.pk, NO_PROOF), parts)
