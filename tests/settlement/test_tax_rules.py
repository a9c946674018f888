"""Rules of certificates for the tax office: what was kept, whose payment it is, which details are needed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opora.core.reasons import Refused
from opora.settlement.rules import family, payregister_bank, tax
from opora.settlement.rules.tax import Payment, Person

TODAY = dt.date(2026, 11, 22)
ANNA = Person("Лесная", "Анна", "Игоревна", "1988-03-01", "500100732259")
CHILD = Person("Лесной", "Пётр", "", "2015-05-05", "500100732259")


def test_a_refund_takes_from_the_latest_payments_before_it() -> None:
    days = [dt.date(2026, month, 5) for month in (9, 10, 11, 12)]
    payments = [Payment(place, 1, day, 10_000) for place, day in enumerate(days)]
    assert tax.kept(payments, [(1, dt.date(2026, 11, 6), 15_000)]) == {0: 10_000, 1: 5_000, 2: 0, 3: 10_000}
    assert tax.kept(payments, [(2, dt.date(2026, 11, 6), 15_000)]) == dict.fromkeys(range(4), 10000)
    assert tax.kept(payments, [(1, dt.date(2026, 9, 6), 12_000)])[1] == 8_000  # the one before does not suffice


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault of the rule
@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(1, 300), st.integers(1, 10**6)), max_size=12),
    st.lists(st.tuples(st.integers(0, 2), st.integers(1, 300), st.integers(1, 10**6)), max_size=6),
)
def test_what_is_kept_is_what_came_less_what_went(
    came: list[tuple[int, int, int]], went: list[tuple[int, int, int]]
) -> None:
    start = dt.date(2026, 1, 1)
    payments = [
        Payment(key, account, start + dt.timedelta(days=day), amount) for key, (account, day, amount) in enumerate(came)
    ]
    refunds = [(account, start + dt.timedelta(days=day), amount) for account, day, amount in went]
    left = tax.kept(payments, refunds)
    assert all(0 <= left[one.key] <= one.amount for one in payments)
    for account in range(3):
        paid = sum(one.amount for one in payments if one.account == account)
        back = sum(amount for place, _, amount in refunds if place == account)
        assert sum(left[one.key] for one in payments if one.account == account) == max(0, paid - back)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Лесная Анна Игоревна", True), ("ЛЕСНАЯ АННА", True), ("Лесная А.И.", True), ("Лесная А", True),
        ("лесная", True), ("Лесная Ольга", False), ("Лесная А. П.", False), ("Кедрова М. А.", False), ("", False),
    ],
)  # fmt: skip
def test_names_as_banks_write_them(text: str, own: bool) -> None:
    assert tax.names_person(text, ANNA) is own


def test_whose_payment_it_is() -> None:
    payment = Payment(1, 1, TODAY, 100)
    assert tax.counts_for(payment, ANNA, CHILD)  # nobody is named
    assert tax.counts_for(replace(payment, payer_name="Лесной Пётр"), ANNA, CHILD)  # the bank names the learner
    assert not tax.counts_for(replace(payment, payer_name="Кедрова Мария"), ANNA, CHILD)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, []),
        ({"birth_date": ""}, ["birth_date"]),
        ({"birth_date": "2030-01-01"}, ["birth_date"]),
        ({"inn": "500100732258"}, ["inn"]),
        ({"inn": "7830002293"}, ["inn"]),
        ({"inn": ""}, ["inn"]),
        ({"inn": "", "document_code": "21", "document_number": "4509 123456", "document_date": "2010-01-01"}, []),
        ({"document_code": "21", "document_number": "4509", "document_date": ""}, ["document_number", "document_date"]),
        ({"document_code": "", "document_number": "4509 123456", "document_date": "2010-01-01"}, ["document_code"]),
        ({"document_code": "91", "document_number": "7", "document_date": "2030-01-01"}, ["document_date"]),
    ],
)  # fmt: skip
def test_the_details_of_a_person(changes: dict[str, str], fields: list[str]) -> None:
    found = tax.person_reasons(replace(ANNA, **changes), today=TODAY, prefix="child_")
    assert [one.field for one in found] == [f"child_{name}" for name in fields]


def test_corrections_count_up_and_end() -> None:
    assert tax.next_correction(0) == 1
    with pytest.raises(ValueError, match="кончились"):
        tax.next_correction(998)


def test_ages_of_debts() -> None:
    months = [(dt.date(2026, month, 1), 10_000, dt.date(2026, month, 10)) for month in (6, 8, 9, 10, 11)]
    found = family.open_months(months, 4_000)
    assert family.ages(found, TODAY) == (10_000, 10_000, 10_000, 16_000)
    assert sum(family.ages(found, TODAY)) == family.overdue(found, TODAY)


@pytest.mark.parametrize(
    ("purpose", "wanted"),
    [
        (f"ЛС {family.account_number(42)}. За обучение", family.account_number(42)),
        (f"ЛС{family.account_number(42)};", family.account_number(42)),
        ("оплата 000-000-042-" + family.account_number(42)[-2:], family.account_number(42)),
        ("перевод на 40817810000000000001", ""),
        ("ЛС 12345678901", ""),
    ],
)
def test_the_account_in_a_purpose(purpose: str, wanted: str) -> None:
    assert payregister_bank.account_in(purpose) == wanted


OWN = "03234643453820007300"


def statement(*movements: dict[str, str], account: str = OWN) -> bytes:
    lines = ["1CClientBankExchange", "ВерсияФормата=1.03", "Кодировка=Windows", f"РасчСчет={account}"]
    for number, one in enumerate(movements, start=1):
        values = {
            "Номер": str(number), "Дата": "05.11.2026", "Сумма": "139.00", "ПлательщикСчет": "40817810000000000001",
            "Плательщик1": "ПАО «Банк»//Лесная Анна//", "ПлательщикИНН": "", "ПолучательСчет": OWN,
            "ДатаПоступило": "06.11.2026", "НазначениеПлатежа": f"ЛС {family.account_number(42)}",
        } | one  # fmt: skip
        lines += ["СекцияДокумент=Платежное поручение", *(f"{key}={value}" for key, value in values.items() if value)]
        lines.append("КонецДокумента")
    return "\r\n".join([*lines, "КонецФайла"]).encode("cp1251")


def test_families_are_told_from_others_in_a_statement() -> None:
    found = payregister_bank.read(
        statement(
            {},
            {"НазначениеПлатежа": "За кружок", "Сумма": "50.00"},
            {"ПлательщикСчет": "03231643453820007300", "НазначениеПлатежа": "Аванс по соглашению"},
            {"ПлательщикСчет": "30232810000000000001", "НазначениеПлатежа": "Перевод"},
            {"ПлательщикСчет": OWN, "ПолучательСчет": "40702810000000000001"},
            {"ДатаПоступило": ""},
        ),
        accounts={OWN},
        today=TODAY,
    )
    assert [(row.account, row.amount, row.payer) for row in found.rows] == [
        (family.account_number(42), 13_900, "Лесная Анна"), ("", 5_000, "Лесная Анна"), ("", 13_900, "Лесная Анна"),
    ]  # fmt: skip
    assert found.skipped == 3 and found.total == 32_800
    assert len({row.reference for row in found.rows}) == 3
    assert {row.paid_on for row in found.rows} == {dt.date(2026, 11, 6)}


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (statement({}, account="40702810000000000001"), "по другому счёту"),
        (statement({"ПлательщикСчет": OWN, "НазначениеПлатежа": ""}), "нет ни одного платежа"),
        (statement({"ДатаПоступило": "23.11.2026"}), "ещё не наступил"),
        (statement({}).decode("cp1251").encode(), "UTF-8"),
        (statement({})[:-20], "обрывается"),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes, text: str) -> None:
    with pytest.raises(Refused, match=text):
        payregister_bank.read(data, accounts={OWN}, today=TODAY)
