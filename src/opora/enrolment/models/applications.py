"""Applications and contracts with their months."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from opora.core.fields import money, public_id
from opora.core.personal import EDUCATION


class Funding(models.TextChoices):
    """Who pays for the place."""

    BUDGET = "budget", "Бюджет"
    CERTIFICATE = "certificate", "Сертификат"
    PAID = "paid", "Платно"


class Application(models.Model):
    """An application of a child for a group. The rows in a place-holding state are the truth about places.

    Written only by the enrolment services; `enrolled` ⇔ its contract is `active` (certificate funding).
    """

    class State(models.TextChoices):
        SUBMITTED = "submitted", "Подана"
        CONFIRMED = "confirmed", "Документы подтверждены"
        ENROLLED = "enrolled", "Зачислен"
        WAITING = "waiting", "В листе ожидания"
        PLACE_OFFERED = "place_offered", "Предложено место"
        REFUSED = "refused", "Отказано"
        WITHDRAWN = "withdrawn", "Отозвана"
        EXPIRED = "expired", "Срок истёк"
        FINISHED = "finished", "Обучение окончено"

    class Source(models.TextChoices):
        GUARDIAN = "guardian", "Законный представитель"
        DESK = "desk", "Пункт приёма"
        LIST = "list", "Список"
        API = "api", "API"
        ROLLOVER = "rollover", "Переход на новый учебный год"

    HOLDING = ("submitted", "confirmed", "place_offered", "enrolled")

    public_id = public_id()
    child = models.ForeignKey(
        "people.Child", on_delete=models.PROTECT, related_name="applications", verbose_name="ребёнок"
    )
    group = models.ForeignKey(
        "catalogue.Group",
        on_delete=models.PROTECT,
        related_name="applications",
        db_index=False,  # application_queue begins with it
        verbose_name="группа",
    )
    organisation = models.ForeignKey(
        "providers.Organisation", on_delete=models.PROTECT, db_index=False, verbose_name="организация"
    )
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    applicant = models.ForeignKey(
        "people.Account",
        on_delete=models.PROTECT,
        null=True,
        related_name="applications",
        verbose_name="заявитель",
    )
    source = models.CharField("источник", max_length=8, choices=Source.choices, default=Source.GUARDIAN)
    funding = models.CharField("финансирование", max_length=12, choices=Funding.choices)
    state = models.CharField("состояние", max_length=14, choices=State.choices)
    priority_class = models.PositiveSmallIntegerField("класс очерёдности", default=100)
    bundle = models.UUIDField("вместе с", null=True, blank=True)
    starts_on = models.DateField("желаемое начало")
    total_sum = money("стоимость", default=0)
    certificate_sum = money("по сертификату", default=0)
    guardian_sum = money("платит семья", default=0)
    submitted_at = models.DateTimeField("подана", db_default=Now())
    deadline = models.DateTimeField("ответить до", null=True, blank=True)
    offer_expires_at = models.DateTimeField("предложение действует до", null=True, blank=True)
    decided_at = models.DateTimeField("решено", null=True, blank=True)
    reason_code = models.CharField("код причины", max_length=40, blank=True)
    reason = models.CharField("причина", max_length=500, blank=True)
    comment = models.CharField("пожелание", max_length=500, blank=True)
    PERSONAL = {"comment": EDUCATION, "reason": EDUCATION}

    class Meta:
        db_table = "application"
        verbose_name = "заявка"
        verbose_name_plural = "заявки"
        ordering = ["-submitted_at", "-id"]
        indexes = [
            models.Index(fields=["group", "state", "priority_class", "submitted_at", "id"], name="application_queue"),
            models.Index(fields=["organisation", "state", "deadline"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["child", "group"],
                condition=Q(state__in=["submitted", "confirmed", "enrolled", "waiting", "place_offered"]),
                name="application_living_once",
            )
        ]

    def __str__(self) -> str:
        return f"Заявка {self.pk}"


class Contract(models.Model):
    """A contract-offer between provider and guardian, paid from a certificate; schedule in :class:`ContractMonth`.

    `terminating` of the spec is `active` with a `terminates_on`.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", "Запрошен"
        OFFERED = "offered", "Ждёт согласия"
        ACTIVE = "active", "Действует"
        CLOSED = "closed", "Завершён"
        REFUSED = "refused", "Отказано"
        WITHDRAWN = "withdrawn", "Отозван"
        EXPIRED = "expired", "Срок истёк"

    class Side(models.TextChoices):
        GUARDIAN = "guardian", "Семья"
        PROVIDER = "provider", "Организация"

    LIVING = ("requested", "offered", "active")

    public_id = public_id()
    number = models.CharField("номер", max_length=40, blank=True)
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="contract", verbose_name="заявка"
    )
    certificate = models.ForeignKey(
        "certificates.Certificate",
        on_delete=models.PROTECT,
        related_name="contracts",
        db_index=False,  # here and below: an index of several columns begins with it
        verbose_name="сертификат",
    )
    period = models.ForeignKey("certificates.FundingPeriod", on_delete=models.PROTECT, verbose_name="период")
    child = models.ForeignKey("people.Child", on_delete=models.PROTECT, verbose_name="ребёнок")
    group = models.ForeignKey("catalogue.Group", on_delete=models.PROTECT, verbose_name="группа")
    programme = models.ForeignKey(
        "catalogue.Programme", on_delete=models.PROTECT, db_index=False, verbose_name="программа"
    )
    organisation = models.ForeignKey(
        "providers.Organisation", on_delete=models.PROTECT, db_index=False, verbose_name="организация"
    )
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    focus_area = models.CharField("направленность", max_length=20)
    state = models.CharField("состояние", max_length=10, choices=State.choices, default=State.REQUESTED)
    starts_on = models.DateField("с")
    ends_on = models.DateField("по")
    price = money("цена группы")
    normative_cost = money("нормативная стоимость")
    total_sum = money("стоимость")
    certificate_sum = money("по сертификату")
    guardian_sum = money("платит семья")
    requested_at = models.DateTimeField("запрошен", db_default=Now())
    offered_at = models.DateTimeField("предложен", null=True, blank=True)
    accept_until = models.DateTimeField("согласиться до", null=True, blank=True)
    accepted_at = models.DateTimeField("согласие", null=True, blank=True)
    accepted_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    acceptance = models.JSONField("запись о согласии", default=dict)
    """How consent was given: channel (online, desk), address of the request, hash of the text shown."""
    accepted_text = models.TextField("принятый текст", blank=True, default="", db_default="")
    """The very text that was agreed to; a trigger lets nobody change it afterwards."""
    terminates_on = models.DateField("расторгается с", null=True, blank=True)
    terminated_by = models.CharField("кто расторг", max_length=10, choices=Side.choices, blank=True)
    termination_ground = models.CharField("основание расторжения", max_length=300, blank=True)
    notice_at = models.DateTimeField("уведомление", null=True, blank=True)
    closed_at = models.DateTimeField("завершён", null=True, blank=True)
    PERSONAL = {"acceptance": EDUCATION, "accepted_text": EDUCATION, "termination_ground": EDUCATION}

    class Meta:
        db_table = "contract"
        verbose_name = "договор"
        verbose_name_plural = "договоры"
        ordering = ["-requested_at", "-id"]
        indexes = [
            models.Index(fields=["certificate", "period", "state"]),
            models.Index(fields=["programme", "period", "state"]),
            models.Index(fields=["organisation", "state"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(total_sum=F("certificate_sum") + F("guardian_sum")), name="contract_sums"
            ),
            models.CheckConstraint(
                condition=Q(certificate_sum__gte=0, guardian_sum__gte=0), name="contract_sums_positive"
            ),
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="contract_dates"),
        ]

    def __str__(self) -> str:
        return f"Договор № {self.number or self.pk}"


class ContractMonth(models.Model):
    """The payment of one calendar month of a contract; moves reserve → spent exactly once."""

    class State(models.TextChoices):
        RESERVED = "reserved", "В резерве"
        SPENT = "spent", "Списано"
        RETURNED = "returned", "Возвращено"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="months", db_index=False)
    month = models.DateField("месяц")
    certificate_sum = money("по сертификату")
    guardian_sum = money("платит семья")
    state = models.CharField("состояние", max_length=8, choices=State.choices, default=State.RESERVED)
    moved_at = models.DateTimeField("когда", null=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "contract_month"
        verbose_name = "месяц договора"
        verbose_name_plural = "график платежей"
        ordering = ["contract", "month"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "month"], name="contract_month_unique"),
            models.CheckConstraint(
                condition=Q(certificate_sum__gte=0, guardian_sum__gte=0), name="contract_month_positive"
            ),
        ]
        indexes = [models.Index(fields=["month", "state"])]

    def __str__(self) -> str:
        return f"{self.month:%m.%Y}: {self.certificate_sum}"
