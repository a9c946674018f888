"""What a class list as a file holds: the columns as schools write them; a file of a class, a school or a municipality."""

from __future__ import annotations

from typing import Any

from opora.core import identifiers, names
from opora.core.registers import ImportColumn, Importer, Ref
from opora.outreach import rules, services
from opora.outreach.models import CATEGORIES


def _part(value: Any) -> str:
    text = names.tidy_part(str(value))
    if not names.part_key(text):
        raise ValueError("нужны буквы.")
    return _spelt(text)


def _spelt(text: str) -> str:
    if problem := names.spelling_problem(text):
        raise ValueError(problem)
    return text


def _patronymic(value: Any) -> str:
    return _spelt(names.tidy_patronymic(str(value)))


def _class(value: Any) -> str:
    return str(rules.school_class(value))


PUPILS = Importer(
    columns=(
        ImportColumn(
            "class_list",
            "Школа",
            aliases=("список", "код школы", "школа список", "образовательная организация", "организация"),
            ref=Ref(by=("key",), resolve=services.lists_named),
            required=True,
            hint="Название, код или ИНН школы; не нужна, если файл об одной школе",
        ),
        ImportColumn("last_name", "Фамилия", parse=_part, required=True),
        ImportColumn("first_name", "Имя", parse=_part, required=True),
        ImportColumn("patronymic", "Отчество", parse=_patronymic),
        ImportColumn("birth_date", "Дата рождения", aliases=("родился", "др"), required=True),
        ImportColumn("school_class", "Класс", parse=_class, required=True, hint="Класс с буквой: 5А"),
        ImportColumn(
            "letter",
            "Буква класса",
            aliases=("буква", "литера", "литер"),
            parse=rules.class_letter,
            required=False,
            exported=False,
            hint="Если буква стоит в отдельной колонке",
        ),
        ImportColumn("snils", "СНИЛС", parse=identifiers.snils, keep_empty=True, hint="11 цифр, можно не указывать"),
        ImportColumn(
            "categories",
            "Категория",
            aliases=("категории", "льготная категория"),
            choices=CATEGORIES,
            hint="ОВЗ, инвалид, ТЖС, одарённый, многодетная …; несколько через запятую",
        ),
        ImportColumn(
            "guardian_name",
            "Представитель",
            aliases=("родитель", "законный представитель", "фио родителя"),
            keep_empty=True,
        ),
        ImportColumn(
            "guardian_contact",
            "Контакт представителя",
            keep_empty=True,
            aliases=("контакт", "телефон", "телефон родителя", "контакт родителя", "электронная почта"),
            hint="Телефон или электронная почта",
        ),
    ),
    keys=(("class_list", "snils"), ("class_list", "match_key", "birth_date")),
    fill=services.complete,
    derive=services.derive,
    derived=("grade", "letter", "match_key"),
    derived_insert_only=False,
    check=services.check,
    finish=services.finish,
    parent="class_list",
    parent_default=services.own_list,
)
