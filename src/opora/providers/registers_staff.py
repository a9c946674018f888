"""Registers of the people of organisations: staff and signatories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q

from opora.core import clock
from opora.core.registers import Column, Filter, ImportColumn, Importer, Register, register
from opora.core.registers.importing.declaration import Level
from opora.providers import forms, policy, rules
from opora.providers.columns import ORGANISATION, check_term
from opora.providers.models import Signatory, Staff


def _working(value: str) -> Q:
    return Q(left_on__isnull=value == "1")


SEX = {"f": "женский", "m": "мужской"}
LACKING = Q(sex="") | Q(birth_date=None) | Q(education_level="")
"""Workers of whom form 1-ДОП does not know all that it asks."""


def _check_birth(values: Mapping[str, Any]) -> Iterable[tuple[str, str, str, Level]]:
    today = clock.today(clock.EASTERNMOST)
    problem = rules.birth_problem(values.get("birth_date"), values.get("hired_on"), today)
    if problem:
        yield "Дата рождения", "birth", problem, "error"


staff = register(
    Register(
        slug="staff",
        model=Staff,
        policy=policy.staff,
        about="Руководители, педагоги, методисты. Педагоги ведут группы.",
        menu="people",
        menu_order=30,
        icon="graduation-cap",
        columns=(
            "last_name",
            "first_name",
            "patronymic",
            "post",
            Column("organisation", to="organisations"),
            "kind",
            "qualification",
            "left_on",
        ),
        search=("sort_name", "post"),
        filters=(
            "organisation",
            Filter("municipality", "Муниципалитет", path="organisation__municipality"),
            "kind",
            "qualification",
            Filter(
                "working",
                "Работает сейчас",
                options=lambda actor: [("1", "Да"), ("0", "Уволен")],
                apply=lambda actor, value: _working(value),
            ),
            Filter(
                "form",
                "Сведения для 1-ДОП",
                options=lambda actor: [("0", "Внесены не все"), ("1", "Внесены")],
                apply=lambda actor, value: LACKING if value == "0" else ~LACKING,
            ),
        ),
        form=forms.StaffForm,
        importer=Importer(
            columns=(
                ORGANISATION,
                ImportColumn("last_name", "Фамилия"),
                ImportColumn("first_name", "Имя"),
                ImportColumn("patronymic", "Отчество"),
                ImportColumn("kind", "Вид работника", aliases=("вид",)),
                ImportColumn("post", "Должность"),
                ImportColumn("qualification", "Категория", aliases=("квалификационная категория",)),
                ImportColumn("education", "Образование"),
                ImportColumn("education_level", "Уровень образования"),
                ImportColumn("is_pedagogical", "Педагогическое", aliases=("образование педагогическое",)),
                ImportColumn("sex", "Пол", choices=SEX),
                ImportColumn("birth_date", "Дата рождения"),
                ImportColumn("is_external", "Внешний совместитель", aliases=("совместитель",)),
                ImportColumn("hired_on", "Работает с", aliases=("дата приема",)),
                ImportColumn("left_on", "Уволен", aliases=("дата увольнения",)),
            ),
            keys=(("organisation", "last_name", "first_name", "patronymic?", "post"),),
            check=_check_birth,
        ),
    )
)


signatories = register(
    Register(
        slug="signatories",
        model=Signatory,
        policy=policy.signatories,
        about="Кто подписывает договоры и приказы организации, на каком основании и до какого дня.",
        menu="providers",
        menu_order=40,
        icon="pencil",
        columns=(
            "name",
            "post",
            Column("organisation", to="organisations"),
            "ground",
            "starts_on",
            "ends_on",
            "is_deputy",
        ),
        search=("name", "post", "organisation__sort_name"),
        filters=("organisation", "is_deputy", Filter("ends_on", "Действует по")),
        sort="name",
        fields=("organisation", "name", "post", "ground", "starts_on", "ends_on", "is_deputy"),
        importer=Importer(
            columns=(
                ORGANISATION,
                ImportColumn("name", "Фамилия, имя, отчество", aliases=("фио", "подписант")),
                ImportColumn("post", "Должность"),
                ImportColumn("ground", "Основание"),
                ImportColumn("starts_on", "С", aliases=("начало",)),
                ImportColumn("ends_on", "По", aliases=("окончание",)),
                ImportColumn("is_deputy", "Заместитель"),
            ),
            keys=(("organisation", "name", "starts_on"),),
            check=check_term,
        ),
    )
)
