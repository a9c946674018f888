"""What a simulation takes from the registers: the children, last year's behaviour, the draft's parameters (D2)."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import numpy as np
from django.db.models import Avg, F, Q
from django.db.models.functions import Least

from opora.catalogue.models import Module
from opora.certificates import past, policy, queries
from opora.certificates.models import CertificateBalance, CertificateGroup, FundingPeriod, FundingQueue
from opora.certificates.models_funding import SimulationVariant
from opora.certificates.rules import to_kopecks
from opora.certificates.rules.behaviour import Behaviour, History, PastContract, assumed
from opora.certificates.rules.simulation import Children, Plan, PlanGroup
from opora.core import clock
from opora.core.access import Actor
from opora.people.models import Child, ChildCategory
from opora.people.rules import full_years

TOO_FRESH_DAYS = 30
"""In a period that goes on, a certificate this young may still make its contract: it is no history yet."""
ENOUGH_OF_CATEGORY = 20
MOST_OFTEN = 5.0


def variants(actor: Actor, period: FundingPeriod) -> list[SimulationVariant]:
    """The variants of a period in the order of making."""
    policy.PERIOD.get(actor, "simulate", pk=period.pk)
    return list(SimulationVariant.objects.filter(period=period).order_by("pk"))


def variant(actor: Actor, pk: int) -> SimulationVariant:
    """One variant; Hidden when its period is a stranger's."""
    found: SimulationVariant = policy.VARIANT.get(actor, "view", pk=pk)
    return SimulationVariant.objects.select_related("period__programme", "period__municipality").get(pk=found.pk)


def plan_of(period: FundingPeriod) -> Plan:
    """The parameters of the period as they stand."""
    parameters = queries.parameters_of(period)
    limits = queries.focus_limits(period)
    areas = [code for code in parameters.focus_areas_allowed if code not in limits or limits[code].allowed]
    area_limits = dict(parameters.focus_area_limits) | {
        code: row.contracts_per_certificate for code, row in limits.items() if row.contracts_per_certificate is not None
    }
    groups = CertificateGroup.objects.filter(period=period).order_by("pk")
    return Plan(
        period.starts_on,
        period.ends_on,
        tuple(_group(row) for row in groups),
        over_commitment=parameters.over_commitment,
        idle_days=parameters.idle_days_after_issue,
        idle_days_after_refusal=parameters.idle_days_after_refusal,
        areas=tuple(areas),
        area_limits=area_limits,
        simultaneous=parameters.simultaneous_limit,
    )


def _group(row: CertificateGroup) -> PlanGroup:
    return PlanGroup(
        row.code,
        row.name,
        row.category,
        row.age_from,
        row.age_to,
        to_kopecks(row.nominal),
        row.limit_certificates,
        int(row.limit_money * 100),
    )


def children_of(plan: Plan, municipality_id: int, behaviour: Behaviour) -> Children:
    """The children of the municipality on the plan's first day, each in the first group that fits."""
    births = _births(municipality_id, plan.starts_on)
    codes = _codes({group.category for group in plan.groups if group.category}, municipality_id, plan.starts_on)
    ages = np.array([full_years(born, plan.starts_on) for _, born in births], dtype=np.int64)
    groups = np.full(len(births), -1, dtype=np.int64)
    order = sorted(range(len(plan.groups)), key=lambda n: (plan.groups[n].category == "", -plan.groups[n].nominal, n))
    for n in order:
        group = plan.groups[n]
        fits = (ages >= group.age_from) & (ages <= group.age_to) & (groups < 0)
        if group.category:
            fits &= np.array([group.category in codes.get(pk, ()) for pk, _ in births], dtype=bool)
        groups[fits] = n
    factors = [
        max((behaviour.categories.get(code, 1.0) for code in codes.get(pk, ())), default=1.0) for pk, _ in births
    ]
    return Children(ages, groups, np.array(factors, dtype=np.float64))


def count_children(municipality_id: int, day: dt.date) -> int:
    """How many children the simulation will look at."""
    return len(_births(municipality_id, day))


def _births(municipality_id: int, day: dt.date) -> list[tuple[int, dt.date]]:
    """Children from 3 to 17 on the day, in the order of their ids."""
    rows = Child.objects.filter(
        municipality_id=municipality_id,
        birth_date__gt=day.replace(day=1, year=day.year - 18),
        birth_date__lte=day.replace(day=1, year=day.year - 3),
    ).exclude(state=Child.State.MERGED)
    found = rows.order_by("pk").values_list("pk", "birth_date")
    return [(pk, born) for pk, born in found if full_years(born, day) < 18]


def _codes(codes: Iterable[str], municipality_id: int, day: dt.date) -> dict[int, set[str]]:
    rows = ChildCategory.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=day), child__municipality_id=municipality_id, code__in=list(codes)
    )
    found: dict[int, set[str]] = defaultdict(set)
    for child, code in rows.values_list("child_id", "code"):
        found[child].add(code)
    return found


def behaviour_for(period: FundingPeriod, plan: Plan) -> Behaviour:
    """How families behaved in the nearest past period; stated assumptions when none has a contract."""
    today = clock.today(period.municipality.time_zone)
    for base in _bases(period, today):
        rows = past.contracts_of(base.pk)
        if any(row.made for row in rows):
            return _observed(base, rows, min(today, base.ends_on), {group.category for group in plan.groups})
    children = Counter(full_years(born, plan.starts_on) for _, born in _births(period.municipality_id, plan.starts_on))
    return assumed(plan.starts_on, plan.ends_on, children, mean_cost(period.municipality_id))


