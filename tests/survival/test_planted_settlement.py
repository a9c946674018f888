"""Corruptions of money planted in SQL with the guards asleep: doctor names exactly the right checks of settlement."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection

from opora.core import clock, doctor
from opora.enrolment import services as enrolment
from opora.settlement import services
from opora.settlement.invariants import CHECKS
from opora.settlement.models import FamilyPayment, PaymentOrder, TaxCertificate
from opora.settlement.rules.tax import Person
from tests.settlement.test_charges import autumn, charged, guardian
from tests.settlement.test_payments import statement
from tests.settlement.test_refunds import bank, paid
from tests.settlement.town import PROVIDER, Town, at, make_town
from tests.survival.test_planted import planted

pytestmark = [pytest.mark.django_db, pytest.mark.fault]

OCTOBER = dt.date(2026, 10, 1)
NOW = at(2026, 11, 20)
_INVOICE = "(SELECT id FROM settlement_document WHERE kind = 'invoice' AND state = 'approved')"
_LIVING = "(SELECT min(id) FROM tax_certificate WHERE state = 'issued' AND correction <> 999)"
PLANTED: dict[str, tuple[str, set[str]]] = {
    # what is planted → (SQL, exactly the checks that must fail)
    "an invoice of another sum than its rows": (
        f"UPDATE settlement_document SET accrual = accrual + 1, total = total + 1, payable = payable + 1"
        f" WHERE id = {_INVOICE}",
        {"sums"},
    ),
    "a row that vanished from an invoice": (f"DELETE FROM settlement_row WHERE document_id = {_INVOICE}", {"sums"}),
    "a sum to pay that the total does not give": (
        f"UPDATE settlement_document SET payable = payable + 5 WHERE id = {_INVOICE}",
        {"sums"},
    ),
    "an advance that the invoice did not deduct": (
        f"UPDATE settlement_row SET advance = advance - 1, amount = amount + 1 WHERE document_id = {_INVOICE}",
        {"sums", "advance_and_invoice"},
    ),
    "hours changed after the invoice": (
        f"UPDATE settlement_row SET delivered = delivered - 1 WHERE document_id = {_INVOICE}",
        {"completeness"},
    ),
    "more accrued than the month of the contract": (
        "UPDATE contract_month SET certificate_sum = 1 WHERE month = '2026-10-01'",
        {"within_month"},
    ),
    "a carried sum from nowhere": (
        f"UPDATE settlement_document SET carried_in = 7, total = total - 7, carried_out = carried_out + 7"
        f" WHERE id = {_INVOICE}",
        {"chain"},
    ),
    "a gap in the numbers of invoices": (
        f"UPDATE settlement_document SET number = 2 WHERE id = {_INVOICE}",
        {"numbers"},
    ),
    "a counter that ran ahead": ("UPDATE counter SET last = last + 1 WHERE series = 'invoice'", {"numbers"}),
    "an order that vanished": ("DELETE FROM payment_order", {"paid_by_order"}),
    "an order of another sum than its document": (
        "UPDATE payment_order SET amount = amount + 1, executed = executed + 1",
        {"paid_by_order", "executed_by_bank"},
    ),
    "an order executed that no bank confirmed": ("DELETE FROM statement_line", {"executed_by_bank"}),
    "a paid document set back": (
        "UPDATE settlement_document SET state = 'approved', paid_on = NULL WHERE state = 'paid'",
        {"paid_by_order"},
    ),
    "an order for another organisation": (
        "UPDATE payment_order SET organisation_id = organisation_id + 1",
        {"parties"},
    ),
    "a document of another municipality": (
        f"UPDATE settlement_document SET municipality_id = 0 WHERE id = {_INVOICE}",
        {"parties"},
    ),
    "a charge that vanished": (
        "DELETE FROM family_charge WHERE month = '2026-10-01'",
        {"personal_accounts"},
    ),
    "a charge of another sum than the contract's": (
        "UPDATE family_charge SET amount = amount + 1 WHERE month = '2026-10-01'",
        {"charges", "personal_accounts"},
    ),
    "a charge below what the contract gives": (
        "UPDATE family_charge SET amount = amount - 1 WHERE month = '2026-10-01'",
        {"charges", "charges_due", "personal_accounts"},
    ),
    "a charge after the notice": (
        "UPDATE family_charge SET month = '2026-12-01' WHERE month = '2026-11-01'",
        {"charges_after_notice"},
    ),
    "a balance of a family out of nothing": (
        "UPDATE personal_account SET paid = paid + 10 WHERE id = (SELECT min(id) FROM personal_account)",
        {"personal_accounts"},
    ),
    "more refunded than came in": (
        "UPDATE personal_account SET refunded = paid + 1 WHERE id = (SELECT min(id) FROM personal_account)",
        {"personal_accounts"},
    ),
    "a payment counted twice": (
        "DROP INDEX family_payment_once;"
        " INSERT INTO family_payment (organisation_id, municipality_id, account_id, state, paid_on, amount, reference,"
        " account_text, payer_name) SELECT organisation_id, municipality_id, account_id, state, paid_on, amount,"
        " reference, account_text, payer_name FROM family_payment WHERE reference = '1'",
        {"family_payments", "personal_accounts"},
    ),
    "a payment on an account of another organisation": (
        "UPDATE family_payment SET organisation_id = organisation_id + 1 WHERE reference = '2'",
        {"family_payments", "tax_certificates"},
    ),
    "a payment that nobody is credited with": (
        "UPDATE family_payment SET state = 'unknown' WHERE reference = '2'",
        {"family_payments", "personal_accounts"},
    ),
    "a payment lost from its register": (
        "DELETE FROM family_payment WHERE register_id IS NOT NULL",
        {"family_payments"},
    ),
    "a refund without an order": ("UPDATE family_refund SET order_number = ''", {"family_refunds"}),
    "a refund of another sum": (
        "UPDATE family_refund SET amount = amount - 1",
        {"personal_accounts"},
    ),
    "a refund that vanished": ("DELETE FROM family_refund", {"personal_accounts"}),
    "a paper of another sum than its payments": (
        f"UPDATE tax_certificate SET amount = amount + 1 WHERE id = {_LIVING}",
        {"tax_certificates"},
    ),
    "a payment in two living papers": (
        "DROP INDEX tax_line_living_once; UPDATE tax_certificate_line SET living = true",
        {"tax_certificates"},
    ),
    "a living paper annulled by hand": (
        f"UPDATE tax_certificate SET state = 'annulled' WHERE id = {_LIVING}",
        {"tax_certificates"},
    ),
    "a gap in the numbers of papers": (
        "UPDATE tax_certificate SET number = number + 1 WHERE number = 2",
        {"tax_numbers"},
    ),
    "a correction skipped": (
        "UPDATE tax_certificate SET correction = 3 WHERE correction = 1",
        {"tax_numbers"},
    ),
}


@pytest.fixture
def settled(db: None) -> Town:
    """October paid by the payer and invoiced; the family charged, paid, refunded; papers issued and corrected."""
    town = make_town()
    contract = autumn(town)
    group = contract.group
    town.timetable(group, 2)
    for day in (13, 20, 27):
        town.lesson(group, dt.date(2026, 10, day))
    _payer(town)
    with clock.frozen(at(2026, 11, 5)):
        town.made("invoice", OCTOBER, at(2026, 11, 5))
    _family(town)
    return town


def _payer(town: Town) -> None:
    when = at(2026, 10, 26)
    document = town.made("advance_request", OCTOBER, when)
    with clock.frozen(when):
        services.make_orders(town.payer, documents=[document])
        data = services.bank_file(town.payer)
        place = town.world.municipality.pk
        services.read_statement(town.payer, municipality_id=place, name="a.txt", data=statement(data, "26.10.2026"))


def _family(town: Town) -> None:
    provider = town.world.organisation
    provider.inn, provider.kpp, provider.head_name = PROVIDER["inn"], PROVIDER["kpp"], "Дубов Иван Петрович"
    provider.save()
    charged(town, at(2026, 11, 19))
    with clock.frozen(NOW):
        account = paid(town, "390.00")
        paid(town, "10.00", reference="2")
        data = "Дата;Номер операции;Лицевой счёт;Сумма\n05.11.2026;X;777;5"
        services.read_register(town.manager, organisation_id=provider.pk, name="r.txt", data=data.encode())
        contract = account.contract
        assert contract is not None
        parent = guardian(contract)
        enrolment.terminate(parent, contract=contract)
        payer, learner = Person("", "", "", "1988-03-01", "500100732259"), Person("", "", "", "", "500100732259")

        def paper() -> TaxCertificate:
            asked = services.ask_certificate(
                parent, organisation_id=provider.pk, child_id=contract.child_id, year=2026, payer=payer,
                learner=learner,
            )  # fmt: skip
            return services.issue_certificate(town.manager, certificate=asked)

        services.annul_certificate(town.manager, certificate=paper(), reason="Ошибка.")
        second = paper()
        refund = services.ask_refund(parent, account=account, amount=Decimal("49.03"), **bank())
        services.approve_refund(town.manager, refund=refund)
        services.pay_refund(town.manager, refund=refund, order_number="7", paid_on=NOW.date())
        draft = services.correct_certificate(town.manager, certificate=second, reason="Вернули.")
        services.issue_certificate(town.manager, certificate=draft)
    assert PaymentOrder.objects.get().state == "executed"
    assert FamilyPayment.objects.filter(state="matched").count() == 2


def failing() -> set[str]:
    found = [one for one in doctor.run(CHECKS) if not one.ok]
    assert all(one.figure and one.advice for one in found)
    return {one.name.removeprefix("settlement.") for one in found}


def test_every_check_of_settlement_is_planted() -> None:
    planned = set().union(*(checks for _, checks in PLANTED.values()))
    assert planned == {one.name.removeprefix("settlement.") for one in CHECKS}


def test_what_is_planted_is_named_and_nothing_else(settled: Town) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert failing() == set()
    wrong = {}
    for name, (statement_, wanted) in PLANTED.items():
        with planted(statement_):
            found = failing()
        if found != wanted:
            wrong[name] = sorted(found)
    assert not wrong, "\n".join(f"{name}: {found}" for name, found in wrong.items())
    assert failing() == set()
