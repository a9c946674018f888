"""Names: matching key, display, patronymics, order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.core.names import (
    FullName,
    match_key,
    patronymic_of,
    sex_by_patronymic,
    sort_key,
    split_full_name,
    tidy_part,
    tidy_patronymic,
)


@pytest.mark.parametrize(
    "other",
    [
        ("ЁЛКИНА-СЕМЁНОВА", "анна мария", "Петровна"),
        ("Елкина – Семенова", "Анна-Мария", "петровна "),
        ("Ёлкина Семёнова", "АннаМария", "Пeтpoвнa"),  # with Latin look-alikes
        ("Е\u0308лкина-Семёнова", "Анна\u00a0Мария", "Петровна"),
    ],
)
def test_same_person_same_key(other) -> None:
    assert match_key("Ёлкина-Семёнова", "Анна-Мария", "Петровна") == match_key(*other)


@pytest.mark.parametrize("none", ["", "-", "нет", "б/о", "Отсутствует", "Не имеет"])
def test_missing_patronymic(none) -> None:
    assert match_key("Ли", "Ян", none) == "ли|ян|"
    assert tidy_patronymic(none) == ""


def test_parts_do_not_run_together() -> None:
    assert match_key("Иван", "овАнна") != match_key("Иванов", "Анна")


def test_display() -> None:
    name = split_full_name("  ИВАНОВА -ПЕТРОВА  мария   ПЕТРОВНА")
    assert str(name) == "Иванова-Петрова Мария Петровна"
    assert name.short == "Иванова-Петрова\u00a0М.\u00a0П."
    assert name.address == "Мария Петровна"
    assert FullName("Ли", "Ян").short == "Ли\u00a0Я."
    assert str(split_full_name("мамедов али гасан ОГЛЫ")) == "Мамедов Али Гасан оглы"
    assert tidy_part("МакДональд") == "МакДональд"
    with pytest.raises(ValueError, match="фамилия и имя"):
        split_full_name("Иванова")


def test_order_puts_yo_beside_ye() -> None:
    names = ["Жукова", "Ёлкина", "Егорова", "Елисеева"]
    assert sorted(names, key=sort_key) == ["Егорова", "Елисеева", "Ёлкина", "Жукова"]


@pytest.mark.parametrize(
    ("father", "male", "female"),
    [
        ("Пётр", "Петрович", "Петровна"),
        ("Илья", "Ильич", "Ильинична"),
        ("Никита", "Никитич", "Никитична"),
        ("Юрий", "Юрьевич", "Юрьевна"),
        ("Дмитрий", "Дмитриевич", "Дмитриевна"),
        ("Сергей", "Сергеевич", "Сергеевна"),
        ("Игорь", "Игоревич", "Игоревна"),
        ("Лев", "Львович", "Львовна"),
        ("Олег", "Олегович", "Олеговна"),
        ("Кузьма", "Кузьмич", "Кузьминична"),
    ],
)
def test_patronymics(father, male, female) -> None:
    assert patronymic_of(father, "m") == male
    assert patronymic_of(father, "f") == female
    assert (sex_by_patronymic(male), sex_by_patronymic(female)) == ("m", "f")


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_key_is_stable_under_case_and_blanks(surname, name, patronymic) -> None:
    key = match_key(surname, name, patronymic)
    assert key.count("|") == 2
    assert match_key(f" {surname} ", f"{name}\u00a0", patronymic) == key
