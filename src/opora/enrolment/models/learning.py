"""Enrolments, orders, lessons, attendance, safety cards, calendars."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from opora.core.fields import public_id
from opora.core.personal import EDUCATION, HEALTH
from opora.enrolment.models.applications import Application, Funding


class Enrolment(models.Model):
    """A child learning in a group from–to by an order or a contract: what coverage counts."""

    child = models.ForeignKey(
        "people.Child", on_delete=models.PROTECT, related_name="enrolments", verbose_name="ребёнок"
    )
    group = models.ForeignKey(
        "catalogue.Group", on_delete=models.PROTECT, related_name="enrolments", verbose_name="группа"
    )
    organisation = models.ForeignKey("providers.Organisation", on_delete=models.PROTECT, verbose_name="организация")
    municipality = models.ForeignKey(
        "territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет обучения"
    )
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, null=True, related_name="enrolment", verbose_name="заявка"
    )
    funding = models.CharField("финансирование", max_length=12, choices=Funding.choices)
    focus_area = models.CharField("направленность", max_length=20)
    starts_on = models.DateField("зачислен")
    ends_on = models.DateField("отчислен", null=True, blank=True)
    end_reason = models.CharField("причина отчисления", max_length=300, blank=True)
    PERSONAL = {"end_reason": EDUCATION}

    class Meta:
        db_table = "enrolment"
        verbose_name = "зачисление"
        verbose_name_plural = "зачисления"
        ordering = ["-starts_on", "id"]
        indexes = [
            models.Index(fields=["group", "starts_on"]),
            models.Index(fields=["child"]),
            models.Index(fields=["municipality", "focus_area"]),
            models.Index(fields=["organisation", "ends_on"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["child", "group"], condition=Q(ends_on__isnull=True), name="enrolment_living_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="enrolment_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child_id} → {self.group_id}"


class OrderTemplate(models.Model):
    """A DOCX template of orders that an organisation edits; without one the shipped template is used."""

    organisation = models.ForeignKey("providers.Organisation", on_delete=models.PROTECT)
    kind = models.CharField("вид приказа", max_length=12)
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "order_template"
        verbose_name = "шаблон приказа"
        verbose_name_plural = "шаблоны приказов"
        constraints = [models.UniqueConstraint(fields=["organisation", "kind"], name="order_template_unique")]

    def __str__(self) -> str:
        return self.kind


class Order(models.Model):
    """An order with its number, date and list of children; the last two kinds come from a change of school year."""

    class Kind(models.TextChoices):
        ENROLMENT = "enrolment", "О зачислении"
        TRANSFER = "transfer", "О переводе"
        WITHDRAWAL = "withdrawal", "Об отчислении"
        NEXT_YEAR = "next_year", "О переводе на следующий год обучения"
        COMPLETION = "completion", "Об окончании обучения"

    class State(models.TextChoices):
        DRAFT = "draft", "Проект"
        ISSUED = "issued", "Издан"

    BY_HAND = ("enrolment", "transfer", "withdrawal")
    """Kinds that a person writes one by one."""

    organisation = models.ForeignKey("providers.Organisation", on_delete=models.PROTECT, verbose_name="организация")
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    kind = models.CharField("вид", max_length=12, choices=Kind.choices)
    number = models.CharField("номер", max_length=40, blank=True)
    date = models.DateField("дата", null=True, blank=True)
    state = models.CharField("состояние", max_length=8, choices=State.choices, default=State.DRAFT)
    signatory = models.ForeignKey("providers.Signatory", on_delete=models.PROTECT, null=True, blank=True)
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True, blank=True)
    created_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "enrolment_order"
        verbose_name = "приказ"
        verbose_name_plural = "приказы"
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"Приказ № {self.number}" if self.number else "Проект приказа"


class OrderLine(models.Model):
    """One child of an order: from which group to which, since when and why."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, null=True)
    child = models.ForeignKey("people.Child", on_delete=models.PROTECT)
    from_group = models.ForeignKey("catalogue.Group", on_delete=models.PROTECT, null=True, related_name="+")
    to_group = models.ForeignKey("catalogue.Group", on_delete=models.PROTECT, null=True, related_name="+")
    effective_on = models.DateField("с какого дня")
    ground = models.CharField("основание", max_length=300, blank=True)
    PERSONAL = {"ground": EDUCATION}

    class Meta:
        db_table = "enrolment_order_line"
        verbose_name = "строка приказа"
        verbose_name_plural = "строки приказа"
        constraints = [models.UniqueConstraint(fields=["order", "child"], name="order_line_unique")]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.child_id}"


