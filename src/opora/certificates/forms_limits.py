"""The form of a programme's limit: in an approved period it asks for the amending act."""

from __future__ import annotations

from typing import Any

from django import forms

from opora.certificates.models import ProgrammeLimit
from opora.core.registers.forms import RegisterForm


class ProgrammeLimitForm(RegisterForm):
    """Period, programme, number of contracts; the act is asked for when the period is approved."""

    act_text = forms.CharField(
        label="Акт об изменении",
        max_length=300,
        required=False,
        help_text="Вид, номер и дата. Нужен, если период уже утверждён: изменение останется на его странице.",
    )

    class Meta:
        model = ProgrammeLimit
        fields = ("period", "programme", "contracts")
        labels = {"period": "Период", "programme": "Программа", "contracts": "Договоров самое большее"}

    def data_for_save(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name in (*self.Meta.fields, "act_text")}
