"""Payments of families: by hand, from a bank's register, matched to a personal account; each counts once."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import F

from opora.certificates.rules import to_roubles
from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Hidden, Reason, Refused
from opora.core.transactions import act
from opora.providers.models import Organisation
from opora.settlement import policy, queries_family
from opora.settlement.models import FamilyPayment, PaymentRegister, PersonalAccount
from opora.settlement.rules import bankfile, payregister, payregister_bank
from opora.settlement.rules.family import is_account_number

MOST_BYTES = 20 * 1024 * 1024
State = FamilyPayment.State


def enter_payment(
    actor: Actor,
    *,
    organisation_id: int,
    account: str,
    amount: Decimal,
    paid_on: dt.date,
    reference: str,
    payer_name: str = "",
) -> FamilyPayment:
    """Enter one payment by hand. Raises Refused: unknown account, a day ahead, the same operation again."""
    place = _place(actor, organisation_id)
    _require_past(place, paid_on)
    with act(actor):
        row = _account(actor, organisation_id, account)
        lock_accounts([row.pk])
        same = FamilyPayment.objects.filter(organisation_id=organisation_id, reference=reference.strip())
        if same.exclude(state=State.REPEATED).exists():
            raise Refused(Reason("payment_again", "Платёж с этим номером уже внесён.", field="reference"))
        payment = FamilyPayment.objects.create(
            organisation_id=organisation_id,
            municipality_id=place.municipality_id,
            account=row,
            state=State.MATCHED,
            paid_on=paid_on,
            amount=amount,
            reference=reference.strip(),
            account_text=row.number,
            payer_name=payer_name,
            entered_by_id=actor.account_id,
        )
        _count([payment])
    return payment


def read_register(actor: Actor, *, organisation_id: int, name: str, data: bytes) -> PaymentRegister:
    """Read a bank's register of payments or a statement of the own account; all of it or nothing.

    Raises Refused: too big, the same file again, an unknown shape, lines that cannot be read.
    """
    place = _place(actor, organisation_id)
    if len(data) > MOST_BYTES:
        raise Refused(Reason("too_big", "Файл больше 20 МБ.", field="file"))
    found = _parsed(place, data)
    digest = hashlib.sha256(data).hexdigest()
    with act(actor):
        _lock_registers(organisation_id)
        if PaymentRegister.objects.filter(organisation_id=organisation_id, sha256=digest).exists():
            raise Refused(Reason("same_file", "Этот файл уже загружен.", field="file"))
        register = PaymentRegister.objects.create(
            organisation_id=organisation_id,
            municipality_id=place.municipality_id,
            file_name=name[:255],
            sha256=digest,
            layout=found.layout,
            rows=len(found.rows),
            total=to_roubles(found.total),
            skipped=found.skipped,
            read_at=clock.now(),
            read_by_id=actor.account_id,
        )
        payments = _judged(register, found.rows)
        lock_accounts({one.account_id for one in payments if one.account_id})
        FamilyPayment.objects.bulk_create(payments)
        _count(payments)
    return register


def _parsed(place: Organisation, data: bytes) -> payregister.PaymentFile:
    """A register with «;» or «|», or a bank's statement of the organisation's own account."""
    today = clock.today(place.municipality.time_zone)
    if data.startswith(bankfile.HEADER.encode()):
        return payregister_bank.read(data, accounts=queries_family.own_bank_accounts(place), today=today)
    return payregister.read(data, today=today)


def _judged(register: PaymentRegister, rows: Iterable[payregister.Row]) -> list[FamilyPayment]:
    rows = list(rows)
    here = PersonalAccount.objects.filter(
        organisation_id=register.organisation_id, number__in={row.account for row in rows}
    )
    accounts = dict(here.values_list("number", "pk"))
    counted = FamilyPayment.objects.filter(
        organisation_id=register.organisation_id, reference__in={row.reference for row in rows}
    ).exclude(state=State.REPEATED)
    seen = set(counted.values_list("reference", flat=True))
    payments = []
    for row in rows:
        account = accounts.get(row.account)
        state = State.REPEATED if row.reference in seen else State.MATCHED if account else State.UNKNOWN
        seen.add(row.reference)
        payments.append(
            FamilyPayment(
                organisation_id=register.organisation_id,
                municipality_id=register.municipality_id,
                register=register,
                account_id=account if state == State.MATCHED else None,
                state=state,
                paid_on=row.paid_on,
                amount=to_roubles(row.amount),
                reference=row.reference,
                account_text=row.account,
                payer_name=row.payer,
                entered_by_id=register.read_by_id,
            )
        )
    return payments


def match_payment(actor: Actor, *, payment: FamilyPayment, account: str) -> FamilyPayment:
    """Put a payment that found nobody on a personal account. Raises Refused: unknown account, already matched."""
    allowed = policy.FAMILY_PAYMENT.get(actor, "match", pk=payment.pk)
    with act(actor):
        row = _account(actor, allowed.organisation_id, account)
        lock_accounts([row.pk])
        fresh = FamilyPayment.objects.select_for_update(no_key=True).get(pk=allowed.pk)
        if fresh.state != State.UNKNOWN:
            raise Refused(Reason("matched", "Этот платёж уже разобран."))
        fresh.account, fresh.state = row, State.MATCHED
        fresh.save(update_fields=["account", "state"])
        _count([fresh])
    return fresh


def _place(actor: Actor, organisation_id: int) -> Organisation:
    policy.FAMILY_PAYMENT.require(actor, "enter")
    if not actor.system and organisation_id not in actor.organisations("provider_manager"):
        raise Hidden("organisation")
    return Organisation.objects.select_related("municipality").get(pk=organisation_id)


def _require_past(place: Organisation, paid_on: dt.date) -> None:
    if paid_on > clock.today(place.municipality.time_zone):
        raise Refused(Reason("future", "Дата оплаты ещё не наступила.", field="paid_on"))


def _account(actor: Actor, organisation_id: int, text: str) -> PersonalAccount:
    number = re.sub(r"[\s-]", "", text)
    if not is_account_number(number):
        raise Refused(Reason("account_digits", "В лицевом счёте ошибка: 11 цифр с квитанции.", field="account"))
    row = PersonalAccount.objects.filter(organisation_id=organisation_id, number=number).first()
    if row is None:
        raise Refused(Reason("no_account", "В организации нет такого лицевого счёта.", field="account"))
    return row


def _lock_registers(organisation_id: int) -> None:
    """The organisation's row is the lock: two registers of one provider are read one after another."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)


def lock_accounts(accounts: Iterable[int]) -> None:
    """Personal accounts ascending (docs/locking.md): payments, refunds and charges of one go one after another."""
    list(PersonalAccount.objects.select_for_update(no_key=True).filter(pk__in=list(accounts)).order_by("pk"))


def _count(payments: Iterable[FamilyPayment]) -> None:
    """Add what was matched to the accounts, which are locked."""
    sums: dict[int, Decimal] = {}
    for one in payments:
        if one.state == State.MATCHED and one.account_id is not None:
            sums[one.account_id] = sums.get(one.account_id, Decimal(0)) + one.amount
    for account, amount in sorted(sums.items()):
        PersonalAccount.objects.filter(pk=account).update(paid=F("paid") + amount)
