"""A statistics form of an organisation for a year; its cells live in the form engine."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now

from opora.core.fields import public_id


class StatisticsForm(models.Model):
    """One form of one organisation for one year: in work until it is marked ready (then nothing changes)."""

    class State(models.TextChoices):
        DRAFT = "draft", "В работе"
        READY = "ready", "Готова"

    public_id = public_id()
    organisation = models.ForeignKey("providers.Organisation", on_delete=models.PROTECT, verbose_name="организация")
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    code = models.CharField("форма", max_length=20)
    year = models.PositiveSmallIntegerField("год")
    answer = models.OneToOneField("surveys.FormAnswer", on_delete=models.PROTECT, verbose_name="клетки")
    state = models.CharField("состояние", max_length=6, choices=State.choices, default=State.DRAFT)
    due = models.DateField("срок")
    counted_at = models.DateTimeField("сосчитана", null=True, blank=True)
    ready_at = models.DateTimeField("готова", null=True, blank=True)
    ready_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField("создана", db_default=Now())
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "statistics_form"
        verbose_name = "форма статистики"
        verbose_name_plural = "формы статистики"
        ordering = ["-year", "organisation", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code", "year"], name="statistics_form_unique"),
            models.CheckConstraint(condition=models.Q(year__gte=2015, year__lte=2100), name="statistics_form_year"),
        ]

    def __str__(self) -> str:
        return f"{self.name} за {self.year}\u00a0год: {self.organisation}"

    @property
    def name(self) -> str:
        """What people call the form."""
        from opora.reporting.statistics import kinds

        return kinds.name_of(self.code)
