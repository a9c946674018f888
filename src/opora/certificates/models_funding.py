"""What a funding period is made of besides groups and limits: rates, coefficients, remarks, variants, normative costs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from opora.catalogue.vocabulary import FocusArea
from opora.core.fields import money

KINDS = (
    ("general", "Общеразвивающая"),
    ("preprofessional", "Предпрофессиональная"),
    ("sport_training", "Спортивная подготовка"),
)
"""Programme kinds as in catalogue.Programme.Kind."""


class FundingRate(models.Model):
    """Roubles per learner-hour for a focus area and a kind of programme (spec/financing.md, "normative cost")."""

    period = models.ForeignKey("certificates.FundingPeriod", on_delete=models.PROTECT, related_name="rates")
    focus_area = models.CharField("направленность", max_length=20, choices=FocusArea.choices)
    programme_kind = models.CharField("вид программы", max_length=16, choices=KINDS)
    rate = money("ставка за человеко-час")
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "funding_rate"
        verbose_name = "ставка человеко-часа"
        verbose_name_plural = "ставки человеко-часа"
        ordering = ["period", "focus_area", "programme_kind"]
        constraints = [
            models.UniqueConstraint(fields=["period", "focus_area", "programme_kind"], name="funding_rate_unique"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="funding_rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.get_focus_area_display()}, {self.get_programme_kind_display()}: {self.rate}"


class FundingCoefficient(models.Model):
    """A factor of the normative cost: `kind` and `code` are of certificates.rules.normative.CONDITIONS.

    For the size of a group `code` is the largest size it is for, as digits.
    """

    period = models.ForeignKey("certificates.FundingPeriod", on_delete=models.PROTECT, related_name="coefficients")
    kind = models.CharField("по чему", max_length=20)
    code = models.CharField("условие", max_length=20)
    value = models.DecimalField("коэффициент", max_digits=6, decimal_places=4)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "funding_coefficient"
        verbose_name = "коэффициент"
        verbose_name_plural = "коэффициенты"
        ordering = ["period", "kind", "code"]
        constraints = [
            models.UniqueConstraint(fields=["period", "kind", "code"], name="funding_coefficient_unique"),
            models.CheckConstraint(condition=Q(value__gt=0), name="funding_coefficient_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}: {self.value}"


class PeriodRemark(models.Model):
    """Why the coordinator returned a period to its authors."""

    period = models.ForeignKey("certificates.FundingPeriod", on_delete=models.PROTECT, related_name="remarks")
    text = models.TextField("замечание")
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("когда", db_default=Now())
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "period_remark"
        verbose_name = "замечание к периоду"
        verbose_name_plural = "замечания к периодам"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.text[:80]


class SimulationVariant(models.Model):
    """A set of parameters of a draft with what it would lead to; variants are compared side by side."""

    class State(models.TextChoices):
        READY = "ready", "Посчитан"
        WAITING = "waiting", "Считается"

    period = models.ForeignKey("certificates.FundingPeriod", on_delete=models.PROTECT, related_name="variants")
    name = models.CharField("название", max_length=80)
    plan = models.JSONField("параметры")
    """Groups with nominals and limits, switches: `rules.simulation.Plan.to_json`."""
    settings = models.JSONField("допущения", default=dict)
    """What the payer changed in the inputs: `rules.behaviour.Settings.to_json`."""
    state = models.CharField("состояние", max_length=8, choices=State.choices, default=State.WAITING)
    progress = models.PositiveSmallIntegerField("посчитано, %", default=0)
    result = models.JSONField("итог", null=True)
    source = models.JSONField("на чём посчитан", null=True)
    computed_at = models.DateTimeField("посчитан", null=True)
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField("создан", db_default=Now())
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "simulation_variant"
        verbose_name = "вариант параметров"
        verbose_name_plural = "варианты параметров"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["period", "name"], name="simulation_variant_unique")]

    def __str__(self) -> str:
        return self.name


class NormativeCost(models.Model):
    """How a module came to its normative cost: by the formula with its steps, or by hand with its basis. Append-only."""

    class Way(models.TextChoices):
        FORMULA = "formula", "По формуле"
        MANUAL = "manual", "Вручную, по документу"

    module = models.ForeignKey("catalogue.Module", on_delete=models.PROTECT, related_name="normative_costs")
    period = models.ForeignKey("certificates.FundingPeriod", on_delete=models.PROTECT, null=True)
    way = models.CharField("способ", max_length=8, choices=Way.choices)
    cost = money("нормативная стоимость")
    steps = models.JSONField("расчёт", default=dict)
    basis = models.CharField("основание", max_length=300)
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("когда", db_default=Now())
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "normative_cost"
        verbose_name = "расчёт нормативной стоимости"
        verbose_name_plural = "расчёты нормативной стоимости"
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["module", "-at"])]

    def __str__(self) -> str:
        return f"{self.module}: {self.cost}"


class RegisterDecision(models.Model):
    """One decision about a programme's place in a register: included or excluded, by whom and why. Append-only."""

    class What(models.TextChoices):
        INCLUDED = "included", "Включена"
        EXCLUDED = "excluded", "Исключена"

    entry = models.ForeignKey("certificates.ProgrammeRegisterEntry", on_delete=models.PROTECT, related_name="decisions")
    what = models.CharField("решение", max_length=8, choices=What.choices)
    decision = models.CharField("документ", max_length=250)
    day = models.DateField("с какого дня")
    reason = models.CharField("почему", max_length=500, blank=True)
    criteria = models.JSONField("критерии на день решения", default=list)
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("когда", db_default=Now())
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "register_decision"
        verbose_name = "решение о реестре"
        verbose_name_plural = "решения о реестрах"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.decision}"
