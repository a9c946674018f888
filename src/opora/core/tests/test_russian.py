"""Examples of every form that the interface speaks in."""

import datetime as dt
from decimal import Decimal

import pytest

from opora.core import russian as ru

N = T = ru.NBSP


@pytest.mark.parametrize(
    ("n", "shown"),
    [
        (0, "0 заявок"),
        (1, "1 заявка"),
        (2, "2 заявки"),
        (5, "5 заявок"),
        (11, "11 заявок"),
        (14, "14 заявок"),
        (21, "21 заявка"),
        (112, "112 заявок"),
        (8352, f"8{T}352 заявки"),
        (Decimal("1.5"), "1,5 заявки"),
    ],
)
def test_plural(n, shown):
    assert ru.plural(n, "заявка", "заявки", "заявок") == shown.replace(" ", N)


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (8352, None, f"8{T}352"),
        (336100, None, f"336{T}100"),
        (Decimal("2.220"), None, "2,22"),
        (Decimal("2.225"), 2, "2,23"),
        (Decimal("2"), 2, "2,00"),
        (-1200, None, f"{ru.MINUS}1{T}200"),
        (0, None, "0"),
        (10, None, "10"),
        (Decimal("1E+3"), None, f"1{T}000"),
    ],
)
def test_number(value, places, shown):
    assert ru.number(value, places) == shown


def test_money():
    assert ru.money(Decimal("1250.98")) == f"1{T}250,98{N}₽"
    assert ru.money(0) == f"0,00{N}₽"
    assert ru.money(Decimal("-15")) == f"{ru.MINUS}15,00{N}₽"
    assert ru.money(Decimal("15"), sign=True) == f"+15,00{N}₽"
    assert ru.money_kopecks(125098) == f"1{T}250,98{N}₽"
    assert ru.money_kopecks(1) == f"0,01{N}₽"
    with pytest.raises(TypeError):
        ru.money(1.5)


def test_percent_and_sizes():
    assert ru.percent(Decimal("98.63")) == f"98,6{N}%"
    assert ru.percent(75) == f"75{N}%"
    assert ru.percent(100) == f"100{N}%"
    assert ru.file_size(512) == f"512{N}байт"
    assert ru.file_size(1536) == f"1,5{N}КБ"
    assert ru.file_size(2 * 1024 * 1024) == f"2{N}МБ"
    assert ru.file_size(3 * 1024**4) == f"3{T}072{N}ГБ"


DAY = dt.date(2026, 10, 12)


def test_dates():
    assert ru.date(DAY) == f"12{N}октября, пн"
    assert ru.date_long(DAY) == f"12{N}октября 2026{N}г."
    assert ru.date_short(DAY) == "12.10.2026"
    assert ru.month(DAY) == f"октябрь{N}2026"
    assert ru.date_time(dt.datetime(2026, 10, 12, 9, 5, tzinfo=dt.UTC)) == f"12{N}октября{N}2026, 09:05"


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        (dt.date(2026, 9, 15), dt.date(2027, 5, 31), "15 сентября 2026 – 31 мая 2027"),
        (dt.date(2026, 9, 15), dt.date(2026, 12, 31), "15 сентября – 31 декабря 2026"),
        (dt.date(2026, 10, 1), DAY, "1–12 октября 2026"),
        (DAY, DAY, "12 октября 2026"),
        (DAY, None, "с 12 октября 2026"),
        (None, DAY, "до 12 октября 2026"),
        (None, None, "без срока"),
    ],
)
def test_period(start, end, shown):
    assert ru.period(start, end).replace(N, " ") == shown


def test_ages():
    born = dt.date(2019, 10, 13)
    assert ru.age(born, DAY) == f"6{N}лет"
    assert ru.age(born, dt.date(2026, 10, 13)) == f"7{N}лет"
    assert ru.full_years(dt.date(2020, 2, 29), dt.date(2026, 2, 28)) == 5
    assert ru.age_range(7, 11) == f"7–11{N}лет"
    assert ru.age_range(5, None) == f"от{N}5{N}лет"
    assert ru.age_range(None, 8) == f"до{N}8{N}лет"
    assert ru.age_range(21, 21) == f"21{N}год"


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        (2, "осталось 2 рабочих дня"),
        (1, "остался 1 рабочий день"),
        (21, "остался 21 рабочий день"),
        (5, "осталось 5 рабочих дней"),
        (0, "срок сегодня"),
        (-3, "просрочено на 3 рабочих дня"),
    ],
)
def test_left(days, shown):
    assert ru.left(days).replace(N, " ") == shown
    assert ru.left(4, working=False) == f"осталось 4{N}дня"


def test_names():
    assert ru.person_short("Иванова", "Анна", "Петровна") == f"Иванова{N}А.{N}П."
    assert ru.short_name("Оглы Рустам") == f"Оглы{N}Р."
    assert ru.short_name("Система") == "Система"
    assert ru.joined(["чтение", "письмо", "счёт"]) == f"чтение, письмо и{N}счёт"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Запишите ребёнка в школу", "Запишите ребёнка в_школу"),
        ("и в школе", "и_в_школе"),
        ("школа № 5", "школа №_5"),
        ("школа №5", "школа №_5"),
        ("принял А. П. Иванова", "принял А._П._Иванова"),
        ("Иванова А. П.", "Иванова_А._П."),
        ("осталось 5 мест", "осталось 5_мест"),
        ("Опора — это просто", "Опора_— это просто"),
        ("ул. Ленина, д. 5", "ул._Ленина, д._5"),
        ("не менее 7 000 зачислений", "не_менее 7_000_зачислений"),
        ("1 234 567", "1_234_567"),
        ("в 2018 году", "в_2018_году"),
        ("кружок", "кружок"),
    ],
)
def test_typography(text, shown):
    assert ru.typography(text).replace(N, "_") == shown
