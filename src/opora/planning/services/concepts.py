"""Concepts, their stages and target results; indicator targets of monitoring follow from them (I1, I2)."""

from __future__ import annotations

from typing import Any

from opora.core import measures
from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.monitoring.indicators import catalogue
from opora.monitoring.models import IndicatorTarget
from opora.planning.models import Concept, ConceptStage, ConceptTarget


def save_concept(actor: Actor, concept: Concept, data: dict[str, Any]) -> Concept:
    """The kit's form."""
    for name, value in data.items():
        setattr(concept, name, value)
    if concept.starts_on > concept.ends_on:
        raise Refused(Reason("dates_backwards", "Концепция кончается раньше, чем начинается.", field="ends_on"))
    concept.municipality_id = concept.centre.municipality_id
    concept.save()
    return concept


def save_stage(actor: Actor, stage: ConceptStage, data: dict[str, Any]) -> ConceptStage:
    """A stage within the years of its concept."""
    for name, value in data.items():
        setattr(stage, name, value)
    if stage.starts_on > stage.ends_on:
        raise Refused(Reason("dates_backwards", "Этап кончается раньше, чем начинается.", field="ends_on"))
    if stage.starts_on < stage.concept.starts_on or stage.ends_on > stage.concept.ends_on:
        raise Refused(Reason("outside_concept", "Этап выходит за срок действия концепции.", field="starts_on"))
    stage.save()
    return stage


def save_target(actor: Actor, target: ConceptTarget, data: dict[str, Any]) -> ConceptTarget:
    """A target result. An increase of a measure needs its baseline: a percentage without it says nothing."""
    for name, value in data.items():
        setattr(target, name, value)
    reasons = []
    if target.operator and target.amount is None:
        reasons.append(Reason("amount_required", "Укажите число, которого надо достичь.", field="amount"))
    if target.measure and measures.find(target.measure) is None:
        reasons.append(Reason("measure_unknown", "Такого показателя нет в перечне.", field="measure"))
    if target.operator == "increase" and target.measure and target.baseline is None:
        text = "Увеличение считают от исходного значения: укажите его и его дату."
        reasons.append(Reason("baseline_required", text, field="baseline"))
    if target.baseline is not None and target.baseline_on is None:
        reasons.append(Reason("baseline_date", "Укажите, на какую дату исходное значение.", field="baseline_on"))
    if reasons:
        raise Refused(reasons)
    target.save()
    tell_monitoring(target.concept)
    return target


def tell_monitoring(concept: Concept) -> None:
    """Targets that are plain values of indicators stand on the dashboards too, entered once: here."""
    source = f"Концепция: {concept.title}"[:300]
    codes = {one.code for one in catalogue()}
    wanted: dict[tuple[str, Any], Any] = {}
    for target in ConceptTarget.objects.filter(concept=concept, operator__in=("ge", "eq"), measure__in=codes):
        if not target.narrowing:
            wanted[target.measure, target.due_on] = target.amount
    kept = IndicatorTarget.objects.filter(municipality_id=concept.municipality_id, source=source, by_concept=True)
    for row in kept:
        if (row.code, row.due) not in wanted:
            row.delete()
    for (code, due), value in wanted.items():
        IndicatorTarget.objects.update_or_create(
            municipality_id=concept.municipality_id,
            organisation=None,
            code=code,
            due=due,
            by_concept=True,
            defaults={"value": value, "source": source},
        )
