"""The showcase centre's plan, concept and founding checklist, by the ordinary services on the days of their acts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from opora.core import clock
from opora.core.access import Actor
from opora.core.russian import MONTHS
from opora.demo import planning_ahead
from opora.demo.content import plan_content
from opora.demo.districts import showcase
from opora.demo.frame import Frame
from opora.people.models import Account
from opora.planning import services
from opora.planning.models import (
    Concept,
    ConceptStage,
    ConceptTarget,
    FoundingStep,
    Plan,
    PlanItem,
    PlanPublication,
    PlanSection,
)
from opora.planning.rules import quantity
from opora.territory.models import Centre, LegalAct

HEAD, COORDINATOR = "centre_head@opora.demo", "coordinator@opora.demo"
FOUNDED = (
    (1, "other", "5", "Заявка на региональный конкурс муниципальных опорных центров"),
    (2, "decree", "118-п", "О создании муниципального опорного центра"),
    (3, "order", "41-о", "О назначении руководителя опорного центра"),
    (4, "directive", "63-р", "О назначении координатора"),
    (5, "regulation", "1", "Положение о муниципальном опорном центре"),
    (6, "other", "14", "Сведения о публикации акта о создании центра"),
    (7, "other", "02-17/311", "Письмо главы администрации в министерство образования"),
    (8, "agreement", "27", "Соглашение с региональным модельным центром"),
    (9, "other", "2", "Аналитическая справка о нормативной базе дополнительного образования"),
    (10, "other", "33", "Акт приёма оборудования опорного центра"),
    (11, "order", "12-о", "Об утверждении плана деятельности центра"),
    (14, "order", "15-о", "Об утверждении медиаплана центра"),
)
"""(step, kind, number, title of the act) of what was closed when the centre was founded."""
LEFT = {12: -20, 13: 25, 15: 40, 16: 12, 17: 70, 18: 45}
"""Steps that are still open → days from D to their term."""


def write(frame: Frame) -> None:
    """After the district is in the database; nothing where it is not the showcase that was loaded."""
    centre = Centre.objects.filter(slug=f"moc-{showcase().slug}").select_related("municipality").first()
    if centre is None:
        return
    head, coordinator = (_actor(email) for email in (HEAD, COORDINATOR))
    first = frame.date.year if frame.date.month > 3 else frame.date.year - 1
    with clock.frozen(frame.moment(dt.date(first, 1, 9), 10)):
        plan = _plan(head, centre, first, frame)
        services.act_on_plan(head, plan=plan, code="submit")
        services.approve(coordinator, plan=plan, document=f"Приказ управления образования от 09.01.{first} № 3")
    _published(head, plan, frame)
    _evidence(head, plan, frame)
    with clock.frozen(frame.moment(frame.date, 6)):
        _cancelled(head, coordinator, plan, frame)
        services.recount(Plan.objects.select_related("municipality").get(pk=plan.pk))
    planning_ahead.write(head, coordinator, centre, plan, frame)
    _concept(head, centre, first, frame)
    _founding(head, centre, frame)


def _actor(email: str) -> Actor:
    account = Account.objects.filter(email=email).first()
    return Actor(account_id=account.pk if account else None, system=True, name="Опорный центр")


# --- the plan ---------------------------------------------------------------------------------------------------


def _plan(actor: Actor, centre: Centre, year: int, frame: Frame) -> Plan:
    plan = services.create_plan(actor, centre=centre, year=year)
    sections = {row.number: row for row in PlanSection.objects.filter(plan=plan)}
    for raw in plan_content()["items"]:
        words = {name: raw.get(name, "") for name in ("content", "quantity", "report_form", "responsible")}
        words |= {"number": raw["number"], "section": sections[int(raw["number"].split(".")[0])]}
        item = services.save_item(actor, PlanItem(), words | {"due": _due(raw["months"], frame, year)})
        if raw.get("measure"):
            item.measure, item.narrowing = raw["measure"], raw.get("narrowing", {})
            item.save(update_fields=["measure", "narrowing"])
    return plan


def _due(months: Any, frame: Frame, year: int) -> str:
    """The words of a term counted from D's month, never before the plan's year."""
    fixed = {
        "year": f"в течение {year} года",
        "monthly": f"ежемесячно, {year} г.",
        "quarters": f"ежеквартально, {year} г.",
        "until": f"до 25.12.{year}",
    }
    if isinstance(months, str):
        return fixed[months]
    found = [_month(frame.date, offset, year) for offset in months]
    (low_year, low), (high_year, high) = found[0], found[-1]
    if found[0] == found[-1]:
        return f"{MONTHS[high - 1].capitalize()} {high_year} г."
    if low_year == high_year:
        return f"{MONTHS[low - 1].capitalize()} – {MONTHS[high - 1]} {high_year} г."
    return f"{MONTHS[low - 1].capitalize()} {low_year} г. – {MONTHS[high - 1]} {high_year} г."


def _month(day: dt.date, offset: int, year: int) -> tuple[int, int]:
    count = max(day.year * 12 + day.month - 1 + offset, year * 12)
    return count // 12, count % 12 + 1


def _evidence(actor: Actor, plan: Plan, frame: Frame) -> None:
    """Hand evidence of the items that say so, on the last days of their terms that are over."""
    raw = {one["number"]: one for one in plan_content()["items"] if one.get("proof")}
    rows = PlanItem.objects.filter(plan=plan, number__in=raw).select_related("plan__municipality")
    for item in rows.order_by("position"):
        one = raw[item.number]
        day = min(item.due_on or frame.date, frame.before(3)) - dt.timedelta(days=2)
        amount = Decimal(one["amount"]) if "amount" in one else None
        with clock.frozen(frame.moment(max(day, dt.date(plan.year, 1, 10)), 12)):
            services.add_evidence(
                actor,
                item=item,
                date=max(day, dt.date(plan.year, 1, 10)),
                text=one["proof"],
                amount=amount,
                closes=amount is None and not one.get("open"),
            )


def _published(actor: Actor, plan: Plan, frame: Frame) -> None:
    """The first version stands on two sites; the amended one nobody has published yet."""
    plan.refresh_from_db()
    for day, site, url in (
        (12, "Сайт управления образования района", "https://zarechensky.example/education/plan"),
        (13, "Портал опорного центра", ""),
    ):
        date = dt.date(plan.year, 1, day)
        with clock.frozen(frame.moment(date, 12)):
            data = {"plan": plan, "site": site, "url": url, "date": date}
            services.save_publication(actor, PlanPublication(), data)


def _cancelled(head: Actor, coordinator: Actor, plan: Plan, frame: Frame) -> None:
    """An amendment that cancels an item: the second version."""
    services.act_on_plan(head, plan=plan, code="amend")
    for raw in plan_content()["items"]:
        if raw.get("cancelled"):
            item = PlanItem.objects.select_related("plan__municipality").get(plan=plan, number=raw["number"])
            services.cancel_item(head, item=item, reason=raw["cancelled"])
    services.act_on_plan(head, plan=plan, code="submit")
    document = f"Приказ управления образования от {frame.before(9):%d.%m.%Y} № 88"
    services.approve(coordinator, plan=plan, document=document)


# --- the concept ------------------------------------------------------------------------------------------------


def _concept(actor: Actor, centre: Centre, first: int, frame: Frame) -> None:
    content = plan_content()
    concept = Concept(centre=centre)
    with clock.frozen(frame.moment(frame.before(2), 11)):
        services.save_concept(
            actor,
            concept,
            {
                "title": f"Концепция работы опорного центра на {first}–{first + 3} годы",
                "text": TEXT,
                "act": f"Постановление администрации от 26.12.{first - 1} № 1209-п",
                "starts_on": dt.date(first, 1, 1),
                "ends_on": dt.date(first + 3, 12, 31),
            },
        )
        for number, raw in enumerate(content["stages"], start=1):
            low, high = (first + year for year in raw["years"])
            services.save_stage(
                actor,
                ConceptStage(concept=concept),
                {"number": number, "title": raw["title"], "text": raw["text"]}
                | {"starts_on": dt.date(low, 1, 1), "ends_on": dt.date(high, 12, 31)},
            )
        for number, raw in enumerate(content["targets"], start=1):
            _target(actor, concept, number, raw, first)


TEXT = (
    "Каждый ребёнок района находит кружок по интересам и дороге, а деньги идут за ребёнком. Сертификаты вводятся в три"
    " этапа, программы становятся разноуровневыми, модульными и дистанционными, организации разных ведомств работают"
    " вместе по договорам."
)


def _target(actor: Actor, concept: Concept, number: int, raw: dict[str, Any], first: int) -> None:
    asked = quantity.parse(raw.get("wanted", ""))
    baseline = Decimal(raw["baseline"]) if "baseline" in raw else None
    target = ConceptTarget(concept=concept, narrowing=raw.get("narrowing", {}))
    services.save_target(
        actor,
        target,
        {
            "number": number,
            "title": raw["title"],
            "due_on": dt.date(first + raw["year"], 12, 31),
            "operator": asked.operator,
            "amount": asked.amount,
            "unit": asked.unit,
            "persons": raw.get("persons"),
            "measure": raw.get("measure", ""),
            "baseline": baseline,
            "baseline_on": dt.date(first, 1, 1) if baseline is not None else None,
        },
    )
    if raw.get("proof"):
        amount = Decimal(raw["amount"]) if "amount" in raw else None
        day = clock.today(concept.municipality.time_zone)
        services.add_evidence(
            actor, target=target, date=day, text=raw["proof"], amount=amount, closes=bool(raw.get("closes"))
        )


# --- the founding -----------------------------------------------------------------------------------------------


def _founding(actor: Actor, centre: Centre, frame: Frame) -> None:
    """Half of the steps closed by acts of the founding year, the rest ahead or late."""
    founded = centre.founded_on or frame.before(900)
    services.begin_founding(actor, centre=centre)
    steps = {row.number: row for row in FoundingStep.objects.filter(centre=centre).select_related("municipality")}
    for place, (number, kind, act_number, title) in enumerate(FOUNDED):
        day = founded + dt.timedelta(days=14 * place)
        issuer = "Администрация района" if kind in ("decree", "directive") else "Муниципальный опорный центр"
        legal_act = LegalAct.objects.filter(municipality=centre.municipality, title=title).first()
        legal_act = legal_act or LegalAct.objects.create(
            municipality=centre.municipality,
            kind=kind,
            level="municipal" if issuer.startswith("Администрация") else "own",
            issuer=issuer,
            number=act_number,
            date=day,
            title=title,
            in_force_from=day,
        )
        step = steps[number]
        step.responsible, step.due_on = "Белозёрова М. С.", day + dt.timedelta(days=14)
        step.save(update_fields=["responsible", "due_on"])
        services.close_step(actor, step=step, done_on=day, document=f"{legal_act}", legal_act=legal_act)
    for number, days in LEFT.items():
        step = steps[number]
        step.responsible, step.due_on = "Тихомирова А. П.", frame.date + dt.timedelta(days=days)
        step.save(update_fields=["responsible", "due_on"])
