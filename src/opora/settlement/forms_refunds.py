"""Forms of refunds to families and of payments taken off an account."""

from __future__ import annotations

from decimal import Decimal

from django import forms

from opora.core.ui.forms import DateInput, MoneyField, PersonNameField


class RefundForm(forms.Form):
    """How much goes back and where to."""

    amount = MoneyField(label="Сколько вернуть", max_digits=12, min_value=Decimal("0.01"))
    recipient = PersonNameField(label="Кому", max_length=200, help_text="Фамилия, имя и отчество владельца счёта")
    bank_account = forms.CharField(
        label="Номер счёта в банке", max_length=30, help_text="20 цифр: они есть в приложении банка, в реквизитах счёта"
    )
    bank_bik = forms.CharField(label="БИК банка", max_length=12, help_text="9 цифр, там же, где номер счёта")
    reason = forms.CharField(label="Комментарий", max_length=300, required=False)


class BeginRefundForm(RefundForm):
    """Begun by the provider: the ground is required."""

    reason = forms.CharField(label="Почему возвращаем", max_length=300)


class PayRefundForm(forms.Form):
    """By which order the money went."""

    order_number = forms.CharField(label="Номер платёжного поручения", max_length=20)
    paid_on = forms.DateField(label="Когда перечислено", widget=DateInput)


class RemarksForm(forms.Form):
    """A refusal is explained."""

    remarks = forms.CharField(
        label="Почему отказываете", max_length=300, widget=forms.Textarea({"rows": 3}), help_text="Прочитает семья"
    )


class UndoForm(forms.Form):
    """Why a payment leaves the account."""

    reason = forms.CharField(
        label="Почему снимаете", max_length=300, widget=forms.Textarea({"rows": 3}),
        help_text="Причина остаётся в истории, её прочитает семья",
    )  # fmt: skip
