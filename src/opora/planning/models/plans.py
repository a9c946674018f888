"""Activity plans: sections, items with sub-rows, evidence, remarks of the coordinator, approved versions (I1)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now

from opora.core.personal import OFFICIAL
from opora.planning.rules.quantity import OPERATORS
from opora.planning.rules.states import PLAN_STATES


class Plan(models.Model):
    """The activity plan of a centre for a year and two planning years."""

    centre = models.ForeignKey("territory.Centre", on_delete=models.PROTECT, verbose_name="центр")
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    slug = models.SlugField("код", max_length=120, unique=True)
    title = models.CharField("название", max_length=300)
    year = models.PositiveSmallIntegerField("год")
    state = models.CharField("состояние", max_length=10, choices=list(PLAN_STATES.items()), default="draft")
    version = models.PositiveSmallIntegerField("утверждённая версия", default=0)
    """0 = never approved yet."""
    act = models.CharField("утверждён актом", max_length=300, blank=True)
    submitted_at = models.DateTimeField("отправлен на утверждение", null=True, blank=True)
    approved_at = models.DateTimeField("утверждён", null=True, blank=True)
    approved_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, blank=True, verbose_name="кем утверждён"
    )
    created_at = models.DateTimeField("создан", db_default=Now())
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "plan"
        verbose_name = "план"
        verbose_name_plural = "планы"
        ordering = ["-year", "centre", "id"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "year", "title"], name="plan_unique"),
            models.CheckConstraint(condition=models.Q(year__range=(2000, 2100)), name="plan_year"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.year}"


class PlanSection(models.Model):
    """A section of a plan by its number; the seven usual ones are made with the plan."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="sections", verbose_name="план")
    number = models.PositiveSmallIntegerField("номер")
    title = models.CharField("название", max_length=1200)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "plan_section"
        verbose_name = "раздел плана"
        verbose_name_plural = "разделы плана"
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_section_unique"),
            models.CheckConstraint(condition=models.Q(number__range=(1, 99)), name="plan_section_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class PlanItem(models.Model):
    """A line of the table. What people wrote stays as written; beside it stands what the program understood."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="items", verbose_name="план")
    section = models.ForeignKey(PlanSection, on_delete=models.PROTECT, related_name="items", verbose_name="раздел")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts", verbose_name="часть пункта"
    )
    number = models.CharField("№", max_length=12)
    position = models.PositiveIntegerField("порядок", default=0)
    """From the number: 2.4.1 → 2 004 001."""
    content = models.TextField("содержание работы", max_length=3000)
    quantity = models.CharField("количественный показатель", max_length=300, blank=True)
    operator = models.CharField("условие", max_length=10, blank=True, choices=list(OPERATORS.items()))
    amount = models.DecimalField("число", max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField("единица", max_length=120, blank=True)
    report_form = models.CharField("форма отчётности", max_length=500, blank=True)
    due = models.CharField("срок", max_length=120, blank=True)
    starts_on = models.DateField("работа с", null=True, blank=True)
    due_on = models.DateField("выполнить до", null=True, blank=True)
    responsible = models.CharField("ответственный", max_length=250, blank=True)
    measure = models.CharField("считается по показателю", max_length=80, blank=True)
    narrowing = models.JSONField("отбор", default=dict, blank=True)
    baseline = models.DecimalField("исходное значение", max_digits=14, decimal_places=2, null=True, blank=True)
    baseline_on = models.DateField("исходное значение на", null=True, blank=True)
    counted_from = models.DateField("считать с", null=True, blank=True)
    reached_value = models.DecimalField("подсчитано", max_digits=14, decimal_places=2, null=True, blank=True)
    reached_at = models.DateTimeField("подсчитано на", null=True, blank=True)
    done_on = models.DateField("выполнено", null=True, blank=True)
    """Found by the recount (see `services.recount`): lists of many plans read this, the plan's page counts live."""
    cancelled_on = models.DateField("отменено", null=True, blank=True)
    cancel_reason = models.CharField("причина отмены", max_length=500, blank=True)
    PERSONAL = {"responsible": OFFICIAL}

    class Meta:
        db_table = "plan_item"
        verbose_name = "пункт плана"
        verbose_name_plural = "пункты планов"
        ordering = ["plan", "position", "id"]
        indexes = [models.Index(fields=["due_on", "done_on"])]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_item_unique"),
            models.CheckConstraint(
                condition=models.Q(starts_on__isnull=True) | models.Q(starts_on__lte=models.F("due_on")),
                name="plan_item_dates",
            ),
            models.CheckConstraint(
                condition=models.Q(cancelled_on__isnull=True) | ~models.Q(cancel_reason=""), name="plan_item_cancelled"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.content}"[:120]


class PlanRemark(models.Model):
    """What the coordinator asks to correct before approving; `item` empty = about the plan as a whole."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="remarks", verbose_name="план")
    item = models.ForeignKey(PlanItem, on_delete=models.PROTECT, null=True, blank=True, verbose_name="пункт")
    text = models.TextField("замечание", max_length=2000)
    author = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, verbose_name="кто")
    created_at = models.DateTimeField("когда", db_default=Now())
    resolved_at = models.DateTimeField("учтено", null=True, blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "plan_remark"
        verbose_name = "замечание к плану"
        verbose_name_plural = "замечания к плану"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.text[:80]


class PlanVersion(models.Model):
    """What exactly was approved: the rows of the table as they stood then; never changed afterwards."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions", verbose_name="план")
    number = models.PositiveSmallIntegerField("версия")
    act = models.CharField("акт", max_length=300, blank=True)
    approved_at = models.DateTimeField("утверждена")
    approved_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, verbose_name="кем")
    content = models.JSONField("содержание")
    """{"sections": {"1": title}, "items": [{"number", "content", "quantity", "report_form", "due", "responsible"}]}."""
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "plan_version"
        verbose_name = "утверждённая версия плана"
        verbose_name_plural = "утверждённые версии плана"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_version_unique")]

    def __str__(self) -> str:
        return f"{self.plan}, версия {self.number}"


class Evidence(models.Model):
    """What proves that an item or a target result is done: a file, a link to a row of a register, or words."""

    item = models.ForeignKey(PlanItem, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence")
    target = models.ForeignKey(
        "planning.ConceptTarget", on_delete=models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    date = models.DateField("дата")
    text = models.CharField("что подтверждает", max_length=1000)
    link = models.CharField("ссылка", max_length=500, blank=True)
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True, blank=True, verbose_name="файл")
    amount = models.DecimalField("сколько подтверждает", max_digits=14, decimal_places=2, null=True, blank=True)
    closes = models.BooleanField("пункт выполнен", default=False)
    added_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, blank=True, verbose_name="кто")
    added_at = models.DateTimeField("добавлено", db_default=Now())
    withdrawn_at = models.DateTimeField("отозвано", null=True, blank=True)
    withdraw_reason = models.CharField("почему отозвано", max_length=300, blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "plan_evidence"
        verbose_name = "подтверждение"
        verbose_name_plural = "подтверждения"
        ordering = ["-date", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(item__isnull=False, target__isnull=True)
                | models.Q(item__isnull=True, target__isnull=False),
                name="plan_evidence_of_one",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gte=0), name="plan_evidence_amount"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]
