"""Forms of providers: identifiers are checked as they are typed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms

from opora.core import clock, identifiers
from opora.core.registers.forms import RegisterForm
from opora.core.ui.forms import check_person_names
from opora.providers import rules
from opora.providers.models import Organisation, Staff, Venue

ACCESSIBILITY = {
    "ramp": "Пандус",
    "lift": "Лифт или подъёмник",
    "toilet": "Доступный туалет",
    "parking": "Стоянка для инвалидов",
    "tactile": "Тактильные указатели",
    "sign_language": "Русский жестовый язык",
}


class IdentifierField(forms.CharField):
    """A checked identifier; blanks and hyphens inside are forgiven."""

    def __init__(self, check: Callable[[Any], str], **kwargs: Any) -> None:
        self.check = check
        super().__init__(max_length=30, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return self.check(text)
        except ValueError as error:
            raise forms.ValidationError(identifiers.at_its_field(error)) from error


class OrganisationForm(RegisterForm):
    """An organisation or an individual entrepreneur."""

    inn = IdentifierField(identifiers.inn, label="ИНН", required=False)
    kpp = IdentifierField(identifiers.kpp, label="КПП", required=False)
    ogrn = IdentifierField(identifiers.ogrn, label="ОГРН или ОГРНИП", required=False)
    bank_bik = IdentifierField(identifiers.bik, label="БИК", required=False)

    class Meta:
        model = Organisation
        fields = (
            "full_name",
            "short_name",
            "kind",
            "department",
            "ownership",
            "is_branch",
            "municipality",
            "locality",
            "address",
            "latitude",
            "longitude",
            "inn",
            "kpp",
            "ogrn",
            "okfs",
            "okopf",
            "phone",
            "email",
            "website",
            "head_name",
            "founded_on",
            "licence_number",
            "licence_issuer",
            "licence_until",
            "provider_since",
            "provider_decision",
            "bank_name",
            "bank_bik",
            "bank_account",
            "treasury_account",
            "state",
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("bank_account", "treasury_account"):
            value = data.get(name)
            if value:
                try:
                    data[name] = identifiers.bank_account(value, data.get("bank_bik") or None)
                except ValueError as error:
                    self.add_error(name, identifiers.at_its_field(error))
        return data


class VenueForm(RegisterForm):
    """A venue with what it has for people with disabilities."""

    accessibility = forms.MultipleChoiceField(
        label="Доступная среда",
        choices=tuple(ACCESSIBILITY.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Venue
        fields = ("organisation", "name", "address", "locality", "latitude", "longitude", "accessibility", "is_active")


class StaffForm(RegisterForm):
    """A worker; leaving is not before hiring."""

    class Meta:
        model = Staff
        fields = (
            "organisation",
            "last_name",
            "first_name",
            "patronymic",
            "kind",
            "post",
            "qualification",
            "education",
            "education_level",
            "is_pedagogical",
            "sex",
            "birth_date",
            "is_external",
            "hired_on",
            "left_on",
        )
        help_texts = {
            "education_level": "Для формы 1-ДОП",
            "sex": "Для формы 1-ДОП",
            "birth_date": "Для формы 1-ДОП: возраст на 1 января. Видят те, кто ведёт карточку",
            "is_external": "Основная работа в другой организации",
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        check_person_names(self, "last_name", "first_name", "patronymic")
        hired, left = data.get("hired_on"), data.get("left_on")
        if hired and left and left < hired:
            self.add_error("left_on", "Дата увольнения раньше даты приёма.")
        problem = rules.birth_problem(data.get("birth_date"), hired, clock.today(clock.EASTERNMOST))
        if problem:
            self.add_error("birth_date", problem)
        return data
