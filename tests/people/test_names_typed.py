"""Names as people type them: Cyrillic with hyphens and apostrophes; everything else is refused where it stands."""

from __future__ import annotations

import pytest

from opora.core import clock, identifiers, names
from opora.core.reasons import Refused
from opora.people import services
from opora.people.forms import WhereForm, WhoForm
from opora.people.services import ChildData
from opora.people.signup import SignupForm

REAL = (
    "Анна-Мария", "О’Нил", "О'Нил", "ибн Ахмад", "Мамед оглы", "Ёлкина", "Салтыков–Щедрин", "д’Артаньян", "Әлия",
    "Петрова - Водкина", "Кызы", "Ян",
)  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_real_names_are_names(name: str) -> None:
    assert names.spelling_problem(name) == ""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Anna", "не русские буквы: «Anna»"),
        ("Иванov", "не русские буквы: «Иванov»"),
        ("Мюller", "не русские буквы: «Мюller»"),
        ("Иван2", "Цифр в имени не бывает"),
        ("Пётр IV", "не русские буквы: «IV»"),
        ("Маша@", "Знака «@»"),
        ("Маша (Мария)", "Знака «(»"),
    ],
)
def test_other_letters_and_signs_are_named(name: str, said: str) -> None:
    assert said in names.spelling_problem(name)


def test_latin_letters_that_look_cyrillic_are_put_right() -> None:
    assert names.spelling_problem("Aннa") == ""
    assert names.tidy_part("Aннa") == "Анна"


@pytest.mark.parametrize("text", ["", "-", "нет", "б/о", "не имеет"])
def test_no_patronymic_is_no_mistake(text: str) -> None:
    assert names.spelling_problem(text) == ""


def test_the_form_says_it_at_the_field() -> None:
    form = WhoForm({"last_name": "Ivanov", "first_name": "Пётр", "birth_date": "2016-05-14", "sex": "m"})
    assert not form.is_valid()
    assert form.errors.as_data().keys() == {"last_name"}
    assert "Напишите русскими" in str(form.errors["last_name"])


def test_the_registration_asks_for_letters() -> None:
    form = SignupForm({"last_name": "---", "first_name": "Anna", "consent": "on"})
    assert not form.is_valid()
    assert form.errors.keys() == {"last_name", "first_name"}


@pytest.mark.django_db
def test_the_service_refuses_what_the_form_did_not_see() -> None:
    data = ChildData(
        last_name="Smith", first_name="Джон", patronymic="J", birth_date=clock.today().replace(year=2016), sex="m",
        locality_id=1,
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        services.tidy(data)
    assert [(one.code, one.field) for one in refused.value.reasons] == [
        ("name_spelling", "last_name"),
        ("name_spelling", "patronymic"),
    ]


@pytest.mark.django_db
def test_a_wrong_number_is_not_named_twice() -> None:
    form = WhereForm({"locality": "", "snils": "112-233-445 96"})
    form.is_valid()
    assert form.errors["snils"] == ["Контрольное число не сходится, проверьте, нет ли опечатки."]


def test_a_message_without_its_number_stays_whole() -> None:
    assert identifiers.at_its_field(ValueError("нужны буквы")) == "Нужны буквы"
    assert identifiers.at_its_field(ValueError("ОКТМО 123: контрольное число")) == "Контрольное число"