class Lesson(models.Model):
    """A lesson that has a journal page: made from the timetable when the journal of its day is opened."""

    class State(models.TextChoices):
        PLANNED = "planned", "По расписанию"
        HELD = "held", "Проведено"
        CANCELLED = "cancelled", "Отменено"

    group = models.ForeignKey("catalogue.Group", on_delete=models.PROTECT, related_name="lessons")
    organisation = models.ForeignKey("providers.Organisation", on_delete=models.PROTECT)
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT)
    date = models.DateField("дата")
    starts_at = models.TimeField("начало")
    ends_at = models.TimeField("конец")
    academic_hours = models.DecimalField("академических часов", max_digits=4, decimal_places=2)
    for_month = models.DateField("за месяц")
    """First day of the month whose plan the lesson fulfils: a lesson made up later keeps its own month."""
    teacher = models.ForeignKey("providers.Staff", on_delete=models.PROTECT, null=True)
    state = models.CharField("состояние", max_length=10, choices=State.choices, default=State.PLANNED)
    topic = models.CharField("тема", max_length=300, blank=True)
    reason = models.CharField("причина отмены", max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "lesson"
        verbose_name = "занятие"
        verbose_name_plural = "занятия"
        ordering = ["date", "starts_at"]
        constraints = [models.UniqueConstraint(fields=["group", "date", "starts_at"], name="lesson_unique")]

    def __str__(self) -> str:
        return f"{self.date:%d.%m.%Y} {self.starts_at:%H:%M}"


class Attendance(models.Model):
    """The mark of a child at a lesson. `version` shows a conflict when two devices send different marks."""

    class Mark(models.TextChoices):
        PRESENT = "present", "Присутствует"
        ABSENT = "absent", "Отсутствует"
        ILL = "ill", "Болеет"
        EXCUSED = "excused", "По уважительной причине"

    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="marks")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="marks")
    mark = models.CharField("отметка", max_length=8, choices=Mark.choices)
    marked_by_id = models.BigIntegerField("кто отметил", null=True)
    marked_at = models.DateTimeField("когда", db_default=Now())
    version = models.PositiveIntegerField(default=1)
    PERSONAL = {"mark": EDUCATION}

    class Meta:
        db_table = "attendance"
        verbose_name = "отметка"
        verbose_name_plural = "отметки"
        constraints = [models.UniqueConstraint(fields=["lesson", "enrolment"], name="attendance_unique")]

    def __str__(self) -> str:
        return self.get_mark_display()


class SafetyCard(models.Model):
    """Who may collect the child, whom to call, medical admission with its expiry (E5)."""

    child = models.OneToOneField("people.Child", on_delete=models.PROTECT, related_name="safety_card")
    collectors = models.TextField("кто может забирать", blank=True)
    contacts = models.TextField("экстренная связь", blank=True)
    may_leave_alone = models.BooleanField("уходит самостоятельно", default=False)
    medical_until = models.DateField("медицинский допуск до", null=True, blank=True)
    medical_note = models.CharField("важно знать педагогу", max_length=300, blank=True)
    updated_at = models.DateTimeField("обновлено", db_default=Now())
    PERSONAL = {
        "collectors": EDUCATION,
        "contacts": EDUCATION,
        "medical_until": HEALTH,
        "medical_note": HEALTH,
    }

    class Meta:
        db_table = "safety_card"
        verbose_name = "карточка безопасности"
        verbose_name_plural = "карточки безопасности"

    def __str__(self) -> str:
        return f"{self.child_id}"


class CalendarFeed(models.Model):
    """A secret address of a calendar (child, teacher, group) for a phone; may be renewed."""

    class Kind(models.TextChoices):
        CHILD = "child", "Ребёнок"
        TEACHER = "teacher", "Педагог"
        GROUP = "group", "Группа"

    key = public_id()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    object_id = models.BigIntegerField()
    created_at = models.DateTimeField(db_default=Now())
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "calendar_feed"
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="calendar_feed_unique")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