def _bases(period: FundingPeriod, today: dt.date) -> list[FundingPeriod]:
    """Periods that may be repeated: the same months of the latest year that is over, then of one that goes on, then
    the latest begun: of a period that goes on it is not known yet who stays idle and who leaves."""
    rows = FundingPeriod.objects.filter(
        municipality_id=period.municipality_id, state__in=("approved", "closed"), starts_on__lte=today
    ).exclude(pk=period.pk)
    found = [row for row in rows if row.starts_on < period.starts_on]
    return sorted(
        found,
        key=lambda row: (row.starts_on.month == period.starts_on.month, row.ends_on < today, row.starts_on),
        reverse=True,
    )


def mean_cost(municipality_id: int) -> int | None:
    """The mean of min(price, normative cost) of certified modules, kopecks for a whole year; None without any."""
    rows = Module.objects.filter(
        programme__municipality_id=municipality_id,
        programme__register_entries__register="certified",
        normative_cost__gt=0,
        price__gt=0,
    ).distinct()
    found = rows.aggregate(mean=Avg(Least(F("price"), F("normative_cost"))))["mean"]
    return int(Decimal(found) * 100) if found else None


def _observed(base: FundingPeriod, rows: list[past.PastRow], until: dt.date, categories: set[str]) -> Behaviour:
    births = dict(_births(base.municipality_id, base.starts_on))
    asked = _asked(base)
    by_certificate: dict[int, list[past.PastRow]] = defaultdict(list)
    for row in rows:
        by_certificate[row.certificate_id].append(row)
    running = until < base.ends_on
    histories = []
    for certificate, (child, day, served) in sorted(asked.items()):
        if not served:
            continue
        one = _history(base, _age(births, child, base), day, by_certificate.get(certificate, []))
        fresh = running and (until - day).days < TOO_FRESH_DAYS
        if one.contracts or not fresh:
            histories.append(one)
    people = Counter(full_years(born, base.starts_on) for born in births.values())
    wanted = Counter(_age(births, child, base) for child, _, _ in asked.values())
    return Behaviour(
        assumed=False,
        base=base.name,
        first=base.starts_on,
        last=base.ends_on,
        seen_until=until,
        histories=tuple(histories),
        asked=dict(wanted),
        children=dict(people),
        categories=_ratios(base, births, {child for child, _, _ in asked.values()}, people, wanted, categories),
    )


def _age(births: dict[int, dt.date], child: int, base: FundingPeriod) -> int:
    return full_years(births[child], base.starts_on) if child in births else -1


def _asked(base: FundingPeriod) -> dict[int, tuple[int, dt.date, bool]]:
    """Certificate → (child, day of asking, was money given), for everybody who asked in the period."""
    zone = clock.zone(base.municipality.time_zone)
    found: dict[int, tuple[int, dt.date, bool]] = {}
    balances = CertificateBalance.objects.filter(period=base, certificate__municipality_id=base.municipality_id)
    for certificate, child in balances.values_list("certificate_id", "certificate__child_id"):
        found[certificate] = (child, base.starts_on, True)
    rows = FundingQueue.objects.filter(period=base).order_by("-requested_at", "-pk")
    for certificate, child, at in rows.values_list("certificate_id", "certificate__child_id", "requested_at"):
        served = found.get(certificate, (0, base.starts_on, False))[2]
        found[certificate] = (child, max(base.starts_on, at.astimezone(zone).date()), served)
    return found


def _history(base: FundingPeriod, age: int, asked: dt.date, rows: list[past.PastRow]) -> History:
    made = [_contract(base, row) for row in rows if row.made]
    refused = [(row.asked_on - base.starts_on).days for row in rows if not row.made]
    return History(age, (asked - base.starts_on).days, tuple(made), max(refused, default=None))


def _contract(base: FundingPeriod, row: past.PastRow) -> PastContract:
    days = (row.ends_on - row.starts_on).days + 1
    return PastContract(
        asked=(row.asked_on - base.starts_on).days,
        start=(row.starts_on - base.starts_on).days,
        days=days,
        need=row.need,
        stays=days if row.ended_on is None else (row.ended_on - row.starts_on).days + 1,
        focus_area=row.focus_area,
        to_end=row.to_end,
    )


def _ratios(
    base: FundingPeriod,
    births: dict[int, dt.date],
    asked: set[int],
    people: Any,
    wanted: Any,
    categories: set[str],
) -> dict[str, float]:
    """Category → how much more its children asked than others of the same ages; only where there are enough."""
    members: dict[str, list[int]] = defaultdict(list)
    for child, codes in _codes(categories - {""}, base.municipality_id, base.starts_on).items():
        for code in codes:
            if child in births:
                members[code].append(child)
    found = {}
    for code, children in members.items():
        ages = [_age(births, child, base) for child in children]
        expected = sum(wanted[age] / people[age] for age in ages if people[age])
        if len(children) >= ENOUGH_OF_CATEGORY and expected > 0:
            found[code] = min(MOST_OFTEN, sum(child in asked for child in children) / expected)
    return found
