"""Certificates of supplementary education and the money behind them (D1, D2, D3, D6; spec/financing.md).

Totals live in :class:`CertificateBalance` with its CHECKs; every movement is an append-only
:class:`CertificateEntry`. Both change in one function only.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now

from opora.catalogue.vocabulary import FocusArea
from opora.certificates import models_funding  # noqa: F401  its tables belong to this room
from opora.core.fields import money, public_id
from opora.core.personal import EDUCATION


class FundingProgramme(models.Model):
    """A municipal programme of personalised financing: academic or calendar year, one legal scheme."""

    class Scheme(models.TextChoices):
        PF_RULES = "pf_rules", "Правила персонифицированного финансирования"
        SOCIAL_ORDER = "social_order", "Социальный заказ (189-ФЗ)"

    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    name = models.CharField("название", max_length=250)
    is_academic = models.BooleanField("на учебный год", default=True)
    scheme = models.CharField("правовая схема", max_length=12, choices=Scheme.choices, default=Scheme.PF_RULES)
    payer_name = models.CharField("плательщик", max_length=300)
    payer_code = models.CharField("код плательщика", max_length=2, default="01")
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "funding_programme"
        verbose_name = "программа персонифицированного финансирования"
        verbose_name_plural = "программы персонифицированного финансирования"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class FundingPeriod(models.Model):
    """A period of a funding programme, inside one calendar year; its parameters change only by an amending act."""

    class State(models.TextChoices):
        DRAFT = "draft", "Проект"
        REVIEW = "review", "На утверждении"
        APPROVED = "approved", "Утверждён"
        CLOSED = "closed", "Завершён"

    programme = models.ForeignKey(
        FundingProgramme,
        on_delete=models.PROTECT,
        related_name="periods",
        verbose_name="программа финансирования",
    )
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    name = models.CharField("название", max_length=150)
    starts_on = models.DateField("с")
    ends_on = models.DateField("по")
    state = models.CharField("состояние", max_length=10, choices=State.choices, default=State.DRAFT)
    contracting_closes_at = models.DateTimeField("заключение договоров закрыто с", null=True, blank=True)
    parameters = models.JSONField("параметры", default=dict, blank=True)
    """Every deadline, limit and rate that differs from the defaults of `certificates.rules.PeriodParameters`."""
    act = models.ForeignKey(
        "territory.LegalAct", on_delete=models.PROTECT, null=True, blank=True, verbose_name="утверждающий акт"
    )
    approved_at = models.DateTimeField("утверждён", null=True, blank=True)
    approved_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "funding_period"
        verbose_name = "период реализации"
        verbose_name_plural = "периоды реализации"
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="funding_period_dates"),
            models.CheckConstraint(condition=Q(starts_on__year=F("ends_on__year")), name="funding_period_within_year"),
            # a day of a municipality belongs to one approved period: which money pays is never a question
            ExclusionConstraint(
                name="funding_period_approved_once",
                expressions=[
                    (Func(F("municipality"), F("municipality"), Value("[]"), function="int8range"), "&&"),
                    (Func(F("starts_on"), F("ends_on"), Value("[]"), function="daterange"), "&&"),
                ],
                condition=Q(state="approved"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CertificateGroup(models.Model):
    """A category of children in a period with its nominal and its limits of certificates and money."""

    period = models.ForeignKey(
        FundingPeriod, on_delete=models.PROTECT, related_name="certificate_groups", verbose_name="период"
    )
    code = models.SlugField("код", max_length=30)
    name = models.CharField("группа сертификатов", max_length=200)
    category = models.CharField("категория детей", max_length=20, blank=True)
    age_from = models.PositiveSmallIntegerField("возраст с", default=5)
    age_to = models.PositiveSmallIntegerField("возраст по", default=17)
    nominal = money("номинал")
    limit_certificates = models.PositiveIntegerField("предел числа сертификатов")
    limit_money = models.DecimalField("предел денег", max_digits=14, decimal_places=2)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "certificate_group"
        verbose_name = "группа сертификатов"
        verbose_name_plural = "группы сертификатов"
        ordering = ["period", "id"]
        constraints = [models.UniqueConstraint(fields=["period", "code"], name="certificate_group_unique")]

    def __str__(self) -> str:
        return self.name


class FocusAreaLimit(models.Model):
    """Whether a focus area may be paid in a period and how many living contracts a certificate may have in it."""

    period = models.ForeignKey(FundingPeriod, on_delete=models.PROTECT, related_name="focus_limits")
    focus_area = models.CharField("направленность", max_length=20, choices=FocusArea.choices)
    allowed = models.BooleanField("оплачивается", default=True)
    contracts_per_certificate = models.PositiveSmallIntegerField("договоров на сертификат", null=True, blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "focus_area_limit"
        verbose_name = "ограничение по направленности"
        verbose_name_plural = "ограничения по направленностям"
        constraints = [models.UniqueConstraint(fields=["period", "focus_area"], name="focus_area_limit_unique")]

    def __str__(self) -> str:
        return self.get_focus_area_display()


class ProgrammeLimit(models.Model):
    """How many living contracts one programme may have in a period."""

    period = models.ForeignKey(FundingPeriod, on_delete=models.PROTECT, related_name="programme_limits")
    programme = models.ForeignKey("catalogue.Programme", on_delete=models.PROTECT)
    contracts = models.PositiveIntegerField("договоров")
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "programme_limit"
        verbose_name = "ограничение по программе"
        verbose_name_plural = "ограничения по программам"
        constraints = [models.UniqueConstraint(fields=["period", "programme"], name="programme_limit_unique")]

    def __str__(self) -> str:
        return f"{self.programme}: {self.contracts}"


class PaymentAgreement(models.Model):
    """An agreement of payer and provider for a period (договор об оплате дополнительного образования)."""

    class State(models.TextChoices):
        DRAFT = "draft", "Проект"
        SIGNED = "signed", "Подписано"
        ENDED = "ended", "Прекращено"

    period = models.ForeignKey(FundingPeriod, on_delete=models.PROTECT, verbose_name="период")
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    organisation = models.ForeignKey("providers.Organisation", on_delete=models.PROTECT, verbose_name="организация")
    number = models.CharField("номер", max_length=60)
    date = models.DateField("дата")
    state = models.CharField("состояние", max_length=8, choices=State.choices, default=State.DRAFT)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "payment_agreement"
        verbose_name = "соглашение об оплате"
        verbose_name_plural = "соглашения об оплате"
        ordering = ["-date", "id"]
        constraints = [models.UniqueConstraint(fields=["period", "organisation"], name="payment_agreement_unique")]

    def __str__(self) -> str:
        return f"№ {self.number} от {self.date:%d.%m.%Y}"


class ProgrammeRegisterEntry(models.Model):
    """A programme in a register (significant, pre-professional, other, certified, paid) by a decision (D3)."""

    class Register(models.TextChoices):
        SIGNIFICANT = "significant", "Значимые"
        PREPROFESSIONAL = "preprofessional", "Предпрофессиональные"
        OTHER = "other", "Иные"
        CERTIFIED = "certified", "Сертифицированные"
        PAID = "paid", "Платные"

    programme = models.ForeignKey(
        "catalogue.Programme",
        on_delete=models.PROTECT,
        related_name="register_entries",
        verbose_name="программа",
    )
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    register = models.CharField("реестр", max_length=16, choices=Register.choices)
    decision = models.CharField("решение", max_length=250)
    starts_on = models.DateField("с")
    ends_on = models.DateField("по", null=True, blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "programme_register_entry"
        verbose_name = "запись реестра программ"
        verbose_name_plural = "реестр программ"
        ordering = ["-starts_on", "id"]
        constraints = [models.UniqueConstraint(fields=["programme", "register"], name="programme_register_unique")]

    def __str__(self) -> str:
        return f"{self.programme}: {self.get_register_display()}"


class Certificate(models.Model):
    """The register entry of a child in the system: at most one living certificate per child, to the 18th birthday."""

    class Kind(models.TextChoices):
        ACCOUNTING = "accounting", "Сертификат учёта"
        FUNDED = "funded", "Сертификат финансирования"

    class State(models.TextChoices):
        APPLIED = "applied", "Подано заявление"
        ISSUED = "issued", "Выдан, личность не подтверждена"
        REFUSED = "refused", "Отказано"
        EXPIRED = "expired", "Заявление истекло"
        ACTIVE = "active", "Действует"
        FROZEN = "frozen", "Приостановлен"
        ANNULLED = "annulled", "Аннулирован"
        AGED_OUT = "aged_out", "Прекращён по возрасту"
        MOVED = "moved", "Закрыт в связи с переездом"

    public_id = public_id()
    child = models.ForeignKey(
        "people.Child", on_delete=models.PROTECT, related_name="certificates", verbose_name="ребёнок"
    )
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    number = models.CharField("номер", max_length=20, null=True, blank=True, unique=True)
    kind = models.CharField("вид", max_length=10, choices=Kind.choices, default=Kind.ACCOUNTING)
    state = models.CharField("состояние", max_length=10, choices=State.choices, default=State.APPLIED)
    wants_funding = models.BooleanField("просит финансирование", default=False)
    applied_at = models.DateTimeField("заявление подано", db_default=Now())
    applied_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    answer_due = models.DateField("ответить до", null=True, blank=True)
    issued_at = models.DateTimeField("выдан", null=True, blank=True)
    activated_at = models.DateTimeField("активирован", null=True, blank=True)
    closed_at = models.DateTimeField("закрыт", null=True, blank=True)
    funded_since = models.DateTimeField("финансируется с", null=True, blank=True)
    last_act_at = models.DateTimeField("последнее движение", null=True, blank=True)
    reason = models.CharField("причина", max_length=300, blank=True)
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, verbose_name="прежний")
    version = models.BigIntegerField("отметка изменений", default=0)
    PERSONAL = {"number": EDUCATION, "reason": EDUCATION}

    class Meta:
        db_table = "certificate"
        verbose_name = "сертификат"
        verbose_name_plural = "сертификаты"
        ordering = ["-applied_at", "id"]
        indexes = [models.Index(fields=["municipality", "state", "kind"])]
        constraints = [
            models.UniqueConstraint(
                fields=["child"],
                condition=Q(state__in=["applied", "issued", "active", "frozen"]),
                name="certificate_one_living_per_child",
            )
        ]

    def __str__(self) -> str:
        return self.number or "без номера"


class CertificateBalance(models.Model):
    """Totals of a certificate in a period; nominal = balance + reserve + spent always, no part negative."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="balances")
    period = models.ForeignKey(FundingPeriod, on_delete=models.PROTECT)
    certificate_group = models.ForeignKey(CertificateGroup, on_delete=models.PROTECT, null=True)
    nominal = money("номинал", default=0)
    balance = money("остаток", default=0)
    reserve = money("резерв", default=0)
    spent = money("списано", default=0)
    version = models.BigIntegerField(default=0)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "certificate_balance"
        verbose_name = "остаток сертификата"
        verbose_name_plural = "остатки сертификатов"
        constraints = [
            models.UniqueConstraint(fields=["certificate", "period"], name="certificate_balance_unique"),
            models.CheckConstraint(
                condition=Q(nominal=F("balance") + F("reserve") + F("spent")), name="certificate_balance_sums"
            ),
            models.CheckConstraint(
                condition=Q(nominal__gte=0, balance__gte=0, reserve__gte=0, spent__gte=0),
                name="certificate_balance_positive",
            ),
        ]
        indexes = [models.Index(fields=["certificate_group"])]

    def __str__(self) -> str:
        return f"{self.certificate}: {self.balance}"


