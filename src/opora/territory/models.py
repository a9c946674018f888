"""Territory: region → municipality → locality; centres and the municipalities they serve; population; legal acts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from opora.core.fields import sort_name
from opora.core.personal import OFFICIAL
from opora.core.publications import Publication


class Region(models.Model):
    """A subject of the Federation; one installation normally serves one."""

    code = models.CharField("код", max_length=3, unique=True)
    name = models.CharField("наименование", max_length=200)
    oktmo = models.CharField("ОКТМО", max_length=8, unique=True)
    time_zone = models.CharField("часовой пояс", max_length=40, default="Europe/Moscow")
    sort_name = sort_name("name")
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "region"
        verbose_name = "регион"
        verbose_name_plural = "регионы"
        ordering = ["sort_name", "id"]

    def __str__(self) -> str:
        return self.name


class Municipality(models.Model):
    """A municipal district, municipal or urban okrug; its key is the eight-digit ОКТМО code."""

    class Kind(models.TextChoices):
        DISTRICT = "district", "Муниципальный район"
        MUNICIPAL_OKRUG = "municipal_okrug", "Муниципальный округ"
        URBAN_OKRUG = "urban_okrug", "Городской округ"
        SETTLEMENT = "settlement", "Поселение"
        INNER = "inner", "Внутригородская территория"

    region = models.ForeignKey(Region, on_delete=models.PROTECT, verbose_name="регион")
    oktmo = models.CharField("ОКТМО", max_length=11, unique=True)
    parent_oktmo = models.CharField("ОКТМО вышестоящего", max_length=11, blank=True)
    name = models.CharField("наименование", max_length=200)
    short_name = models.CharField("краткое наименование", max_length=100, blank=True)
    kind = models.CharField("вид", max_length=20, choices=Kind.choices, default=Kind.DISTRICT)
    centre_name = models.CharField("административный центр", max_length=120, blank=True)
    time_zone = models.CharField("часовой пояс", max_length=40, default="Europe/Moscow")
    latitude = models.FloatField("широта", null=True, blank=True)
    longitude = models.FloatField("долгота", null=True, blank=True)
    outline = models.JSONField("граница (GeoJSON)", null=True, blank=True)
    is_served = models.BooleanField("работает в системе", default=False)
    enrolment_opens_at = models.DateTimeField("открытие записи", null=True, blank=True)
    sort_name = sort_name("name")
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "municipality"
        verbose_name = "муниципалитет"
        verbose_name_plural = "муниципалитеты"
        ordering = ["sort_name", "id"]

    def __str__(self) -> str:
        return self.short_name or self.name


class Locality(models.Model):
    """A town or a village of a municipality."""

    class Kind(models.TextChoices):
        CITY = "city", "Город"
        TOWN = "town", "Посёлок городского типа"
        VILLAGE = "village", "Сельский населённый пункт"

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, verbose_name="муниципалитет")
    name = models.CharField("наименование", max_length=120)
    kind = models.CharField("вид", max_length=10, choices=Kind.choices, default=Kind.VILLAGE)
    is_urban = models.BooleanField("городской", default=False)
    oktmo = models.CharField("ОКТМО", max_length=11, blank=True)
    latitude = models.FloatField("широта", null=True, blank=True)
    longitude = models.FloatField("долгота", null=True, blank=True)
    sort_name = sort_name("name")
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "locality"
        verbose_name = "населённый пункт"
        verbose_name_plural = "населённые пункты"
        ordering = ["sort_name", "id"]
        constraints = [models.UniqueConstraint(fields=["municipality", "name", "kind"], name="locality_unique")]

    def __str__(self) -> str:
        return self.name


class Centre(models.Model):
    """A municipal support centre (МОЦ): a function of a host organisation, never a legal entity (A1)."""

    slug = models.SlugField("код", max_length=80, unique=True)
    name = models.CharField("наименование", max_length=250)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, verbose_name="муниципалитет")
    head_name = models.CharField("руководитель", max_length=200, blank=True)
    head_order = models.CharField("приказ о назначении руководителя", max_length=200, blank=True)
    founding_act = models.CharField("акт о создании", max_length=300, blank=True)
    founded_on = models.DateField("создан", null=True, blank=True)
    address = models.CharField("адрес", max_length=300, blank=True)
    phone = models.CharField("телефон", max_length=60, blank=True)
    email = models.EmailField("электронная почта", blank=True)
    website = models.CharField("сайт", max_length=200, blank=True)
    is_active = models.BooleanField("действует", default=True)
    sort_name = sort_name("name")
    PERSONAL = {"head_name": OFFICIAL}

    class Meta:
        db_table = "centre"
        verbose_name = "опорный центр"
        verbose_name_plural = "опорные центры"
        ordering = ["sort_name", "id"]

    def __str__(self) -> str:
        return self.name


class CentreService(models.Model):
    """A whole municipality that a centre serves by an act, from–to: what a role held at the centre reaches."""

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="services", verbose_name="центр")
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, verbose_name="муниципалитет")
    act = models.CharField("акт", max_length=300, blank=True)
    starts_on = models.DateField("с")
    ends_on = models.DateField("по", null=True, blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "centre_service"
        verbose_name = "обслуживаемый муниципалитет"
        verbose_name_plural = "обслуживаемые муниципалитеты"

    def __str__(self) -> str:
        return f"{self.centre}: {self.municipality}"


class Population(models.Model):
    """Children of one single year of age living in a municipality at 1 January of the year (A5)."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, verbose_name="муниципалитет")
    year = models.PositiveSmallIntegerField("год")
    age = models.PositiveSmallIntegerField("возраст, полных лет")
    count = models.PositiveIntegerField("численность")
    source = models.CharField("источник", max_length=200)
    source_date = models.DateField("дата источника")
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "population"
        verbose_name = "численность населения"
        verbose_name_plural = "численность населения"
        ordering = ["-year", "municipality", "age"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "year", "age"], name="population_unique"),
            models.CheckConstraint(condition=models.Q(age__lte=110), name="population_age"),
        ]

    def __str__(self) -> str:
        return f"{self.municipality}, {self.year}, {self.age}: {self.count}"


