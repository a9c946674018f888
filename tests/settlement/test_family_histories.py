"""Any history of charges, payments, corrections and refunds leaves each account the sum of its entries."""

from __future__ import annotations

import contextlib
import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opora.certificates.rules.months import add_months
from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Hidden, Refused
from opora.enrolment import services as enrolment
from opora.enrolment.models import Contract
from opora.settlement import queries_family, services
from opora.settlement.models import Charge, FamilyPayment, FamilyRefund, PersonalAccount

from .test_charges import broken, charged, guardian
from .test_refunds import bank
from .town import Town, at

STEPS = st.one_of(
    st.tuples(st.just("pay"), st.integers(1, 60_000)),
    st.tuples(st.sampled_from(("undo", "match", "approve", "refuse", "withdraw", "give", "charge")), st.just(0)),
    st.tuples(st.sampled_from(("ask", "begin")), st.integers(1, 60_000)),
    st.tuples(st.sampled_from(("month", "notice")), st.just(0)),
)


class _Undo(Exception):
    """Rolls an example back."""


class History:
    """One family's account, step by step; a refusal changes nothing."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.contract = town.contract(town.world.group())
        self.parent: Actor = guardian(self.contract)
        self.now = at(2026, 10, 14)
        self.count = 0
        charged(town, self.now)

    def do(self, step: str, amount: int) -> None:
        before = self.state()
        try:
            with clock.frozen(self.now):
                getattr(self, step)(Decimal(amount) / 100)
        except (Refused, Hidden):
            assert self.state() == before
        self.check()

    def account(self) -> PersonalAccount:
        return PersonalAccount.objects.get()

    def state(self) -> tuple[Any, ...]:
        account = self.account()
        return account.charged, account.paid, account.refunded, FamilyRefund.objects.count()

    def pay(self, amount: Decimal) -> None:
        self.count += 1
        services.enter_payment(
            self.town.manager, organisation_id=self.town.world.organisation.pk, account=self.account().number,
            amount=amount, paid_on=self.now.date(), reference=str(self.count),
        )  # fmt: skip

    def undo(self, _: Decimal) -> None:
        payment = FamilyPayment.objects.filter(state="matched").first()
        if payment:
            services.undo_match(self.town.manager, payment=payment, reason="Ошибка.")

    def match(self, _: Decimal) -> None:
        payment = FamilyPayment.objects.filter(state="unknown").first()
        if payment:
            services.match_payment(self.town.manager, payment=payment, account=self.account().number)

    def ask(self, amount: Decimal) -> None:
        services.ask_refund(self.parent, account=self.account(), amount=amount, **bank())

    def begin(self, amount: Decimal) -> None:
        services.begin_refund(self.town.manager, account=self.account(), amount=amount, reason="Переплата.", **bank())

    def _open(self) -> FamilyRefund:
        row = FamilyRefund.objects.order_by("-pk").first()
        if row is None:
            raise Hidden("refund")
        return row

    def approve(self, _: Decimal) -> None:
        services.approve_refund(self.town.manager, refund=self._open())

    def refuse(self, _: Decimal) -> None:
        services.refuse_refund(self.town.manager, refund=self._open(), remarks="Нет.")

    def withdraw(self, _: Decimal) -> None:
        services.withdraw_refund(self.parent, account=self.account())

    def give(self, _: Decimal) -> None:
        services.pay_refund(self.town.manager, refund=self._open(), order_number="7", paid_on=self.now.date())

    def charge(self, _: Decimal) -> None:
        services.charge_due()

    def month(self, _: Decimal) -> None:
        month = add_months(self.now.date().replace(day=1), 1)
        if month > dt.date(2026, 12, 1):
            raise Hidden("the period is over")
        self.now = at(month.year, month.month, 2)
        self.town.turn(month)
        charged(self.town, self.now)

    def notice(self, _: Decimal) -> None:
        contract = Contract.objects.get()
        if contract.terminates_on is None and contract.state == "active":
            enrolment.terminate(self.parent, contract=contract)

    def check(self) -> None:
        account, contract = self.account(), Contract.objects.get()
        charges = Charge.objects.aggregate(sum=Sum("amount"))["sum"] or 0
        paid = FamilyPayment.objects.filter(state="matched").aggregate(sum=Sum("amount"))["sum"] or 0
        back = FamilyRefund.objects.filter(state="paid").aggregate(sum=Sum("amount"))["sum"] or 0
        assert (account.charged, account.paid, account.refunded) == (charges, paid, back)
        assert account.owed == charges - paid + back
        assert 0 <= back <= paid and not FamilyRefund.objects.filter(amount__lte=0).exists()
        left = sum(one.left for one in queries_family.months_of(account))
        assert left == max(0, int(account.owed * 100))
        if contract.terminates_on is not None:
            assert not Charge.objects.filter(month__gt=contract.terminates_on).exists()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STEPS, max_size=22))
def test_a_balance_is_the_sum_of_its_entries(town: Town, steps: list[tuple[str, int]]) -> None:
    with contextlib.suppress(_Undo), transaction.atomic():
        history = History(town)
        for step, amount in steps:
            history.do(step, amount)
        assert broken() == []
        raise _Undo
