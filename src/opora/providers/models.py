"""Providers: organisations and individual entrepreneurs, venues, staff, functions, signatories (B1, B2)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now

from opora.core.fields import sort_name
from opora.core.personal import OFFICIAL, STAFF
from opora.providers import models_inventory  # noqa: F401  its tables belong to this room


class Organisation(models.Model):
    """A provider: any kind of organisation or an individual entrepreneur that teaches supplementary programmes."""

    class Kind(models.TextChoices):
        SUPPLEMENTARY = "supplementary", "Организация дополнительного образования"
        SPORT = "sport", "Спортивная школа"
        ARTS = "arts", "Школа искусств"
        SCHOOL = "school", "Общеобразовательная организация"
        PRESCHOOL = "preschool", "Дошкольная организация"
        PROFESSIONAL = "professional", "Профессиональная организация"
        HIGHER = "higher", "Организация высшего образования"
        PSYCHOLOGICAL = "psychological", "Психолого-педагогический центр"
        CULTURE = "culture", "Организация культуры"
        ENTREPRENEUR = "entrepreneur", "Индивидуальный предприниматель"
        OTHER = "other", "Иная организация"

    class Department(models.TextChoices):
        EDUCATION = "education", "Образование"
        CULTURE = "culture", "Культура"
        SPORT = "sport", "Спорт"
        YOUTH = "youth", "Молодёжная политика"
        SOCIAL = "social", "Социальная защита"
        OTHER = "other", "Иное"

    class Ownership(models.TextChoices):
        MUNICIPAL = "municipal", "Муниципальная"
        STATE = "state", "Государственная"
        PRIVATE = "private", "Частная"

    class State(models.TextChoices):
        ACTIVE = "active", "Действует"
        ARCHIVED = "archived", "В архиве"

    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    locality = models.ForeignKey(
        "territory.Locality", on_delete=models.PROTECT, null=True, blank=True, verbose_name="населённый пункт"
    )
    slug = models.SlugField("код", max_length=80, unique=True)
    full_name = models.CharField("полное наименование", max_length=600)
    short_name = models.CharField("краткое наименование", max_length=250)
    kind = models.CharField("вид", max_length=16, choices=Kind.choices)
    department = models.CharField("ведомство", max_length=12, choices=Department.choices, default=Department.EDUCATION)
    ownership = models.CharField("собственность", max_length=10, choices=Ownership.choices, default=Ownership.MUNICIPAL)
    is_branch = models.BooleanField("филиал", default=False)
    inn = models.CharField("ИНН", max_length=12, blank=True, db_index=True)
    kpp = models.CharField("КПП", max_length=9, blank=True)
    ogrn = models.CharField("ОГРН", max_length=15, blank=True)
    okfs = models.CharField("ОКФС", max_length=120, blank=True)
    okopf = models.CharField("ОКОПФ", max_length=200, blank=True)
    address = models.CharField("адрес", max_length=400, blank=True)
    latitude = models.FloatField("широта", null=True, blank=True)
    longitude = models.FloatField("долгота", null=True, blank=True)
    phone = models.CharField("телефон", max_length=120, blank=True)
    email = models.CharField("электронная почта", max_length=200, blank=True)
    website = models.CharField("сайт", max_length=250, blank=True)
    head_name = models.CharField("руководитель", max_length=200, blank=True)
    founded_on = models.DateField("дата создания", null=True, blank=True)
    licence_number = models.CharField("лицензия", max_length=120, blank=True)
    licence_issuer = models.CharField("кем выдана лицензия", max_length=300, blank=True)
    licence_until = models.CharField("срок лицензии", max_length=60, blank=True)
    provider_since = models.DateField("в реестре поставщиков с", null=True, blank=True)
    provider_decision = models.CharField("решение о включении", max_length=250, blank=True)
    declared = models.JSONField("заявленные сведения", default=dict, blank=True)
    """Figures an organisation declared elsewhere (learners by focus area, staff): kept as told, never shown as ours."""
    bank_name = models.CharField("банк", max_length=250, blank=True)
    bank_bik = models.CharField("БИК", max_length=9, blank=True)
    bank_account = models.CharField("расчётный или казначейский счёт", max_length=20, blank=True)
    treasury_account = models.CharField("единый казначейский счёт", max_length=20, blank=True)
    state = models.CharField("состояние", max_length=10, choices=State.choices, default=State.ACTIVE)
    external_key = models.CharField("номер в другой системе", max_length=60, blank=True)
    created_at = models.DateTimeField("создана", db_default=Now())
    sort_name = sort_name("short_name")
    PERSONAL = {"head_name": OFFICIAL}

    class Meta:
        db_table = "organisation"
        verbose_name = "организация"
        verbose_name_plural = "организации"
        ordering = ["sort_name", "id"]
        indexes = [models.Index(fields=["municipality", "state"])]

    def __str__(self) -> str:
        return self.short_name


class OrganisationFunction(models.Model):
    """A function given to an organisation with its act and term (centre host, resource centre, pilot site …)."""

    class Kind(models.TextChoices):
        CENTRE_HOST = "centre_host", "База опорного центра"
        RESOURCE_CENTRE = "resource_centre", "Ресурсный центр"
        BASE = "base", "Базовая организация"
        PILOT_SITE = "pilot_site", "Пилотная площадка"
        PLACEMENT_SITE = "placement_site", "Стажировочная площадка"
        DESK = "desk", "Пункт приёма заявлений"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="functions")
    centre = models.ForeignKey("territory.Centre", on_delete=models.PROTECT, null=True, blank=True)
    kind = models.CharField("функция", max_length=16, choices=Kind.choices)
    topic = models.CharField("тема", max_length=250, blank=True)
    act = models.CharField("акт", max_length=300, blank=True)
    starts_on = models.DateField("с")
    ends_on = models.DateField("по", null=True, blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "organisation_function"
        verbose_name = "функция организации"
        verbose_name_plural = "функции организаций"

    def __str__(self) -> str:
        return self.get_kind_display()


class ServedOrganisation(models.Model):
    """A single organisation that a centre serves by an act, besides whole municipalities (A1)."""

    centre = models.ForeignKey("territory.Centre", on_delete=models.PROTECT, related_name="served_organisations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    act = models.CharField("акт", max_length=300, blank=True)
    starts_on = models.DateField("с")
    ends_on = models.DateField("по", null=True, blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "served_organisation"
        verbose_name = "обслуживаемая организация"
        verbose_name_plural = "обслуживаемые организации"

    def __str__(self) -> str:
        return f"{self.centre}: {self.organisation}"


class Venue(models.Model):
    """A place where lessons are held (площадка)."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="venues", verbose_name="организация"
    )
    locality = models.ForeignKey(
        "territory.Locality", on_delete=models.PROTECT, null=True, blank=True, verbose_name="населённый пункт"
    )
    name = models.CharField("название", max_length=200)
    address = models.CharField("адрес", max_length=400)
    latitude = models.FloatField("широта", null=True, blank=True)
    longitude = models.FloatField("долгота", null=True, blank=True)
    accessibility = models.JSONField("доступная среда", default=list, blank=True)
    """Codes of what is there: ramp, lift, toilet, parking, tactile, sign_language."""
    is_active = models.BooleanField("действует", default=True)
    sort_name = sort_name("name")
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "venue"
        verbose_name = "площадка"
        verbose_name_plural = "площадки"
        ordering = ["sort_name", "id"]

    def __str__(self) -> str:
        return self.name


