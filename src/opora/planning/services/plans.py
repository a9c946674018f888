"""Plans: made with their seven sections, submitted, returned with remarks, approved, amended (I1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Forbidden, Hidden, Reason, Refused
from opora.core.transactions import act
from opora.planning import policy
from opora.planning.models import Plan, PlanItem, PlanPublication, PlanRemark, PlanSection, PlanVersion
from opora.planning.rules.sections import SECTIONS
from opora.planning.rules.states import EDITABLE, PLAN, PLAN_STATES
from opora.territory.models import Centre


def locked(pk: int) -> Plan:
    """The plan's row, held: what its state allows is decided under this lock."""
    found: Plan = Plan.objects.select_for_update(no_key=True, of=("self",)).select_related("municipality").get(pk=pk)
    return found


def require_editable(plan: Plan) -> None:
    """Raises Refused while the plan is with the coordinator or in force."""
    if plan.state not in EDITABLE:
        hint = "Нажмите «Внести изменения»." if plan.state == "approved" else "Сначала отзовите план с утверждения."
        state = PLAN_STATES[plan.state].lower()
        raise Refused(Reason("plan_not_editable", f"План сейчас в состоянии «{state}», менять его нельзя.", hint=hint))


def require(actor: Actor, action: str, plan: Plan) -> None:
    """Forbidden without the role, Hidden for a stranger's plan."""
    if not policy.plans.allowed(actor, action):
        raise Forbidden(action)
    if not policy.plans.can(actor, action, plan):
        raise Hidden(action)


def create_plan(
    actor: Actor, *, centre: Centre, year: int, title: str = "План деятельности", sections: Mapping[int, str] = SECTIONS
) -> Plan:
    """A draft with the usual sections. Raises Refused when the centre has one of that title for the year."""
    policy.plans.require(actor, "create")
    if Plan.objects.filter(centre=centre, year=year, title=title).exists():
        raise Refused(Reason("plan_exists", f"«{title}» на {year} год у этого центра уже есть.", field="title"))
    with act(actor):
        plan = Plan.objects.create(
            centre=centre,
            municipality_id=centre.municipality_id,
            slug=_free_slug(centre.slug, year),
            title=title,
            year=year,
        )
        if not policy.plans.can(actor, "create", plan):
            raise Hidden("create")
        PlanSection.objects.bulk_create(
            PlanSection(plan=plan, number=number, title=name) for number, name in sections.items()
        )
    return plan


