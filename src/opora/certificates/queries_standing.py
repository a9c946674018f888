"""Where programmes stand: registers with criteria and decisions, normative costs with their steps (D3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from opora.catalogue.models import Group, Module, Programme
from opora.certificates import policy, queries, queries_rates
from opora.certificates.models import FundingPeriod, PaymentAgreement, ProgrammeRegisterEntry
from opora.certificates.models_funding import NormativeCost, RegisterDecision
from opora.certificates.rules import to_kopecks
from opora.certificates.rules.normative import Calculation, Traits, calculate
from opora.certificates.rules.parameters import PROGRAMME_REGISTERS
from opora.certificates.rules.registers import ABOUT, Criterion, ProgrammeFacts, Standing, criteria, standing
from opora.core import clock
from opora.core.access import Actor
from opora.core.localtime import local_today

UNPUBLISHED = ("draft", "moderation", "returned")


def programmes(actor: Actor, *, text: str = "", register: str = "") -> QuerySet[Programme]:
    """Programmes whose standing the actor may see; `register` none = in no register today."""
    policy.STANDING.require(actor, "view")
    rows: QuerySet[Programme] = policy.STANDING.rows(actor, "view").exclude(state="archived")
    if text.strip():
        rows = rows.filter(sort_name__contains=text.strip().lower().replace("ё", "е"))
    if register:
        inside = _inside_now().filter(register=register) if register != "none" else _inside_now()
        known = inside.values("programme_id")
        rows = rows.exclude(pk__in=known) if register == "none" else rows.filter(pk__in=known)
    return rows.select_related("organisation", "municipality").order_by("organisation__sort_name", "sort_name", "pk")


def _inside(today: dt.date) -> QuerySet[ProgrammeRegisterEntry]:
    rows = ProgrammeRegisterEntry.objects.filter(starts_on__lte=today)
    return rows.exclude(ends_on__lt=today)


def _inside_now() -> QuerySet[ProgrammeRegisterEntry]:
    """Entries that hold today, each in its municipality."""
    today = local_today("municipality__time_zone")
    return ProgrammeRegisterEntry.objects.filter(starts_on__lte=today).exclude(ends_on__lt=today)


@dataclass(frozen=True, slots=True)
class Line:
    """A programme of the list: registers it is in and how many of its modules have a cost."""

    programme: Programme
    registers: list[str]
    modules: int
    costed: int


def lines(rows: Iterable[Programme]) -> list[Line]:
    """Registers and costs of a page of programmes: two queries for all."""
    found = list(rows)
    keys = [row.pk for row in found]
    registers: dict[int, list[str]] = {}
    for programme, register in _inside_now().filter(programme__in=keys).values_list("programme_id", "register"):
        registers.setdefault(programme, []).append(PROGRAMME_REGISTERS[register])
    modules: dict[int, list[bool]] = {}
    for programme, cost in Module.objects.filter(programme__in=keys).values_list("programme_id", "normative_cost"):
        modules.setdefault(programme, []).append(cost is not None)
    return [
        Line(row, sorted(registers.get(row.pk, [])), len(modules.get(row.pk, [])), sum(modules.get(row.pk, [])))
        for row in found
    ]


def programme(actor: Actor, pk: int, action: str = "view") -> Programme:
    """One programme; Hidden when it is a stranger's."""
    row: Programme = policy.STANDING.get(actor, action, pk=pk)
    return Programme.objects.select_related("organisation__locality", "municipality").get(pk=row.pk)


@dataclass(frozen=True, slots=True)
class RegisterView:
    """One register of a programme: where it stands, why, what was decided before."""

    standing: Standing
    about: str
    entry: ProgrammeRegisterEntry | None
    criteria: list[Criterion]
    decisions: list[RegisterDecision]


def registers_of(row: Programme) -> list[RegisterView]:
    """All five registers with their criteria today."""
    today = clock.today(row.municipality.time_zone)
    entries = {one.register: one for one in ProgrammeRegisterEntry.objects.filter(programme=row)}
    facts = facts_of(row, today)
    decisions: dict[int, list[RegisterDecision]] = {}
    for one in RegisterDecision.objects.filter(entry__programme=row).select_related("account"):
        decisions.setdefault(one.entry_id, []).append(one)
    found = []
    for code in PROGRAMME_REGISTERS:
        entry = entries.get(code)
        where = standing(code, entry.starts_on if entry else None, entry.ends_on if entry else None, today)
        own = decisions.get(entry.pk, []) if entry else []
        found.append(RegisterView(where, ABOUT[code], entry, criteria(code, facts), own))
    return found


