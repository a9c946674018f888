"""Registers of partners and agreements (G3)."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from opora.core import identifiers
from opora.core.access import Actor
from opora.core.registers import Column, Filter, ImportColumn, Importer, Ref, Register, Section, register
from opora.methodics import forms, policy, queries, services
from opora.methodics import registers_staff as registers_staff
from opora.methodics.models import Agreement, Partner
from opora.providers.queries import today_of
from opora.territory.columns import MUNICIPALITY_COLUMN

STATES = {"draft": "neutral", "signed": "positive", "terminated": "danger"}


def _inn(value: Any) -> str:
    return identifiers.inn(value)


partners = register(
    Register(
        slug="partners",
        model=Partner,
        policy=policy.partners,
        about="С кем работает центр: сетевые партнёры, бизнес, вузы, некоммерческие организации.",
        menu="methodics",
        menu_order=10,
        icon="hand-heart",
        columns=(
            "name",
            "kind",
            Column("municipality", to="municipalities"),
            Column("agreements_all", "Соглашений", annotate=Count("agreements"), kind="number"),
            "contact",
            "phone",
        ),
        card=(
            "name",
            "kind",
            Column("municipality", to="municipalities"),
            "inn",
            "contact",
            "phone",
            "email",
            "website",
            "about",
        ),
        search=("sort_name", "inn^", "contact"),
        filters=("kind", "municipality"),
        form=forms.PartnerForm,
        sections=(
            Section("Соглашения", "agreements", via="partner", columns=("number", "signed_on", "topic", "ends_on", "state")),
        ),
        importer=Importer(
            columns=(
                MUNICIPALITY_COLUMN,
                ImportColumn("kind", "Вид", aliases=("вид партнера", "тип")),
                ImportColumn("name", "Наименование", aliases=("партнер", "организация", "название")),
                ImportColumn("inn", "ИНН", parse=_inn),
                ImportColumn("contact", "Контактное лицо", aliases=("контакт",)),
                ImportColumn("phone", "Телефон"),
                ImportColumn("email", "Электронная почта", aliases=("e-mail", "почта")),
                ImportColumn("website", "Сайт"),
                ImportColumn("about", "Чем полезен"),
            ),
            keys=(("municipality", "name"),),
            parent="municipality",
        ),
    )
)  # fmt: skip


def _term(actor: Actor, value: str) -> Q:
    today = today_of(actor)
    if value == "ending":
        return queries.in_force(today) & Q(ends_on__lte=today + queries.SOON)
    return queries.in_force(today) if value == "now" else Q(ends_on__lt=today)


def _programmes(actor: Actor, row: Agreement) -> tuple[list[str], list[list[Any]]]:
    rows = row.programmes.select_related("organisation").order_by("sort_name")
    lines = [
        [(one.name, f"/office/programmes/{one.pk}/"), str(one.organisation), one.get_state_display()] for one in rows
    ]
    return ["Программа", "Организация", "Состояние"], lines


agreements = register(
    Register(
        slug="agreements",
        model=Agreement,
        policy=policy.agreements,
        about="Соглашения центра с партнёрами: тема, срок, сетевые программы, которые на них стоят.",
        menu="methodics",
        menu_order=12,
        icon="signature",
        columns=(
            "number",
            "signed_on",
            Column("partner", to="partners"),
            "topic",
            "ends_on",
            Column("state", states=STATES),
            Column("centre", to="centres"),
        ),
        card=(
            "number",
            "signed_on",
            Column("centre", to="centres"),
            Column("partner", to="partners"),
            Column("partner_kind", "Вид партнёра", path="partner__kind"),
            "topic",
            "subject",
            "starts_on",
            "ends_on",
            Column("state", states=STATES),
            "responsible",
        ),
        search=("number", "subject", "partner__sort_name"),
        filters=(
            Filter("kind", "Вид партнёра", path="partner__kind"),
            "topic",
            "state",
            "centre",
            "partner",
            Filter("signed_on", "Подписано"),
            Filter(
                "term",
                "Срок",
                options=lambda actor: [("now", "Действуют"), ("ending", "Скоро закончатся"), ("over", "Закончились")],
                apply=_term,
            ),
        ),
        sort="-signed_on",
        form=forms.AgreementForm,
        save=services.save_agreement,
        files=True,
        sections=(Section("Сетевые программы", rows=_programmes),),
        importer=Importer(
            columns=(
                ImportColumn("centre", "Код центра", aliases=("центр",), ref=Ref(by=("slug", "name"))),
                ImportColumn("partner", "Партнёр", aliases=("партнер", "с кем"), ref=Ref(by=("name", "inn"))),
                ImportColumn("number", "Номер", aliases=("№", "номер соглашения")),
                ImportColumn("signed_on", "Дата подписания", aliases=("дата", "подписано")),
                ImportColumn("topic", "Тема взаимодействия", aliases=("тема",)),
                ImportColumn("subject", "Предмет", aliases=("предмет соглашения",)),
                ImportColumn("starts_on", "Действует с", aliases=("начало",)),
                ImportColumn("ends_on", "Действует по", aliases=("окончание", "срок")),
                ImportColumn("state", "Состояние", keep_empty=True),
                ImportColumn("responsible", "Ответственный в центре", aliases=("ответственный",)),
            ),
            keys=(("centre", "number", "signed_on"),),
            parent="centre",
        ),
    )
)  # fmt: skip
