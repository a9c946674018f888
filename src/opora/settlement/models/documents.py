"""Monthly documents between provider and payer with their rows by contract (spec/financing.md, Settlement)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractYear, Now


def roubles(label: str) -> models.DecimalField[Any, Any]:
    """A signed sum of many contracts, numeric(14,2)."""
    return models.DecimalField(label, max_digits=14, decimal_places=2, default=0)


class SettlementDocument(models.Model):
    """An advance request, invoice, correction or refund of one agreement and month.

    A draft is recounted from its sources; an issued document never changes (trigger), only its state moves on.
    `previous` is the document whose `carried_out` this one takes in: one chain per agreement.
    """

    class Kind(models.TextChoices):
        ADVANCE = "advance_request", "Заявка на аванс"
        INVOICE = "invoice", "Счёт"
        CORRECTION = "correction", "Корректировка счёта"
        REFUND = "refund", "Возврат"

    class State(models.TextChoices):
        DRAFT = "draft", "Черновик"
        ISSUED = "issued", "На проверке"
        RETURNED = "returned", "Возвращён с замечаниями"
        APPROVED = "approved", "Проверен"
        PAID = "paid", "Оплачен"

    EFFECTIVE = ("issued", "approved", "paid")
    agreement = models.ForeignKey(
        "certificates.PaymentAgreement",
        on_delete=models.PROTECT,
        related_name="settlements",
        verbose_name="соглашение",
    )
    period = models.ForeignKey("certificates.FundingPeriod", on_delete=models.PROTECT, verbose_name="период")
    organisation = models.ForeignKey("providers.Organisation", on_delete=models.PROTECT, verbose_name="организация")
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    kind = models.CharField("документ", max_length=16, choices=Kind.choices)
    month = models.DateField("месяц")
    refers_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followers", verbose_name="к документу"
    )
    """The returned document that this one replaces, or the approved one that it corrects."""
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField("состояние", max_length=8, choices=State.choices, default=State.DRAFT)
    number = models.PositiveIntegerField("номер", null=True, blank=True)
    date = models.DateField("дата", null=True, blank=True)
    as_of = models.DateField("часы посчитаны на", null=True, blank=True)
    contracts = models.PositiveIntegerField("договоров", default=0)
    accrual = roubles("начислено")
    advance = roubles("аванс")
    carried_in = roubles("перенесено с прошлого счёта")
    total = roubles("итого")
    payable = roubles("к оплате")
    carried_out = roubles("перенесено на следующий счёт")
    refund = roubles("к возврату")
    reason = models.CharField("основание", max_length=500, blank=True)
    remarks = models.CharField("замечания", max_length=1000, blank=True)
    prepared_at = models.DateTimeField("составлен", db_default=Now())
    issued_at = models.DateTimeField("выставлен", null=True, blank=True)
    issued_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("решение", null=True, blank=True)
    decided_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    paid_on = models.DateField("оплачен", null=True, blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "settlement_document"
        verbose_name = "расчётный документ"
        verbose_name_plural = "расчётные документы"
        ordering = ["-month", "organisation", "kind", "id"]
        indexes = [
            models.Index(fields=["municipality", "month", "kind", "state"]),
            models.Index(fields=["organisation", "month"]),
            models.Index(fields=["agreement", "kind", "month"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "kind", "month"],
                condition=Q(kind__in=["advance_request", "invoice"]) & ~Q(state="returned"),
                name="settlement_document_once",
            ),
            models.UniqueConstraint(
                fields=["agreement", "kind"],
                condition=Q(kind__in=["correction", "refund"], state="draft"),
                name="settlement_document_one_draft",
            ),
            models.UniqueConstraint(
                fields=["previous"], condition=~Q(state="returned"), name="settlement_document_chain"
            ),
            models.UniqueConstraint(
                F("organisation"), F("kind"), F("number"), ExtractYear("date"), name="settlement_document_number"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", number__isnull=True)
                | (~Q(state="draft") & Q(number__isnull=False, date__isnull=False)),
                name="settlement_document_numbered",
            ),
            models.CheckConstraint(
                condition=Q(total=F("accrual") - F("advance") - F("carried_in")) | Q(kind="advance_request"),
                name="settlement_document_total",
            ),
            models.CheckConstraint(
                condition=Q(total=F("payable") - F("carried_out") - F("refund"))
                & Q(payable__gte=0, carried_out__gte=0, refund__gte=0),
                name="settlement_document_halves",
            ),
        ]

    def __str__(self) -> str:
        if self.number is None or self.date is None:
            return f"{self.get_kind_display()} за {self.month:%m.%Y} (черновик)"
        return f"{self.get_kind_display()} № {self.number} от {self.date:%d.%m.%Y}"


class SettlementRow(models.Model):
    """One contract and month in a document: plan × completeness − advance. Numbers are copied as they were."""

    document = models.ForeignKey(SettlementDocument, on_delete=models.PROTECT, related_name="rows")
    contract = models.ForeignKey("enrolment.Contract", on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey("catalogue.Group", on_delete=models.PROTECT, related_name="+")
    month = models.DateField("месяц")
    contract_number = models.CharField("договор", max_length=40)
    certificate_number = models.CharField("сертификат", max_length=20)
    plan = roubles("сумма месяца")
    planned = models.DecimalField("часов по плану", max_digits=8, decimal_places=2, default=0)
    delivered = models.DecimalField("часов проведено", max_digits=8, decimal_places=2, default=0)
    accrual = roubles("начислено")
    advance = roubles("аванс")
    amount = roubles("к оплате")
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "settlement_row"
        verbose_name = "строка реестра договоров"
        verbose_name_plural = "реестр договоров"
        indexes = [models.Index(fields=["contract", "month"])]
        constraints = [
            models.UniqueConstraint(fields=["document", "contract", "month"], name="settlement_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self.contract_number}: {self.amount}"


class Completeness(models.Model):
    """Academic hours of a group and month as a document counted them; `unmarked` are past lessons without a journal."""

    document = models.ForeignKey(SettlementDocument, on_delete=models.PROTECT, related_name="completeness")
    group = models.ForeignKey("catalogue.Group", on_delete=models.PROTECT, related_name="+")
    month = models.DateField("месяц")
    planned = models.DecimalField("по плану", max_digits=8, decimal_places=2)
    delivered = models.DecimalField("проведено", max_digits=8, decimal_places=2)
    cancelled = models.DecimalField("отменено", max_digits=8, decimal_places=2)
    unmarked = models.DecimalField("не отмечено", max_digits=8, decimal_places=2)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "settlement_completeness"
        verbose_name = "полнота оказания услуг"
        verbose_name_plural = "полнота оказания услуг"
        constraints = [
            models.UniqueConstraint(fields=["document", "group", "month"], name="settlement_completeness_once")
        ]

    def __str__(self) -> str:
        return f"{self.delivered} / {self.planned}"
