"""Concepts: stages and target results, each an indicator with a value by a date (I1)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now

from opora.planning.rules.quantity import OPERATORS


class Concept(models.Model):
    """The concept of a centre: what shall be reached, by when, in which stages."""

    centre = models.ForeignKey("territory.Centre", on_delete=models.PROTECT, verbose_name="центр")
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    title = models.CharField("название", max_length=300)
    text = models.TextField("зачем и как", blank=True)
    act = models.CharField("утверждена актом", max_length=300, blank=True)
    starts_on = models.DateField("действует с")
    ends_on = models.DateField("действует по")
    created_at = models.DateTimeField("создана", db_default=Now())
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "concept"
        verbose_name = "концепция"
        verbose_name_plural = "концепции"
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(starts_on__lte=models.F("ends_on")), name="concept_dates"),
            models.UniqueConstraint(fields=["centre", "title"], name="concept_unique"),
        ]

    def __str__(self) -> str:
        return self.title


class ConceptStage(models.Model):
    """A stage: which organisations, what is brought in."""

    concept = models.ForeignKey(Concept, on_delete=models.PROTECT, related_name="stages", verbose_name="концепция")
    number = models.PositiveSmallIntegerField("этап")
    title = models.CharField("название", max_length=300)
    text = models.TextField("что делается", blank=True)
    starts_on = models.DateField("с")
    ends_on = models.DateField("по")
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "concept_stage"
        verbose_name = "этап концепции"
        verbose_name_plural = "этапы концепций"
        ordering = ["concept", "number"]
        constraints = [
            models.UniqueConstraint(fields=["concept", "number"], name="concept_stage_unique"),
            models.CheckConstraint(condition=models.Q(starts_on__lte=models.F("ends_on")), name="concept_stage_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class ConceptTarget(models.Model):
    """A target result: an indicator with a target value by a date; increases have a stored baseline."""

    concept = models.ForeignKey(Concept, on_delete=models.PROTECT, related_name="targets", verbose_name="концепция")
    number = models.PositiveSmallIntegerField("№", default=1)
    title = models.CharField("результат", max_length=500)
    due_on = models.DateField("к дате")
    operator = models.CharField("условие", max_length=10, blank=True, choices=list(OPERATORS.items()), default="ge")
    amount = models.DecimalField("число", max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField("единица", max_length=60, blank=True, help_text="«%», «чел.», «п. п.», «программ»")
    persons = models.PositiveIntegerField("то же, человек", null=True, blank=True)
    """What the document says beside the percentage: 25 % are 2 117 persons of the population it was written for."""
    measure = models.CharField("показатель", max_length=80, blank=True)
    narrowing = models.JSONField("отбор", default=dict, blank=True)
    baseline = models.DecimalField("исходное значение", max_digits=14, decimal_places=2, null=True, blank=True)
    baseline_on = models.DateField("исходное значение на", null=True, blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "concept_target"
        verbose_name = "целевой результат"
        verbose_name_plural = "целевые результаты"
        ordering = ["concept", "due_on", "number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["concept", "title", "due_on"], name="concept_target_unique"),
            models.CheckConstraint(
                condition=models.Q(operator="") | models.Q(amount__isnull=False), name="concept_target_amount"
            ),
        ]

    def __str__(self) -> str:
        return self.title
