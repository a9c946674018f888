"""Payment orders and the bank: the file to the letter, the statement read back, what does not fit is shown."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opora.core import clock
from opora.core.reasons import Refused
from opora.settlement import queries_money, services
from opora.settlement.documents.words import in_words
from opora.settlement.invariants import broken
from opora.settlement.models import BankStatement, PaymentOrder, StatementLine
from opora.settlement.rules import bankfile, payment, requisites
from opora.settlement.rules.requisites import Requisites

from .town import PAYER, PROVIDER, Town, at

OCTOBER = dt.date(2026, 10, 1)
DAY = at(2026, 10, 15)
BUSY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no fault of the rule."""


@pytest.fixture
def order(town: Town) -> PaymentOrder:
    town.contract(town.world.group())
    document = town.made("advance_request", OCTOBER, at(2026, 10, 14))
    with clock.frozen(DAY):
        [made] = services.make_orders(town.payer, documents=[document])
    return made


def exported(town: Town) -> bytes:
    with clock.frozen(DAY):
        return services.bank_file(town.payer)


def statement(data: bytes, day: str = "16.10.2026", **changes: str) -> bytes:
    """The bank's answer to a file of orders: everything written off on the day."""
    text = data.decode("cp1251").replace("\r\nСумма=", f"\r\nДатаСписано={day}\r\nСумма=")
    for old, new in changes.items():
        text = text.replace(old, new)
    return text.encode("cp1251")


def read(town: Town, data: bytes, name: str = "kl_to_1c.txt") -> list[str]:
    with clock.frozen(at(2026, 10, 17)):
        row = services.read_statement(town.payer, municipality_id=town.world.municipality.pk, name=name, data=data)
    return list(row.lines.values_list("verdict", flat=True))


def test_the_file_to_the_letter(town: Town, order: PaymentOrder) -> None:
    data = exported(town)
    assert data.endswith("КонецФайла\r\n".encode("cp1251"))
    assert data.count(b"\n") == data.count(b"\r\n")
    lines = data.decode("cp1251").split("\r\n")
    assert lines[:3] == ["1CClientBankExchange", "ВерсияФормата=1.03", "Кодировка=Windows"]
    assert f"РасчСчет={PAYER['account']}" in lines
    for line in (
        "СекцияДокумент=Платежное поручение", "Номер=1", "Дата=15.10.2026", "Сумма=1000.78",
        f"ПлательщикСчет={PAYER['account']}", f"ПлательщикКорсчет={PAYER['treasury_account']}",
        f"ПолучательСчет={PROVIDER['account']}", f"ПолучательКорсчет={PROVIDER['treasury_account']}",
        f"ПолучательБИК={PROVIDER['bik']}", "ВидОплаты=01", "Очередность=5", "КонецДокумента",
    ):  # fmt: skip
        assert line in lines, line
    [purpose] = [line.removeprefix("НазначениеПлатежа=") for line in lines if line.startswith("НазначениеПлатежа")]
    assert "КБК 90207030000000000244, КОСГУ 226" in purpose and "№ 1 от 14.10.2026" in purpose
    assert len(purpose) <= 210
    order.refresh_from_db()
    assert order.state == "exported"


def test_statement_marks_the_payment(town: Town, order: PaymentOrder) -> None:
    assert read(town, statement(exported(town))) == ["executed"]
    order.refresh_from_db()
    document = order.document
    document.refresh_from_db()
    assert (order.state, order.executed, order.executed_on) == ("executed", order.amount, dt.date(2026, 10, 16))
    assert (document.state, document.paid_on) == ("paid", dt.date(2026, 10, 16))
    found = queries_money.reconciliation(town.payer, town.agreement)
    assert (found.paid, found.balance, found.settled) == (Decimal("1000.78"), 0, 0)
    assert broken() == []


