"""Saving rows of the funding registers: what a table alone cannot check."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from opora.catalogue.models import Module, Programme
from opora.certificates import policy
from opora.certificates.models import FundingPeriod, PaymentAgreement, ProgrammeLimit, ProgrammeRegisterEntry
from opora.certificates.models_funding import RegisterDecision
from opora.certificates.queries_standing import facts_of
from opora.certificates.rules.registers import criteria
from opora.certificates.services_amendments import amend_programme_limit
from opora.certificates.services_normative import set_manual
from opora.core import clock
from opora.core.access import Actor
from opora.core.outbox import emit
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act


def save_agreement(actor: Actor, row: PaymentAgreement, data: Mapping[str, Any]) -> PaymentAgreement:
    """An agreement belongs to its period's municipality; a signed one keeps its parties."""
    if row.pk and row.state == PaymentAgreement.State.SIGNED:
        for name in ("period", "organisation"):
            if name in data and data[name] != getattr(row, name):
                raise Refused(Reason("signed", "Соглашение подписано: стороны и период не меняются.", field=name))
    _set(row, data)
    row.municipality_id = row.period.municipality_id
    row.save()
    return row


def save_register_entry(actor: Actor, row: ProgrammeRegisterEntry, data: Mapping[str, Any]) -> ProgrammeRegisterEntry:
    """An entry belongs to its programme's municipality; its term does not end before it starts; the decision is kept."""
    was_open = bool(row.pk) and row.ends_on is None
    _set(row, data)
    if row.ends_on and row.ends_on < row.starts_on:
        raise Refused(Reason("term", "Срок заканчивается раньше, чем начинается.", field="ends_on"))
    row.municipality_id = row.programme.municipality_id
    row.save()
    ended = was_open and row.ends_on is not None
    day = row.ends_on + dt.timedelta(days=1) if ended and row.ends_on else row.starts_on
    _decided(actor, row, "excluded" if ended else "included", row.decision, day, "")
    return row


def include(
    actor: Actor,
    *,
    programme: Programme,
    register: str,
    decision: str,
    starts_on: dt.date,
    ends_on: dt.date | None = None,
    reason: str = "",
) -> ProgrammeRegisterEntry:
    """Put a programme into a register by a decision. A criterion that is not met asks for an explanation."""
    with act(actor):
        found: Programme = policy.STANDING.get(actor, "decide", pk=programme.pk)
        found = Programme.objects.select_for_update(no_key=True, of=("self",)).get(pk=found.pk)
        today = clock.today(found.municipality.time_zone)
        row = ProgrammeRegisterEntry.objects.filter(programme=found, register=register).first()
        reasons = _decision_reasons(decision)
        if ends_on and ends_on < starts_on:
            reasons.append(Reason("term", "Срок заканчивается раньше, чем начинается.", field="ends_on"))
        if row is not None and (row.ends_on is None or row.ends_on >= today):
            reasons.append(Reason("already_in", "Программа уже в этом реестре.", field="starts_on"))
        looked = criteria(register, facts_of(found, today))
        missing = [one.text for one in looked if one.met is False]
        if missing and len(reason.strip()) < 5:
            message = f"Не выполнено: {'; '.join(missing)}. Напишите, почему программа включается всё равно."
            reasons.append(Reason("criteria", message, field="reason"))
        if reasons:
            raise Refused(reasons)
        row = row or ProgrammeRegisterEntry(programme=found, register=register)
        row.municipality_id, row.decision = found.municipality_id, decision.strip()[:250]
        row.starts_on, row.ends_on = starts_on, ends_on
        row.save()
        _decided(actor, row, "included", decision, starts_on, reason)
    return row


def exclude(
    actor: Actor, *, entry: ProgrammeRegisterEntry, decision: str, day: dt.date, reason: str
) -> ProgrammeRegisterEntry:
    """Take a programme out of a register from a day on; contracts made before go on to their end."""
    with act(actor):
        policy.STANDING.get(actor, "decide", pk=entry.programme_id)
        row = ProgrammeRegisterEntry.objects.select_for_update(no_key=True, of=("self",)).get(pk=entry.pk)
        reasons = _decision_reasons(decision)
        if row.ends_on is not None and row.ends_on < day:
            reasons.append(Reason("already_out", "К этому дню программы в реестре уже нет.", field="day"))
        if len(reason.strip()) < 5:
            reasons.append(Reason("reason_missing", "Напишите, почему: это прочитает организация.", field="reason"))
        if reasons:
            raise Refused(reasons)
        row.ends_on = day - dt.timedelta(days=1)
        row.save(update_fields=["ends_on"])
        _decided(actor, row, "excluded", decision, day, reason)
    return row


def _decision_reasons(decision: str) -> list[Reason]:
    if len(decision.strip()) >= 5:
        return []
    return [Reason("decision_missing", "Укажите решение: вид, номер и дату документа.", field="decision")]


def _decided(
    actor: Actor, row: ProgrammeRegisterEntry, what: str, decision: str, day: dt.date, reason: str
) -> RegisterDecision:
    programme = row.programme
    facts = facts_of(programme, clock.today(programme.municipality.time_zone))
    emit(
        "programme.register",
        "programme",
        row.programme_id,
        municipality_id=row.municipality_id,
        register=row.register,
        what=what,
    )
    return RegisterDecision.objects.create(
        entry=row,
        what=what,
        decision=decision.strip()[:250],
        day=day,
        reason=reason.strip()[:500],
        criteria=[[one.text, one.met] for one in criteria(row.register, facts)],
        account_id=actor.account_id,
        at=clock.now(),
    )


def save_normative_cost(actor: Actor, row: Module, data: Mapping[str, Any]) -> Module:
    """A manual value stands on its basis document and is kept with it; saved as it was, nothing happens."""
    cost = data.get("normative_cost", row.normative_cost)
    basis = data.get("normative_basis", row.normative_basis)
    if (cost, basis) != (row.normative_cost, row.normative_basis):
        set_manual(actor, module=row, cost=cost, basis=basis)
        row.refresh_from_db()
    return row


def save_programme_limit(actor: Actor, row: ProgrammeLimit, data: Mapping[str, Any]) -> ProgrammeLimit:
    """Limits of an approved period change only by an amending act (`ground`)."""
    period: FundingPeriod = data.get("period") or row.period
    values = {name: value for name, value in data.items() if name != "ground"}
    if period.state not in (FundingPeriod.State.DRAFT, FundingPeriod.State.REVIEW):
        amend_programme_limit(actor, row, values, ground=data.get("ground"))
        return row
    _set(row, values)
    row.save()
    return row


def _set(row: Any, data: Mapping[str, Any]) -> None:
    for name, value in data.items():
        setattr(row, name, value)
