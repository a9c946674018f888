"""Normative costs: by the formula of a period, or by hand with a basis document (D3). Groups and contracts keep theirs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from opora.catalogue.models import Module
from opora.certificates import policy, queries_rates, services_papers
from opora.certificates import queries_standing as reading
from opora.certificates.models import FundingPeriod
from opora.certificates.models_funding import NormativeCost
from opora.certificates.rules import to_kopecks, to_roubles
from opora.certificates.rules.normative import Calculation, calculate
from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act


def set_by_formula(actor: Actor, *, module: Module) -> NormativeCost:
    """Set the cost of a module by the rates of the current period; groups opened before keep theirs."""
    with act(actor):
        row = _locked(actor, module)
        municipality = row.programme.municipality
        period = reading.period_of_costs(municipality.pk, clock.today(municipality.time_zone))
        if period is None:
            raise Refused(
                Reason(
                    "no_rates",
                    "В утверждённом периоде нет ставок за человеко-час.",
                    hint="Плательщик задаёт их в периоде финансирования.",
                )
            )
        found = reading.calculation_of(period, row)
        if found is None:
            raise Refused(
                Reason(
                    "no_rate",
                    "Для этой направленности и вида программы в периоде нет ставки.",
                    ground=f"период «{period.name}»",
                    hint="Добавьте ставку в период или впишите стоимость с документом.",
                )
            )
        return _write_formula(actor, row, period, found)


def set_manual(
    actor: Actor, *, module: Module, cost: Decimal | None, basis: str, paper: tuple[str, bytes] | None = None
) -> NormativeCost:
    """Set the cost by hand; it stands on a document."""
    with act(actor):
        row = _locked(actor, module)
        reasons = []
        if cost is None or cost < 0:
            reasons.append(Reason("cost", "Стоимость – сумма не меньше нуля.", field="normative_cost"))
        if not basis.strip():
            reasons.append(
                Reason("basis_missing", "Укажите документ, на котором стоит эта стоимость.", field="normative_basis")
            )
        if reasons or cost is None:
            raise Refused(reasons)
        return _write(actor, row, NormativeCost(way="manual", cost=cost, basis=basis.strip()[:300]), paper)


@dataclass(frozen=True, slots=True)
class Recalculated:
    """How many modules got another cost, stayed as they were, or have no rate in the period."""

    changed: int
    same: int
    without_rate: int


def recalculate(actor: Actor, *, period: FundingPeriod) -> Recalculated:
    """Set the costs of modules of unpublished programmes by the period's formula.

    Published modules, groups and contracts are not touched; a cost set by hand stays. Safe to repeat.
    """
    with act(actor):
        row: FundingPeriod = policy.PERIOD.get(actor, "amend", pk=period.pk)
        if row.state != FundingPeriod.State.APPROVED:
            raise Refused(Reason("not_approved", "Пересчитать можно по ставкам утверждённого периода."))
        rates = {key: to_kopecks(value) for key, value in queries_rates.rates_of(row).items()}
        if not rates:
            raise Refused(Reason("no_rates", "В периоде нет ставок за человеко-час."))
        factors = queries_rates.coefficients_of(row)
        wanted = Module.objects.filter(
            programme__municipality_id=row.municipality_id, programme__state__in=reading.UNPUBLISHED
        )
        modules = reading.modules_of(wanted)
        by_hand = {pk for pk, one in reading.latest_costs(m.pk for m in modules).items() if one.way == "manual"}
        changed = same = without = 0
        for module in modules:
            found = calculate(rates, factors, reading.traits_of(module))
            if module.pk in by_hand:
                same += 1
            elif found is None:
                without += 1
            elif module.normative_cost is not None and to_kopecks(module.normative_cost) == found.cost:
                same += 1
            else:
                _write_formula(actor, module, row, found)
                changed += 1
    return Recalculated(changed, same, without)


def _write_formula(actor: Actor, module: Module, period: FundingPeriod, found: Calculation) -> NormativeCost:
    basis = f"Формула периода «{period.name}»"
    if period.act:
        basis = f"{basis}, {period.act}"
    cost = NormativeCost(
        period=period, way="formula", cost=to_roubles(found.cost), steps=found.to_json(), basis=basis[:300]
    )
    return _write(actor, module, cost, None)


def _write(actor: Actor, module: Module, cost: NormativeCost, paper: tuple[str, bytes] | None) -> NormativeCost:
    cost.module, cost.account_id, cost.at = module, actor.account_id, clock.now()
    cost.save()
    module.normative_cost, module.normative_basis = cost.cost, cost.basis
    module.save(update_fields=["normative_cost", "normative_basis"])
    if paper is not None:
        services_papers.keep(actor, owner=cost, name=paper[0], data=paper[1], field="paper")
    return cost


def _locked(actor: Actor, module: Module) -> Module:
    policy.NORMATIVE_COST.get(actor, "edit", pk=module.pk)
    Module.objects.select_for_update(no_key=True, of=("self",)).get(pk=module.pk)
    return reading.modules_of(Module.objects.filter(pk=module.pk))[0]
