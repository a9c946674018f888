"""Forms of the opening of enrolment."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from opora.catalogue.models import EnrolmentOpening
from opora.core import clock
from opora.core.registers.forms import RegisterForm
from opora.core.ui.forms import DateInput, TimeInput


class MomentForm(forms.Form):
    """A day and an hour; the zone is the municipality's."""

    day = forms.DateField(label="День открытия записи", widget=DateInput)
    hour = forms.TimeField(label="Время открытия", widget=TimeInput, help_text="По местному времени муниципалитета.")

    def moment(self, zone: str) -> dt.datetime:
        """The chosen moment, aware."""
        day, hour = self.cleaned_data["day"], self.cleaned_data["hour"]
        return dt.datetime.combine(day, hour, tzinfo=clock.zone(zone)).astimezone(dt.UTC)


class OpeningForm(MomentForm, RegisterForm):
    """A draft of an opening of enrolment."""

    field_order = ("municipality", "name", "day", "hour", "organisation", "focus_area", "note")

    class Meta:
        model = EnrolmentOpening
        fields = ("municipality", "name", "organisation", "focus_area", "note")
        help_texts = {
            "name": "Так назовут её семьи: «Запись в кружки на 2026/27 учебный год».",
            "organisation": "Не выбрано – все организации муниципалитета.",
            "note": "Что подготовить заранее: подтвердить личность ребёнка, проверить сертификат.",
        }
        widgets = {"note": forms.Textarea({"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            local = self.instance.opens_at.astimezone(clock.zone(self.instance.municipality.time_zone))
            self.initial |= {"day": local.date(), "hour": local.time()}

    def data_for_save(self) -> dict[str, Any]:
        values = {name: self.cleaned_data[name] for name in self._meta.fields or ()}
        return values | {"opens_at": self.moment(values["municipality"].time_zone)}
