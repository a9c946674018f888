"""Forms of registers: Django ModelForms that know the actor and offer only rows the actor may choose."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from opora.core.access import Actor
from opora.core.registers import access
from opora.core.registers.columns import naming_field
from opora.core.registers.declaration import Register
from opora.core.registers.filters import offered_rows

MOST_CHOICES = 400


class RegisterForm(forms.ModelForm):
    """Base of the forms of registers. `actor` is set; references are limited by the policies of their registers.

    Labels begin with a capital; dates use the browser's calendar; a reference to a long register becomes a field
    in which the name or number is typed.
    """

    required_css_class = "required"

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        self.actor = actor
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if field.label:
                field.label = str(field.label)[:1].upper() + str(field.label)[1:]
            if isinstance(field, forms.DateField):
                field.widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
            if isinstance(field, forms.ModelChoiceField):
                self.fields[name] = self._limited(name, field)

    def _limited(self, name: str, field: forms.ModelChoiceField[Any]) -> forms.Field:
        from opora.core.registers import registry

        assert field.queryset is not None
        model = field.queryset.model
        register = registry.of_model(model)
        rows = field.queryset & offered_rows(self.actor, model) if register else field.queryset
        current = getattr(self.instance, f"{name}_id", None)
        if current is not None:
            # what stands there stays choosable, also when it is no longer offered
            rows = model._default_manager.filter(pk__in=rows.order_by().values("pk")) | model._default_manager.filter(
                pk=current
            )
        field.queryset = rows
        field.empty_label = "Выберите" if field.required else "Не указано"
        short = register is not None and not access.masked(register, self.actor)
        if register is None or (short and not rows[MOST_CHOICES : MOST_CHOICES + 1].exists()):
            return field
        return TypedReference(
            register, self.actor, required=field.required, label=field.label, help_text=field.help_text
        )

    def data_for_save(self) -> dict[str, Any]:
        """Cleaned values of the model's own fields."""
        return {name: value for name, value in self.cleaned_data.items() if name in self.fields}


class TypedReference(forms.CharField):
    """A reference to a long register: its name or number is typed, one row must fit."""

    def __init__(self, register: Register, actor: Actor, **kwargs: Any) -> None:
        self.register, self.actor = register, actor
        kwargs["help_text"] = kwargs.get("help_text") or "Напишите название, фамилию или номер: найдём в реестре."
        super().__init__(max_length=250, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """The typed text as it was; a stored id as the row's name."""
        if isinstance(value, models.Model):
            return self._shown(value)
        if isinstance(value, int):
            row = self.register.model._default_manager.filter(pk=value).first()
            return self._shown(row) if row else ""
        return value

    def clean(self, value: Any) -> Any:
        from opora.core.registers.listing import base_rows, searched

        text = str(super().clean(value) or "").strip()
        if not text:
            return None
        rows = base_rows(self.register, self.actor)
        number = text.rsplit("№", 1)[-1].strip() if "№" in text else ""
        if number.isdigit():
            found = list(rows.filter(pk=int(number))[:1])
        else:
            found = list(rows.filter(**{f"{naming_field(self.register.model)}__iexact": text})[:2])
            found = found or list(searched(self.register, self.actor, rows, text)[:6])
        if not found:
            raise ValidationError(f"«{text}»: в реестре такой записи нет.")
        if len(found) > 1:
            listed = "; ".join(self._shown(row) for row in found[:5])
            raise ValidationError(f"Подходит несколько записей, напишите одну из них: {listed}.")
        return found[0]

    def _shown(self, row: models.Model) -> str:
        return f"{access.name_of(self.register, self.actor, row)} № {row.pk}"


def form_class(register: Register) -> type[forms.ModelForm[Any]] | None:
    """The register's form: its own, or made from `fields`; None when nothing may be edited by hand."""
    if register.form is not None:
        return register.form
    if not register.fields:
        return None
    return forms.modelform_factory(register.model, form=RegisterForm, fields=list(register.fields))


def build(register: Register, actor: Actor, *, data: Any = None, instance: Any = None, initial: Any = None) -> Any:
    """A form of the register for the actor."""
    made = form_class(register)
    assert made is not None
    options: dict[str, Any] = {"data": data, "instance": instance, "initial": initial}
    if issubclass(made, RegisterForm):
        options["actor"] = actor
    return made(**options)
