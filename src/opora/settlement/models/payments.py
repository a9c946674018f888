"""Payment orders and the bank statements that say what became of them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractYear, Now

from opora.core.fields import money
from opora.core.personal import OFFICIAL
from opora.settlement.models.documents import SettlementDocument


class PaymentOrder(models.Model):
    """An order to the treasury to pay one approved document; requisites are copied, only the state moves on."""

    class State(models.TextChoices):
        ISSUED = "issued", "К отправке"
        EXPORTED = "exported", "Отправлено в банк"
        PARTIAL = "partial", "Исполнено частично"
        EXECUTED = "executed", "Исполнено"
        CANCELLED = "cancelled", "Отменено"

    document = models.ForeignKey(
        SettlementDocument, on_delete=models.PROTECT, related_name="orders", verbose_name="документ"
    )
    organisation = models.ForeignKey("providers.Organisation", on_delete=models.PROTECT, verbose_name="получатель")
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    number = models.PositiveIntegerField("номер")
    date = models.DateField("дата")
    amount = money("сумма")
    executed = money("исполнено", default=0)
    state = models.CharField("состояние", max_length=9, choices=State.choices, default=State.ISSUED)
    purpose = models.CharField("назначение платежа", max_length=210)
    payer = models.JSONField("плательщик")
    provider = models.JSONField("поставщик")
    kbk = models.CharField("КБК", max_length=20)
    kosgu = models.CharField("КОСГУ", max_length=3)
    created_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField("составлено", db_default=Now())
    exported_at = models.DateTimeField("выгружено", null=True, blank=True)
    executed_on = models.DateField("списано", null=True, blank=True)
    cancel_reason = models.CharField("причина отмены", max_length=300, blank=True)
    PERSONAL = {"payer": OFFICIAL, "provider": OFFICIAL}

    class Meta:
        db_table = "payment_order"
        verbose_name = "платёжное поручение"
        verbose_name_plural = "платёжные поручения"
        ordering = ["-date", "-number"]
        indexes = [models.Index(fields=["municipality", "state"])]
        constraints = [
            models.UniqueConstraint(F("municipality"), F("number"), ExtractYear("date"), name="payment_order_number"),
            models.UniqueConstraint(
                fields=["document"], condition=~Q(state="cancelled"), name="payment_order_of_document"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, executed__gte=0, executed__lte=F("amount")), name="payment_order_sums"
            ),
            models.CheckConstraint(
                condition=(~Q(state="executed") | Q(executed=F("amount"))), name="payment_order_executed"
            ),
        ]

    def __str__(self) -> str:
        return f"№ {self.number} от {self.date:%d.%m.%Y}"


class BankStatement(models.Model):
    """A statement of the payer's account as the bank gave it; the same file is read once."""

    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    file_name = models.CharField("файл", max_length=255)
    sha256 = models.CharField(max_length=64)
    account = models.CharField("счёт", max_length=20)
    date_from = models.DateField("с", null=True)
    date_to = models.DateField("по", null=True)
    uploaded_at = models.DateTimeField("загружена", db_default=Now())
    uploaded_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "bank_statement"
        verbose_name = "выписка банка"
        verbose_name_plural = "выписки банка"
        ordering = ["-uploaded_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["municipality", "sha256"], name="bank_statement_once")]

    def __str__(self) -> str:
        return self.file_name


class StatementLine(models.Model):
    """One document of a statement and what it meant."""

    class Verdict(models.TextChoices):
        EXECUTED = "executed", "Исполнено полностью"
        PARTIAL = "partial", "Исполнено частично"
        REPEATED = "repeated", "Уже учтено"
        EXCESS = "excess", "Сумма больше остатка поручения"
        UNKNOWN = "unknown", "Поручение не найдено"
        REFUND = "refund", "Возврат от организации"
        INCOMING = "incoming", "Поступление"
        NOT_EXECUTED = "not_executed", "Ещё не списано"

    statement = models.ForeignKey(BankStatement, on_delete=models.PROTECT, related_name="lines")
    order = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, null=True, related_name="lines")
    document = models.ForeignKey(SettlementDocument, on_delete=models.PROTECT, null=True, related_name="+")
    position = models.PositiveIntegerField()
    kind = models.CharField("вид документа", max_length=60)
    number = models.CharField("номер", max_length=30)
    date = models.DateField("дата")
    executed_on = models.DateField("списано или поступило", null=True)
    amount = models.DecimalField("сумма", max_digits=14, decimal_places=2)
    payer_account = models.CharField(max_length=20, blank=True)
    payee_account = models.CharField(max_length=20, blank=True)
    other_inn = models.CharField("ИНН второй стороны", max_length=12, blank=True)
    other_name = models.CharField("вторая сторона", max_length=300, blank=True)
    purpose = models.CharField("назначение", max_length=500, blank=True)
    verdict = models.CharField("что это", max_length=12, choices=Verdict.choices)
    PERSONAL = {"other_name": OFFICIAL}

    class Meta:
        db_table = "statement_line"
        verbose_name = "строка выписки"
        verbose_name_plural = "строки выписки"
        ordering = ["statement", "position"]
        indexes = [models.Index(fields=["number", "amount"])]
        constraints = [models.UniqueConstraint(fields=["statement", "position"], name="statement_line_once")]

    def __str__(self) -> str:
        return f"{self.number}: {self.amount}"
