"""Forms of the change of school year: a new batch, its terms, asking, starting, one group of the next year."""

from __future__ import annotations

from typing import Any

from django import forms

from opora.catalogue import queries_office as catalogue
from opora.core.ui.forms import DateInput, UnitInput
from opora.enrolment.models import Rollover, RolloverGroup
from opora.enrolment.rules.rollover import school_year_title


class RolloverNewForm(forms.Form):
    """Which organisation and which ending year."""

    organisation: Any = forms.ModelChoiceField(None, label="Организация", empty_label=None)
    from_year = forms.TypedChoiceField(
        label="Какой учебный год заканчивается",
        coerce=int,
        help_text="В переход войдут все группы, занятия которых заканчиваются с февраля по август этого года.",
    )

    def __init__(self, organisations: Any, years: list[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        self.fields["from_year"].choices = [(year, school_year_title(year)) for year in years]  # type: ignore[attr-defined]


class RolloverTermsForm(forms.Form):
    """What silence means, when others may apply."""

    silence = forms.ChoiceField(
        label="Если семья не ответила в срок",
        choices=[("no", "Ребёнок не продолжает, место свободно"), ("yes", "Ребёнок продолжает")],
        widget=forms.RadioSelect,
    )
    opens_on = forms.DateField(
        label="Запись в новые группы для остальных – с",
        widget=DateInput,
        required=False,
        help_text="До этого дня места, которые остались, никто другой не займёт. Пусто – сразу после перехода.",
    )


class RolloverAskForm(forms.Form):
    """Until which day families answer."""

    last_day = forms.DateField(
        label="Последний день для ответа", widget=DateInput, help_text="Не меньше трёх дней от сегодня."
    )


class RolloverStartForm(forms.Form):
    """Who signs the orders."""

    signatory: Any = forms.ModelChoiceField(None, label="Кто подписывает приказы", empty_label=None)

    def __init__(self, signatories: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signatory"].queryset = signatories  # type: ignore[attr-defined]


class RolloverLineForm(forms.ModelForm[RolloverGroup]):
    """What becomes of a group, and the group of the next year."""

    class Meta:
        model = RolloverGroup
        fields = ("plan", "name", "teacher", "capacity", "starts_on", "ends_on", "age_from", "age_to")
        widgets = {
            "plan": forms.RadioSelect,
            "capacity": UnitInput("мест", decimal=False),
            "starts_on": DateInput,
            "ends_on": DateInput,
            "age_from": UnitInput("лет", decimal=False),
            "age_to": UnitInput("лет", decimal=False),
        }

    def __init__(self, *args: Any, following: Any, batch: Rollover, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teachers = self.fields["teacher"]
        teachers.queryset = catalogue.teachers(batch.organisation_id)  # type: ignore[attr-defined]
        teachers.empty_label = "Не назначен"  # type: ignore[attr-defined]
        plans = [(code, label) for code, label in RolloverGroup.Plan.choices if code != "next_module" or following]
        self.fields["plan"].choices = plans  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.label = str(field.label)[:1].upper() + str(field.label)[1:]
