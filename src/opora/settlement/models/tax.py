"""Certificates of paid education for the tax office: КНД 1151158, order of the ФНС № ЕД-7-11/824@ (D8)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from opora.core.fields import money, public_id
from opora.core.personal import Personal
from opora.settlement.models.charges import FamilyPayment

ANNULMENT = 999
"""The correction number of a paper that annuls an earlier one."""
TAX = Personal("Справка для социального налогового вычета", "НК РФ, ст. 219; приказ ФНС № ЕД-7-11/824@", 5)


class TaxCertificate(models.Model):
    """Справка об оплате образовательных услуг: one paying guardian, one child, one provider, one year.

    A correction and an annulment are rows of their own with the number of the first paper. What is issued never
    changes (trigger); `payer` and `learner` are copies of what stands on the paper (`rules.tax.Person`).
    """

    class State(models.TextChoices):
        ASKED = "asked", "Ждёт выдачи"
        ISSUED = "issued", "Выдана"
        REFUSED = "refused", "Отказано"
        REPLACED = "replaced", "Заменена"
        ANNULLED = "annulled", "Аннулирована"

    public_id = public_id()
    organisation = models.ForeignKey("providers.Organisation", on_delete=models.PROTECT, verbose_name="организация")
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    child = models.ForeignKey(
        "people.Child", on_delete=models.PROTECT, related_name="tax_certificates", verbose_name="ребёнок"
    )
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+", verbose_name="кто платил")
    year = models.PositiveSmallIntegerField("год")
    state = models.CharField("состояние", max_length=8, choices=State.choices, default=State.ASKED)
    number = models.PositiveIntegerField("номер", null=True, blank=True)
    correction = models.PositiveSmallIntegerField("номер корректировки", default=0)
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followers", verbose_name="вместо справки"
    )
    amount = money("сумма", default=0)
    full_time = models.BooleanField("очная форма", default=True)
    payer = models.JSONField("налогоплательщик")
    learner = models.JSONField("обучающийся")
    provider = models.JSONField("организация на бумаге", default=dict)
    date = models.DateField("дата", null=True, blank=True)
    due_on = models.DateField("выдать до")
    reason = models.CharField("причина", max_length=300, blank=True)
    """Why refused, corrected or annulled."""
    asked_at = models.DateTimeField("запрошена", db_default=Now())
    asked_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("решено", null=True, blank=True)
    decided_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    PERSONAL = {"payer": TAX, "learner": TAX}

    class Meta:
        db_table = "tax_certificate"
        verbose_name = "справка для налоговой"
        verbose_name_plural = "справки для налоговой"
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["organisation", "state"]), models.Index(fields=["child"])]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year", "number", "correction"], name="tax_certificate_number"
            ),
            models.UniqueConstraint(
                fields=["organisation", "account", "child", "year"],
                condition=Q(state="asked"),
                name="tax_certificate_asked_once",
            ),
            models.UniqueConstraint(
                fields=["organisation", "account", "child", "year"],
                condition=Q(state="issued") & ~Q(correction=ANNULMENT),
                name="tax_certificate_living_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("asked", "refused"), number__isnull=True)
                | (
                    Q(state__in=("issued", "replaced", "annulled"))
                    & Q(number__isnull=False, date__isnull=False, amount__gt=0)
                ),
                name="tax_certificate_issued",
            ),
        ]

    def __str__(self) -> str:
        return f"Справка № {self.number} за {self.year} год" if self.number else f"Справка за {self.year} год"

    @property
    def is_annulment(self) -> bool:
        return self.correction == ANNULMENT

    @property
    def correction_text(self) -> str:
        """As the form wants it: «0--», «1--», «999»."""
        return str(self.correction).ljust(3, "-")


class TaxCertificateLine(models.Model):
    """A payment that a certificate counts, less what was refunded of it; in one living certificate at most."""

    certificate = models.ForeignKey(
        TaxCertificate, on_delete=models.PROTECT, related_name="lines", verbose_name="справка"
    )
    payment = models.ForeignKey(
        FamilyPayment, on_delete=models.PROTECT, related_name="tax_lines", verbose_name="платёж"
    )
    amount = money("сумма")
    living = models.BooleanField("учтена", default=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "tax_certificate_line"
        verbose_name = "строка справки для налоговой"
        verbose_name_plural = "строки справок для налоговой"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["payment"], condition=Q(living=True), name="tax_line_living_once"),
            models.UniqueConstraint(fields=["certificate", "payment"], name="tax_line_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="tax_line_positive"),
        ]

    def __str__(self) -> str:
        return str(self.amount)
