"""Founding a centre: its checklist, closed step by step by documents (A2)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from opora.core import clock, files
from opora.core.access import Actor
from opora.core.reasons import Hidden, Reason, Refused
from opora.core.transactions import act
from opora.planning import policy
from opora.planning.models import FoundingStep
from opora.planning.rules.sections import FOUNDING_STEPS
from opora.planning.services.evidence import Paper
from opora.territory.models import Centre, LegalAct


def begin_founding(actor: Actor, *, centre: Centre) -> int:
    """The usual steps for a centre that has none; returns how many were made."""
    policy.founding.require(actor, "create")
    if FoundingStep.objects.filter(centre=centre).exists():
        raise Refused(Reason("steps_exist", "У этого центра список шагов уже есть."))
    with act(actor):
        made = [
            FoundingStep.objects.create(
                centre=centre, municipality_id=centre.municipality_id, number=number, title=title, result_kind=result
            )
            for number, (title, result) in enumerate(FOUNDING_STEPS, start=1)
        ]
        if not policy.founding.can(actor, "create", made[0]):
            raise Hidden("create")
    return len(made)


def save_step(actor: Actor, step: FoundingStep, data: dict[str, Any]) -> FoundingStep:
    """The kit's form: what the step is, who answers for it, by when."""
    for name, value in data.items():
        setattr(step, name, value)
    step.municipality_id = step.centre.municipality_id
    step.save()
    return step


def close_step(
    actor: Actor,
    *,
    step: FoundingStep,
    done_on: dt.date,
    document: str,
    legal_act: LegalAct | None = None,
    paper: Paper | None = None,
) -> FoundingStep:
    """Close a step by its result document: an act of the register or a file. Raises Refused without one."""
    policy.founding.require(actor, "change")
    if not policy.founding.can(actor, "change", step):
        raise Hidden("change")
    reasons = []
    if legal_act is None and paper is None and step.file_id is None:
        text = "Шаг закрывается документом: выберите правовой акт или приложите файл."
        reasons.append(Reason("document_required", text, field="legal_act"))
    if done_on > clock.today(step.municipality.time_zone):
        reasons.append(Reason("date_ahead", "Этот день ещё не наступил.", field="done_on"))
    if reasons:
        raise Refused(reasons)
    content_type = paper.content_type if paper else ""
    with act(actor):
        kept = FoundingStep.objects.select_for_update(no_key=True, of=("self",)).get(pk=step.pk)
        kept.done_on, kept.act = done_on, legal_act
        kept.document = document.strip() or (str(legal_act)[:400] if legal_act else "")
        if paper is not None:
            kept.file = files.store(actor, owner=kept, name=paper.name, content_type=content_type, data=paper.data)
        kept.save()
    return kept
