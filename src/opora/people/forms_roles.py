"""Forms of the administrator: accounts and roles with the place where they are held."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from opora.core import clock
from opora.core.registers import find
from opora.core.registers.forms import RegisterForm, TypedReference
from opora.people import queries
from opora.people.models import Account, RoleAssignment

REGISTERS = {
    "region": "regions",
    "municipality": "municipalities",
    "centre": "centres",
    "organisation": "organisations",
}


class AccountForm(RegisterForm):
    """Who it is and whether the account works."""

    class Meta:
        model = Account
        fields = ("email", "last_name", "first_name", "patronymic", "phone", "is_active")

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip().lower()
        if queries.address_is_taken(email, besides=self.instance.pk):
            raise ValidationError("Учётная запись с этим адресом уже есть.")
        return email


class RoleForm(RegisterForm):
    """A role; the place is typed by its name, found in the register of its kind."""

    place = forms.CharField(
        label="Место",
        max_length=250,
        required=False,
        help_text="Название региона, муниципалитета, центра или организации. Для всей системы оставьте пустым.",
    )

    class Meta:
        model = RoleAssignment
        fields = ("account", "role", "place_kind", "place", "department", "starts_on", "ends_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].initial = clock.today(clock.WESTERNMOST)
        register = find(REGISTERS.get(self.instance.place_kind, ""))
        if register is not None and self.instance.place_id:
            row = register.model._default_manager.filter(pk=self.instance.place_id).first()
            self.initial["place"] = f"{row} № {row.pk}" if row else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        register = find(REGISTERS.get(data.get("place_kind", ""), ""))
        data["place_id"] = None
        if register is not None:
            try:
                found = TypedReference(register, self.actor, required=True).clean(data.get("place", ""))
                data["place_id"] = found.pk
            except ValidationError as error:
                self.add_error("place", error)
        start, end = data.get("starts_on"), data.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", "Окончание раньше начала.")
        return data

    def data_for_save(self) -> dict[str, Any]:
        data = {name: value for name, value in super().data_for_save().items() if name != "place"}
        return data | {"place_id": self.cleaned_data["place_id"]}