class Staff(models.Model):
    """A worker of an organisation; teachers hold groups."""

    class Kind(models.TextChoices):
        HEAD = "head", "Руководитель"
        TEACHER = "teacher", "Педагог"
        METHODOLOGIST = "methodologist", "Методист"
        ORGANISER = "organiser", "Педагог-организатор"
        OTHER = "other", "Иной работник"

    class Qualification(models.TextChoices):
        NONE = "none", "Без категории"
        FITNESS = "fitness", "Соответствие должности"
        FIRST = "first", "Первая категория"
        HIGHEST = "highest", "Высшая категория"

    class EducationLevel(models.TextChoices):
        HIGHER = "higher", "Высшее"
        VOCATIONAL = "vocational", "Среднее профессиональное"
        OTHER = "other", "Иное"

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="staff", verbose_name="организация"
    )
    account = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, blank=True, verbose_name="учётная запись"
    )
    last_name = models.CharField("фамилия", max_length=100)
    first_name = models.CharField("имя", max_length=100)
    patronymic = models.CharField("отчество", max_length=100, blank=True)
    kind = models.CharField("вид работника", max_length=14, choices=Kind.choices, default=Kind.TEACHER)
    post = models.CharField("должность", max_length=200)
    qualification = models.CharField(
        "категория", max_length=10, choices=Qualification.choices, default=Qualification.NONE
    )
    education = models.CharField("образование", max_length=300, blank=True)
    education_level = models.CharField("уровень образования", max_length=10, choices=EducationLevel.choices, blank=True)
    is_pedagogical = models.BooleanField("образование педагогическое", default=False)
    sex = models.CharField("пол", max_length=1, choices=(("f", "женский"), ("m", "мужской")), blank=True)
    birth_date = models.DateField("дата рождения", null=True, blank=True)
    is_external = models.BooleanField("внешний совместитель", default=False)
    hired_on = models.DateField("работает с", null=True, blank=True)
    left_on = models.DateField("уволен", null=True, blank=True)
    sort_name = sort_name("last_name", "first_name", "patronymic")
    PERSONAL = {
        "last_name": STAFF,
        "first_name": STAFF,
        "patronymic": STAFF,
        "education": STAFF,
        "education_level": STAFF,
        "sex": STAFF,
        "birth_date": STAFF,
        "sort_name": STAFF,
    }

    class Meta:
        db_table = "staff"
        verbose_name = "работник"
        verbose_name_plural = "работники"
        ordering = ["sort_name", "id"]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.last_name, self.first_name, self.patronymic) if part)


class Signatory(models.Model):
    """Who signs for an organisation: post, ground (charter, power of attorney), term."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="signatories", verbose_name="организация"
    )
    name = models.CharField("фамилия, имя, отчество", max_length=200)
    post = models.CharField("должность", max_length=200)
    ground = models.CharField("основание", max_length=200, default="Устав")
    starts_on = models.DateField("с")
    ends_on = models.DateField("по", null=True, blank=True)
    is_deputy = models.BooleanField("заместитель", default=False)
    PERSONAL = {"name": OFFICIAL}

    class Meta:
        db_table = "signatory"
        verbose_name = "подписант"
        verbose_name_plural = "подписанты"

    def __str__(self) -> str:
        return f"{self.name}, {self.post}"
