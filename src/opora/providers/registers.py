"""Registers of providers: organisations, venues, staff, signatories, functions, organisations served by a centre."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from opora.core import identifiers
from opora.core.registers import Column, Filter, ImportColumn, Importer, Ref, Register, Section, SoftKey, register
from opora.core.registers.importing.declaration import Level
from opora.providers import forms, imports, policy, queries, services
from opora.providers.models import Organisation, OrganisationFunction, ServedOrganisation, Signatory, Staff, Venue

STATES = {"active": "positive", "archived": "neutral"}
ORGANISATION = ImportColumn(
    "organisation",
    "Код организации",
    aliases=("организация", "инн организации", "поставщик"),
    ref=Ref(by=("slug", "inn", "short_name", "full_name")),
)
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


def _term(values: Mapping[str, Any]) -> Iterable[tuple[str, str, str, Level]]:
    start, end = values.get("starts_on"), values.get("ends_on")
    if start and end and end < start:
        yield "По", "term", "Окончание раньше начала.", "error"


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
                ImportColumn("hired_on", "Работает с", aliases=("дата приема",)),
                ImportColumn("left_on", "Уволен", aliases=("дата увольнения",)),
            ),
            keys=(("organisation", "last_name", "first_name", "patronymic?", "post"),),
        ),
    )
)


def _working(value: str) -> Any:
    from django.db.models import Q

    return Q(left_on__isnull=value == "1")


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
            check=_term,
        ),
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
            check=_term,
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
            check=_term,
        ),
    )
)
