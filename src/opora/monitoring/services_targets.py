"""Keeping target values of indicators: of a municipality or of one organisation, with their basis (I2)."""

from __future__ import annotations

from typing import Any

from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.monitoring.dashboard import OWN_HEAD
from opora.monitoring.indicators import Scope, catalogue, get
from opora.monitoring.models import IndicatorTarget
from opora.providers.models import Organisation

PERCENT = "%"


def save_target(actor: Actor, target: IndicatorTarget, data: dict[str, Any]) -> IndicatorTarget:
    """The kit's form. Raises Refused for what a concept says, an indicator that knows no organisations, a value
    that cannot be, a target without its basis, the second one for the same day."""
    if target.by_concept:
        hint = "Измените целевой результат в концепции, здесь он изменится сам."
        raise Refused(Reason("target_of_concept", "Это значение задано концепцией.", hint=hint, field="value"))
    for name, value in data.items():
        setattr(target, name, value)
    target.source = target.source.strip()
    if target.act is not None and not target.source:
        target.source = f"{target.act}: {target.act.title}"[:300]
    if reasons := [*_reasons(target), *_repeated(target)]:
        raise Refused(reasons)
    target.save()
    return target


def _reasons(target: IndicatorTarget) -> list[Reason]:
    reasons = []
    indicator = next((one for one in catalogue() if one.code == target.code), None)
    if indicator is None:
        reasons.append(Reason("indicator_unknown", "Такого показателя нет в перечне.", field="code"))
    elif target.value > 100 and indicator.unit == PERCENT:
        reasons.append(Reason("target_value", "Доля не бывает больше 100 %.", field="value"))
    if target.value < 0:
        reasons.append(Reason("target_value", "Целевое значение не бывает меньше нуля.", field="value"))
    if not target.source:
        text = "Укажите основание: правовой акт или документ, которым значение задано."
        reasons.append(Reason("target_basis", text, field="source"))
    organisation = target.organisation
    if organisation is not None and organisation.municipality_id != target.municipality_id:
        reasons.append(Reason("target_place", "Организация – из другого муниципалитета.", field="organisation"))
    if organisation is not None and indicator is not None and indicator.code not in OWN_HEAD:
        known = ", ".join(get(code).name.lower() for code in OWN_HEAD)
        text = "Этот показатель по одной организации не считается."
        hint = f"Оставьте поле «Организация» пустым или выберите другой показатель: {known}."
        reasons.append(Reason("target_own", text, hint=hint, field="organisation"))
    return reasons


def own_scope(organisation: Organisation) -> Scope:
    """The organisation alone, today where it is."""
    day = clock.today(organisation.municipality.time_zone)
    return Scope(day, None, organisation.short_name, "", (("organisation", frozenset({organisation.pk})),))


def _repeated(target: IndicatorTarget) -> list[Reason]:
    same = IndicatorTarget.objects.filter(
        municipality=target.municipality,
        organisation=target.organisation,
        code=target.code,
        due=target.due,
    ).exclude(pk=target.pk)
    other = same.first()
    if other is None:
        return []
    whose = "задано концепцией" if other.by_concept else "уже записано"
    return [Reason("target_repeated", f"Значение этого показателя к этой дате {whose}.", field="due")]
