"""Programmes, their revisions, remarks and modules; focus areas as others write them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from opora.catalogue.vocabulary import FocusArea
from opora.core.fields import money, sort_name


class ActivityDirection(models.Model):
    """A direction of activity: the second level under a focus area."""

    code = models.SlugField("код", max_length=60, unique=True)
    name = models.CharField("название", max_length=150)
    focus_area = models.CharField("направленность", max_length=20, choices=FocusArea.choices)
    sort_name = sort_name("name")
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "activity_direction"
        verbose_name = "вид деятельности"
        verbose_name_plural = "виды деятельности"
        ordering = ["sort_name", "id"]

    def __str__(self) -> str:
        return self.name


class FocusAreaMapping(models.Model):
    """A focus area as somebody wrote it, waiting to be mapped: imports keep what they do not know."""

    raw = models.CharField("как написано", max_length=200, unique=True)
    focus_area = models.CharField("направленность", max_length=20, choices=FocusArea.choices, blank=True)
    first_seen_at = models.DateTimeField("впервые встречено", db_default=Now())
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "focus_area_mapping"
        verbose_name = "соответствие направленности"
        verbose_name_plural = "соответствия направленностей"
        ordering = ["raw"]

    def __str__(self) -> str:
        return self.raw


class Programme(models.Model):
    """A supplementary general education programme (ДООП) of a provider.

    A change of price, ages, hours or level of a published programme is a :class:`ProgrammeRevision` in moderation
    while the old values stand here.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Черновик"
        MODERATION = "moderation", "На модерации"
        RETURNED = "returned", "Возвращена с замечаниями"
        PUBLISHED = "published", "Опубликована"
        ARCHIVED = "archived", "В архиве"

    class Level(models.TextChoices):
        STARTER = "starter", "Стартовый"
        BASIC = "basic", "Базовый"
        ADVANCED = "advanced", "Продвинутый"

    class Kind(models.TextChoices):
        GENERAL = "general", "Общеразвивающая"
        PREPROFESSIONAL = "preprofessional", "Предпрофессиональная"
        SPORT_TRAINING = "sport_training", "Спортивная подготовка"

    class StudyForm(models.TextChoices):
        FULL_TIME = "full_time", "Очная"
        PART_TIME = "part_time", "Очно-заочная"
        CORRESPONDENCE = "correspondence", "Заочная"
        DISTANCE = "distance", "Дистанционная"

    organisation = models.ForeignKey(
        "providers.Organisation",
        on_delete=models.PROTECT,
        related_name="programmes",
        verbose_name="организация",
    )
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    slug = models.SlugField("адрес страницы", max_length=120)
    name = models.CharField("название", max_length=300)
    annotation = models.TextField("о программе", blank=True)
    audience = models.TextField("для кого", blank=True)
    results = models.TextField("чему научится", blank=True)
    requirements = models.TextField("что понадобится", blank=True)
    keywords = models.CharField("слова для поиска", max_length=300, blank=True)
    focus_area = models.CharField("направленность", max_length=20, choices=FocusArea.choices, blank=True)
    raw_focus_area = models.CharField("направленность как написана", max_length=200, blank=True)
    activity_direction = models.ForeignKey(
        ActivityDirection, on_delete=models.PROTECT, null=True, blank=True, verbose_name="вид деятельности"
    )
    kind = models.CharField("вид программы", max_length=16, choices=Kind.choices, default=Kind.GENERAL)
    level = models.CharField("уровень", max_length=10, choices=Level.choices, default=Level.STARTER)
    study_form = models.CharField("форма обучения", max_length=16, choices=StudyForm.choices, default="full_time")
    age_from = models.PositiveSmallIntegerField("возраст с", null=True, blank=True)
    age_to = models.PositiveSmallIntegerField("возраст по", null=True, blank=True)
    is_short = models.BooleanField("краткосрочная", default=False)
    is_mobile = models.BooleanField("выездная", default=False)
    mobile_stops = models.TextField("остановки выездной программы", blank=True)
    is_network = models.BooleanField("сетевая форма", default=False)
    network_partners = models.TextField("сетевые партнёры", blank=True)
    is_prevocational = models.BooleanField("профессиональные пробы", default=False)
    special_needs = ArrayField(
        models.CharField(max_length=30), verbose_name="для детей с ОВЗ", default=list, blank=True
    )
    state = models.CharField("состояние", max_length=12, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField("версия", default=1)
    published_at = models.DateTimeField("опубликована", null=True, blank=True)
    submitted_at = models.DateTimeField("отправлена на модерацию", null=True, blank=True)
    completeness = models.PositiveSmallIntegerField("полнота описания, %", default=0)
    external_key = models.CharField("номер в другой системе", max_length=60, blank=True)
    created_at = models.DateTimeField("создана", db_default=Now())
    sort_name = sort_name("name")
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "programme"
        verbose_name = "программа"
        verbose_name_plural = "программы"
        ordering = ["sort_name", "id"]
        indexes = [
            models.Index(fields=["organisation", "state"]),
            models.Index(fields=["municipality", "state"]),
            models.Index(fields=["state", "submitted_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(age_from__isnull=True)
                | models.Q(age_to__isnull=True)
                | models.Q(age_from__lte=models.F("age_to")),
                name="programme_ages",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="published") | ~models.Q(focus_area=""),
                name="programme_published_focus",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProgrammeRevision(models.Model):
    """Changes of a published programme on their way through moderation: field → new value."""

    class State(models.TextChoices):
        MODERATION = "moderation", "На модерации"
        RETURNED = "returned", "Возвращена с замечаниями"
        APPROVED = "approved", "Принята"
        WITHDRAWN = "withdrawn", "Отозвана"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField("версия")
    changes = models.JSONField("изменения")
    state = models.CharField("состояние", max_length=12, choices=State.choices, default=State.MODERATION)
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    decided_at = models.DateTimeField(null=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "programme_revision"
        verbose_name = "изменение программы"
        verbose_name_plural = "изменения программ"
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="programme_revision_unique")]

    def __str__(self) -> str:
        return f"{self.programme}, версия {self.number}"


class ModerationRemark(models.Model):
    """A remark of a moderator on a programme (or on its revision), by field; resolved by the provider."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="remarks")
    revision = models.ForeignKey(ProgrammeRevision, on_delete=models.PROTECT, null=True, related_name="remarks")
    field = models.CharField("поле", max_length=60, blank=True)
    text = models.TextField("замечание")
    author_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    resolved_at = models.DateTimeField(null=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "moderation_remark"
        verbose_name = "замечание"
        verbose_name_plural = "замечания"

    def __str__(self) -> str:
        return self.text[:80]


class Module(models.Model):
    """A module (year of study) of a programme with its hours, price and normative cost."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="modules", verbose_name="программа")
    number = models.PositiveSmallIntegerField("номер")
    name = models.CharField("название", max_length=200)
    hours = models.PositiveSmallIntegerField("академических часов")
    price = money("цена для семьи без сертификата", default=0)
    normative_cost = money("нормативная стоимость", null=True, blank=True)
    normative_basis = models.CharField("основание нормативной стоимости", max_length=300, blank=True)
    description = models.TextField("содержание", blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "module"
        verbose_name = "модуль"
        verbose_name_plural = "модули"
        ordering = ["programme", "number"]
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="module_unique")]

    def __str__(self) -> str:
        return f"{self.programme}: {self.name}"
