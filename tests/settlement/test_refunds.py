"""Refunds to families and matches undone: the account is exact at each step; reminders go out once each."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from opora.core import clock
from opora.core.access import Actor
from opora.core.models import Letter
from opora.core.reasons import Forbidden, Hidden, Refused
from opora.people.models import RoleAssignment
from opora.settlement import queries_family, services
from opora.settlement.models import FamilyPayment, FamilyRefund, PaymentUndo, PersonalAccount
from opora.settlement.rules import family

from .test_charges import autumn, broken, charged, guardian
from .test_tax_rules import statement
from .town import Town, at

NOW = at(2026, 11, 20, 9)
BANK = {"recipient": "Лесная Анна", "bank_account": "40817810700000000000", "bank_bik": "044525225"}


def bank() -> dict[str, str]:
    """A person's account whose key fits the bank."""
    from opora.core import identifiers

    for digit in range(10):
        account = f"40817810{digit}00000000001"
        try:
            identifiers.bank_account(account, BANK["bank_bik"])
        except ValueError:
            continue
        return {**BANK, "bank_account": account}
    raise AssertionError


def paid(town: Town, amount: str, *, reference: str = "1", payer: str = "", day: int = 5) -> PersonalAccount:
    account = PersonalAccount.objects.order_by("pk").first()
    assert account is not None
    services.enter_payment(
        town.manager, organisation_id=town.world.organisation.pk, account=account.number, amount=Decimal(amount),
        paid_on=dt.date(2026, 11, day), reference=reference, payer_name=payer,
    )  # fmt: skip
    account.refresh_from_db()
    return account


@pytest.fixture
def family_of(town: Town) -> Actor:
    return guardian(autumn(town))


def kinds() -> list[str]:
    return sorted(Letter.objects.filter(kind__startswith="settlement.").values_list("kind", flat=True))


def managers(town: Town) -> None:
    RoleAssignment.objects.create(
        account_id=town.manager.account_id, role="provider_manager", place_kind="organisation",
        place_id=town.world.organisation.pk, starts_on=dt.date(2026, 1, 1),
    )  # fmt: skip


def test_a_refund_from_the_request_to_the_order(town: Town, family_of: Actor) -> None:
    managers(town)
    with clock.frozen(NOW):
        account = paid(town, "400.00")
        refund = services.ask_refund(family_of, account=account, amount=Decimal("49.03"), **bank())
        with pytest.raises(Refused, match="уже оформляется"):
            services.ask_refund(family_of, account=account, amount=Decimal("1.00"), **bank())
        with pytest.raises(Refused, match="«Ждёт решения»"):
            services.pay_refund(town.manager, refund=refund, order_number="7", paid_on=dt.date(2026, 11, 20))
        services.approve_refund(town.manager, refund=refund)
        account.refresh_from_db()
        assert (account.refunded, account.owed) == (Decimal(0), Decimal("-49.03"))
        for number, day in (("", 20), ("7", 21)):
            with pytest.raises(Refused):
                services.pay_refund(town.manager, refund=refund, order_number=number, paid_on=dt.date(2026, 11, day))
        services.pay_refund(town.manager, refund=refund, order_number="7", paid_on=dt.date(2026, 11, 20))
        with pytest.raises(Refused, match="«Выплачен»"):
            services.pay_refund(town.manager, refund=refund, order_number="7", paid_on=dt.date(2026, 11, 20))
    account.refresh_from_db()
    assert (account.paid, account.refunded, account.owed) == (Decimal("400.00"), Decimal("49.03"), Decimal(0))
    assert [one.left for one in queries_family.months_of(account)] == [0, 0]
    assert kinds() == ["settlement.refund_approved", "settlement.refund_asked", "settlement.refund_paid"]
    assert broken() == []


