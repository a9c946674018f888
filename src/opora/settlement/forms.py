"""Forms of settlement: requisites, signing, remarks, grounds, statements."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from opora.core.ui.forms import DateInput, MoneyField
from opora.settlement.models import AnomalyDecision
from opora.settlement.rules.requisites import LABELS

PAYER_FIELDS = (
    "name", "inn", "kpp", "oktmo", "bank_name", "bik", "treasury_account", "account", "personal_account",
    "signatory_name", "signatory_post", "signatory_ground",
)  # fmt: skip
PROVIDER_FIELDS = (*PAYER_FIELDS[:9], "kbk", "address", *PAYER_FIELDS[9:])
HELP = {
    "treasury_account": "20 цифр: 40102… для казначейства, 30101… для банка",
    "account": "20 цифр: 03… в казначействе",
    "kbk": "20 цифр, поле 104 поручения; нужен, если счёт получателя в казначействе",
    "personal_account": "Попадёт в назначение платежа",
    "signatory_ground": "В родительном падеже, например: Устава",
}
OPTIONAL = {"kpp", "oktmo", "personal_account", "kbk", "address"}


def _text(name: str) -> forms.CharField:
    return forms.CharField(
        label=LABELS[name], max_length=300, required=name not in OPTIONAL, help_text=HELP.get(name, "")
    )


def _classification() -> dict[str, forms.Field]:
    return {
        "kbk_code": forms.CharField(label="КБК расходов", max_length=30, help_text="20 цифр"),
        "kosgu": forms.CharField(label="КОСГУ", max_length=3, help_text="Три цифры"),
    }


class ProfileForm(forms.Form):
    """Requisites of the payer with the expense's classification."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in PAYER_FIELDS:
            self.fields[name] = _text(name)
        self.fields["personal_account"].help_text = ""
        self.fields |= _classification()

    def data_of(self) -> dict[str, str]:
        data = {name: str(value) for name, value in self.cleaned_data.items()}
        data["kbk"] = data.pop("kbk_code")
        return data


class TermsForm(forms.Form):
    """Requisites of the provider in an agreement, classification and the sum of the obligation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in PROVIDER_FIELDS:
            self.fields[f"provider_{name}"] = _text(name)
        self.fields |= _classification()
        self.fields["limit_sum"] = MoneyField(
            label="Сумма обязательства", required=False, max_digits=14, help_text="Можно не указывать"
        )

    def provider(self) -> dict[str, str]:
        return {name: str(self.cleaned_data[f"provider_{name}"]) for name in PROVIDER_FIELDS}


class SignForm(forms.Form):
    """The day on which both sides signed."""

    signed_on = forms.DateField(label="Подписано сторонами", widget=DateInput)


class RemarksForm(forms.Form):
    """Why a document is returned."""

    remarks = forms.CharField(
        label="Что исправить",
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text="Это прочитает организация. Новый черновик составится сам.",
    )


class ReasonForm(forms.Form):
    """The ground of a correction, a refund, a cancelled order."""

    reason = forms.CharField(label="Основание", max_length=300, widget=forms.Textarea({"rows": 3}))


class DecisionForm(forms.Form):
    """What was found out about the picked rows."""

    verdict = forms.ChoiceField(label="Вывод", choices=AnomalyDecision.Verdict.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label="Что выяснили", max_length=500, widget=forms.Textarea({"rows": 2}), help_text="Останется в истории"
    )


class StatementForm(forms.Form):
    """A file of the bank."""

    file = forms.FileField(label="Файл выписки", help_text="1CClientBankExchange, обычно kl_to_1c.txt, до 20 МБ")

    def __init__(self, places: list[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(places) > 1:
            self.fields["municipality"] = forms.ChoiceField(
                label="Плательщик", choices=[(one.pk, str(one)) for one in places]
            )


def month_of(text: str | None) -> dt.date | None:
    """«2026-11» → 1 November 2026; None for anything else."""
    try:
        year, month = (int(part) for part in (text or "").split("-"))
        return dt.date(year, month, 1) if 2000 <= year <= 2100 else None
    except ValueError:
        return None
