"""Refunds to families: asked by the family or begun by the provider, decided, paid by a numbered order.

A refund is never more than what is overpaid when it is asked and approved; a paid one changes the account once.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db.models import F

from opora.core import clock, identifiers, russian
from opora.core.access import Actor
from opora.core.reasons import Hidden, Reason, Refused
from opora.core.transactions import act
from opora.people.queries import as_guardian
from opora.settlement import policy
from opora.settlement.models import FamilyRefund, PersonalAccount
from opora.settlement.services.family_letters import tell_family, tell_managers
from opora.settlement.services.family_payments import lock_accounts

State = FamilyRefund.State
OPEN = (State.ASKED, State.APPROVED)
BASE = "/office/settlement/family/refunds/"


def ask_refund(
    actor: Actor, *, account: PersonalAccount, amount: Decimal, recipient: str, bank_account: str, bank_bik: str,
    reason: str = "",
) -> FamilyRefund:  # fmt: skip
    """The family asks for what it overpaid. Raises Refused: nothing overpaid, more than that, one is open, wrong bank."""
    row = policy.PERSONAL_ACCOUNT.get(as_guardian(actor), "refund", pk=account.pk)
    with act(actor):
        made = _begin(actor, row, amount, recipient, bank_account, bank_bik, reason, FamilyRefund.BegunBy.FAMILY)
        tell_managers(
            row.organisation_id,
            kind="refund_asked",
            subject="Семья просит вернуть переплату",
            body=f"Семья просит вернуть {russian.money(amount)}. Проверьте переплату и решите, возвращать ли её.",
            link=f"{BASE}{made.public_id}/",
            once=str(made.pk),
        )
    return made


def begin_refund(
    actor: Actor, *, account: PersonalAccount, amount: Decimal, recipient: str, bank_account: str, bank_bik: str,
    reason: str,
) -> FamilyRefund:  # fmt: skip
    """The provider itself begins a refund; it is decided like any other. Raises Refused as `ask_refund`."""
    row = policy.PERSONAL_ACCOUNT.get(actor, "begin_refund", pk=account.pk)
    with act(actor):
        return _begin(actor, row, amount, recipient, bank_account, bank_bik, reason, FamilyRefund.BegunBy.PROVIDER)


def _begin(
    actor: Actor, row: PersonalAccount, amount: Decimal, recipient: str, bank_account: str, bank_bik: str,
    reason: str, begun_by: str,
) -> FamilyRefund:  # fmt: skip
    lock_accounts([row.pk])
    row.refresh_from_db(fields=["owed"])
    reasons = [*_amount_reasons(row, amount), *_bank_reasons(recipient, bank_account, bank_bik)]
    if FamilyRefund.objects.filter(account=row, state__in=OPEN).exists():
        reasons.append(Reason("refund_open", "По этому счёту возврат уже оформляется.", hint="Дождитесь решения."))
    if reasons:
        raise Refused(reasons)
    return FamilyRefund.objects.create(
        account=row,
        organisation_id=row.organisation_id,
        municipality_id=row.municipality_id,
        amount=amount,
        begun_by=begun_by,
        reason=reason.strip(),
        recipient=" ".join(recipient.split()),
        bank_account=identifiers.bank_account(bank_account, bank_bik),
        bank_bik=identifiers.bik(bank_bik),
        asked_at=clock.now(),
        asked_by_id=actor.account_id,
    )


def _amount_reasons(row: PersonalAccount, amount: Decimal) -> list[Reason]:
    over = max(-row.owed, Decimal(0))
    if not over:
        return [Reason("refund_nothing", "Переплаты по этому счёту нет.", hint="Вернуть можно только лишнее.")]
    if amount > over:
        return [Reason("refund_too_much", f"Переплачено {russian.money(over)}, больше вернуть нельзя.", field="amount")]
    if amount <= 0:
        return [Reason("refund_sum", "Сумма должна быть больше нуля.", field="amount")]
    return []


def _bank_reasons(recipient: str, bank_account: str, bank_bik: str) -> list[Reason]:
    found = []
    if not recipient.strip():
        found.append(Reason("refund_recipient", "Укажите, кому перечислить деньги.", field="recipient"))
    try:
        bik = identifiers.bik(bank_bik)
    except ValueError as error:
        return [*found, Reason("refund_bik", identifiers.at_its_field(error), field="bank_bik")]
    try:
        identifiers.bank_account(bank_account, bik)
    except ValueError as error:
        found.append(Reason("refund_account", identifiers.at_its_field(error), field="bank_account"))
    return found


def approve_refund(actor: Actor, *, refund: FamilyRefund) -> FamilyRefund:
    """asked → approved. Raises Refused: decided already, the overpayment is smaller by now."""
    with act(actor):
        row = _locked(actor, refund, (State.ASKED,))
        reasons = _amount_reasons(row.account, row.amount)
        if reasons:
            raise Refused(
                Reason(one.code, one.message, one.ground, "Откажите с объяснением: семья попросит новую сумму.")
                for one in reasons
            )
        row.state, row.decided_at, row.decided_by_id = State.APPROVED, clock.now(), actor.account_id
        row.save(update_fields=["state", "decided_at", "decided_by"])
        _tell(row, "refund_approved", "Переплату вернут", "Организация согласилась вернуть {sum} на ваш счёт в банке.")
    return row


def refuse_refund(actor: Actor, *, refund: FamilyRefund, remarks: str) -> FamilyRefund:
    """asked or approved → refused, with the reason that the family reads."""
    if not remarks.strip():
        raise Refused(Reason("refund_remarks", "Напишите причину: её прочитает семья.", field="remarks"))
    with act(actor):
        row = _locked(actor, refund, OPEN)
        row.state, row.remarks, row.decided_at = State.REFUSED, remarks.strip(), clock.now()
        row.decided_by_id = actor.account_id
        row.save(update_fields=["state", "remarks", "decided_at", "decided_by"])
        text = f"Организация не вернёт {{sum}}. Причина: {row.remarks} Деньги остаются на лицевом счёте."
        _tell(row, "refund_refused", "В возврате отказано", text)
    return row


def pay_refund(actor: Actor, *, refund: FamilyRefund, order_number: str, paid_on: dt.date) -> FamilyRefund:
    """approved → paid: the order's number and day are recorded and the account changes by the sum, once.

    A charge that came after the approval does not stop it: the money has left the bank, and the debt is then true.
    """
    with act(actor):
        row = _locked(actor, refund, (State.APPROVED,))
        reasons = []
        if not order_number.strip():
            reasons.append(Reason("refund_order", "Укажите номер платёжного поручения.", field="order_number"))
        if paid_on > clock.today(row.municipality.time_zone):
            reasons.append(Reason("future", "День выплаты ещё не наступил.", field="paid_on"))
        if row.account.paid - row.account.refunded < row.amount:
            reasons.append(Reason("refund_too_much", "Платежей на счёте теперь меньше, чем возвращают."))
        if reasons:
            raise Refused(reasons)
        row.state, row.order_number, row.paid_on = State.PAID, order_number.strip(), paid_on
        row.save(update_fields=["state", "order_number", "paid_on"])
        PersonalAccount.objects.filter(pk=row.account_id).update(refunded=F("refunded") + row.amount)
        text = f"Организация перечислила вам {{sum}} {russian.date_long(paid_on)}, поручение № {row.order_number}."
        _tell(row, "refund_paid", "Переплата возвращена", text)
    return row


def withdraw_refund(actor: Actor, *, account: PersonalAccount) -> FamilyRefund:
    """The family takes back its request that is not decided yet. Hidden when there is none."""
    owner = policy.PERSONAL_ACCOUNT.get(as_guardian(actor), "refund", pk=account.pk)
    with act(actor):
        lock_accounts([owner.pk])
        row = FamilyRefund.objects.select_for_update(no_key=True).filter(account=owner, state=State.ASKED).first()
        if row is None:
            raise Hidden("refund")
        row.state, row.decided_at, row.decided_by_id = State.WITHDRAWN, clock.now(), actor.account_id
        row.save(update_fields=["state", "decided_at", "decided_by"])
    return row


def _locked(actor: Actor, refund: FamilyRefund, states: tuple[str, ...]) -> FamilyRefund:
    """The refund after its account is locked, in one of the states."""
    allowed = policy.FAMILY_REFUND.get(actor, "decide", pk=refund.pk)
    lock_accounts([allowed.account_id])
    rows = FamilyRefund.objects.select_for_update(no_key=True, of=("self",)).select_related("account", "municipality")
    row = rows.get(pk=allowed.pk)
    if row.state not in states:
        raise Refused(Reason("refund_state", f"Возврат уже в состоянии «{row.get_state_display()}»."))
    return row


def _tell(row: FamilyRefund, kind: str, subject: str, text: str) -> None:
    tell_family(
        row.account, kind=kind, subject=subject, body=text.format(sum=russian.money(row.amount)), once=str(row.pk)
    )
