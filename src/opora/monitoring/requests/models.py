"""Data requests and their answers. The cells of an answer live in the form engine (`surveys`)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from opora.core.personal import OFFICIAL


class DataRequest(models.Model):
    """A request for data: who asks, what about, until when, whom. Numbered within its sender when it is sent."""

    class Sender(models.TextChoices):
        REGION = "region", "Региональный модельный центр"
        AUTHORITY = "authority", "Орган местного самоуправления"
        CENTRE = "centre", "Опорный центр"

    class Audience(models.TextChoices):
        CENTRES = "centres", "Опорные центры"
        ORGANISATIONS = "organisations", "Организации"

    class State(models.TextChoices):
        DRAFT = "draft", "Черновик"
        SENT = "sent", "Отправлен"
        CLOSED = "closed", "В архиве"

    sender_kind = models.CharField("кто запрашивает", max_length=10, choices=Sender.choices)
    region = models.ForeignKey(
        "territory.Region", on_delete=models.PROTECT, null=True, blank=True, verbose_name="регион"
    )
    municipality = models.ForeignKey(
        "territory.Municipality", on_delete=models.PROTECT, null=True, blank=True, verbose_name="муниципалитет"
    )
    centre = models.ForeignKey(
        "territory.Centre", on_delete=models.PROTECT, null=True, blank=True, verbose_name="опорный центр"
    )
    number = models.PositiveIntegerField("номер", null=True, blank=True)
    date = models.DateField("дата", null=True, blank=True)
    subject = models.CharField("о чём", max_length=300)
    body = models.TextField("пояснение", blank=True)
    version = models.ForeignKey("surveys.FormVersion", on_delete=models.PROTECT, verbose_name="форма")
    working_days = models.PositiveSmallIntegerField("рабочих дней на ответ", default=5)
    due = models.DateField("срок ответа", null=True, blank=True)
    due_at = models.DateTimeField("просрочен с", null=True, blank=True)
    due_note = models.CharField("оговорка о сроке", max_length=300, blank=True)
    audience = models.CharField("кого спрашивают", max_length=14, choices=Audience.choices)
    picked = ArrayField(models.BigIntegerField(), verbose_name="кому", default=list, blank=True)
    """Ids of the centres or organisations while it is a draft."""
    picked_partners = ArrayField(models.BigIntegerField(), verbose_name="каким партнёрам", default=list, blank=True)
    """Ids of the centre's partners that are asked beside organisations, while it is a draft."""
    figures_on = models.DateField("показатели на дату", null=True, blank=True)
    state = models.CharField("состояние", max_length=8, choices=State.choices, default=State.DRAFT)
    passed_from = models.ForeignKey(
        "DataRequestAnswer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="passed_on",
        verbose_name="по запросу",
    )
    created_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField("создан", db_default=Now())
    sent_at = models.DateTimeField("отправлен", null=True, blank=True)
    closed_at = models.DateTimeField("закрыт", null=True, blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "data_request"
        verbose_name = "запрос данных"
        verbose_name_plural = "запросы данных"
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["state", "due"], name="data_request_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(sender_kind="region", region__isnull=False, centre__isnull=True)
                | Q(sender_kind="authority", municipality__isnull=False, centre__isnull=True)
                | Q(sender_kind="centre", centre__isnull=False),
                name="data_request_sender",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(number__isnull=False, due__isnull=False, sent_at__isnull=False),
                name="data_request_sent_whole",
            ),
        ]

    def __str__(self) -> str:
        number = f"№\u00a0{self.number} от {self.date:%d.%m.%Y}" if self.number and self.date else "черновик"
        return f"{self.subject} ({number})"