def facts_of(row: Programme, today: dt.date) -> ProgrammeFacts:
    """What the criteria look at, read now."""
    period = queries.current_period(row.municipality_id, today)
    modules = list(Module.objects.filter(programme=row))
    provider = row.organisation
    return ProgrammeFacts(
        published=row.state == Programme.State.PUBLISHED,
        kind=row.kind,
        focus_paid=_focus_paid(period, row.focus_area),
        provider_active=provider.state == "active",
        provider_listed=provider.provider_since is not None and provider.provider_since <= today,
        licensed=bool(provider.licence_number),
        agreement=period is not None
        and PaymentAgreement.objects.filter(period=period, organisation=provider, state="signed").exists(),
        costs_known=bool(modules) and all(one.normative_cost is not None for one in modules),
        prices_known=bool(modules) and all(one.price > 0 for one in modules),
        budget_places=Group.objects.filter(programme=row, for_budget=True).exclude(state="finished").exists(),
        registers=frozenset(_inside(today).filter(programme=row).values_list("register", flat=True)),
    )


def _focus_paid(period: FundingPeriod | None, area: str) -> bool:
    if period is None or area not in queries.parameters_of(period).focus_areas_allowed:
        return False
    limits = queries.focus_limits(period)
    return area not in limits or limits[area].allowed


def period_of_costs(municipality_id: int, today: dt.date) -> FundingPeriod | None:
    """The period whose rates work: the current or next approved one that has any."""
    rows = FundingPeriod.objects.filter(municipality_id=municipality_id, state="approved", ends_on__gte=today)
    return rows.filter(rates__isnull=False).order_by("starts_on", "pk").select_related("act").first()


def modules_of(rows: QuerySet[Module]) -> list[Module]:
    """Modules with all that their traits need, in few queries."""
    return list(
        rows.select_related("programme__organisation__locality", "programme__municipality")
        .prefetch_related("groups__venue__locality")
        .order_by("programme_id", "number")
    )


def traits_of(module: Module) -> Traits:
    """What the formula looks at: the programme, its places of study, its largest group that is not finished."""
    row = module.programme
    living = [group for group in module.groups.all() if group.state != Group.State.FINISHED]
    localities = [group.venue.locality for group in living if group.venue and group.venue.locality]
    if not localities and row.organisation.locality:
        localities = [row.organisation.locality]
    territory = ""
    if localities:
        territory = "urban" if any(one.is_urban for one in localities) else "rural"
    return Traits(
        focus_area=row.focus_area,
        programme_kind=row.kind,
        hours=module.hours,
        study_form=row.study_form,
        level=row.level,
        territory=territory,
        special_needs=bool(row.special_needs),
        mobile=row.is_mobile,
        network=row.is_network,
        group_size=max((group.capacity for group in living), default=None),
    )


def calculation_of(period: FundingPeriod, module: Module) -> Calculation | None:
    """The formula for a module in a period; None without a rate."""
    rates = {key: to_kopecks(value) for key, value in queries_rates.rates_of(period).items()}
    return calculate(rates, queries_rates.coefficients_of(period), traits_of(module))


def latest_costs(modules: Iterable[int]) -> dict[int, NormativeCost]:
    """The newest calculation of each module."""
    rows = NormativeCost.objects.filter(module__in=list(modules)).select_related("period__act", "account")
    found: dict[int, NormativeCost] = {}
    for row in rows.order_by("at", "pk"):
        found[row.module_id] = row
    return found


@dataclass(frozen=True, slots=True)
class CostView:
    """A module's cost as it stands, how it came about, and what the formula gives today."""

    module: Module
    latest: NormativeCost | None
    kept: Calculation | None
    formula: Calculation | None
    differs: bool


def costs_of(row: Programme) -> tuple[FundingPeriod | None, list[CostView]]:
    """The period of the rates and every module of a programme with its cost."""
    period = period_of_costs(row.municipality_id, clock.today(row.municipality.time_zone))
    modules = modules_of(Module.objects.filter(programme=row))
    latest = latest_costs(one.pk for one in modules)
    found = []
    for module in modules:
        known = latest.get(module.pk)
        if known is not None and known.cost != module.normative_cost:
            known = None  # the module was changed by other means since
        kept = Calculation.from_json(known.steps) if known is not None and known.way == "formula" else None
        formula = calculation_of(period, module) if period else None
        differs = formula is not None and (
            module.normative_cost is None or to_kopecks(module.normative_cost) != formula.cost
        )
        found.append(CostView(module, known, kept, formula, differs))
    return period, found
