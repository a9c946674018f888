"""Charges of the family's part and of paid programmes: once per month, corrected after a notice; payments once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from opora.certificates.rules.arithmetic import spread
from opora.core import clock, doctor
from opora.core.access import Actor, Reach
from opora.core.reasons import Forbidden, Hidden, Refused
from opora.enrolment import services as enrolment
from opora.enrolment.models import Contract
from opora.settlement import queries_family, services
from opora.settlement.invariants_family import CHECKS
from opora.settlement.models import Charge, FamilyPayment, PaymentRegister, PersonalAccount
from opora.settlement.rules import family

from .town import Town, at

OCTOBER, NOVEMBER, DECEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 1), dt.date(2026, 12, 1)
PARTS = [Decimal("139.00"), Decimal("211.97"), Decimal("211.97")]
"""The family's part of the worked example (spec/financing.md)."""


def broken() -> list[doctor.Finding]:
    return [one for one in doctor.run(CHECKS) if not one.ok]


def charged(town: Town, when: dt.datetime) -> int:
    with clock.frozen(when):
        return services.charge_due()


def sums() -> list[Decimal]:
    return list(Charge.objects.order_by("month", "pk").values_list("amount", flat=True))


def autumn(town: Town) -> Contract:
    contract = town.contract(town.world.group())
    charged(town, at(2026, 10, 14))
    town.turn(NOVEMBER)
    charged(town, at(2026, 11, 1))
    return contract


def test_the_worked_example_is_charged_month_by_month(town: Town) -> None:
    contract = autumn(town)
    assert sums() == PARTS[:2]
    town.turn(DECEMBER)
    assert charged(town, at(2026, 12, 1)) == 1
    assert sums() == PARTS
    account = PersonalAccount.objects.get()
    assert (account.contract_id, account.charged, account.owed) == (contract.pk, Decimal("562.94"), Decimal("562.94"))
    assert account.number == family.account_number(contract.application_id)
    assert list(Charge.objects.order_by("month").values_list("due_on", flat=True)) == [
        dt.date(2026, 10, 24), dt.date(2026, 11, 11), dt.date(2026, 12, 11),
    ]  # fmt: skip
    assert broken() == []


def test_a_repeat_charges_nothing(town: Town) -> None:
    autumn(town)
    assert [charged(town, at(2026, 11, day)) for day in (1, 2, 30)] == [0, 0, 0]
    assert sums() == PARTS[:2]


def test_charges_never_change(town: Town) -> None:
    autumn(town)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Charge.objects.update(amount=1)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Charge.objects.all().delete()


def guardian(contract: Contract) -> Actor:
    child = contract.child
    account = child.guardianships.get().account
    return Actor(account_id=account.pk, reaches=(Reach(role="guardian"),), children=frozenset({child.pk}))


def test_a_cancelled_contract_is_corrected_to_nothing(town: Town) -> None:
    """A month that was charged and then returned to the certificate owes nothing, once."""
    contract = autumn(town)
    connection.cursor().execute(
        "UPDATE contract_month SET state = 'returned', moved_at = %s WHERE contract_id = %s AND month = %s",
        [at(2026, 11, 2), contract.pk, NOVEMBER],
    )
    assert charged(town, at(2026, 11, 2)) == 1
    assert sums() == [*PARTS[:2], -PARTS[1]]
    assert charged(town, at(2026, 11, 3)) == 0
    account = PersonalAccount.objects.get()
    assert account.charged == PARTS[0]
    assert broken() == []


def test_after_a_notice_nothing_more_is_charged(town: Town) -> None:
    contract = autumn(town)
    with clock.frozen(at(2026, 11, 10)):
        enrolment.terminate(guardian(contract), contract=contract)
    town.turn(DECEMBER)
    assert charged(town, at(2026, 12, 2)) == 0
    assert sums() == PARTS[:2]


def paid_place(town: Town, start: dt.date, price: str) -> int:
    group = town.world.group(price=Decimal(price))
    one = town.world.family()
    with clock.frozen(dt.datetime(start.year, start.month, start.day, 7, tzinfo=dt.UTC)):
        applied = enrolment.apply(one.actor, child=one.child, group=group, funding="paid", starts_on=start)
        enrolment.confirm(town.manager, application=applied.application_id)
        enrolment.enrol(town.manager, application=applied.application_id)
    return applied.application_id


