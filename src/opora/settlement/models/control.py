"""Decisions on anomalies (D7); municipal assignments with their money, purchases of a centre (A7)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from opora.core.fields import money
from opora.core.personal import EDUCATION


class AnomalyDecision(models.Model):
    """What somebody found out about one row of an anomaly list; the row itself is always computed."""

    class Verdict(models.TextChoices):
        EXPLAINED = "explained", "Объяснено, нарушения нет"
        CONFIRMED = "confirmed", "Подтвердилось, меры приняты"

    kind = models.CharField("список", max_length=40)
    key = models.CharField("строка", max_length=80)
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    verdict = models.CharField("вывод", max_length=10, choices=Verdict.choices)
    note = models.CharField("пояснение", max_length=500)
    decided_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("когда", db_default=Now())
    PERSONAL = {"note": EDUCATION}

    class Meta:
        db_table = "anomaly_decision"
        verbose_name = "решение по аномалии"
        verbose_name_plural = "решения по аномалиям"
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="anomaly_decision_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.get_verdict_display()}"


class MunicipalAssignment(models.Model):
    """A municipal assignment of an organisation for a calendar year: learner-hours, money by quarter."""

    organisation = models.ForeignKey("providers.Organisation", on_delete=models.PROTECT, verbose_name="организация")
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    year = models.PositiveSmallIntegerField("год")
    number = models.CharField("номер", max_length=60, blank=True)
    act = models.CharField("утверждено актом", max_length=300, blank=True)
    planned_hours = models.DecimalField("человеко-часов по плану", max_digits=12, decimal_places=2)
    deviation_percent = models.DecimalField(
        "допустимое отклонение, %", max_digits=5, decimal_places=2, default=Decimal(5)
    )
    by_attendance = models.BooleanField("считать по посещаемости", default=False)
    """True: the fact counts those marked present instead of those enrolled that day."""
    plan_q1 = money("план денег, 1 квартал", default=0)
    plan_q2 = money("план денег, 2 квартал", default=0)
    plan_q3 = money("план денег, 3 квартал", default=0)
    plan_q4 = money("план денег, 4 квартал", default=0)
    fact_q1 = money("получено, 1 квартал", default=0)
    fact_q2 = money("получено, 2 квартал", default=0)
    fact_q3 = money("получено, 3 квартал", default=0)
    fact_q4 = money("получено, 4 квартал", default=0)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "municipal_assignment"
        verbose_name = "муниципальное задание"
        verbose_name_plural = "муниципальные задания"
        ordering = ["-year", "organisation"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year"], name="municipal_assignment_once"),
            models.CheckConstraint(
                condition=Q(planned_hours__gte=0, deviation_percent__gte=0, deviation_percent__lte=100),
                name="municipal_assignment_values",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.year}"


class CentreExpense(models.Model):
    """Funds and purchases of a centre itself: what for, plan and fact, by which document."""

    class Source(models.TextChoices):
        FEDERAL = "federal", "Федеральный бюджет"
        REGIONAL = "regional", "Региональный бюджет"
        MUNICIPAL = "municipal", "Местный бюджет"
        OWN = "own", "Внебюджетные средства"

    centre = models.ForeignKey("territory.Centre", on_delete=models.PROTECT, verbose_name="центр")
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    year = models.PositiveSmallIntegerField("год")
    subject = models.CharField("на что", max_length=300)
    source = models.CharField("источник", max_length=10, choices=Source.choices, default=Source.MUNICIPAL)
    planned = money("план")
    actual = money("факт", default=0)
    date = models.DateField("дата", null=True, blank=True)
    document = models.CharField("договор или накладная", max_length=300, blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "centre_expense"
        verbose_name = "расход центра"
        verbose_name_plural = "средства и закупки центра"
        ordering = ["-year", "id"]
        constraints = [models.CheckConstraint(condition=Q(planned__gte=0, actual__gte=0), name="centre_expense_sums")]

    def __str__(self) -> str:
        return self.subject