def test_partial_double_unknown_and_not_yet(town: Town, order: PaymentOrder) -> None:
    data = exported(town)
    assert read(town, data) == ["not_executed"]
    part = statement(data, **{"Сумма=1000.78": "Сумма=400.00"})
    assert read(town, part) == ["partial"]
    order.refresh_from_db()
    assert (order.state, order.executed) == ("partial", Decimal("400.00"))
    assert read(town, part + b"\r\n") == ["repeated"]
    rest = statement(data, "17.10.2026", **{"Сумма=1000.78": "Сумма=600.79"})
    assert read(town, rest) == ["excess"]
    last = statement(data, "17.10.2026", **{"Сумма=1000.78": "Сумма=600.78"})
    assert read(town, last) == ["executed"]
    assert read(town, statement(data, "18.10.2026", **{"Номер=1": "Номер=77"})) == ["unknown"]
    order.refresh_from_db()
    assert (order.state, order.executed) == ("executed", Decimal("1000.78"))
    assert broken() == []


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda data: data.decode("cp1251").encode("utf-8"), "bank_encoding"),
        (lambda data: b"\xef\xbb\xbf" + data.decode("cp1251").encode("utf-8"), "bank_encoding"),
        (lambda data: data.decode("cp1251").encode("utf-16"), "bank_encoding"),
        (lambda data: data.decode("cp1251").encode("cp866", "replace"), "bank_encoding"),
        (lambda data: data.replace(PAYER["account"].encode(), b"03231643453820009999"), "bank_other_account"),
        (lambda data: data[: len(data) // 2], "bank_cut_off"),
        (lambda data: b"hello", "bank_format"),
        (lambda data: b"", "bank_format"),
        (lambda data: data.replace(b"16.10.2026", b"31.02.2026"), "bank_date"),
        (lambda data: data.replace(b"1000.78", b"1 000,78"), "bank_sum"),
    ],
)
def test_other_files_are_refused_whole(town: Town, order: PaymentOrder, spoil, code: str) -> None:  # type: ignore[no-untyped-def]
    data = statement(exported(town))
    with pytest.raises(Refused) as refused:
        read(town, spoil(data))
    assert [reason.code for reason in refused.value.reasons] == [code]
    assert BankStatement.objects.count() == StatementLine.objects.count() == 0
    order.refresh_from_db()
    assert order.executed == 0


def test_the_same_file_is_read_once(town: Town, order: PaymentOrder) -> None:
    data = statement(exported(town))
    read(town, data)
    with pytest.raises(Refused) as refused:
        read(town, data)
    assert refused.value.reasons[0].code == "same_file"


def test_a_cancelled_order_makes_room_for_a_new_one(town: Town, order: PaymentOrder) -> None:
    with clock.frozen(DAY), pytest.raises(Refused):
        services.make_orders(town.payer, documents=[order.document_id])
    with clock.frozen(DAY):
        services.cancel_order(town.payer, order=order, reason="Ошибка в счёте получателя")
        [again] = services.make_orders(town.payer, documents=[order.document_id])
    assert again.number == 2
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE payment_order SET amount = 1")
    assert broken() == []


def test_command_writes_the_bank_file(town: Town, order: PaymentOrder, tmp_path: Path) -> None:
    target = tmp_path / "orders.txt"
    with clock.frozen(DAY):
        call_command("export_register", "payment_orders", str(target))
    assert target.read_bytes().startswith(b"1CClientBankExchange\r\n")
    with pytest.raises(SystemExit):
        call_command("export_register", "payment-orders", str(tmp_path / "again.txt"))
    assert not (tmp_path / "again.txt").exists()


