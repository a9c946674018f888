"""Class lists that schools bring, the pupils in them, whom they may be, and invitations (I8)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from opora.core.fields import public_id, sort_name
from opora.core.personal import Personal
from opora.people.models import ChildCategory

PURPOSE = "Учёт детей, не охваченных дополнительным образованием, и приглашение их на программы"
GROUND = "273-ФЗ, ст. 9, ч. 1, п. 2; 152-ФЗ, ст. 6, ч. 1, п. 4; основание передачи указано в списке"
YEARS_KEPT = 1
"""A list is erased so many years after the end of its school year (:mod:`opora.outreach.services_retention`)."""
SCHOOL_LIST = Personal(PURPOSE, GROUND, YEARS_KEPT)
SCHOOL_CATEGORY = Personal(PURPOSE, GROUND, YEARS_KEPT, sensitive=True)


class ClassList(models.Model):
    """The pupils of one school in one school year (2026 is 2026/2027), brought by files, often class by class."""

    organisation = models.ForeignKey(
        "providers.Organisation", on_delete=models.PROTECT, related_name="class_lists", verbose_name="школа"
    )
    municipality = models.ForeignKey("territory.Municipality", on_delete=models.PROTECT, verbose_name="муниципалитет")
    year = models.PositiveSmallIntegerField(
        "учебный год", help_text="Год, в котором он начинается: 2026 – это 2026/2027"
    )
    name = models.CharField("название", max_length=270, editable=False)
    key = models.SlugField("код списка", max_length=90, unique=True, editable=False)
    basis = models.CharField(
        "основание передачи сведений", max_length=250, blank=True, help_text="Например, соглашение или приказ с номером"
    )
    loaded_at = models.DateTimeField("загружен", null=True, blank=True, editable=False)
    compared_at = models.DateTimeField("сверен", null=True, blank=True, editable=False)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "class_list"
        verbose_name = "список школы"
        verbose_name_plural = "списки школ"
        ordering = ["-year", "key"]
        constraints = [models.UniqueConstraint(fields=["organisation", "year"], name="class_list_unique")]

    def __str__(self) -> str:
        return self.name


class Pupil(models.Model):
    """A row of a class list. `child` is the record it was found to be; the state of coverage is always computed."""

    class State(models.TextChoices):
        STUDYING = "studying", "Учится"
        LEFT = "left", "Выбыл"
        ERASED = "erased", "Данные удалены"

    class Match(models.TextChoices):
        UNKNOWN = "unknown", "В Опоре не найден"
        MATCHED = "matched", "Найден"
        UNDECIDED = "undecided", "Ждёт решения"
        CONFIRMED = "confirmed", "Найден человеком"

    public_id = public_id()
    class_list = models.ForeignKey(
        ClassList, on_delete=models.PROTECT, related_name="pupils", verbose_name="список школы"
    )
    last_name = models.CharField("фамилия", max_length=100)
    first_name = models.CharField("имя", max_length=100)
    patronymic = models.CharField("отчество", max_length=100, blank=True)
    birth_date = models.DateField("дата рождения", null=True)
    school_class = models.CharField("класс", max_length=10)
    grade = models.PositiveSmallIntegerField("параллель", editable=False)
    letter = models.CharField("буква класса", max_length=8, blank=True, editable=False)
    snils = models.CharField("СНИЛС", max_length=11, blank=True)
    categories = models.JSONField("категории", default=list, blank=True)
    guardian_name = models.CharField("родитель или представитель", max_length=250, blank=True)
    guardian_contact = models.CharField("контакт представителя", max_length=250, blank=True)
    match_key = models.CharField("ключ совпадения", max_length=330, blank=True, editable=False)
    child = models.ForeignKey(
        "people.Child",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="pupils",
        editable=False,
        verbose_name="карточка ребёнка",
    )
    match = models.CharField("сверка", max_length=10, choices=Match.choices, default=Match.UNKNOWN, editable=False)
    state = models.CharField("состояние", max_length=10, choices=State.choices, default=State.STUDYING, editable=False)
    left_on = models.DateField("выбыл", null=True, blank=True, editable=False)
    sort_name = sort_name("last_name", "first_name", "patronymic")
    PERSONAL = {
        "last_name": SCHOOL_LIST,
        "first_name": SCHOOL_LIST,
        "patronymic": SCHOOL_LIST,
        "birth_date": SCHOOL_LIST,
        "school_class": SCHOOL_LIST,
        "snils": SCHOOL_LIST,
        "categories": SCHOOL_CATEGORY,
        "guardian_name": SCHOOL_LIST,
        "guardian_contact": SCHOOL_LIST,
        "match_key": SCHOOL_LIST,
        "sort_name": SCHOOL_LIST,
    }

    class Meta:
        db_table = "pupil"
        verbose_name = "ученик"
        verbose_name_plural = "ученики"
        ordering = ["sort_name", "id"]
        indexes = [
            models.Index(fields=["class_list", "grade", "letter"], name="pupil_class"),
            models.Index(fields=["sort_name", "id"], name="pupil_order"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["class_list", "match_key", "birth_date"], condition=~Q(state="erased"), name="pupil_once"
            ),
            models.UniqueConstraint(fields=["class_list", "snils"], condition=~Q(snils=""), name="pupil_snils_once"),
            models.CheckConstraint(
                condition=Q(state="erased") | Q(birth_date__isnull=False), name="pupil_has_birth_date"
            ),
            models.CheckConstraint(
                condition=Q(child__isnull=False, match__in=["matched", "confirmed"])
                | Q(child__isnull=True, match__in=["unknown", "undecided"]),
                name="pupil_match_has_child",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.last_name, self.first_name, self.patronymic) if part)


class PupilMatch(models.Model):
    """A child that a pupil may be: offered for a person's decision, and what was decided."""

    class State(models.TextChoices):
        OPEN = "open", "Ждёт решения"
        SAME = "same", "Тот же ребёнок"
        DIFFERENT = "different", "Другой ребёнок"

    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="candidates", verbose_name="ученик")
    child = models.ForeignKey("people.Child", on_delete=models.PROTECT, related_name="+", verbose_name="карточка")
    ground = models.CharField("почему похожи", max_length=200)
    state = models.CharField("решение", max_length=10, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="кто решил"
    )
    decided_at = models.DateTimeField("когда решено", null=True, blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "pupil_match"
        verbose_name = "похожая карточка"
        verbose_name_plural = "похожие карточки"
        constraints = [models.UniqueConstraint(fields=["pupil", "child"], name="pupil_match_unique")]

    def __str__(self) -> str:
        return f"{self.pupil_id} – {self.child_id}"


class Invitation(models.Model):
    """A pupil was invited: when, by whom, how, with which groups. What came of it is computed; a refusal is told."""

    class Channel(models.TextChoices):
        LETTER = "letter", "Письмо представителю"
        PAPER = "paper", "Лист на руки"

    class Answer(models.TextChoices):
        REFUSED = "refused", "Семья отказалась"
        ELSEWHERE = "elsewhere", "Занимается в другом месте"
        MOVED = "moved", "Переехал"

    public_id = public_id()
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="invitations", verbose_name="ученик")
    batch = models.UUIDField("вместе с", editable=False)
    channel = models.CharField("как пригласили", max_length=6, choices=Channel.choices)
    groups = models.JSONField("предложенные группы", default=list, blank=True, editable=False)
    """Ids of the learning groups named in the invitation, nearest first."""
    invited_on = models.DateField("приглашён")
    invited_at = models.DateTimeField("когда приглашён", db_default=Now())
    invited_by = models.ForeignKey(
        "people.Account",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="кто пригласил",
    )
    answer = models.CharField("ответ семьи", max_length=10, choices=Answer.choices, blank=True)
    answer_note = models.CharField("подробности ответа", max_length=250, blank=True)
    frozen = models.CharField("итог к удалению данных", max_length=10, blank=True, editable=False)
    """What the computed outcome was when the list was erased."""
    PERSONAL = {"answer_note": SCHOOL_LIST}

    class Meta:
        db_table = "invitation"
        verbose_name = "приглашение"
        verbose_name_plural = "приглашения"
        ordering = ["-invited_at", "-id"]
        indexes = [
            models.Index(fields=["pupil", "-invited_at"], name="invitation_of_pupil"),
            models.Index(fields=["batch"], name="invitation_batch"),
        ]

    def __str__(self) -> str:
        return f"Приглашение от {self.invited_on:%d.%m.%Y}"


CATEGORIES = dict(ChildCategory.Code.choices)
