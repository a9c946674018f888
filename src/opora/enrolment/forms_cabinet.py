"""Forms of the cabinet: leaving, giving notice, the safety card."""

from __future__ import annotations

from typing import Any

from django import forms

from opora.core.ui.forms import DateInput
from opora.people.models import ConsentText

DATE_ERRORS = {"required": "Укажите дату.", "invalid": "Укажите дату полностью: день, месяц, год."}
LONG = forms.Textarea(attrs={"rows": 3})


class ReasonForm(forms.Form):
    """Why a family leaves; it may keep silent."""

    reason = forms.CharField(
        label="Почему",
        required=False,
        max_length=300,
        help_text="Можно не писать. Ответ поможет организации стать лучше.",
        widget=forms.TextInput(attrs={"class": "full"}),
    )


class LeaveForm(ReasonForm):
    """The last day of study of a budget or paid place."""

    on = forms.DateField(
        label="Последний день занятий",
        widget=DateInput,
        error_messages=DATE_ERRORS,
        help_text="Сегодня или позже",
    )
    field_order = ("on", "reason")


class SafetyForm(forms.Form):
    """Who may collect the child, whom to call, medical admission."""

    collectors = forms.CharField(
        label="Кто может забирать ребёнка",
        required=False,
        max_length=1000,
        help_text="Фамилия, имя и кем приходится. Каждого с новой строки",
        widget=LONG,
    )
    may_leave_alone = forms.BooleanField(label="Ребёнок может уходить с занятий сам", required=False)
    contacts = forms.CharField(
        label="Кому звонить, если что-то случилось",
        required=False,
        max_length=1000,
        help_text="Имя и телефон. Первому позвоним первому",
        widget=LONG,
    )
    medical_until = forms.DateField(
        label="Медицинский допуск действует до",
        required=False,
        widget=DateInput,
        error_messages=DATE_ERRORS,
        help_text="Дата из справки врача. Нужна для спорта и хореографии",
    )
    medical_note = forms.CharField(
        label="Что важно знать педагогу",
        required=False,
        max_length=300,
        help_text="Например, аллергия",
        widget=forms.TextInput(attrs={"class": "full"}),
    )
    health_consent = forms.BooleanField(
        label="Я согласен на обработку сведений о здоровье ребёнка",
        required=False,
        help_text="Без согласия допуск и сведения для педагога не сохраним",
    )

    def __init__(self, *args: Any, consented: bool, text: ConsentText | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.consented = consented
        if consented or text is None:
            del self.fields["health_consent"]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        asked = values.get("medical_until") or values.get("medical_note")
        if asked and not self.consented and not values.get("health_consent"):
            self.add_error("health_consent" if "health_consent" in self.fields else None, "Отметьте согласие.")
        return values
