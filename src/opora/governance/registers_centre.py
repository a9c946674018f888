"""Registers of the structure of a centre (A3): units with their terms and results, workers."""

from __future__ import annotations

from django.db.models import Q

from opora.core.access import Actor
from opora.core.registers import Column, Filter, ImportColumn, Importer, Ref, Register, Section, register
from opora.governance import forms, policy, queries
from opora.governance.models import CentreMember, CentreUnit
from opora.providers.columns import STAFF, STAFF_COLUMN, check_term
from opora.providers.queries import today_of


def _working(actor: Actor, value: str) -> Q:
    condition = queries.on(today_of(actor))
    return condition if value == "1" else ~condition


WORKING = Filter(
    "working",
    "Работает сейчас",
    options=lambda actor: [("1", "Да"), ("0", "Нет")],
    apply=_working,
)
CENTRE = ImportColumn("centre", "Код центра", aliases=("центр",), ref=Ref(by=("slug", "name")))

centre_units = register(
    Register(
        slug="centre_units",
        model=CentreUnit,
        policy=policy.units,
        about="Отделы, временные творческие группы, лаборатории и проектные офисы центра: задача, срок, результат.",
        menu="territory",
        menu_order=32,
        icon="layout-dashboard",
        columns=("name", "kind", Column("centre", to="centres"), "starts_on", "ends_on", "result"),
        card=(
            "name",
            "kind",
            Column("centre", to="centres"),
            "task",
            Column("act", to="legal_acts"),
            "starts_on",
            "ends_on",
            "result",
        ),
        search=("sort_name", "task"),
        filters=("centre", "kind", WORKING, Filter("ends_on", "Работает по")),
        form=forms.UnitForm,
        files=True,
        sections=(Section("Состав", "centre_members", via="unit", columns=("staff", "role", "post", "ends_on")),),
        importer=Importer(
            columns=(
                CENTRE,
                ImportColumn("kind", "Вид"),
                ImportColumn("name", "Название", aliases=("подразделение",)),
                ImportColumn("task", "Задача"),
                ImportColumn("starts_on", "Создан с", aliases=("с", "начало")),
                ImportColumn("ends_on", "Работает по", aliases=("по", "окончание")),
                ImportColumn("result", "Результат"),
            ),
            keys=(("centre", "name", "starts_on"),),
        ),
    )
)

centre_members = register(
    Register(
        slug="centre_members",
        model=CentreMember,
        policy=policy.members,
        about="Кто работает в центре: должность, доля ставки, подразделение.",
        menu="people",
        menu_order=32,
        icon="users",
        columns=(
            STAFF_COLUMN,
            "post",
            "role",
            Column("centre", to="centres"),
            Column("unit", to="centre_units"),
            "rate",
            "ends_on",
        ),
        search=("staff__sort_name", "post"),
        filters=("centre", "unit", "role", WORKING),
        sort="staff__sort_name",
        form=forms.MemberForm,
        importer=Importer(
            columns=(
                CENTRE,
                STAFF,
                ImportColumn("role", "Роль"),
                ImportColumn("post", "Должность в центре", aliases=("должность",)),
                ImportColumn("rate", "Доля ставки", aliases=("ставка",)),
                ImportColumn("starts_on", "С", aliases=("начало",)),
                ImportColumn("ends_on", "По", aliases=("окончание",)),
            ),
            keys=(("centre", "staff", "starts_on"),),
            check=check_term,
        ),
    )
)