class DataRequestAnswer(models.Model):
    """One centre's, organisation's or partner's answer: draft → sent → returned with remarks → sent → accepted."""

    class State(models.TextChoices):
        DRAFT = "draft", "Не отправлен"
        SENT = "sent", "Отправлен"
        RETURNED = "returned", "Возвращён с замечаниями"
        ACCEPTED = "accepted", "Принят"

    request = models.ForeignKey(DataRequest, on_delete=models.PROTECT, related_name="answers", verbose_name="запрос")
    centre = models.ForeignKey(
        "territory.Centre", on_delete=models.PROTECT, null=True, blank=True, verbose_name="опорный центр"
    )
    organisation = models.ForeignKey(
        "providers.Organisation", on_delete=models.PROTECT, null=True, blank=True, verbose_name="организация"
    )
    partner = models.ForeignKey(
        "methodics.Partner", on_delete=models.PROTECT, null=True, blank=True, verbose_name="партнёр"
    )
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    answer = models.OneToOneField("surveys.FormAnswer", on_delete=models.PROTECT, verbose_name="клетки")
    state = models.CharField("состояние", max_length=8, choices=State.choices, default=State.DRAFT)
    due = models.DateField("срок", null=True, blank=True)
    """The request's own term until it is extended for this one."""
    due_at = models.DateTimeField("просрочен с", null=True, blank=True)
    started_at = models.DateTimeField("начат", null=True, blank=True)
    sent_at = models.DateTimeField("отправлен", null=True, blank=True)
    sent_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    answered_by = models.CharField("кто ответил", max_length=600, blank=True, default="", db_default="")
    """The partner's contact and address as they were when it answered by the link of its letter: it has no account."""
    letter_number = models.PositiveIntegerField("номер письма", null=True, blank=True)
    letter_date = models.DateField("дата письма", null=True, blank=True)
    remarks = models.TextField("замечания", blank=True)
    judged_at = models.DateTimeField("рассмотрен", null=True, blank=True)
    judged_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    PERSONAL = {"remarks": OFFICIAL, "answered_by": OFFICIAL}

    class Meta:
        db_table = "data_request_answer"
        verbose_name = "ответ на запрос"
        verbose_name_plural = "ответы на запросы"
        ordering = ["request", "id"]
        indexes = [models.Index(fields=["state", "request"], name="data_request_answer_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "centre"], condition=Q(centre__isnull=False), name="data_request_answer_centre"
            ),
            models.UniqueConstraint(
                fields=["request", "organisation"],
                condition=Q(organisation__isnull=False),
                name="data_request_answer_organisation",
            ),
            models.UniqueConstraint(
                fields=["request", "partner"], condition=Q(partner__isnull=False), name="data_request_answer_partner"
            ),
            models.CheckConstraint(
                condition=Q(centre__isnull=False, organisation__isnull=True, partner__isnull=True)
                | Q(centre__isnull=True, organisation__isnull=False, partner__isnull=True)
                | Q(centre__isnull=True, organisation__isnull=True, partner__isnull=False),
                name="data_request_answer_by_one",
            ),
        ]

    def __str__(self) -> str:
        return self.who

    @property
    def who(self) -> str:
        """Name of the centre, organisation or partner that answers."""
        return str(self.centre or self.organisation or self.partner)

    @property
    def is_open(self) -> bool:
        """May it still be filled in?"""
        return self.state in (self.State.DRAFT, self.State.RETURNED)


class DataRequestExtension(models.Model):
    """Another term given to one answerer, with the reason; each stays, the last one counts."""

    answer = models.ForeignKey(
        DataRequestAnswer, on_delete=models.PROTECT, related_name="extensions", verbose_name="ответ"
    )
    due_before = models.DateField("прежний срок")
    due = models.DateField("новый срок")
    reason = models.CharField("почему", max_length=500)
    made_at = models.DateTimeField("когда", db_default=Now())
    made_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "data_request_extension"
        verbose_name = "продление срока"
        verbose_name_plural = "продления сроков"
        ordering = ["made_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(due__gt=models.F("due_before")), name="data_request_extension_later")
        ]

    def __str__(self) -> str:
        return f"{self.due_before:%d.%m.%Y} → {self.due:%d.%m.%Y}"
