"""Forms come out accessible by themselves: FORM_RENDERER = "opora.core.ui.forms.OporaRenderer".

`{{ form }}` gives an error summary and every field; `{{ form.name.as_field_group }}` gives one field with its
label, hint and errors. Widgets of Django keep their names; ours add a unit, hints of options, ISO dates.
"""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import django.forms
from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.template.backends.django import DjangoTemplates as Backend
from django.utils.functional import cached_property

from opora.core import names

_OURS = Path(__file__).parent.parent / "templates" / "opora" / "forms"
_DJANGO = Path(django.forms.__file__).parent / "templates"


class OporaRenderer(DjangoTemplates):
    """Our field and widget templates before Django's own."""

    form_template_name = "opora/forms/form.html"
    formset_template_name = "opora/forms/formset.html"
    field_template_name = "opora/forms/field.html"

    @cached_property
    def engine(self) -> Backend:
        return Backend({"APP_DIRS": True, "DIRS": [_OURS, _DJANGO], "NAME": "opora-forms", "OPTIONS": {}})


class DateInput(forms.DateInput):
    """The browser's own calendar; it needs the ISO form whatever the locale."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """«16:30»."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class UnitInput(forms.TextInput):
    """A number with its unit after it: «₽», «часов», «%»."""

    template_name = "django/forms/widgets/affix.html"

    def __init__(self, unit: str, attrs: dict[str, Any] | None = None, decimal: bool = True) -> None:
        super().__init__({"inputmode": "decimal" if decimal else "numeric", "autocomplete": "off", **(attrs or {})})
        self.unit = unit

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["unit"] = self.unit
        return context


class MoneyInput(UnitInput):
    """Rubles and kopecks, shown with a comma."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__("₽", attrs)

    def format_value(self, value: Any) -> str | None:
        return f"{value:.2f}".replace(".", ",") if isinstance(value, Decimal) else super().format_value(value)


class BigRadioSelect(forms.RadioSelect):
    """One question on the screen: large answers, each may have a hint. `hints` maps an option's value to a text."""

    def __init__(
        self, attrs: dict[str, Any] | None = None, choices: Any = (), hints: dict[str, str] | None = None
    ) -> None:
        super().__init__({"class": "big", **(attrs or {})}, choices)
        self.hints = hints or {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["hint"] = self.hints.get(str(value), "")
        return option


class MoneyField(forms.DecimalField):
    """A sum as people write it: «1 250,98», «1250.98 ₽», «1 250». Gives Decimal rubles with two places."""

    widget = MoneyInput
    default_error_messages = {
        "invalid": "Напишите сумму цифрами, например 1 250,98.",
        "max_decimal_places": "В сумме не больше двух знаков после запятой: это копейки.",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 14)
        kwargs.setdefault("decimal_places", 2)
        kwargs.setdefault("min_value", Decimal(0))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if isinstance(value, str):
            value = "".join(value.replace("₽", "").replace(",", ".").split())
        try:
            return Decimal(value) if Decimal(value).is_finite() else self._refuse()
        except InvalidOperation:
            return self._refuse()

    def _refuse(self) -> Decimal:
        raise ValidationError(self.error_messages["invalid"], code="invalid")


class PersonNameField(forms.CharField):
    """A part of a person's name or the whole of it: Cyrillic letters, hyphen, apostrophe, blanks."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 100)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value) or "")
        if problem := names.spelling_problem(text):
            raise ValidationError(problem, code="spelling")
        if self.required and not names.part_key(text):
            raise ValidationError("Напишите буквами, как в документе.", code="spelling")
        return text


def check_person_names(form: forms.BaseForm, *fields: str) -> None:
    """The same check in the `clean` of a form made from a model."""
    for name in fields:
        if name not in form.errors and (problem := names.spelling_problem(form.cleaned_data.get(name) or "")):
            form.add_error(name, problem)


def error_items(form: forms.BaseForm) -> list[tuple[str, str]]:
    """Errors of a form as (anchor of the field, text), the whole form's first with an empty anchor."""
    items = [("", str(text)) for text in form.non_field_errors()]
    for name in form.errors:
        if name not in form.fields:
            continue
        field = form[name]
        anchor = f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label
        items += [(anchor, f"{field.label}: {text}" if field.label else str(text)) for text in field.errors]
    return items
