"""Forms of the families' payments."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from opora.core.ui.forms import DateInput, MoneyField
from opora.providers.models import Organisation

ACCOUNT_HELP = "11 цифр, напечатаны на квитанции"


class _OfOrganisation(forms.Form):
    """A form about one of the own organisations; asked only when there are several."""

    def __init__(self, own: list[Organisation], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = own
        if len(own) > 1:
            self.fields["organisation"] = forms.ChoiceField(
                label="Организация", choices=[(one.pk, one.short_name) for one in own]
            )

    def organisation(self) -> int:
        return int(self.cleaned_data.get("organisation") or (self.own[0].pk if self.own else 0))


class FamilyPaymentForm(_OfOrganisation):
    """A payment that came past the registers."""

    account = forms.CharField(label="Лицевой счёт", max_length=20, help_text=ACCOUNT_HELP)
    amount = MoneyField(label="Сумма", max_digits=12, min_value=Decimal("0.01"))
    paid_on = forms.DateField(label="Когда оплачено", widget=DateInput)
    reference = forms.CharField(
        label="Номер платёжного документа", max_length=60, help_text="Один и тот же номер второй раз не зачислится"
    )
    payer_name = forms.CharField(label="Кто платил", max_length=200, required=False)


class MatchForm(forms.Form):
    """Whose payment it is."""

    account = forms.CharField(label="Лицевой счёт", max_length=20, help_text=ACCOUNT_HELP)


class RegisterForm(_OfOrganisation):
    """A bank's register of payments, or a statement of the own account."""

    file = forms.FileField(
        label="Файл из банка",
        help_text="Реестр платежей с полями через «;» или «|» либо выписка 1CClientBankExchange, до 20 МБ",
    )
