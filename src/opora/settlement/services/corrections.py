"""Corrections of approved invoices and refunds of the old year: new documents that refer to the old ones."""

from __future__ import annotations

import datetime as dt

from opora.certificates.rules.months import month_end
from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.enrolment.models import ContractMonth
from opora.settlement import policy
from opora.settlement.models import SettlementDocument
from opora.settlement.services.drafts import fill, lock_agreements

State = SettlementDocument.State


def correct(actor: Actor, *, document: SettlementDocument, reason: str) -> SettlementDocument:
    """A draft with the differences of an approved invoice: hours noted late, a contract activated after it.

    After New Year the old year's money is closed: only what is to be given back can be corrected, by `refund`.
    """
    row = policy.DOCUMENT.get(actor, "correct", pk=document.pk)
    today = clock.today(row.municipality.time_zone)
    found = _ground(reason)
    if row.kind != "invoice" or row.state not in (State.APPROVED, State.PAID):
        found.append(Reason("not_approved", "Исправляют проверенный счёт. Счёт на проверке может вернуть плательщик."))
    if today.year > row.month.year:
        found.append(
            Reason("year_closed", "Год закрыт: доначислить нельзя.", hint="Излишек за прошлый год оформите возвратом.")
        )
    return _drafted(actor, row, "correction", reason, found)


def refund(actor: Actor, *, document: SettlementDocument, reason: str) -> SettlementDocument:
    """A draft of what the provider gives back: failed lessons of the old year, an excess that no invoice will take in."""
    row = policy.DOCUMENT.get(actor, "correct", pk=document.pk)
    today = clock.today(row.municipality.time_zone)
    found = _ground(reason)
    if row.kind not in ("invoice", "correction") or row.state not in (State.APPROVED, State.PAID):
        found.append(Reason("not_approved", "Возврат оформляют к проверенному счёту."))
    if today <= month_end(row.month):
        found.append(Reason("too_early", "Возврат оформляют, когда месяц окончен."))
    if found == [] and not last_of_period(row, today):
        found.append(
            Reason("later_invoice", "В этом периоде ещё будет счёт: излишек зачтётся в нём.", hint="Возврат не нужен.")
        )
    return _drafted(actor, row, "refund", reason, found)


def last_of_period(row: SettlementDocument, today: dt.date) -> bool:
    """No invoice follows: the period is over, or no contract has a month that is not invoiced."""
    if today > row.period.ends_on:
        return True
    later = ContractMonth.objects.filter(
        contract__organisation_id=row.organisation_id, contract__period_id=row.period_id, month__gt=row.month
    )
    return not later.exclude(state="returned").exists()


def _ground(reason: str) -> list[Reason]:
    return [] if len(reason.strip()) >= 5 else [Reason("reason", "Напишите основание.", field="reason")]


def _drafted(actor: Actor, row: SettlementDocument, kind: str, reason: str, found: list[Reason]) -> SettlementDocument:
    with act(actor):
        lock_agreements([row.agreement_id])
        same = SettlementDocument.objects.filter(agreement_id=row.agreement_id, kind=kind, state=State.DRAFT)
        if same.exists():
            found.append(Reason("draft_exists", "Такой черновик уже есть.", hint="Выставьте или удалите его."))
        if found:
            raise Refused(found)
        draft = SettlementDocument.objects.create(
            agreement_id=row.agreement_id,
            period_id=row.period_id,
            organisation_id=row.organisation_id,
            municipality_id=row.municipality_id,
            kind=kind,
            month=row.month,
            refers_to=row,
            reason=reason.strip()[:500],
        )
        fill([draft.pk])
        draft.refresh_from_db()
        if draft.contracts == 0 and (kind == "correction" or draft.carried_in == 0):
            raise Refused(Reason("empty", "Суммы не изменились: исправлять нечего."))
    return draft
