"""Forms: templates with versions; answers as typed cells; what an answer was each time it was sent."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from opora.core.fields import sort_name
from opora.core.personal import OFFICIAL, STAFF


class FormTemplate(models.Model):
    """A form that many answer: made by a region, an authority or a centre; without an owner it comes with Opora."""

    code = models.SlugField("код", max_length=40, blank=True)
    title = models.CharField("название", max_length=300)
    about = models.TextField("для чего", blank=True)
    region = models.ForeignKey(
        "territory.Region", on_delete=models.PROTECT, null=True, blank=True, verbose_name="регион"
    )
    municipality = models.ForeignKey(
        "territory.Municipality", on_delete=models.PROTECT, null=True, blank=True, verbose_name="муниципалитет"
    )
    is_archived = models.BooleanField("в архиве", default=False)
    copied_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, verbose_name="образец")
    created_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField("создана", db_default=Now())
    sort_name = sort_name("title")
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "form_template"
        verbose_name = "форма"
        verbose_name_plural = "формы"
        ordering = ["sort_name", "id"]
        constraints = [models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="form_template_code")]

    def __str__(self) -> str:
        return self.title


class FormVersion(models.Model):
    """A version of a form. A published one never changes; `revision` guards the draft against two editors."""

    class State(models.TextChoices):
        DRAFT = "draft", "Черновик"
        PUBLISHED = "published", "Действует"

    template = models.ForeignKey(FormTemplate, on_delete=models.PROTECT, related_name="versions", verbose_name="форма")
    number = models.PositiveSmallIntegerField("версия")
    state = models.CharField("состояние", max_length=10, choices=State.choices, default=State.DRAFT)
    definition = models.JSONField("состав", default=dict)
    revision = models.PositiveIntegerField("правка", default=1)
    published_at = models.DateTimeField("действует с", null=True, blank=True)
    PERSONAL: ClassVar[dict[str, Any]] = {}

    class Meta:
        db_table = "form_version"
        verbose_name = "версия формы"
        verbose_name_plural = "версии форм"
        ordering = ["template", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="form_version_unique"),
            models.UniqueConstraint(fields=["template"], condition=Q(state="draft"), name="form_version_one_draft"),
        ]

    def __str__(self) -> str:
        return f"версия {self.number}"


class FormAnswer(models.Model):
    """The cells of one answer. `revisions` (section → number) tell whether somebody else saved meanwhile."""

    version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, verbose_name="версия формы")
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, verbose_name="прошлый год")
    revisions = models.JSONField("правки разделов", default=dict, blank=True)
    explanations = models.JSONField("пояснения к проверкам", default=dict, blank=True)
    updated_at = models.DateTimeField("изменён", null=True, blank=True)
    updated_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    PERSONAL = {"explanations": OFFICIAL}

    class Meta:
        db_table = "form_answer"
        verbose_name = "ответ на форму"
        verbose_name_plural = "ответы на формы"

    def __str__(self) -> str:
        return f"ответ {self.pk}"


class FormCell(models.Model):
    """One filled cell with its typed value; `computed` is what the system counted, `source` where the value is from."""

    class Source(models.TextChoices):
        TYPED = "typed", "Введено"
        COUNTED = "counted", "Сосчитано системой"
        CONSOLIDATED = "consolidated", "Из свода"

    answer = models.ForeignKey(FormAnswer, on_delete=models.CASCADE, related_name="cells")
    section = models.CharField("раздел", max_length=12)
    field = models.CharField("поле", max_length=12)
    row = models.CharField("строка", max_length=12, blank=True)
    column = models.CharField("графа", max_length=12, blank=True)
    number = models.DecimalField("число", max_digits=24, decimal_places=6, null=True)
    date = models.DateField("дата", null=True)
    text = models.TextField("текст", blank=True)
    computed = models.DecimalField("сосчитано", max_digits=24, decimal_places=6, null=True)
    basis = models.JSONField("из чего сосчитано", default=dict, blank=True)
    explanation = models.CharField("пояснение расхождения", max_length=500, blank=True)
    source = models.CharField("откуда", max_length=12, choices=Source.choices, default=Source.TYPED)
    PERSONAL = {"text": STAFF, "explanation": OFFICIAL}

    class Meta:
        db_table = "form_cell"
        verbose_name = "клетка ответа"
        verbose_name_plural = "клетки ответов"
        constraints = [
            models.UniqueConstraint(fields=["answer", "section", "field", "row", "column"], name="form_cell_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.section}/{self.field}/{self.row}/{self.column}"


class FormAnswerVersion(models.Model):
    """What an answer held when it was sent: never changes."""

    answer = models.ForeignKey(FormAnswer, on_delete=models.PROTECT, related_name="kept")
    number = models.PositiveSmallIntegerField("отправка")
    at = models.DateTimeField("когда")
    account_id = models.BigIntegerField("кто", null=True)
    cells = models.JSONField("клетки")
    PERSONAL = {"cells": STAFF}

    class Meta:
        db_table = "form_answer_version"
        verbose_name = "отправленный ответ"
        verbose_name_plural = "отправленные ответы"
        ordering = ["answer", "number"]
        constraints = [models.UniqueConstraint(fields=["answer", "number"], name="form_answer_version_unique")]

    def __str__(self) -> str:
        return f"отправка {self.number}"
