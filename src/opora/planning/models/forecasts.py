"""What an item took from the forecast: the need as it was counted then, and from what (A5, I1)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from opora.catalogue.vocabulary import FocusArea


class ForecastNeed(models.Model):
    """The need behind an item of a plan; a plan takes the need of a place and focus area once.

    `basis`: {"territory", "oktmo", "source", "population_year", "coverage", "parameters": [{"municipality", "births",
    "survival", "migration", "coverage", "source"}]}, numbers as text. Later forecasts do not change it.
    """

    plan = models.ForeignKey("planning.Plan", on_delete=models.PROTECT, related_name="needs", verbose_name="план")
    item = models.OneToOneField(
        "planning.PlanItem", on_delete=models.PROTECT, related_name="need", verbose_name="пункт"
    )
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    locality = models.ForeignKey(
        "territory.Locality", on_delete=models.PROTECT, null=True, blank=True, verbose_name="населённый пункт"
    )
    """Empty: the need of the whole municipality."""
    focus_area = models.CharField("направленность", max_length=20, choices=FocusArea.choices)
    year = models.PositiveSmallIntegerField("к году")
    counted_on = models.DateField("прогноз на дату")
    needed = models.PositiveIntegerField("нужно мест")
    places = models.PositiveIntegerField("есть мест")
    groups = models.PositiveIntegerField("нужно групп")
    basis = models.JSONField("из чего посчитано")
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "plan_forecast_need"
        verbose_name = "потребность из прогноза"
        verbose_name_plural = "потребности из прогноза"
        ordering = ["plan", "item"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "municipality", "locality", "focus_area"],
                name="plan_forecast_need_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=models.Q(groups__gt=0), name="plan_forecast_need_groups"),
        ]

    def __str__(self) -> str:
        return f"{self.locality or self.municipality}, {self.get_focus_area_display()}"

    @property
    def lack(self) -> int:
        """Places that were lacking."""
        return max(0, self.needed - self.places)
