"""Registers of the territory: regions, municipalities, localities, centres and whom they serve, population, acts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q

from opora.core import identifiers
from opora.core.registers import Column, Filter, ImportColumn, Importer, Ref, Register, Section, SoftKey, register
from opora.core.registers.importing.declaration import Level
from opora.territory import forms, imports, policy
from opora.territory import registers_acts as registers_acts
from opora.territory.columns import MUNICIPALITY_COLUMN
from opora.territory.models import Centre, CentreService, Locality, Municipality, Population, Region
from opora.territory.services import TEMPORARY, ensure_regions

regions = register(
    Register(
        slug="regions",
        model=Region,
        policy=policy.regions,
        about="Субъекты Федерации, с которыми работает эта установка.",
        menu="territory",
        menu_order=90,
        icon="map",
        columns=("name", "code", "oktmo", "time_zone"),
        search=("sort_name", "code", "oktmo"),
        fields=("name", "code", "oktmo", "time_zone"),
        sections=(Section("Муниципалитеты", "municipalities", via="region", columns=("name", "oktmo", "kind")),),
        importer=Importer(
            columns=(
                ImportColumn("code", "Код", aliases=("код региона", "код субъекта")),
                ImportColumn("name", "Наименование", aliases=("регион", "субъект рф", "название")),
                ImportColumn("oktmo", "ОКТМО", parse=identifiers.oktmo),
                ImportColumn("time_zone", "Часовой пояс", keep_empty=True),
            ),
            keys=(("oktmo",),),
        ),
        public=True,
    )
)

municipalities = register(
    Register(
        slug="municipalities",
        model=Municipality,
        policy=policy.municipalities,
        about="Муниципальные районы и округа. Список можно загрузить из классификатора ОКТМО.",
        menu="territory",
        menu_order=10,
        icon="map-pin",
        # children live and organisations stand in districts and okrugs; settlements are only parts of them
        offered=~Q(kind=Municipality.Kind.SETTLEMENT),
        columns=("name", "oktmo", "kind", Column("region", to="regions"), "centre_name", "is_served"),
        card=(
            "name",
            "short_name",
            "oktmo",
            "parent_oktmo",
            "kind",
            Column("region", to="regions"),
            "centre_name",
            "time_zone",
            "is_served",
            "enrolment_opens_at",
        ),
        search=("sort_name", "short_name", "oktmo^"),
        filters=("region", "kind", "is_served"),
        form=forms.MunicipalityForm,
        sections=(
            Section("Населённые пункты", "localities", via="municipality", columns=("name", "kind")),
            Section("Опорные центры", "centres", via="municipality", columns=("name", "head_name", "phone")),
            Section("Организации", "organisations", via="municipality", columns=("short_name", "kind", "state")),
            Section("Численность детей", "population", via="municipality", columns=("year", "age", "count")),
        ),
        importer=Importer(
            columns=(
                ImportColumn("oktmo", "ОКТМО", aliases=("код октмо", "код"), parse=identifiers.oktmo),
                ImportColumn(
                    "name", "Наименование", aliases=("муниципалитет", "муниципальное образование", "название")
                ),
                ImportColumn("short_name", "Краткое наименование"),
                ImportColumn("kind", "Вид", aliases=("тип",)),
                ImportColumn(
                    "region",
                    "ОКТМО региона",
                    aliases=("регион", "субъект рф"),
                    ref=Ref(by=("oktmo", "name", "code"), resolve=ensure_regions),
                ),
                ImportColumn("parent_oktmo", "ОКТМО вышестоящего"),
                ImportColumn("centre_name", "Административный центр", aliases=("центр",)),
                ImportColumn("time_zone", "Часовой пояс", keep_empty=True),
                ImportColumn("latitude", "Широта"),
                ImportColumn("longitude", "Долгота"),
                ImportColumn("is_served", "Работает в системе"),
                ImportColumn("enrolment_opens_at", "Открытие записи"),
            ),
            keys=(("oktmo",),),
            # the classifier brings the real code of a municipality that an earlier import had to add
            soft_keys=(SoftKey(("region", "name"), only=f"substr(t.oktmo, 3, 3) = '{TEMPORARY}'"),),
            layouts=imports.LAYOUTS,
            fill=imports.fill,
            filled=("region", "time_zone"),
        ),
        public=True,
    )
)

localities = register(
    Register(
        slug="localities",
        model=Locality,
        policy=policy.localities,
        about="Города и сёла: по ним видно, где живут дети и где есть кружки.",
        menu="territory",
        menu_order=20,
        icon="house",
        columns=("name", "kind", Column("municipality", to="municipalities"), "is_urban", "oktmo"),
        search=("sort_name", "oktmo^"),
        filters=("municipality", "kind", "is_urban"),
        fields=("municipality", "name", "kind", "is_urban", "oktmo", "latitude", "longitude"),
        importer=Importer(
            columns=(
                MUNICIPALITY_COLUMN,
                ImportColumn("name", "Наименование", aliases=("населенный пункт", "название")),
                ImportColumn("kind", "Вид", aliases=("тип",)),
                ImportColumn("is_urban", "Городской"),
                ImportColumn("oktmo", "ОКТМО населённого пункта", parse=identifiers.oktmo),
                ImportColumn("latitude", "Широта"),
                ImportColumn("longitude", "Долгота"),
            ),
            keys=(("municipality", "name", "kind"),),
        ),
        public=True,
    )
)

centres = register(
    Register(
        slug="centres",
        model=Centre,
        policy=policy.centres,
        about="Муниципальные опорные центры: функция базовой организации, которая обслуживает целые муниципалитеты.",
        menu="territory",
        menu_order=30,
        icon="building-2",
        columns=("name", Column("municipality", to="municipalities"), "head_name", "phone", "is_active"),
        search=("sort_name", "head_name", "slug"),
        filters=("municipality", "is_active"),
        form=forms.CentreForm,
        card=(
            "name",
            "slug",
            Column("municipality", to="municipalities"),
            "head_name",
            "head_order",
            "founding_act",
            "founded_on",
            "address",
            "phone",
            "email",
            "website",
            "is_active",
        ),
        sections=(Section("Кого обслуживает", "centre_services", via="centre"),),
        importer=Importer(
            columns=(
                ImportColumn("slug", "Код", aliases=("код центра",)),
                ImportColumn("name", "Наименование", aliases=("центр", "название")),
                MUNICIPALITY_COLUMN,
                ImportColumn("head_name", "Руководитель"),
                ImportColumn("head_order", "Приказ о назначении руководителя"),
                ImportColumn("founding_act", "Акт о создании"),
                ImportColumn("founded_on", "Создан", aliases=("дата создания",)),
                ImportColumn("address", "Адрес"),
                ImportColumn("phone", "Телефон"),
                ImportColumn("email", "Электронная почта", aliases=("e-mail", "почта")),
                ImportColumn("website", "Сайт"),
                ImportColumn("is_active", "Действует"),
            ),
            keys=(("slug",),),
        ),
        public=True,
    )
)


def _term(values: Mapping[str, Any]) -> Iterable[tuple[str, str, str, Level]]:
    """A term does not end before it begins."""
    start, end = values.get("starts_on"), values.get("ends_on")
    if start and end and end < start:
        yield "По", "term", "Окончание раньше начала.", "error"


centre_services = register(
    Register(
        slug="centre_services",
        model=CentreService,
        policy=policy.centre_services,
        title="Обслуживаемые муниципалитеты",
        about="Какой центр какой муниципалитет обслуживает, по какому акту и с какого дня.",
        columns=(
            Column("centre", to="centres"),
            Column("municipality", to="municipalities"),
            "act",
            "starts_on",
            "ends_on",
        ),
        search=("centre__sort_name", "municipality__sort_name", "act"),
        filters=("centre", "municipality"),
        sort="-starts_on",
        fields=("centre", "municipality", "act", "starts_on", "ends_on"),
        importer=Importer(
            columns=(
                ImportColumn("centre", "Код центра", aliases=("центр",), ref=Ref(by=("slug", "name"))),
                MUNICIPALITY_COLUMN,
                ImportColumn("act", "Акт"),
                ImportColumn("starts_on", "С", aliases=("начало",)),
                ImportColumn("ends_on", "По", aliases=("окончание",)),
            ),
            keys=(("centre", "municipality", "starts_on"),),
            check=_term,
        ),
    )
)

population = register(
    Register(
        slug="population",
        model=Population,
        policy=policy.population,
        title="Численность детей",
        about="Сколько детей каждого возраста живёт в муниципалитете на 1 января. От неё считается охват.",
        menu="territory",
        menu_order=40,
        icon="users",
        columns=(Column("municipality", to="municipalities"), "year", "age", "count", "source", "source_date"),
        search=("municipality__sort_name", "source"),
        filters=("municipality", Filter("year"), Filter("age")),
        sort="-year",
        form=forms.PopulationForm,
        importer=Importer(
            columns=(
                MUNICIPALITY_COLUMN,
                ImportColumn("year", "Год"),
                ImportColumn("age", "Возраст", aliases=("возраст, полных лет", "лет")),
                ImportColumn("count", "Численность", aliases=("количество", "число детей", "население")),
                ImportColumn("source", "Источник"),
                ImportColumn("source_date", "Дата источника"),
            ),
            keys=(("municipality", "year", "age"),),
        ),
        public=True,
    )
)
