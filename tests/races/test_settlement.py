"""Settlement under real concurrency: numbers without gaps, files read once, accounts exact. With negative controls."""

from __future__ import annotations

import datetime as dt
import importlib
import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection

from opora.certificates.models import PaymentAgreement
from opora.core import clock, doctor
from opora.core.access import Actor, Reach
from opora.core.reasons import Busy, Hidden, Refused
from opora.people.models import Account, Guardianship
from opora.providers.models import Organisation
from opora.settlement import invariants, services
from opora.settlement.models import (
    FamilyPayment,
    FamilyRefund,
    PaymentOrder,
    PaymentRegister,
    PersonalAccount,
    SettlementDocument,
    TaxCertificate,
)
from opora.settlement.rules.tax import Person
from opora.settlement.services import family_payments, family_refunds, family_undo, orders
from tests.settlement.test_charges import autumn, guardian
from tests.settlement.test_refunds import bank, paid
from tests.settlement.town import PROVIDER, Town, at, make_town, sign

from .crowd import together

issuing = importlib.import_module("opora.settlement.services.issue")  # the package has a function of that name

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
NOW = at(2026, 11, 20)


def broken() -> list[str]:
    return [one.name for one in doctor.run(invariants.CHECKS) if not one.ok]


def at_once(*works: Callable[[], Any], when: dt.datetime = NOW) -> list[Any]:
    """Each in a thread and a connection of its own; its result or its exception."""

    def run(work: Callable[[], Any]) -> Any:
        with clock.frozen(when):
            return work()

    return together(run, works)


def stubborn(work: Callable[[], Any]) -> Callable[[], Any]:
    """Again while the answer is "busy"."""

    def run() -> Any:
        for _ in range(20):
            try:
                return work()
            except Busy:
                continue
        raise AssertionError("always busy")

    return run


def test_runs_of_issuing_leave_no_gap_and_double_nothing() -> None:
    """Six runs issue and return the same agreement's advances again and again."""
    town = make_town()
    town.contract(town.world.group())
    when = at(2026, 10, 26)
    town.draft("advance_request", dt.date(2026, 10, 1), when)
    taken: list[int | None] = []

    def run() -> None:
        for _ in range(4):
            try:
                row = SettlementDocument.objects.filter(state="draft").first()
                if row is not None:
                    [one] = services.issue(town.manager, documents=[row])
                    taken.append(one.number)
                    services.send_back(town.payer, document=one, remarks="Проверьте журнал.")
            except (Busy, Refused, Hidden):
                continue

    assert at_once(*[run] * 6, when=when) == [None] * 6
    found = SettlementDocument.objects.filter(number__isnull=False).values_list("number", flat=True)
    assert sorted(found) == sorted(taken) == list(range(1, len(taken) + 1))
    assert len(taken) > 1
    assert broken() == []


def with_orders(count: int) -> tuple[Town, list[int]]:
    """Approved advances of as many organisations of one payer."""
    town = make_town()
    made = []
    for place in range(count):
        provider = Organisation.objects.create(
            municipality=town.world.municipality, slug=f"club-{place}", full_name=f"Клуб {place}", short_name="Клуб",
            kind="other",
        )  # fmt: skip
        agreement = PaymentAgreement.objects.create(
            period=town.world.period_a, municipality=town.world.municipality, organisation=provider, number=f"{place}",
            date=dt.date(2026, 8, 1), state="signed",
        )  # fmt: skip
        sign(town.payer, agreement)
        document = SettlementDocument.objects.create(
            kind="advance_request", month=dt.date(2026, 11, 1), state="approved", number=1, date=dt.date(2026, 11, 10),
            payable=10, total=10, advance=10, agreement=agreement, period=town.world.period_a, organisation=provider,
            municipality=town.world.municipality,
        )  # fmt: skip
        made.append(document.pk)
    return town, made


def test_two_runs_of_orders_number_each_document_once() -> None:
    town, made = with_orders(8)
    first, second = made[:6], made[2:]

    def run(ids: list[int]) -> Callable[[], Any]:
        def one_by_one() -> None:
            for pk in ids:
                try:
                    stubborn(lambda pk=pk: services.make_orders(town.payer, documents=[pk]))()
                except Refused:
                    continue

        return one_by_one

    assert at_once(run(first), run(second[::-1]), run(first[::-1]), run(second)) == [None] * 4
    numbers = PaymentOrder.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, 9))
    assert PaymentOrder.objects.values("document").distinct().count() == 8


