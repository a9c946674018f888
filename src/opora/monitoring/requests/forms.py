"""Forms of requests."""

from __future__ import annotations

from typing import Any

from django import forms

from opora.core.ui.forms import BigRadioSelect, DateInput, UnitInput
from opora.monitoring.requests.models import DataRequest


class RequestForm(forms.Form):
    """A new request or the words of a draft. `places`: (value, name) of the levels to ask in the name of."""

    place = forms.ChoiceField(label="От чьего имени")
    subject = forms.CharField(label="О чём запрос", max_length=300)
    body = forms.CharField(
        label="Пояснение",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Для чего нужны данные и на что обратить внимание.",
    )
    template = forms.ChoiceField(label="Форма", help_text="Показаны формы, у которых есть действующая версия.")
    audience = forms.ChoiceField(
        label="Кого спрашиваем", choices=DataRequest.Audience.choices, widget=BigRadioSelect, initial="organisations"
    )
    working_days = forms.IntegerField(
        label="Срок ответа",
        min_value=1,
        max_value=120,
        initial=5,
        widget=UnitInput("рабочих дней", decimal=False),
        help_text="Считается со дня отправки по производственному календарю.",
    )
    figures_on = forms.DateField(
        label="На какую дату считать показатели",
        required=False,
        widget=DateInput,
        help_text="Пусто – на день отправки запроса.",
    )

    def __init__(
        self,
        places: list[tuple[str, str]],
        templates: list[tuple[str, str]],
        *args: Any,
        is_draft: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if is_draft:
            for name in ("place", "template", "audience"):
                del self.fields[name]
            return
        self.fields["place"].choices = places  # type: ignore[attr-defined]
        self.fields["template"].choices = [("", "Выберите форму"), *templates]  # type: ignore[attr-defined]
        if len(places) == 1:
            self.fields["place"].widget = forms.HiddenInput()
            self.fields["place"].initial = places[0][0]
        if all(value.startswith("centre") for value, _ in places):
            self.fields["audience"].widget = forms.HiddenInput()
            self.fields["audience"].initial = DataRequest.Audience.ORGANISATIONS


class RemarksForm(forms.Form):
    """What to mend in an answer."""

    remarks = forms.CharField(
        label="Замечания", widget=forms.Textarea(attrs={"rows": 4}), help_text="Их увидит тот, кто отвечал."
    )


class ExtensionForm(forms.Form):
    """Another term for one answerer."""

    due = forms.DateField(
        label="Ответить до",
        widget=DateInput,
        help_text="Включительно.",
        error_messages={"required": "Укажите новый срок.", "invalid": "Укажите дату полностью: день, месяц, год."},
    )
    reason = forms.CharField(
        label="Почему продлён",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Причину прочитает тот, кто отвечает.",
        error_messages={"required": "Напишите, почему срок продлён."},
    )
