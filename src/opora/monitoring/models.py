"""Monitoring: frozen snapshots of indicators and the coverage cube (I2, I3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now

from opora.monitoring.forecast.rules import Parameters
from opora.monitoring.requests import models as request_models  # noqa: F401  its tables belong to this room


class Snapshot(models.Model):
    """A set of indicator values frozen on a date; later corrections do not change it (append-only by a trigger).

    It belongs to one place: an organisation or a centre (with their municipality), a municipality, or a region alone.
    `values`: {"figures": {code: Figure.as_json()}, "data": what else its maker froze beside them}.
    """

    class Kind(models.TextChoices):
        MONTHLY = "monthly", "Ежемесячный"
        DEMAND = "demand", "По запросу"
        ANNUAL = "annual", "Для годового отчёта"

    kind = models.CharField("вид", max_length=8, choices=Kind.choices, default=Kind.DEMAND)
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, null=True)
    region = models.ForeignKey("territory.Region", on_delete=models.PROTECT, null=True)
    organisation = models.ForeignKey("providers.Organisation", on_delete=models.PROTECT, null=True)
    centre = models.ForeignKey("territory.Centre", on_delete=models.PROTECT, null=True)
    date = models.DateField("дата")
    month = models.DateField("месяц", null=True)
    """The first day of the month that a monthly snapshot stands for."""
    year = models.PositiveSmallIntegerField("год", null=True)
    """The year that an annual snapshot stands for."""
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
        constraints = [
            models.UniqueConstraint(
                fields=["month", "region", "municipality", "organisation", "centre"],
                condition=models.Q(kind="monthly"),
                name="indicator_snapshot_once_a_month",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(fields=["municipality", "-date"], name="snapshot_municipality"),
            models.Index(fields=["centre", "year"], name="snapshot_centre"),
        ]

    def __str__(self) -> str:
        return self.title


class IndicatorTarget(models.Model):
    """A target value of an indicator by a date, of a municipality or of one organisation in it (I2).

    `by_concept`: it follows from a target result of a concept and changes with it there.
    """

    municipality = models.ForeignKey(
        "territory.Municipality", on_delete=models.PROTECT, null=True, verbose_name="муниципалитет"
    )
    organisation = models.ForeignKey(
        "providers.Organisation", on_delete=models.PROTECT, null=True, blank=True, verbose_name="организация"
    )
    code = models.CharField("показатель", max_length=60)
    due = models.DateField("к дате")
    value = models.DecimalField("целевое значение", max_digits=14, decimal_places=2)
    source = models.CharField("основание", max_length=300, blank=True)
    act = models.ForeignKey(
        "territory.LegalAct", on_delete=models.PROTECT, null=True, blank=True, verbose_name="правовой акт"
    )
    is_active = models.BooleanField("действует", default=True, db_default=True)
    by_concept = models.BooleanField("из концепции", default=False, db_default=False, editable=False)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "indicator_target"
        verbose_name = "целевое значение"
        verbose_name_plural = "целевые значения"
        ordering = ["due", "code", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["due", "code", "municipality", "organisation", "by_concept"],
                name="indicator_target_unique",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=models.Q(value__gte=0), name="indicator_target_value"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.value}"


class ForecastParameters(models.Model):
    """What the forecast of a municipality supposes: births, survival, migration, the coverage to be reached (A5)."""

    municipality = models.OneToOneField(
        "territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет"
    )
    births = models.PositiveIntegerField("рождений в год")
    survival = models.DecimalField("доживают до следующего года, %", max_digits=6, decimal_places=3)
    migration = models.DecimalField("миграционный прирост в год, %", max_digits=5, decimal_places=2, default=Decimal(0))
    coverage = models.DecimalField("охват, которого надо достичь, %", max_digits=4, decimal_places=1, null=True)
    source = models.CharField("источник", max_length=300)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "forecast_parameters"
        verbose_name = "параметры прогноза"
        verbose_name_plural = "параметры прогноза"

    def __str__(self) -> str:
        return f"Прогноз: {self.municipality_id}"

    @property
    def values(self) -> Parameters:
        """The same for the rules."""
        return Parameters(Decimal(self.births), self.survival, self.migration, self.coverage)


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
