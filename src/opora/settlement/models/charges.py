"""The family's own money: a personal account per application, monthly charges, payments and bank registers (D8)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from opora.core.fields import money, public_id
from opora.core.personal import EDUCATION


class PersonalAccount(models.Model):
    """Лицевой счёт: what one family owes one provider for one application, by contract or for a paid programme.

    `charged`, `paid` and `refunded` are the sums of charges, of counted payments and of refunds that were paid; only
    the services of the families' money move them.
    """

    public_id = public_id()
    number = models.CharField("лицевой счёт", max_length=11, unique=True)
    """Nine digits and two check digits (ISO 7064, MOD 97-10): a mistyped number finds nobody."""
    application = models.OneToOneField(
        "enrolment.Application", on_delete=models.PROTECT, related_name="personal_account", verbose_name="заявка"
    )
    contract = models.OneToOneField(
        "enrolment.Contract",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="personal_account",
        verbose_name="договор",
    )
    child = models.ForeignKey(
        "people.Child", on_delete=models.PROTECT, related_name="personal_accounts", verbose_name="ребёнок"
    )
    group = models.ForeignKey("catalogue.Group", on_delete=models.PROTECT, related_name="+", verbose_name="группа")
    organisation = models.ForeignKey("providers.Organisation", on_delete=models.PROTECT, verbose_name="организация")
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    charged = money("начислено", default=0)
    paid = money("оплачено", default=0)
    refunded = money("возвращено", default=0)
    owed = models.GeneratedField(
        expression=F("charged") - F("paid") + F("refunded"),
        output_field=models.DecimalField("к оплате", max_digits=12, decimal_places=2),
        db_persist=True,
        verbose_name="к оплате",
    )
    """Below zero: paid ahead, it goes to the next months."""
    opened_at = models.DateTimeField("открыт", db_default=Now())
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "personal_account"
        verbose_name = "лицевой счёт семьи"
        verbose_name_plural = "лицевые счета семей"
        ordering = ["number"]
        indexes = [models.Index(fields=["organisation", "owed"]), models.Index(fields=["municipality"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(refunded__gte=0, refunded__lte=F("paid")), name="personal_account_refunded"
            )
        ]

    def __str__(self) -> str:
        return self.number


class Charge(models.Model):
    """What a family has to pay for one month; a correction brings the month to what it is after a termination.

    Rows are only added (trigger). The one `charge` of a month is unique; the sum of a month is never below zero.
    """

    class Kind(models.TextChoices):
        CHARGE = "charge", "Начисление"
        CORRECTION = "correction", "Перерасчёт"

    account = models.ForeignKey(
        PersonalAccount, on_delete=models.PROTECT, related_name="charges", verbose_name="лицевой счёт"
    )
    organisation = models.ForeignKey("providers.Organisation", on_delete=models.PROTECT, verbose_name="организация")
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    month = models.DateField("месяц")
    kind = models.CharField("что это", max_length=10, choices=Kind.choices)
    amount = models.DecimalField("сумма", max_digits=12, decimal_places=2)
    due_on = models.DateField("оплатить до")
    made_at = models.DateTimeField("начислено", db_default=Now())
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "family_charge"
        verbose_name = "начисление семье"
        verbose_name_plural = "начисления семьям"
        ordering = ["-month", "id"]
        indexes = [
            models.Index(fields=["account", "month"]),
            models.Index(fields=["organisation", "month"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["account", "month"], condition=Q(kind="charge"), name="family_charge_once"),
            models.CheckConstraint(
                condition=Q(kind="charge", amount__gt=0) | (Q(kind="correction") & ~Q(amount=0)),
                name="family_charge_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%m.%Y}: {self.amount}"


class PaymentRegister(models.Model):
    """A bank's register of families' payments as a provider got it; the same file is read once."""

    organisation = models.ForeignKey("providers.Organisation", on_delete=models.PROTECT, verbose_name="организация")
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    file_name = models.CharField("файл", max_length=255)
    sha256 = models.CharField(max_length=64)
    layout = models.CharField("вид файла", max_length=60)
    rows = models.PositiveIntegerField("платежей")
    total = models.DecimalField("сумма", max_digits=14, decimal_places=2)
    skipped = models.PositiveIntegerField("не от семей", default=0)
    """Movements of a bank statement that are no family's money: from organisations, or going out."""
    read_at = models.DateTimeField("загружен", db_default=Now())
    read_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "payment_register"
        verbose_name = "реестр платежей"
        verbose_name_plural = "реестры платежей"
        ordering = ["-read_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["organisation", "sha256"], name="payment_register_once")]

    def __str__(self) -> str:
        return self.file_name


class FamilyPayment(models.Model):
    """Money of a family that came to the provider: read from a register or entered by hand.

    Only `matched` payments count; `unknown` wait for a person, `aside` turned out to be nobody's of the families,
    `repeated` came a second time and are kept to be seen.
    """

    class State(models.TextChoices):
        MATCHED = "matched", "Зачислен"
        UNKNOWN = "unknown", "Счёт не найден"
        REPEATED = "repeated", "Уже учтён"
        ASIDE = "aside", "Не от семьи"

    organisation = models.ForeignKey("providers.Organisation", on_delete=models.PROTECT, verbose_name="организация")
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    register = models.ForeignKey(
        PaymentRegister, on_delete=models.PROTECT, null=True, blank=True, related_name="payments", verbose_name="реестр"
    )
    account = models.ForeignKey(
        PersonalAccount,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="payments",
        verbose_name="лицевой счёт",
    )
    state = models.CharField("состояние", max_length=8, choices=State.choices)
    paid_on = models.DateField("оплачено")
    amount = money("сумма")
    reference = models.CharField("номер операции", max_length=60)
    account_text = models.CharField("счёт в файле", max_length=40, blank=True)
    payer_name = models.CharField("кто платил", max_length=200, blank=True)
    entered_at = models.DateTimeField("внесено", db_default=Now())
    entered_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    PERSONAL = {"payer_name": EDUCATION}

    class Meta:
        db_table = "family_payment"
        verbose_name = "платёж семьи"
        verbose_name_plural = "платежи семей"
        ordering = ["-paid_on", "-id"]
        indexes = [
            models.Index(fields=["organisation", "state"]),
            models.Index(fields=["account"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "reference"], condition=~Q(state="repeated"), name="family_payment_once"
            ),
            models.CheckConstraint(
                condition=Q(state="matched", account__isnull=False) | ~Q(state="matched") & Q(account__isnull=True),
                name="family_payment_matched",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="family_payment_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} от {self.paid_on:%d.%m.%Y}"