@pytest.mark.parametrize("price", ["18000.00", "17999.99", "0.07"])
def test_a_paid_programme_is_spread_over_its_months(town: Town, price: str) -> None:
    paid_place(town, dt.date(2026, 10, 12), price)
    charged(town, at(2027, 6, 2))
    account = PersonalAccount.objects.select_related("application", "group").get()
    application, end = account.application, account.group.ends_on
    start = application.starts_on
    parts = spread(
        int(application.guardian_sum * 100), 8, (end - start).days + 1, (dt.date(2026, 10, 31) - start).days + 1
    )
    assert [int(one * 100) for one in sums()] == [part for part in parts if part]
    assert account.charged == application.guardian_sum
    assert broken() == []


def test_leaving_a_paid_programme_ends_and_corrects_the_charges(town: Town) -> None:
    application = paid_place(town, dt.date(2026, 10, 12), "18000.00")
    charged(town, at(2026, 11, 2))
    with clock.frozen(at(2026, 11, 20)):
        enrolment.leave(town.manager, application=application)
    assert charged(town, at(2026, 12, 2)) == 0
    assert Charge.objects.count() == 2
    connection.cursor().execute("UPDATE enrolment SET ends_on = '2026-10-31' WHERE application_id = %s", [application])
    assert charged(town, at(2026, 12, 3)) == 1
    assert sums()[1] == -sums()[2]
    assert broken() == []


def test_payments_by_hand(town: Town) -> None:
    autumn(town)
    account = PersonalAccount.objects.get()
    values = {
        "organisation_id": town.world.organisation.pk, "account": account.number, "amount": Decimal("200.00"),
        "paid_on": dt.date(2026, 11, 5), "reference": "17",
    }  # fmt: skip
    with clock.frozen(at(2026, 11, 6)):
        services.enter_payment(town.manager, **values)
        for changed, field in (
            ({}, "reference"),
            ({"reference": "18", "account": "00000000001"}, "account"),
            ({"reference": "18", "account": family.account_number(99_999)}, "account"),
            ({"reference": "18", "paid_on": dt.date(2026, 11, 7)}, "paid_on"),
        ):
            with pytest.raises(Refused) as refused:
                services.enter_payment(town.manager, **(values | changed))
            assert refused.value.reasons[0].field == field
        with pytest.raises(Forbidden):
            services.enter_payment(town.payer, **(values | {"reference": "19"}))
        with pytest.raises(Hidden):
            services.enter_payment(town.manager, **(values | {"organisation_id": 10**6}))
    account.refresh_from_db()
    assert (account.paid, account.owed) == (Decimal("200.00"), Decimal("150.97"))
    months = queries_family.months_of(account)
    assert [one.left for one in months] == [0, 15_097]
    assert broken() == []


def test_a_register_counts_each_payment_once(town: Town) -> None:
    autumn(town)
    account = PersonalAccount.objects.get()
    head = "Дата;Номер операции;Лицевой счёт;ФИО;Сумма\n"
    rows = f"05.11.2026;A-1;{account.number};Лесная;139,00\n05.11.2026;A-2;12345;Кто-то;50,00\n"
    place = town.world.organisation.pk
    with clock.frozen(at(2026, 11, 6)):
        first = services.read_register(
            town.manager, organisation_id=place, name="reg.txt", data=f"{head}{rows}=2;189,00".encode("cp1251")
        )
        with pytest.raises(Refused, match="уже загружен"):
            services.read_register(
                town.manager, organisation_id=place, name="reg.txt", data=f"{head}{rows}=2;189,00".encode("cp1251")
            )
        again = services.read_register(
            town.manager, organisation_id=place, name="b.txt", data=(head + rows + "06.11.2026;A-1;;;139,00").encode()
        )
        with pytest.raises(Refused, match="Строка 3"):
            services.read_register(
                town.manager, organisation_id=place, name="c.txt", data=(head + rows.replace("50,00", "x")).encode()
            )
        assert PaymentRegister.objects.count() == 2
        assert list(first.payments.order_by("pk").values_list("state", flat=True)) == ["matched", "unknown"]
        assert set(again.payments.values_list("state", flat=True)) == {"repeated"}
        account.refresh_from_db()
        assert account.paid == Decimal("139.00")
        lost = FamilyPayment.objects.get(state="unknown")
        services.match_payment(town.manager, payment=lost, account=account.number)
        with pytest.raises(Refused, match="уже разобран"):
            services.match_payment(town.manager, payment=lost, account=account.number)
    account.refresh_from_db()
    assert account.paid == Decimal("189.00")
    assert broken() == []
