"""The register of children for staff: list, card, import and export."""

from __future__ import annotations

from typing import Any

from opora.core import identifiers, names
from opora.core.registers import Action, Column, Filter, ImportColumn, Importer, Ref, Register, register
from opora.people import policy, registers_accounts, services_import  # noqa: F401  accounts declare themselves
from opora.people.models import Child


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


_SEXES = {"ж": "f", "д": "f", "f": "f", "w": "f", "м": "m", "m": "m"}


def _sex(value: Any) -> str:
    code = _SEXES.get(str(value).strip().lower()[:1], "")
    if not code:
        raise ValueError(f"«{value}» не понято, напишите «м» или «ж».")
    return code


def _complete(values: dict[str, Any]) -> None:
    """The key by which the same child is found, and the sex where the patronymic tells it."""
    last, first, father = (str(values.get(name) or "") for name in ("last_name", "first_name", "patronymic"))
    values["match_key"] = names.match_key(last, first, father)
    if not values.get("sex"):
        values["sex"] = names.sex_by_patronymic(father) or ""


children = register(
    Register(
        slug="children",
        model=Child,
        policy=policy.CHILD_REGISTER,
        about="Дети вашей территории или организации. Открытие карточки записывается в журнал.",
        menu="people",
        menu_order=10,
        icon="baby",
        columns=(
            Column("last_name", "Фамилия", sort="sort_name"),
            "first_name",
            "patronymic",
            "birth_date",
            Column("municipality", to="municipalities"),
            "locality",
            Column("identity", states={"confirmed": "positive", "unconfirmed": "neutral"}),
            Column("state", states={"living": "neutral", "provisional": "warning", "merged": "neutral"}),
        ),
        card=(
            "last_name",
            "first_name",
            "patronymic",
            "birth_date",
            "sex",
            Column("municipality", to="municipalities"),
            "locality",
            "school_name",
            "school_class",
            Column("identity", states={"confirmed": "positive", "unconfirmed": "neutral"}),
            Column("state", states={"living": "neutral", "provisional": "warning", "merged": "neutral"}),
        ),
        search=("sort_name",),
        filters=("municipality", "locality", "sex", "identity", "state", Filter("birth_date", "Дата рождения")),
        actions=(
            Action("Открыть в пункте приёма", "certificates:desk_child", action="serve", url_arg="public_id"),
            Action("Записать семью с бумаги", "certificates:desk_family", place="list", action="serve", url_arg=""),
        ),
        importer=Importer(
            columns=(
                ImportColumn("last_name", "Фамилия", parse=_part, insert_only=True),
                ImportColumn("first_name", "Имя", parse=_part, insert_only=True),
                ImportColumn("patronymic", "Отчество", parse=_patronymic, insert_only=True),
                ImportColumn("birth_date", "Дата рождения", insert_only=True),
                ImportColumn("sex", "Пол", parse=_sex, insert_only=True, required=False),
                ImportColumn(
                    "snils", "СНИЛС", parse=identifiers.snils, insert_only=True, hint="11 цифр, можно не указывать"
                ),
                ImportColumn(
                    "municipality",
                    "ОКТМО муниципалитета",
                    aliases=("муниципалитет", "район", "октмо"),
                    ref=Ref(by=("oktmo", "name", "short_name")),
                    required=True,
                ),
                ImportColumn(
                    "locality",
                    "Населённый пункт",
                    ref=Ref(by=("name",), within={"municipality_id": "municipality"}),
                ),
                ImportColumn("address", "Адрес", aliases=("адрес проживания",)),
                ImportColumn("school_name", "Школа", aliases=("образовательная организация",)),
                ImportColumn("school_class", "Класс"),
                ImportColumn("match_key", "Ключ совпадения", insert_only=True, exported=False),
            ),
            keys=(("snils",), ("match_key", "birth_date")),
            fill=_complete,
            filled=("match_key",),
            check=services_import.check,
            notice=services_import.queue_namesakes,
        ),
    )
)