def test_a_paid_refund_never_changes(town: Town, family_of: Actor) -> None:
    with clock.frozen(NOW):
        account = paid(town, "400.00")
        refund = services.begin_refund(
            town.manager, account=account, amount=Decimal("49.03"), reason="Расторжение", **bank()
        )
        services.approve_refund(town.manager, refund=refund)
        services.pay_refund(town.manager, refund=refund, order_number="7", paid_on=dt.date(2026, 11, 20))
    for change in ({"amount": 1}, {"state": "asked"}):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            FamilyRefund.objects.update(**change)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        FamilyRefund.objects.all().delete()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": Decimal("49.04")}, "amount"),
        ({"amount": Decimal("0.00")}, "amount"),
        ({"recipient": " "}, "recipient"),
        ({"bank_account": "40817810000000000009"}, "bank_account"),
        ({"bank_bik": "123"}, "bank_bik"),
    ],
)
def test_what_is_refused(town: Town, family_of: Actor, changes: dict[str, object], field: str) -> None:
    with clock.frozen(NOW):
        account = paid(town, "400.00")
        with pytest.raises(Refused) as refused:
            services.ask_refund(family_of, account=account, **({"amount": Decimal("1.00"), **bank()} | changes))
    assert [one.field for one in refused.value.reasons] == [field]


def test_nothing_overpaid_nothing_back(town: Town, family_of: Actor) -> None:
    with clock.frozen(NOW):
        account = paid(town, "100.00")
        with pytest.raises(Refused, match="Переплаты по этому счёту нет"):
            services.ask_refund(family_of, account=account, amount=Decimal("1.00"), **bank())
        with pytest.raises(Forbidden):
            services.begin_refund(family_of, account=account, amount=Decimal("1.00"), reason="x", **bank())
        with pytest.raises(Hidden):
            stranger = guardian(town.contract(town.world.group(), dt.date(2026, 11, 12)))
            services.ask_refund(stranger, account=account, amount=Decimal("1.00"), **bank())


def test_withdrawn_and_refused(town: Town, family_of: Actor) -> None:
    with clock.frozen(NOW):
        account = paid(town, "400.00")
        services.ask_refund(family_of, account=account, amount=Decimal("10.00"), **bank())
        services.withdraw_refund(family_of, account=account)
        with pytest.raises(Hidden):
            services.withdraw_refund(family_of, account=account)
        again = services.ask_refund(family_of, account=account, amount=Decimal("10.00"), **bank())
        with pytest.raises(Refused, match="Напишите причину"):
            services.refuse_refund(town.manager, refund=again, remarks=" ")
        services.refuse_refund(town.manager, refund=again, remarks="Занятия продолжаются.")
    account.refresh_from_db()
    assert account.refunded == 0
    assert list(FamilyRefund.objects.order_by("pk").values_list("state", flat=True)) == ["withdrawn", "refused"]


def test_an_approval_looks_at_the_account_again(town: Town, family_of: Actor) -> None:
    """A month charged between the request and the decision leaves less to give back."""
    with clock.frozen(NOW):
        account = paid(town, "400.00")
        refund = services.ask_refund(family_of, account=account, amount=Decimal("49.03"), **bank())
    town.turn(dt.date(2026, 12, 1))
    charged(town, at(2026, 12, 1))
    with clock.frozen(at(2026, 12, 2)), pytest.raises(Refused, match="Переплаты по этому счёту нет"):
        services.approve_refund(town.manager, refund=refund)


