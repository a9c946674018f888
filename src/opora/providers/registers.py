"""Registers of providers: organisations, venues, functions, organisations served by a centre; people apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from opora.core import identifiers
from opora.core.registers import Column, Filter, ImportColumn, Importer, Ref, Register, Section, SoftKey, register
from opora.core.registers.importing.declaration import Level
from opora.providers import forms, imports, policy, queries, services
from opora.providers import registers_inventory as registers_inventory
from opora.providers import registers_staff as registers_staff
from opora.providers.columns import ORGANISATION, check_term
from opora.providers.models import Organisation, OrganisationFunction, ServedOrganisation, Venue

STATES = {"active": "positive", "archived": "neutral"}
LOCALITY_REF = Ref(by=("name",), within={"municipality_id": "municipality"})


def _check_organisation(values: Mapping[str, Any]) -> Iterable[tuple[str, str, str, Level]]:
    """Accounts fit the bank; a repeated look at what only a whole row tells."""
    for name, title in (("bank_account", "Расчётный счёт"), ("treasury_account", "Единый казначейский счёт")):
        if values.get(name):
            try:
                identifiers.bank_account(values[name], values.get("bank_bik"))
            except ValueError as error:
                yield title, "check_digit", str(error), "error"


def _derive_organisation(values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"slug": services.slug_of(values.get("short_name") or values.get("full_name") or "")}


organisations = register(
    Register(
        slug="organisations",
        model=Organisation,
        policy=policy.organisations,
        about="Организации и предприниматели, которые учат детей. Список можно загрузить из файла.",
        menu="providers",
        menu_order=10,
        icon="school",
        columns=(
            "short_name",
            Column("municipality", to="municipalities"),
            "kind",
            "department",
            "inn",
            "phone",
            Column("state", states=STATES),
        ),
        card=(
            "full_name",
            "short_name",
            "kind",
            "department",
            "ownership",
            "is_branch",
            Column("municipality", to="municipalities"),
            Column("locality", to="localities"),
            "address",
            "inn",
            "kpp",
            "ogrn",
            "phone",
            "email",
            "website",
            "head_name",
            "founded_on",
            "licence_number",
            "licence_issuer",
            "licence_until",
            "provider_since",
            "provider_decision",
            "bank_name",
            "bank_bik",
            "bank_account",
            "treasury_account",
            Column("state", states=STATES),
        ),
        search=("sort_name", "full_name", "inn^", "ogrn^"),
        filters=(
            "municipality",
            "kind",
            "department",
            "ownership",
            "state",
            Filter(
                "lacks",
                "Чего не хватает",
                options=lambda actor: [("venues", "Площадки"), ("signatories", "Подписанта"), ("licence", "Лицензии")],
                apply=lambda actor, value: queries.lacking(value),
            ),
        ),
        form=forms.OrganisationForm,
        save=services.save_organisation,
        sections=(
            Section("Площадки", "venues", via="organisation", columns=("name", "address", "is_active")),
            Section("Работники", "staff", via="organisation", columns=("last_name", "first_name", "post")),
            Section("Подписанты", "signatories", via="organisation", columns=("name", "post", "ends_on")),
            Section("Функции", "functions", via="organisation", columns=("kind", "topic", "ends_on")),
            Section("Программы", "programmes", via="organisation"),
        ),
        importer=Importer(
            columns=(
                ImportColumn("slug", "Код", aliases=("код организации",), insert_only=True),
                ImportColumn("full_name", "Полное наименование"),
                ImportColumn("short_name", "Краткое наименование", aliases=("наименование", "организация", "название")),
                ImportColumn(
                    "municipality",
                    "ОКТМО муниципалитета",
                    aliases=("муниципалитет", "муниципальное образование", "октмо", "район"),
                    ref=Ref(by=("oktmo", "name", "short_name"), resolve=services.municipalities_of_addresses),
                ),
                ImportColumn("locality", "Населённый пункт", ref=LOCALITY_REF),
                ImportColumn("kind", "Вид", aliases=("тип", "тип организации")),
                ImportColumn("department", "Ведомство"),
                ImportColumn("ownership", "Собственность", aliases=("форма собственности",)),
                ImportColumn("is_branch", "Филиал"),
                ImportColumn("inn", "ИНН", parse=identifiers.inn),
                ImportColumn("kpp", "КПП", parse=identifiers.kpp),
                ImportColumn("ogrn", "ОГРН", aliases=("огрнип",), parse=identifiers.ogrn),
                ImportColumn("okfs", "ОКФС"),
                ImportColumn("okopf", "ОКОПФ"),
                ImportColumn("address", "Адрес", aliases=("юридический адрес",)),
                ImportColumn("latitude", "Широта"),
                ImportColumn("longitude", "Долгота"),
                ImportColumn("phone", "Телефон", aliases=("номер телефона",)),
                ImportColumn("email", "Электронная почта", aliases=("e-mail", "почта", "адрес электронной почты")),
                ImportColumn("website", "Сайт", aliases=("адрес сайта",)),
                ImportColumn("head_name", "Руководитель", aliases=("фио руководителя", "директор")),
                ImportColumn("founded_on", "Дата создания"),
                ImportColumn("licence_number", "Лицензия", aliases=("номер лицензии",)),
                ImportColumn("licence_issuer", "Кем выдана лицензия"),
                ImportColumn("licence_until", "Срок лицензии"),
                ImportColumn("provider_since", "В реестре поставщиков с"),
                ImportColumn("provider_decision", "Решение о включении"),
                ImportColumn("bank_name", "Банк"),
                ImportColumn("bank_bik", "БИК", parse=identifiers.bik),
                ImportColumn("bank_account", "Расчётный счёт", aliases=("казначейский счёт",)),
                ImportColumn("treasury_account", "Единый казначейский счёт"),
                ImportColumn("state", "Состояние"),
                ImportColumn("external_key", "Номер в другой системе"),
                ImportColumn("declared", "Заявленные сведения"),
            ),
            keys=(("slug",), ("external_key",)),
            soft_keys=(SoftKey(("inn", "kpp?")), SoftKey(("inn",))),
            layouts=imports.LAYOUTS,
            check=_check_organisation,
            derive=_derive_organisation,
            derived=("slug",),
            distinct=("slug",),
        ),
        public=True,
    )
)

venues = register(
    Register(
        slug="venues",
        model=Venue,
        policy=policy.venues,
        about="Где проходят занятия: адрес, место на карте, доступная среда.",
        menu="providers",
        menu_order=20,
        icon="map-pin",
        columns=(
            "name",
            Column("organisation", to="organisations"),
            "address",
            Column("locality", to="localities"),
            "is_active",
        ),
        card=(
            "name",
            Column("organisation", to="organisations"),
            "address",
            Column("locality", to="localities"),
            "latitude",
            "longitude",
            Column("accessibility", choices=forms.ACCESSIBILITY),
            "is_active",
        ),
        search=("sort_name", "address", "organisation__sort_name"),
        filters=(
            "organisation",
            Filter("municipality", "Муниципалитет", path="organisation__municipality"),
            "is_active",
        ),
        form=forms.VenueForm,
        importer=Importer(
            columns=(
                ORGANISATION,
                ImportColumn("name", "Название", aliases=("площадка", "наименование")),
                ImportColumn("address", "Адрес"),
                ImportColumn("latitude", "Широта"),
                ImportColumn("longitude", "Долгота"),
                ImportColumn("accessibility", "Доступная среда", choices=forms.ACCESSIBILITY),
                ImportColumn("is_active", "Действует"),
            ),
            keys=(("organisation", "name", "address"),),
        ),
        public=True,
    )
)

functions = register(
    Register(
        slug="functions",
        model=OrganisationFunction,
        policy=policy.functions,
        about="Кому какая функция поручена: база центра, ресурсный центр, пилотная площадка, пункт приёма.",
        menu="providers",
        menu_order=50,
        icon="clipboard-check",
        columns=(
            "kind",
            Column("organisation", "Организация", to="organisations"),
            Column("centre", "Центр", to="centres"),
            "topic",
            "act",
            "starts_on",
            "ends_on",
        ),
        search=("organisation__sort_name", "topic", "act"),
        filters=("kind", Filter("organisation", "Организация"), Filter("centre", "Центр")),
        sort="-starts_on",
        fields=("organisation", "kind", "centre", "topic", "act", "starts_on", "ends_on"),
        importer=Importer(
            columns=(
                ORGANISATION,
                ImportColumn("kind", "Функция"),
                ImportColumn("centre", "Код центра", aliases=("центр",), ref=Ref(by=("slug", "name"))),
                ImportColumn("topic", "Тема"),
                ImportColumn("act", "Акт"),
                ImportColumn("starts_on", "С", aliases=("начало",)),
                ImportColumn("ends_on", "По", aliases=("окончание",)),
            ),
            keys=(("organisation", "kind", "topic?", "starts_on"),),
            check=check_term,
        ),
    )
)

served_organisations = register(
    Register(
        slug="served_organisations",
        model=ServedOrganisation,
        policy=policy.served_organisations,
        about="Отдельные организации, которые центр обслуживает сверх целых муниципалитетов.",
        columns=(
            Column("organisation", "Организация", to="organisations"),
            Column("centre", "Центр", to="centres"),
            "act",
            "starts_on",
            "ends_on",
        ),
        search=("organisation__sort_name", "centre__sort_name", "act"),
        filters=(Filter("centre", "Центр"),),
        sort="-starts_on",
        fields=("centre", "organisation", "act", "starts_on", "ends_on"),
        importer=Importer(
            columns=(
                ImportColumn("centre", "Код центра", aliases=("центр",), ref=Ref(by=("slug", "name"))),
                ORGANISATION,
                ImportColumn("act", "Акт"),
                ImportColumn("starts_on", "С", aliases=("начало",)),
                ImportColumn("ends_on", "По", aliases=("окончание",)),
            ),
            keys=(("centre", "organisation", "starts_on"),),
            check=check_term,
        ),
    )
)
