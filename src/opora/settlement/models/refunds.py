"""Money that goes back: refunds of what a family overpaid, and matches of payments that were undone (D8)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from opora.core.fields import money, public_id
from opora.core.personal import EDUCATION
from opora.settlement.models.charges import FamilyPayment, PersonalAccount


class FamilyRefund(models.Model):
    """A refund to a family: asked by it or begun by the provider, decided, paid by the provider's own order.

    Only `paid` refunds change the account. A family has one open refund per account at a time.
    """

    class State(models.TextChoices):
        ASKED = "asked", "Ждёт решения"
        APPROVED = "approved", "К выплате"
        PAID = "paid", "Выплачен"
        REFUSED = "refused", "Отказано"
        WITHDRAWN = "withdrawn", "Отозван"

    class BegunBy(models.TextChoices):
        FAMILY = "family", "Семья"
        PROVIDER = "provider", "Организация"

    public_id = public_id()
    account = models.ForeignKey(
        PersonalAccount, on_delete=models.PROTECT, related_name="refunds", verbose_name="лицевой счёт"
    )
    organisation = models.ForeignKey("providers.Organisation", on_delete=models.PROTECT, verbose_name="организация")
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    amount = money("сумма")
    state = models.CharField("состояние", max_length=9, choices=State.choices, default=State.ASKED)
    begun_by = models.CharField("кто начал", max_length=8, choices=BegunBy.choices)
    reason = models.CharField("почему", max_length=300, blank=True)
    recipient = models.CharField("получатель", max_length=200)
    bank_account = models.CharField("счёт получателя", max_length=20)
    bank_bik = models.CharField("БИК", max_length=9)
    asked_at = models.DateTimeField("запрошен", db_default=Now())
    asked_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("решено", null=True, blank=True)
    decided_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    remarks = models.CharField("причина отказа", max_length=300, blank=True)
    order_number = models.CharField("номер поручения", max_length=20, blank=True)
    paid_on = models.DateField("выплачено", null=True, blank=True)
    PERSONAL = {"recipient": EDUCATION, "bank_account": EDUCATION, "bank_bik": EDUCATION}

    class Meta:
        db_table = "family_refund"
        verbose_name = "возврат семье"
        verbose_name_plural = "возвраты семьям"
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["organisation", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(state__in=("asked", "approved")), name="family_refund_open_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="family_refund_positive"),
            models.CheckConstraint(
                condition=~Q(state="paid") | (Q(paid_on__isnull=False) & ~Q(order_number="")),
                name="family_refund_paid_by_order",
            ),
        ]

    def __str__(self) -> str:
        return f"Возврат {self.amount} на счёт {self.account_id}"


class PaymentUndo(models.Model):
    """A payment taken off an account it did not belong to. Rows are only added."""

    payment = models.ForeignKey(
        FamilyPayment, on_delete=models.PROTECT, related_name="undone", verbose_name="платёж семьи"
    )
    account = models.ForeignKey(PersonalAccount, on_delete=models.PROTECT, related_name="+", verbose_name="с какого")
    reason = models.CharField("причина", max_length=300)
    undone_at = models.DateTimeField("снят", db_default=Now())
    undone_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "family_payment_undo"
        verbose_name = "снятие платежа со счёта"
        verbose_name_plural = "снятия платежей со счетов"
        ordering = ["-undone_at", "-id"]

    def __str__(self) -> str:
        return self.reason
