"""Saving rows of the funding registers: what a table alone cannot check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opora.catalogue.models import Module
from opora.certificates.models import FundingPeriod, PaymentAgreement, ProgrammeLimit, ProgrammeRegisterEntry
from opora.certificates.services_limits import amend_programme_limit
from opora.core.access import Actor
from opora.core.reasons import Reason, Refused


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
    """An entry belongs to its programme's municipality; its term does not end before it starts."""
    _set(row, data)
    if row.ends_on and row.ends_on < row.starts_on:
        raise Refused(Reason("term", "Срок заканчивается раньше, чем начинается.", field="ends_on"))
    row.municipality_id = row.programme.municipality_id
    row.save()
    return row


def save_normative_cost(actor: Actor, row: Module, data: Mapping[str, Any]) -> Module:
    """A manual value stands on its basis document."""
    _set(row, data)
    if row.normative_cost is not None and not row.normative_basis.strip():
        raise Refused(
            Reason("basis_missing", "Укажите документ, на котором стоит эта стоимость.", field="normative_basis")
        )
    if row.normative_cost is not None and row.normative_cost < 0:
        raise Refused(Reason("negative", "Стоимость не может быть отрицательной.", field="normative_cost"))
    row.save(update_fields=["normative_cost", "normative_basis"])
    return row


def save_programme_limit(actor: Actor, row: ProgrammeLimit, data: Mapping[str, Any]) -> ProgrammeLimit:
    """Limits of an approved period change only by an amending act (`act_text`)."""
    period: FundingPeriod = data.get("period") or row.period
    values = {name: value for name, value in data.items() if name != "act_text"}
    if period.state not in (FundingPeriod.State.DRAFT, FundingPeriod.State.REVIEW):
        amend_programme_limit(actor, row, values, act_text=str(data.get("act_text") or ""))
        return row
    _set(row, values)
    row.save()
    return row


def _set(row: Any, data: Mapping[str, Any]) -> None:
    for name, value in data.items():
        setattr(row, name, value)
