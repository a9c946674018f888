"""Forms of registers of programmes and of costs set by hand."""

from __future__ import annotations

from django import forms

from opora.certificates.forms import DATE
from opora.certificates.rules.parameters import PROGRAMME_REGISTERS
from opora.certificates.services_papers import ACCEPT
from opora.core.ui.forms import DateInput, MoneyField
from opora.people.forms import REQUIRED, text_field

DECISION_HELP = "Вид, номер и дата. Например: приказ от 12.10.2026 № 415"


class FilterForm(forms.Form):
    """Which programmes to list."""

    q = forms.CharField(label="Название", required=False, max_length=100)
    register = forms.ChoiceField(
        label="Реестр",
        required=False,
        choices=[("", "Все"), *PROGRAMME_REGISTERS.items(), ("none", "Ни в одном")],
    )


class IncludeForm(forms.Form):
    """A decision to include."""

    decision = text_field("Решение", max_length=250, help_text=DECISION_HELP)
    starts_on = forms.DateField(label="С какого дня", widget=DateInput, error_messages=DATE)
    ends_on = forms.DateField(
        label="По какой день", required=False, widget=DateInput, error_messages=DATE, help_text="Пусто – без срока"
    )
    reason = forms.CharField(
        label="Пояснение",
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="Нужно, если выполнены не все критерии",
    )


class ExcludeForm(forms.Form):
    """A decision to exclude."""

    decision = text_field("Решение", max_length=250, help_text=DECISION_HELP)
    day = forms.DateField(label="С какого дня программы в реестре нет", widget=DateInput, error_messages=DATE)
    reason = forms.CharField(
        label="Почему",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="Это прочитает организация",
        error_messages=REQUIRED,
    )


class CostForm(forms.Form):
    """A cost set by hand."""

    normative_cost = MoneyField(label="Нормативная стоимость модуля", error_messages=REQUIRED)
    normative_basis = text_field("Основание", max_length=300, help_text=DECISION_HELP)
    paper = forms.FileField(
        label="Файл документа",
        required=False,
        help_text="PDF, DOCX или снимок, до 20 МБ",
        widget=forms.FileInput({"accept": ACCEPT}),
        error_messages={"empty": "Файл пуст."},
    )

    def given_paper(self) -> tuple[str, bytes] | None:
        """(name, bytes) of the file, None when there is none."""
        file = self.cleaned_data.get("paper")
        return (file.name, file.read()) if file else None
