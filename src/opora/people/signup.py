"""Registration of a guardian: e-mail, password, names, the consent of its holder."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest

from opora.core.ui.forms import PersonNameField
from opora.people.models import Account
from opora.people.services_accounts import register


class SignupForm(forms.Form):
    """What allauth's form does not ask itself (settings: ACCOUNT_SIGNUP_FORM_CLASS)."""

    last_name = PersonNameField(
        label="Ваша фамилия",
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
        error_messages={"required": "Напишите фамилию."},
    )
    first_name = PersonNameField(
        label="Имя",
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages={"required": "Напишите имя."},
    )
    patronymic = PersonNameField(
        label="Отчество",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "additional-name"}),
    )
    consent = forms.BooleanField(
        label="Согласна (согласен) на обработку моих данных",
        error_messages={"required": "Без согласия мы не вправе хранить ваши данные. Отметьте, если согласны."},
    )
    field_order = ("email", "password1", "last_name", "first_name", "patronymic", "consent")

    def signup(self, request: HttpRequest, user: Account) -> None:
        """Called by allauth once the account exists."""
        register(
            user,
            last_name=self.cleaned_data["last_name"],
            first_name=self.cleaned_data["first_name"],
            patronymic=self.cleaned_data.get("patronymic", ""),
        )