def test_a_refund_comes_in(town: Town) -> None:
    """The provider's money is recognised by its ИНН and sum."""
    organisation = town.world.organisation
    organisation.inn = PROVIDER["inn"]
    organisation.save()
    group = town.world.group()
    town.timetable(group, 2)
    town.contract(group)
    town.made("advance_request", OCTOBER, at(2026, 10, 14))
    invoice = town.made("invoice", OCTOBER, at(2027, 1, 11))
    with clock.frozen(at(2027, 1, 12)):
        draft = services.refund(town.manager, document=invoice, reason="Занятия не состоялись")
        [back] = services.issue(town.manager, documents=[draft])
        services.approve(town.payer, documents=[back])
    lines = [
        "1CClientBankExchange", "ВерсияФормата=1.03", "Кодировка=Windows", f"РасчСчет={PAYER['account']}",
        "СекцияДокумент=Платежное поручение", "Номер=15", "Дата=14.01.2027", f"Сумма={back.refund}",
        f"ПлательщикСчет={PROVIDER['account']}", f"ПлательщикИНН={PROVIDER['inn']}",
        f"ПолучательСчет={PAYER['account']}", "ДатаПоступило=14.01.2027", "КонецДокумента", "КонецФайла",
    ]  # fmt: skip
    assert read(town, "\r\n".join(lines).encode("cp1251")) == ["refund"]
    back.refresh_from_db()
    assert (back.state, back.refund) == ("paid", Decimal("1000.78"))


def test_nothing_to_send(town: Town) -> None:
    with pytest.raises(Refused) as refused:
        services.bank_file(town.payer)
    assert refused.value.reasons[0].code == "nothing"


@BUSY
@given(
    number=st.integers(1, 10**9),
    agreement=st.text("№АБВабв0123456789/-ё. ", max_size=60),
    account=st.text("0123456789Х", max_size=20),
    kind=st.sampled_from(sorted(payment.TITLES)),
)
def test_purpose_fits_and_keeps_the_codes(number: int, agreement: str, account: str, kind: str) -> None:
    text = payment.purpose(
        kind=kind, number=number, date=dt.date(2026, 11, 5), month=OCTOBER, agreement=agreement, kbk="9" * 20,
        kosgu="226", personal_account=account,
    )  # fmt: skip
    assert len(text) <= 210 and f"КБК {'9' * 20}, КОСГУ 226" in text and f"№ {number} от" in text
    assert text.encode("cp1251")


@BUSY
@given(st.integers(0, 10**12), st.integers(1, 10**9))
def test_written_sums_are_read_back(amount: int, number: int) -> None:
    side = Requisites.from_json({**PAYER, "kpp": "770701001"})
    other = Requisites.from_json({**PROVIDER, "kbk": "0" * 17 + "130"})
    made = bankfile.write(
        [bankfile.Order(number, dt.date(2026, 11, 5), amount, side, other, "Оплата")],
        account=side.account,
        made_at=at(2026, 11, 5),
    )
    [found] = bankfile.read(made, account=side.account).movements
    assert (found.amount, found.number, found.payee_account) == (amount, str(number), other.account)


@BUSY
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_not_raised(data: bytes) -> None:
    for probe in (data, b"1CClientBankExchange\r\n" + data):
        with pytest.raises(Refused):
            bankfile.read(probe, account="1" * 20)


def test_requisites_name_every_wrong_field() -> None:
    side = Requisites.from_json(PROVIDER)
    assert requisites.reasons(side) == []
    wrong = Requisites.from_json(
        {**PROVIDER, "inn": "7830002294", "treasury_account": "40102810545370000004", "kpp": ""}
    )
    assert {reason.field for reason in requisites.reasons(wrong)} == {"inn", "treasury_account", "kpp"}
    bank = Requisites.from_json({**PROVIDER, "account": "40702810900000000001"})
    assert {reason.field for reason in requisites.reasons(bank)} >= {"treasury_account"}
    for bad in ("123", "9" * 19 + "x"):
        with pytest.raises(ValueError):
            requisites.kbk(bad)
    with pytest.raises(ValueError):
        requisites.kosgu("926")


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("1250.98", "Одна тысяча двести пятьдесят рублей 98 копеек"),
        ("0.01", "Ноль рублей 01 копейка"),
        ("2000002.02", "Два миллиона два рубля 02 копейки"),
        ("21012.11", "Двадцать одна тысяча двенадцать рублей 11 копеек"),
        ("1000000000.00", "Один миллиард рублей 00 копеек"),
    ],
)
def test_sums_in_words(amount: str, text: str) -> None:
    assert in_words(Decimal(amount)) == text
