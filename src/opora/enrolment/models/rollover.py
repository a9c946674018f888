"""Change of school year: one batch of an organisation, its groups and the learners that are asked (E6)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from opora.core.fields import public_id
from opora.core.personal import EDUCATION
from opora.enrolment.models.applications import Application, Funding
from opora.enrolment.models.learning import Enrolment, Order


class Rollover(models.Model):
    """The change from one school year to the next in one organisation: drafted, asked about, carried out once.

    A school year is named by the year in which it begins: 2026 is 2026/2027.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Готовится"
        ASKING = "asking", "Спрашиваем семьи"
        RUNNING = "running", "Выполняется"
        DONE = "done", "Выполнен"
        CANCELLED = "cancelled", "Отменён"

    class Silence(models.TextChoices):
        NO = "no", "Не продолжает"
        YES = "yes", "Продолжает"

    organisation = models.ForeignKey("providers.Organisation", on_delete=models.PROTECT, verbose_name="организация")
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    from_year = models.PositiveSmallIntegerField("учебный год")
    to_year = models.PositiveSmallIntegerField("следующий учебный год")
    state = models.CharField("состояние", max_length=10, choices=State.choices, default=State.DRAFT)
    silence = models.CharField("семья не ответила", max_length=3, choices=Silence.choices, default=Silence.NO)
    answer_until = models.DateTimeField("ответить до", null=True, blank=True)
    """The first moment at which an answer is too late: midnight after the last day."""
    opens_on = models.DateField("запись для остальных с", null=True, blank=True)
    """From this day others may apply for places that are left; empty: at once after the change."""
    signatory = models.ForeignKey(
        "providers.Signatory", on_delete=models.PROTECT, null=True, blank=True, verbose_name="подписывает приказы"
    )
    created_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField("составлен", db_default=Now())
    asked_at = models.DateTimeField("семьи спрошены", null=True, blank=True)
    started_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField("начат", null=True, blank=True)
    finished_at = models.DateTimeField("закончен", null=True, blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "rollover"
        verbose_name = "переход на новый учебный год"
        verbose_name_plural = "переходы на новый учебный год"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(to_year__gt=F("from_year")), name="rollover_years"),
            models.UniqueConstraint(
                fields=["organisation", "to_year"], condition=~Q(state="cancelled"), name="rollover_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_year}/{self.from_year + 1} → {self.to_year}/{self.to_year + 1}"


class RolloverGroup(models.Model):
    """One group of the ending year: what becomes of it and the group of the next year, editable until carried out.

    `slots`: lines of the weekly timetable as JSON (weekday, starts_at, ends_at, academic_hours, venue, room, teacher).
    """

    class Plan(models.TextChoices):
        ENDS = "ends", "Заканчивает обучение"
        NEXT_MODULE = "next_module", "Продолжает следующим модулем"
        NEXT_GROUP = "next_group", "Группа следующего года, тот же модуль"

    rollover = models.ForeignKey(Rollover, on_delete=models.PROTECT, related_name="lines", verbose_name="переход")
    from_group = models.ForeignKey(
        "catalogue.Group", on_delete=models.PROTECT, related_name="+", verbose_name="группа этого года"
    )
    plan = models.CharField("что дальше", max_length=12, choices=Plan.choices)
    module = models.ForeignKey(
        "catalogue.Module", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="модуль"
    )
    name = models.CharField("название новой группы", max_length=200, blank=True)
    teacher = models.ForeignKey(
        "providers.Staff", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="педагог"
    )
    capacity = models.PositiveSmallIntegerField("мест")
    starts_on = models.DateField("начало занятий")
    ends_on = models.DateField("окончание занятий")
    age_from = models.PositiveSmallIntegerField("возраст с")
    age_to = models.PositiveSmallIntegerField("возраст по")
    slots = models.JSONField("расписание", default=list, blank=True)
    to_group = models.OneToOneField(
        "catalogue.Group",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="новая группа",
    )
    done_at = models.DateTimeField("выполнено", null=True, blank=True)
    problem = models.CharField("что помешало", max_length=500, blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "rollover_group"
        verbose_name = "группа перехода"
        verbose_name_plural = "группы перехода"
        ordering = ["rollover", "from_group__name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["rollover", "from_group"], name="rollover_group_unique"),
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="rollover_group_dates"),
            models.CheckConstraint(condition=Q(age_from__lte=F("age_to")), name="rollover_group_ages"),
        ]

    def __str__(self) -> str:
        return self.name or str(self.from_group)


class RolloverLearner(models.Model):
    """A learner of a group of the ending year: proposed or not and why, the family's answer, what came of it."""

    class Answer(models.TextChoices):
        NONE = "", "Нет ответа"
        YES = "yes", "Продолжает"
        NO = "no", "Отказ"

    class Channel(models.TextChoices):
        CABINET = "cabinet", "Личный кабинет"
        LINK = "link", "Ссылка из письма"
        PAPER = "paper", "На бумаге"

    class Outcome(models.TextChoices):
        PENDING = "", "Ещё не выполнено"
        ENROLLED = "enrolled", "Зачислен"
        OFFERED = "offered", "Ждёт согласия с договором"
        WAITS = "waits", "Ждёт денег или справки"
        QUEUED = "queued", "В листе ожидания"
        COMPLETED = "completed", "Окончил обучение"
        REFUSED = "refused", "Семья отказалась"
        SILENT = "silent", "Семья не ответила"
        LEFT_OUT = "left_out", "Не переводится"
        FAILED = "failed", "Не получилось"

    public_id = public_id()
    rollover = models.ForeignKey(Rollover, on_delete=models.PROTECT, related_name="learners", verbose_name="переход")
    line = models.ForeignKey(RolloverGroup, on_delete=models.PROTECT, related_name="learners", verbose_name="группа")
    child = models.ForeignKey("people.Child", on_delete=models.PROTECT, related_name="+", verbose_name="ребёнок")
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="+", verbose_name="обучение этого года"
    )
    funding = models.CharField("кто платит", max_length=12, choices=Funding.choices)
    included = models.BooleanField("предлагается перевести", default=True)
    reasons = models.JSONField("почему не подходит", default=list, blank=True)
    """[{code, message}]; not empty: the child is not proposed, a person may change the group or the child's data."""
    answer = models.CharField("ответ семьи", max_length=3, choices=Answer.choices, blank=True, default="")
    answered_at = models.DateTimeField("ответ получен", null=True, blank=True)
    answered_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.CharField("как ответили", max_length=8, choices=Channel.choices, blank=True)
    outcome = models.CharField("итог", max_length=12, choices=Outcome.choices, blank=True, default="")
    outcome_reason = models.CharField("почему", max_length=1000, blank=True)
    done_at = models.DateTimeField("выполнено", null=True, blank=True)
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="новая заявка"
    )
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="приказ"
    )
    PERSONAL = {"reasons": EDUCATION, "outcome_reason": EDUCATION}

    class Meta:
        db_table = "rollover_learner"
        verbose_name = "ребёнок перехода"
        verbose_name_plural = "дети перехода"
        ordering = ["rollover", "child__sort_name", "id"]
        indexes = [
            models.Index(fields=["line", "outcome"]),
            models.Index(fields=["rollover", "answer"]),
            models.Index(fields=["child"], condition=Q(outcome=""), name="rollover_learner_open"),
        ]
        constraints = [models.UniqueConstraint(fields=["line", "child"], name="rollover_learner_unique")]

    def __str__(self) -> str:
        return f"{self.rollover_id}: {self.child_id}"
