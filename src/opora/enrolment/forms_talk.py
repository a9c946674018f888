"""Forms of E7: a message to a group, a notice of absence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from opora.catalogue.models import Group
from opora.certificates.services_papers import ACCEPT
from opora.core.ui.forms import DateInput
from opora.enrolment.forms_cabinet import DATE_ERRORS
from opora.enrolment.models import AbsenceNotice
from opora.enrolment.services.messages import LONGEST
from opora.enrolment.wording import club

ALL_GROUPS = ""


class MessageForm(forms.Form):
    """What the families of a group should know."""

    text = forms.CharField(
        label="Сообщение",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Его получат все семьи группы. Не пишите здесь о здоровье и делах отдельного ребёнка",
        error_messages={"required": "Напишите текст сообщения."},
    )
    file = forms.FileField(
        label="Файл",
        required=False,
        help_text="PDF, DOCX или снимок, до 20 МБ",
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
    )


class AbsenceForm(forms.Form):
    """Days, which club, why."""

    first_day = forms.DateField(label="С какого дня", widget=DateInput, error_messages=DATE_ERRORS)
    last_day = forms.DateField(
        label="По какой день",
        widget=DateInput,
        required=False,
        error_messages=DATE_ERRORS,
        help_text="Оставьте пустым, если пропускаете один день",
    )
    group = forms.ChoiceField(label="Какие занятия", required=False, widget=forms.RadioSelect)
    cause = forms.ChoiceField(
        label="Почему",
        choices=AbsenceNotice.Cause.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Выберите причину.", "invalid_choice": "Выберите причину из списка."},
    )
    comment = forms.CharField(
        label="Что передать педагогу",
        required=False,
        max_length=300,
        help_text="Диагноз писать не нужно",
        widget=forms.TextInput(attrs={"class": "full"}),
    )

    def __init__(self, *args: Any, groups: Iterable[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [(str(one.pk), club(one)) for one in groups]
        field = self.fields["group"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(ALL_GROUPS, "Все занятия этих дней"), *listed]
        field.error_messages["invalid_choice"] = "Выберите кружок, в котором ребёнок учится."

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        values["last_day"] = values.get("last_day") or values.get("first_day")
        return values
