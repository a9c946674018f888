"""Groups, counters of places, the weekly timetable and what differs from it; what families keep."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now

from opora.catalogue.models.programmes import Module, Programme
from opora.core.fields import money, public_id


class Group(models.Model):
    """A learning group of a module: dates, teacher, venue, capacity, window of enrolment, kinds of funding.

    Price and normative cost are copied from the module when the group is opened.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Черновик"
        OPEN = "open", "Открыта"
        CLOSED = "closed", "Набор закрыт"
        FINISHED = "finished", "Обучение окончено"

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="groups", verbose_name="модуль")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="groups", verbose_name="программа")
    organisation = models.ForeignKey(
        "providers.Organisation", on_delete=models.PROTECT, related_name="groups", verbose_name="организация"
    )
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    venue = models.ForeignKey(
        "providers.Venue", on_delete=models.PROTECT, null=True, blank=True, verbose_name="площадка"
    )
    teacher = models.ForeignKey(
        "providers.Staff", on_delete=models.PROTECT, null=True, blank=True, verbose_name="педагог"
    )
    name = models.CharField("название", max_length=200)
    starts_on = models.DateField("начало занятий")
    ends_on = models.DateField("окончание занятий")
    capacity = models.PositiveSmallIntegerField("мест")
    age_from = models.PositiveSmallIntegerField("возраст с")
    age_to = models.PositiveSmallIntegerField("возраст по")
    sex = models.CharField("пол", max_length=1, blank=True, choices=(("f", "Девочки"), ("m", "Мальчики")))
    residents_only = models.BooleanField("только для жителей муниципалитета", default=False)
    needs_medical = models.BooleanField("нужен медицинский допуск", default=False)
    has_entrance_tests = models.BooleanField("вступительные испытания", default=False)
    for_budget = models.BooleanField("за счёт бюджета", default=True)
    for_certificate = models.BooleanField("по сертификату", default=False)
    for_paid = models.BooleanField("платно", default=False)
    window_from = models.DateTimeField("запись открыта с", null=True, blank=True)
    window_to = models.DateTimeField("запись открыта по", null=True, blank=True)
    opening = models.ForeignKey(
        "catalogue.EnrolmentOpening",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="groups",
        verbose_name="открытие записи",
    )
    price = money("цена", default=0)
    normative_cost = money("нормативная стоимость", null=True, blank=True)
    state = models.CharField("состояние", max_length=10, choices=State.choices, default=State.DRAFT)
    external_key = models.CharField("номер в другой системе", max_length=60, blank=True)
    created_at = models.DateTimeField("создана", db_default=Now())
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "learning_group"
        verbose_name = "группа"
        verbose_name_plural = "группы"
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["organisation", "state"]),
            models.Index(fields=["programme", "state"]),
            models.Index(fields=["teacher"]),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(starts_on__lte=models.F("ends_on")), name="group_dates"),
            models.CheckConstraint(condition=models.Q(age_from__lte=models.F("age_to")), name="group_ages"),
        ]

    def __str__(self) -> str:
        return self.name


class GroupPlaces(models.Model):
    """The counter row of a group: the lock and the second fence against overselling (spec/enrolment.md, Places).

    No foreign key points at it, since each reference would cost a key-share lock on the hottest row. Made with its
    group; `places_taken` changes only in the enrolment room.
    """

    group_id = models.BigIntegerField(primary_key=True)
    capacity = models.PositiveIntegerField()
    places_taken = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    version = models.BigIntegerField(default=0)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "group_places"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(places_taken__gte=0, places_taken__lte=models.F("capacity")),
                name="group_places_never_oversold",
            )
        ]

    def __str__(self) -> str:
        return f"{self.places_taken}/{self.capacity}"


class Slot(models.Model):
    """One line of the weekly timetable of a group; times are local to the municipality. Weekday 1 = Monday."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="slots", verbose_name="группа")
    weekday = models.PositiveSmallIntegerField(
        "день недели",
        choices=(
            (1, "понедельник"),
            (2, "вторник"),
            (3, "среда"),
            (4, "четверг"),
            (5, "пятница"),
            (6, "суббота"),
            (7, "воскресенье"),
        ),
    )
    starts_at = models.TimeField("начало")
    ends_at = models.TimeField("конец")
    academic_hours = models.DecimalField("академических часов", max_digits=4, decimal_places=2)
    venue = models.ForeignKey(
        "providers.Venue", on_delete=models.PROTECT, null=True, blank=True, verbose_name="площадка"
    )
    room = models.CharField("кабинет", max_length=60, blank=True)
    teacher = models.ForeignKey(
        "providers.Staff", on_delete=models.PROTECT, null=True, blank=True, verbose_name="педагог"
    )
    valid_from = models.DateField("действует с", null=True, blank=True)
    valid_to = models.DateField("действует по", null=True, blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "slot"
        verbose_name = "занятие в расписании"
        verbose_name_plural = "расписание"
        ordering = ["group", "weekday", "starts_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(starts_at__lt=models.F("ends_at")), name="slot_times"),
            models.CheckConstraint(condition=models.Q(weekday__gte=1, weekday__lte=7), name="slot_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts_at:%H:%M}–{self.ends_at:%H:%M}"


class LessonException(models.Model):
    """What differs from the weekly timetable on one date: cancelled, moved, extra, with a substitute teacher."""

    class Kind(models.TextChoices):
        CANCELLED = "cancelled", "Отменено"
        MOVED = "moved", "Перенесено"
        EXTRA = "extra", "Дополнительное"
        SUBSTITUTE = "substitute", "Замена педагога"

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="lesson_exceptions")
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, null=True)
    date = models.DateField("дата по расписанию")
    kind = models.CharField("что изменилось", max_length=10, choices=Kind.choices)
    new_date = models.DateField("новая дата", null=True, blank=True)
    new_starts_at = models.TimeField("новое начало", null=True, blank=True)
    new_ends_at = models.TimeField("новый конец", null=True, blank=True)
    substitute = models.ForeignKey("providers.Staff", on_delete=models.PROTECT, null=True, blank=True)
    reason = models.CharField("причина", max_length=300, blank=True)
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "lesson_exception"
        verbose_name = "изменение расписания"
        verbose_name_plural = "изменения расписания"

    def __str__(self) -> str:
        return f"{self.date:%d.%m.%Y}: {self.get_kind_display()}"


class Subscription(models.Model):
    """A request to be told when a place becomes free in a group (C3)."""

    public_id = public_id()
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT)
    group = models.ForeignKey(Group, on_delete=models.PROTECT)
    created_at = models.DateTimeField(db_default=Now())
    told_at = models.DateTimeField(null=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "subscription"
        constraints = [models.UniqueConstraint(fields=["account", "group"], name="subscription_unique")]

    def __str__(self) -> str:
        return f"{self.account} – {self.group}"


class Favourite(models.Model):
    """A programme that an account keeps for later."""

    account = models.ForeignKey("people.Account", on_delete=models.PROTECT)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    created_at = models.DateTimeField(db_default=Now())
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "favourite"
        constraints = [models.UniqueConstraint(fields=["account", "programme"], name="favourite_unique")]

    def __str__(self) -> str:
        return f"{self.account} – {self.programme}"
