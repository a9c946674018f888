"""Rules of the families' money: numbers, ages of debts, the payment code and the register's shapes; no database."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.core.reasons import Refused
from opora.settlement.rules import family, payregister
from opora.settlement.rules.requisites import Requisites

from .town import PROVIDER

TODAY = dt.date(2026, 11, 22)
SIDE = Requisites.from_json(PROVIDER)


@given(st.integers(1, 999_999_999), st.integers(0, 10), st.integers(1, 9))
def test_a_mistyped_digit_is_seen(application: int, place: int, shift: int) -> None:
    number = family.account_number(application)
    assert family.is_account_number(number)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert not family.is_account_number(wrong)


@given(st.lists(st.integers(0, 500_000), max_size=12), st.integers(0, 3_000_000))
def test_payments_cover_the_oldest_month_first(sums: list[int], paid: int) -> None:
    months = [(dt.date(2026, place + 1, 1), amount, dt.date(2026, place + 1, 10)) for place, amount in enumerate(sums)]
    found = family.open_months(months, paid)
    assert sum(one.left for one in found) == max(0, sum(sums) - paid)
    opened = [one.left for one in found if one.charged]
    begun = next((place for place, left in enumerate(opened) if left), len(opened))
    assert opened[begun + 1 :] == [one.charged for one in found if one.charged][begun + 1 :]


def test_the_age_of_a_debt() -> None:
    months = [(dt.date(2026, month, 1), 10_000, dt.date(2026, month, 10)) for month in (9, 10, 11, 12)]
    found = family.open_months(months, 15_000)
    assert [one.left for one in found] == [0, 5_000, 10_000, 10_000]
    assert [one.days_late(TODAY) for one in found] == [0, 43, 12, 0]
    assert family.overdue(found, TODAY) == 15_000


@given(st.text(max_size=400), st.integers(1, 10**9))
def test_the_code_keeps_its_shape_whatever_the_texts(text: str, amount: int) -> None:
    side = replace(SIDE, name=f"Дом {text}", bank_name=f"Банк//УФК {text}")
    fields = family.payment_fields(
        side, account="00000000171", amount=amount, purpose=f"ЛС 1 {text}", payer={"LastName": text}
    )
    parts = family.payment_code(fields).decode().split("|")
    assert parts[0] == "ST00012"
    read = dict(part.split("=", 1) for part in parts[1:])
    assert read == fields and read["Sum"] == str(amount)
    assert [part.split("=")[0] for part in parts[1:6]] == list(family.REQUIRED)
    assert all(len(value) <= family.LIMITS[key] for key, value in read.items())


def test_the_code_needs_the_required_fields() -> None:
    fields = family.payment_fields(replace(SIDE, bik=""), account="1", amount=1, purpose="")
    with pytest.raises(ValueError, match="BIC"):
        family.payment_code(fields)


def test_in_the_treasury_the_payee_is_named_with_its_personal_account() -> None:
    fields = family.payment_fields(SIDE, account="1", amount=1, purpose="")
    assert fields["Name"] == "УФК по г. Москве (МБУ ДО «Дом творчества», л/с 20736Х12345)"


NAMED = "Дата;Номер операции;Лицевой счёт;ФИО;Сумма\n05.11.2026;A-1;000000001 71;Лесная А. Б.;139,00\n=1;139,00\n"
TWELVE = (
    "05-11-2026|12-30-00|9040/1|17|A-1|00000000171|ЛЕСНАЯ А. Б.|||139.00|137.61|1.39\n"
    "06-11-2026|09-10-00|9040/1|17|A-2|00000000171|ЛЕСНАЯ А. Б.|||211.97|209.85|2.12\n=2|350.97|347.46|3.51\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_shapes_and_encodings(encoding: str) -> None:
    named = payregister.read(NAMED.encode(encoding), today=TODAY)
    assert (named.layout, named.total) == (payregister.NAMED, 13_900)
    assert named.rows[0] == payregister.Row(2, "00000000171", dt.date(2026, 11, 5), 13_900, "A-1", "Лесная А. Б.")
    twelve = payregister.read(TWELVE.encode(encoding), today=TODAY)
    assert (twelve.layout, [row.amount for row in twelve.rows]) == (payregister.TWELVE, [13_900, 21_197])


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", "register_empty", "ни одного платежа"),
        ("Просто текст", "register_format", "не узнан"),
        ("Дата;Лицевой счёт;Сумма\n", "register_columns", "номер операции"),
        (NAMED.replace("139,00;", "x").replace(";139,00\n=", ";сто\n="), "register_sum", "Строка 2: сумма «сто»"),
        (NAMED.replace("05.11.2026", "31.02.2026"), "register_date", "31.02.2026"),
        (NAMED.replace("05.11.2026", "23.11.2026"), "register_date", "не наступила"),
        (NAMED.replace("=1;", "=2;"), "register_total", "в файле 1"),
        (NAMED.replace("=1;139,00", "=1;140,00"), "register_total", "не равна"),
        (NAMED.replace("A-1", ""), "register_reference", "нет номера операции"),
    ],
)
def test_what_is_wrong_is_named(text: str, code: str, message: str) -> None:
    with pytest.raises(Refused) as refused:
        payregister.read(text.encode(), today=TODAY)
    assert refused.value.reasons[0].code == code
    assert message in refused.value.reasons[0].message


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        payregister.read(data, today=TODAY)
    except Refused as refused:
        assert all(reason.message for reason in refused.reasons)