def test_a_wrong_match_is_undone_with_a_reason(town: Town, family_of: Actor) -> None:
    with clock.frozen(NOW):
        account = paid(town, "400.00")
        payment = FamilyPayment.objects.get()
        with pytest.raises(Refused, match="Напишите причину"):
            services.undo_match(town.manager, payment=payment, reason="")
        services.undo_match(town.manager, payment=payment, reason="Это платёж другой семьи.")
        account.refresh_from_db()
        assert (account.paid, account.owed) == (Decimal(0), Decimal("350.97"))
        with pytest.raises(Refused, match="уже снят"):
            services.undo_match(town.manager, payment=payment, reason="Ещё раз")
        services.set_aside(town.manager, payment=payment)
        with pytest.raises(Refused, match="уже разобран"):
            services.match_payment(town.manager, payment=payment, account=account.number)
        services.take_back(town.manager, payment=payment)
        services.match_payment(town.manager, payment=payment, account=account.number)
    account.refresh_from_db()
    assert account.paid == Decimal("400.00")
    assert PaymentUndo.objects.get().reason == "Это платёж другой семьи."
    assert "семьи" not in Letter.objects.get(kind="settlement.payment_undone").subject
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        PaymentUndo.objects.update(reason="x")
    assert broken() == []


def test_what_was_refunded_stays_on_the_account(town: Town, family_of: Actor) -> None:
    with clock.frozen(NOW):
        account = paid(town, "400.00")
        refund = services.begin_refund(town.manager, account=account, amount=Decimal("49.03"), reason="x", **bank())
        services.approve_refund(town.manager, refund=refund)
        services.pay_refund(town.manager, refund=refund, order_number="7", paid_on=dt.date(2026, 11, 20))
        with pytest.raises(Refused, match="уже вернули"):
            services.undo_match(town.manager, payment=FamilyPayment.objects.get(), reason="Ошибка")


def test_a_statement_of_the_bank_is_read_for_families(town: Town, family_of: Actor) -> None:
    account = PersonalAccount.objects.get()
    own = {"НазначениеПлатежа": f"ЛС {account.number}"}
    data = statement(
        own,
        {"НазначениеПлатежа": "за танцы", "Сумма": "50.00"},
        {"ПлательщикСчет": "03231643453820007300", "НазначениеПлатежа": "Аванс"},
    )
    with clock.frozen(NOW):
        place = town.world.organisation.pk
        register = services.read_register(town.manager, organisation_id=place, name="kl.txt", data=data)
        assert (register.rows, register.total, register.skipped) == (2, Decimal("189.00"), 1)
        # the next day's statement repeats what was read
        more = statement(own, {"НазначениеПлатежа": "за танцы", "Сумма": "50.00"}, own)
        again = services.read_register(town.manager, organisation_id=place, name="kl2.txt", data=more)
    assert sorted(again.payments.values_list("state", flat=True)) == ["matched", "repeated", "repeated"]
    account.refresh_from_db()
    assert account.paid == Decimal("278.00")
    assert broken() == []


def test_reminders_go_out_once_each(town: Town, family_of: Actor) -> None:
    account = PersonalAccount.objects.get()

    def run(when: dt.datetime) -> list[str]:
        with clock.frozen(when):
            services.remind_families()
            services.remind_families()
        return [one.removeprefix("settlement.payment_") for one in kinds()]

    assert run(at(2026, 11, 5)) == ["late"]  # October, due on 24.10, is late since the charge
    assert run(at(2026, 11, 7)) == ["late"]
    assert run(at(2026, 11, 8, 3)) == ["late"]  # by night nobody is woken
    assert run(at(2026, 11, 8)) == ["before", "late"]  # November is due on 11.11
    assert run(at(2026, 11, 11)) == ["before", "late"]
    assert run(at(2026, 11, 12)) == ["before", "late", "late"]
    assert run(at(2026, 11, 25)) == ["before", "late", "late"]
    letters = Letter.objects.filter(kind__startswith="settlement.payment")
    child, programme = account.child, account.group.programme
    for one in letters:
        for word in (child.last_name, child.first_name, programme.name, account.number):
            assert word not in one.subject
    assert "350,97" in letters.latest("pk").body
    with clock.frozen(NOW):
        paid(town, "350.97")
    town.turn(dt.date(2026, 12, 1))
    assert run(at(2026, 12, 1)) == ["before", "late", "late"]
    assert family.DUE_DAY == 10