class CertificateEntry(models.Model):
    """One movement of a certificate: append-only, unique per act (`source_kind`, `source_id`, `act`, month)."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="entries")
    period = models.ForeignKey(FundingPeriod, on_delete=models.PROTECT)
    act = models.CharField("основание движения", max_length=30)
    """nominal, request, release, month, terminate, annul, freeze, return …: codes of certificates.rules."""
    source_kind = models.CharField(max_length=30)
    source_id = models.BigIntegerField()
    month = models.DateField("месяц", null=True)
    d_nominal = money("номинал", default=0)
    d_balance = money("остаток", default=0)
    d_reserve = money("резерв", default=0)
    d_spent = money("списано", default=0)
    reason = models.CharField("пояснение", max_length=300)
    account_id = models.BigIntegerField("кто", null=True)
    at = models.DateTimeField("когда", db_default=Now())
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "certificate_entry"
        verbose_name = "движение по сертификату"
        verbose_name_plural = "движения по сертификатам"
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["certificate", "period", "at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["certificate", "act", "source_kind", "source_id", "month"],
                name="certificate_entry_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(d_nominal=F("d_balance") + F("d_reserve") + F("d_spent")),
                name="certificate_entry_sums",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate} {self.act} {self.at:%d.%m.%Y}"


class FundingQueue(models.Model):
    """The queue of those who ask for a funded certificate while the group's limits are exhausted."""

    class State(models.TextChoices):
        WAITING = "waiting", "Ждёт"
        SERVED = "served", "Получил"
        LEFT = "left", "Вышел"

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="funding_requests")
    period = models.ForeignKey(FundingPeriod, on_delete=models.PROTECT)
    certificate_group = models.ForeignKey(CertificateGroup, on_delete=models.PROTECT, related_name="queue")
    requested_at = models.DateTimeField("когда просил", db_default=Now())
    state = models.CharField("состояние", max_length=8, choices=State.choices, default=State.WAITING)
    ended_at = models.DateTimeField(null=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "funding_queue"
        verbose_name = "очередь на финансирование"
        verbose_name_plural = "очередь на финансирование"
        ordering = ["requested_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["certificate", "period"], condition=Q(state="waiting"), name="funding_queue_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.certificate}"


class PeriodAmendment(models.Model):
    """A change of an approved period by an act: what was, what became."""

    period = models.ForeignKey(FundingPeriod, on_delete=models.PROTECT, related_name="amendments")
    act = models.ForeignKey("territory.LegalAct", on_delete=models.PROTECT, null=True, verbose_name="акт")
    """Empty only in rows from before acts were taken from the register; those have `act_text` alone."""
    act_text = models.CharField("реквизиты акта", max_length=300)
    """The act's requisites as they read on the day of the amendment."""
    changes = models.JSONField("изменения")
    fields = ArrayField(models.CharField(max_length=60), default=list)
    account_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(db_default=Now())
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "period_amendment"
        verbose_name = "изменение периода"
        verbose_name_plural = "изменения периодов"

    def __str__(self) -> str:
        return self.act_text