def test_without_the_counters_lock_a_number_is_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    town, made = with_orders(2)
    meeting = threading.Barrier(2)

    def unlocked(kind: str, series: str, wanted: dict[tuple[int, int], int]) -> dict[tuple[int, int], int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(max(last), 0) FROM counter WHERE series = %s", [series])
            row = cursor.fetchone()
        meeting.wait(timeout=30)
        return dict.fromkeys(wanted, row[0] + 1)

    monkeypatch.setattr(orders, "take_numbers", unlocked)
    done = at_once(*[lambda pk=pk: services.make_orders(town.payer, documents=[pk]) for pk in made])
    assert sum(isinstance(one, IntegrityError) for one in done) == 1, done


FEBRUARY = at(2027, 2, 2)


def with_invoices() -> tuple[Town, list[PaymentAgreement]]:
    """Drafts of invoices of one organisation under two agreements: no lock in common but the counter of the series."""
    town = make_town()
    group = town.world.group()
    town.contract(group)
    town.contract(group, dt.date(2027, 1, 12))
    agreements = list(PaymentAgreement.objects.filter(organisation=town.world.organisation).order_by("pk"))
    months = (dt.date(2026, 10, 1), dt.date(2027, 1, 1))
    with clock.frozen(FEBRUARY):
        for agreement, month in zip(agreements, months, strict=True):
            services.prepare(town.manager, kind="invoice", month=month, agreements=[agreement.pk])
    assert SettlementDocument.objects.filter(kind="invoice", state="draft").count() == 2
    return town, agreements


def test_invoices_of_an_organisation_are_numbered_without_gaps_under_all_its_agreements() -> None:
    """Six runs issue and send back again and again; refused attempts leave no hole in the series."""
    town, agreements = with_invoices()
    taken: list[int | None] = []

    def run(place: int) -> Callable[[], Any]:
        def one_by_one() -> None:
            for _ in range(4):
                try:
                    rows = SettlementDocument.objects.filter(agreement=agreements[place % 2], state="draft")
                    [one] = services.issue(town.manager, documents=rows[:1])
                    taken.append(one.number)
                    services.send_back(town.payer, document=one, remarks="Проверьте журнал.")
                except (Busy, Refused, Hidden, ValueError):
                    continue

        return one_by_one

    assert at_once(*[run(place) for place in range(6)], when=FEBRUARY) == [None] * 6
    found = SettlementDocument.objects.filter(kind="invoice", number__isnull=False)
    numbers = found.values_list("number", flat=True)
    assert sorted(numbers) == sorted(taken) == list(range(1, len(taken) + 1))
    assert {one.agreement_id for one in found} == {one.pk for one in agreements} and len(taken) > 2
    assert broken() == []


def test_without_the_counters_lock_two_invoices_get_one_number(monkeypatch: pytest.MonkeyPatch) -> None:
    town, _ = with_invoices()
    meeting = threading.Barrier(2)

    def unlocked(kind: str, series: str, wanted: dict[tuple[int, int], int]) -> dict[tuple[int, int], int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(max(last), 0) FROM counter WHERE series = %s", [series])
            row = cursor.fetchone()
        meeting.wait(timeout=30)
        return dict.fromkeys(wanted, row[0] + 1)

    monkeypatch.setattr(issuing, "take_numbers", unlocked)
    drafts = SettlementDocument.objects.filter(kind="invoice", state="draft")
    done = at_once(
        *[lambda pk=pk: services.issue(town.manager, documents=[pk]) for pk in drafts.values_list("pk", flat=True)],
        when=FEBRUARY,
    )
    assert sum(isinstance(one, IntegrityError) for one in done) == 1, done
    assert SettlementDocument.objects.filter(kind="invoice", state="issued").count() == 1


def register(*rows: tuple[str, str, str]) -> bytes:
    lines = [
        "Дата;Номер операции;Лицевой счёт;Сумма",
        *(f"05.11.2026;{ref};{account};{sum}" for ref, account, sum in rows),
    ]
    return "\n".join(lines).encode()


def reading(town: Town, name: str, data: bytes) -> Callable[[], Any]:
    return stubborn(
        lambda: services.read_register(town.manager, organisation_id=town.world.organisation.pk, name=name, data=data)
    )


def test_one_file_read_by_many_counts_once() -> None:
    town = make_town()
    autumn(town)
    account = PersonalAccount.objects.get()
    data = register(("A1", account.number, "100"), ("A2", account.number, "39"))
    done = at_once(*[reading(town, "a.txt", data)] * 4)
    assert [type(one) for one in sorted(done, key=str)].count(PaymentRegister) == 1
    assert sum(isinstance(one, Refused) for one in done) == 3
    account.refresh_from_db()
    assert account.paid == Decimal("139.00")
    assert broken() == []


def test_files_that_overlap_count_each_operation_once() -> None:
    town = make_town()
    autumn(town)
    number = PersonalAccount.objects.get().number
    files = [register(*((f"A{place}", number, "10") for place in range(first, first + 4))) for first in range(4)]
    done = at_once(*(reading(town, f"{place}.txt", data) for place, data in enumerate(files)))
    assert {type(one) for one in done} == {PaymentRegister}, done
    assert FamilyPayment.objects.filter(state="matched").count() == 7
    assert PersonalAccount.objects.get().paid == Decimal("70.00")
    assert broken() == []


def test_without_the_organisations_lock_the_second_fence_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both judge the operation new; the unique key stops the second, and nothing of it is written."""
    town = make_town()
    autumn(town)
    number = PersonalAccount.objects.get().number
    meeting = threading.Barrier(2)
    judged = family_payments._judged

    def slow(*args: Any) -> Any:
        rows = judged(*args)
        meeting.wait(timeout=30)
        return rows

    monkeypatch.setattr(family_payments, "_lock_registers", lambda _: None)
    monkeypatch.setattr(family_payments, "_judged", slow)
    files = [register(("A1", number, "10"), (f"B{place}", number, "1")) for place in range(2)]
    done = at_once(*(reading(town, f"{place}.txt", data) for place, data in enumerate(files)))
    assert sum(isinstance(one, IntegrityError) for one in done) == 1, done
    assert PersonalAccount.objects.get().paid == Decimal("11.00")


def overpaid(town: Town) -> tuple[PersonalAccount, FamilyRefund]:
    contract = autumn(town)
    with clock.frozen(NOW):
        account = paid(town, "400.00")
        row = services.ask_refund(guardian(contract), account=account, amount=Decimal("49.03"), **bank())
        services.approve_refund(town.manager, refund=row)
    return account, row


def refund_and_undo(town: Town, row: FamilyRefund) -> list[Any]:
    payment = FamilyPayment.objects.get()
    return at_once(
        stubborn(
            lambda: services.pay_refund(town.manager, refund=row, order_number="7", paid_on=dt.date(2026, 11, 20))
        ),
        stubborn(lambda: services.undo_match(town.manager, payment=payment, reason="Чужой платёж.")),
    )


def test_a_refund_against_the_payment_taken_off() -> None:
    """Whoever is first, the other is refused: the account never gives back more than came in."""
    town = make_town()
    account, row = overpaid(town)
    done = refund_and_undo(town, row)
    assert sum(isinstance(one, Refused) for one in done) == 1, done
    account.refresh_from_db()
    assert (account.paid, account.refunded) in ((Decimal("400.00"), Decimal("49.03")), (Decimal(0), Decimal(0)))
    assert broken() == []


def test_without_the_accounts_lock_only_the_check_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    town = make_town()
    _, row = overpaid(town)
    meeting = threading.Barrier(2)

    def slow(real: Callable[..., Any]) -> Callable[..., Any]:
        def wait(*args: Any) -> Any:
            found = real(*args)
            meeting.wait(timeout=30)
            return found

        return wait

    for module in (family_refunds, family_undo):
        monkeypatch.setattr(module, "lock_accounts", lambda _: None)
        monkeypatch.setattr(module, "_locked", slow(module._locked))
    done = refund_and_undo(town, row)
    assert sum(isinstance(one, IntegrityError) for one in done) == 1, done


def test_refunds_against_payments_and_one_another() -> None:
    """Requests, payments by hand and a register at once: one refund is open and the balance is the sum of entries."""
    town = make_town()
    contract = autumn(town)
    parent = guardian(contract)
    with clock.frozen(NOW):
        account = paid(town, "400.00")

    def ask() -> Any:
        return services.ask_refund(parent, account=account, amount=Decimal("40.00"), **bank())

    def pay(number: int) -> Callable[[], Any]:
        return stubborn(lambda: paid(town, "10.00", reference=f"R{number}"))

    done = at_once(*[stubborn(ask)] * 4, *(pay(number) for number in range(4)))
    assert sum(isinstance(one, FamilyRefund) for one in done) == 1, done
    assert sum(isinstance(one, Refused) for one in done) == 3, done
    account.refresh_from_db()
    assert account.paid == Decimal("440.00")
    assert broken() == []


def test_papers_for_the_tax_office_are_numbered_once_and_count_a_payment_once() -> None:
    """Both parents ask for what nobody is named in; both papers are issued at once: one gets the payments."""
    town = make_town()
    contract = autumn(town)
    mother = guardian(contract)
    second = Account.objects.create(email="father@example.org", last_name="Лесной", first_name="Олег")
    Guardianship.objects.create(account=second, child=contract.child, relation="father")
    father = Actor(account_id=second.pk, reaches=(Reach(role="guardian"),), children=mother.children)
    Organisation.objects.filter(pk=town.world.organisation.pk).update(
        inn=PROVIDER["inn"], kpp=PROVIDER["kpp"], head_name="Дубов Иван Петрович"
    )
    payer, learner = Person("", "", "", "1988-03-01", "500100732259"), Person("", "", "", "", "500100732259")
    with clock.frozen(NOW):
        paid(town, "100.00")
        asked = [
            services.ask_certificate(
                one, organisation_id=town.world.organisation.pk, child_id=contract.child_id, year=2026, payer=payer,
                learner=learner,
            )
            for one in (mother, father)
        ]  # fmt: skip
    done = at_once(
        *[stubborn(lambda row=row: services.issue_certificate(town.manager, certificate=row)) for row in asked]
    )
    assert sum(isinstance(one, Refused) for one in done) == 1, done
    assert [one.number for one in TaxCertificate.objects.filter(state="issued")] == [1]
    assert broken() == []
