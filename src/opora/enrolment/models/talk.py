"""What a group and its families tell each other: messages to guardians, notices of absence (E7)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from opora.core.fields import public_id
from opora.core.personal import EDUCATION, STAFF


class GroupMessage(models.Model):
    """A message of the group's teacher or manager to the guardians of those who learn. Never changed, no answers to all."""

    public_id = public_id()
    group = models.ForeignKey(
        "catalogue.Group", on_delete=models.PROTECT, related_name="messages", verbose_name="группа"
    )
    organisation = models.ForeignKey("providers.Organisation", on_delete=models.PROTECT, verbose_name="организация")
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    author = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    author_name = models.CharField("кто написал", max_length=300)
    text = models.TextField("текст", max_length=4000)
    sent_at = models.DateTimeField("отправлено", db_default=Now())
    PERSONAL = {"author_name": STAFF, "text": EDUCATION}

    class Meta:
        db_table = "group_message"
        verbose_name = "сообщение группе"
        verbose_name_plural = "сообщения группам"
        ordering = ["-sent_at", "-id"]
        indexes = [models.Index(fields=["group", "sent_at"])]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.sent_at:%d.%m.%Y}"


class GroupMessageReader(models.Model):
    """A guardian to whom a message went, and when he or she said that it was read."""

    message = models.ForeignKey(GroupMessage, on_delete=models.PROTECT, related_name="readers")
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField("прочитано", null=True, blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "group_message_reader"
        verbose_name = "получатель сообщения"
        verbose_name_plural = "получатели сообщения"
        constraints = [models.UniqueConstraint(fields=["message", "account"], name="group_message_reader_unique")]

    def __str__(self) -> str:
        return f"{self.message_id} → {self.account_id}"


class AbsenceNotice(models.Model):
    """A family's word that the child will miss the lessons of some days; the teacher still puts the mark."""

    class Cause(models.TextChoices):
        ILL = "ill", "Болеет"
        FAMILY = "family", "Семейные обстоятельства"
        OTHER = "other", "Другая причина"

    public_id = public_id()
    child = models.ForeignKey(
        "people.Child", on_delete=models.PROTECT, related_name="absence_notices", verbose_name="ребёнок"
    )
    group = models.ForeignKey(
        "catalogue.Group", on_delete=models.PROTECT, null=True, blank=True, verbose_name="только группа"
    )
    """None: all lessons of these days, wherever the child learns."""
    first_day = models.DateField("с")
    last_day = models.DateField("по")
    cause = models.CharField("причина", max_length=8, choices=Cause.choices)
    comment = models.CharField("пояснение", max_length=300, blank=True)
    reported_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    reported_at = models.DateTimeField("сообщено", db_default=Now())
    withdrawn_at = models.DateTimeField("отменено", null=True, blank=True)
    PERSONAL = {"cause": EDUCATION, "comment": EDUCATION}

    class Meta:
        db_table = "absence_notice"
        verbose_name = "сообщение об отсутствии"
        verbose_name_plural = "сообщения об отсутствии"
        ordering = ["first_day", "id"]
        indexes = [models.Index(fields=["child", "last_day"])]
        constraints = [models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="absence_days")]

    def __str__(self) -> str:
        return f"{self.child_id}: {self.first_day:%d.%m.%Y}–{self.last_day:%d.%m.%Y}"
