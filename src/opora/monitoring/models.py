"""Monitoring: frozen snapshots of indicators and the coverage cube (I2, I3)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now


class Snapshot(models.Model):
    """A set of indicator values frozen on a date; later corrections do not change it."""

    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, null=True)
    region = models.ForeignKey("territory.Region", on_delete=models.PROTECT, null=True)
    date = models.DateField("дата")
    title = models.CharField("название", max_length=200)
    values = models.JSONField("значения")
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "indicator_snapshot"
        verbose_name = "снимок показателей"
        verbose_name_plural = "снимки показателей"
        ordering = ["-date", "-id"]

    def __str__(self) -> str:
        return self.title


class IndicatorTarget(models.Model):
    """A target value of an indicator for a municipality by a date (from the concept or a target model)."""

    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, null=True)
    code = models.CharField("показатель", max_length=60)
    due = models.DateField("к дате")
    value = models.DecimalField("целевое значение", max_digits=14, decimal_places=2)
    source = models.CharField("источник", max_length=300)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "indicator_target"
        verbose_name = "целевое значение"
        verbose_name_plural = "целевые значения"
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "code", "due"], name="indicator_target_unique", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.value}"


class CubeRefresh(models.Model):
    """When the coverage cube of a region was last recounted and for which date."""

    region = models.ForeignKey("territory.Region", on_delete=models.PROTECT)
    date = models.DateField()
    counted_at = models.DateTimeField()
    source_at = models.DateTimeField()
    cube = models.JSONField(default=dict)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "cube_refresh"
        constraints = [models.UniqueConstraint(fields=["region", "date"], name="cube_refresh_unique")]

    def __str__(self) -> str:
        return f"{self.region_id} {self.date}"