class LegalAct(models.Model):
    """A legal act or document with its issuer, number and date (A6); approves periods, grounds decisions."""

    class Kind(models.TextChoices):
        LAW = "law", "Закон"
        DECREE = "decree", "Постановление"
        ORDER = "order", "Приказ"
        DIRECTIVE = "directive", "Распоряжение"
        REGULATION = "regulation", "Положение"
        AGREEMENT = "agreement", "Соглашение"
        OTHER = "other", "Иной документ"

    class Level(models.TextChoices):
        FEDERAL = "federal", "Федеральный"
        REGIONAL = "regional", "Региональный"
        MUNICIPAL = "municipal", "Муниципальный"
        OWN = "own", "Локальный"

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, verbose_name="муниципалитет"
    )
    kind = models.CharField("вид", max_length=12, choices=Kind.choices)
    level = models.CharField("уровень", max_length=10, choices=Level.choices, default=Level.MUNICIPAL)
    issuer = models.CharField("кем издан", max_length=250)
    number = models.CharField("номер", max_length=60)
    date = models.DateField("дата")
    title = models.CharField("название", max_length=500)
    in_force_from = models.DateField("действует с", null=True, blank=True)
    in_force_to = models.DateField("действует по", null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, verbose_name="заменён актом", related_name="replaces"
    )
    must_publish = models.BooleanField("подлежит публикации", default=True)
    match_key = models.CharField("для сличения", max_length=300, blank=True, editable=False, db_index=True)
    """Number and issuer reduced by :func:`opora.territory.rules.act_key`: near-equal acts have the same."""
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "legal_act"
        verbose_name = "правовой акт"
        verbose_name_plural = "правовые акты"
        ordering = ["-date", "id"]
        constraints = [models.UniqueConstraint(fields=["kind", "issuer", "number", "date"], name="legal_act_unique")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} от {self.date:%d.%m.%Y} № {self.number}"


class ActPublication(Publication):
    """Where an act was published elsewhere (A6)."""

    act = models.ForeignKey(LegalAct, on_delete=models.PROTECT, related_name="publications", verbose_name="акт")

    class Meta:
        db_table = "act_publication"
        verbose_name = "публикация акта"
        verbose_name_plural = "публикации актов"
        ordering = ["-date", "id"]
        constraints = [models.UniqueConstraint(fields=["act", "site", "date"], name="act_publication_unique")]
