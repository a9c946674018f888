"""A payment matched wrongly is taken off the account with a reason; one that is no family's is put aside."""

from __future__ import annotations

from django.db.models import F

from opora.core import clock, russian
from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.settlement import policy
from opora.settlement.models import FamilyPayment, PaymentUndo, PersonalAccount
from opora.settlement.services.family_letters import tell_family
from opora.settlement.services.family_payments import lock_accounts

State = FamilyPayment.State


def undo_match(actor: Actor, *, payment: FamilyPayment, reason: str) -> FamilyPayment:
    """matched → unknown; the account loses the sum, the reason is kept, the family is told.

    Raises Refused: no reason, not matched, part of the money was refunded already.
    """
    allowed = policy.FAMILY_PAYMENT.get(actor, "match", pk=payment.pk)
    _require_reason(reason)
    with act(actor):
        if allowed.account_id is not None:
            lock_accounts([allowed.account_id])
        row = _locked(allowed.pk)
        if row.state != State.MATCHED or row.account_id != allowed.account_id or row.account is None:
            raise Refused(Reason("not_matched", "Этот платёж уже снят со счёта."))
        account = row.account
        if account.paid - row.amount < account.refunded:
            text = f"С этого счёта семье уже вернули {russian.money(account.refunded)}."
            raise Refused(Reason("refunded", text, hint="Деньги, которые вернули, снять со счёта нельзя."))
        PersonalAccount.objects.filter(pk=account.pk).update(paid=F("paid") - row.amount)
        PaymentUndo.objects.create(
            payment=row, account=account, reason=reason.strip(), undone_at=clock.now(), undone_by_id=actor.account_id
        )
        row.account, row.state = None, State.UNKNOWN
        row.save(update_fields=["account", "state"])
        tell_family(
            account,
            kind="payment_undone",
            subject="Изменение на лицевом счёте",
            body=f"Платёж {russian.money(row.amount)} от {russian.date_long(row.paid_on)} снят с лицевого счёта"
            f" {account.number}. Причина: {reason.strip()} Если это ошибка, напишите организации.",
            once=f"{row.pk}:{row.undone.count()}",
        )
    return row


def set_aside(actor: Actor, *, payment: FamilyPayment) -> FamilyPayment:
    """unknown → aside: the money is no family's. Raises Refused when it is matched."""
    return _move(actor, payment, State.UNKNOWN, State.ASIDE)


def take_back(actor: Actor, *, payment: FamilyPayment) -> FamilyPayment:
    """aside → unknown: it is a family's after all."""
    return _move(actor, payment, State.ASIDE, State.UNKNOWN)


def _move(actor: Actor, payment: FamilyPayment, before: str, after: str) -> FamilyPayment:
    allowed = policy.FAMILY_PAYMENT.get(actor, "match", pk=payment.pk)
    with act(actor):
        row = _locked(allowed.pk)
        if row.state != before:
            raise Refused(Reason("payment_state", f"Платёж уже в состоянии «{row.get_state_display()}»."))
        row.state = after
        row.save(update_fields=["state"])
    return row


def _locked(pk: int) -> FamilyPayment:
    rows = FamilyPayment.objects.select_for_update(no_key=True, of=("self",)).select_related("account")
    return rows.get(pk=pk)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(Reason("undo_reason", "Напишите причину: она останется в истории.", field="reason"))