def _free_slug(centre: str, year: int) -> str:
    """«moc-ozernyj-2026», the second plan of the year «…-2»."""
    base = f"{centre[:100]}-{year}"
    taken = set(Plan.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number = 1
    while (slug := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return slug


def save_plan(actor: Actor, plan: Plan, data: dict[str, Any]) -> Plan:
    """The kit's form: a new plan gets its sections; centre and year of an existing one stay."""
    if plan.pk is None:
        return create_plan(actor, centre=data["centre"], year=data["year"], title=data["title"])
    kept = locked(plan.pk)
    if data.get("centre") not in (None, kept.centre) or data.get("year") not in (None, kept.year):
        raise Refused(Reason("plan_place", "Центр и год плана не меняются: составьте новый план.", field="year"))
    if data["title"] != kept.title:
        require_editable(kept)
        kept.title = data["title"]
    kept.act = data.get("act", kept.act)
    kept.save(update_fields=["title", "act"])
    return kept


def save_section(actor: Actor, section: PlanSection, data: dict[str, Any]) -> PlanSection:
    """An own section or another title; the number of a section with items stays."""
    plan = locked((data.get("plan") or section.plan).pk)
    require(actor, "write", plan)
    changed = section.pk is not None and any(getattr(section, name) != value for name, value in data.items())
    if section.pk is None or changed:
        require_editable(plan)
    number = data.get("number", section.number)
    moved = section.pk is not None and (number != section.number or plan.pk != section.plan_id)
    if moved and PlanItem.objects.filter(section=section).exists():
        raise Refused(Reason("section_used", "В разделе есть пункты, его номер не меняется.", field="number"))
    section.plan, section.number, section.title = plan, number, data.get("title", section.title)
    section.save()
    return section


def act_on_plan(actor: Actor, *, plan: Plan, code: str) -> Plan:
    """submit, withdraw or amend. Raises Refused from a wrong state or for an empty plan."""
    require(actor, "submit", plan)
    with act(actor):
        kept = locked(plan.pk)
        kept.state = PLAN.next_state(kept.state, code, "centre")
        if code == "submit":
            if not PlanItem.objects.filter(plan=kept).exists():
                raise Refused(Reason("plan_empty", "В плане нет ни одного пункта, утверждать нечего."))
            kept.submitted_at = clock.now()
            PlanRemark.objects.filter(plan=kept, resolved_at__isnull=True).update(resolved_at=clock.now())
        elif code == "withdraw" and kept.version:
            kept.state = "amending"
        kept.save(update_fields=["state", "submitted_at"])
    return kept


def send_back(actor: Actor, *, plan: Plan, remark: str, by_item: Mapping[int, str] | None = None) -> Plan:
    """Return a submitted plan with at least one remark, on the whole or on items by their id."""
    require(actor, "approve", plan)
    texts: dict[int | None, str] = {None: remark.strip(), **{pk: text.strip() for pk, text in (by_item or {}).items()}}
    texts = {pk: text for pk, text in texts.items() if text}
    if not texts:
        raise Refused(Reason("remark_required", "Напишите, что исправить в плане.", field="remark"))
    with act(actor):
        kept = locked(plan.pk)
        kept.state = PLAN.next_state(kept.state, "return", "coordinator")
        own = set(PlanItem.objects.filter(plan=kept).values_list("pk", flat=True))
        for pk, text in texts.items():
            if pk is not None and pk not in own:
                raise Hidden("item")
            PlanRemark.objects.create(plan=kept, item_id=pk, text=text, author_id=actor.account_id)
        kept.save(update_fields=["state"])
    return kept


def approve(actor: Actor, *, plan: Plan, document: str = "") -> Plan:
    """Approve what was submitted; its rows are kept as the next version."""
    require(actor, "approve", plan)
    with act(actor):
        kept = locked(plan.pk)
        kept.state = PLAN.next_state(kept.state, "approve", "coordinator")
        kept.version += 1
        kept.approved_at, kept.approved_by_id, kept.act = clock.now(), actor.account_id, document.strip() or kept.act
        kept.save(update_fields=["state", "version", "approved_at", "approved_by", "act"])
        PlanVersion.objects.create(
            plan=kept,
            number=kept.version,
            act=kept.act,
            approved_at=kept.approved_at,
            approved_by_id=actor.account_id,
            content=content_of(kept),
        )
    return kept


def save_publication(actor: Actor, publication: PlanPublication, data: dict[str, Any]) -> PlanPublication:
    """Where the version in force was published. Refused for a plan that nobody has approved, and a day to come."""
    is_new = publication.pk is None
    for name, value in data.items():
        setattr(publication, name, value)
    plan = publication.plan
    if is_new and not plan.version:
        raise Refused(Reason("plan_not_approved", "План ещё не утверждён, публиковать нечего.", field="plan"))
    if publication.date > clock.today(plan.municipality.time_zone):
        raise Refused(Reason("date_ahead", "Этот день ещё не наступил.", field="date"))
    if is_new:
        publication.version = plan.version
    publication.save()
    return publication


VERSION_FIELDS = ("number", "content", "quantity", "report_form", "due", "responsible", "cancel_reason")


def content_of(plan: Plan) -> dict[str, Any]:
    """The rows of the table as they stand: what a version keeps."""
    sections = PlanSection.objects.filter(plan=plan).order_by("number").values_list("number", "title")
    rows = PlanItem.objects.filter(plan=plan).order_by("position", "id").values(*VERSION_FIELDS)
    return {"sections": {str(number): title for number, title in sections}, "items": list(rows)}
