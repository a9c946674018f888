"""The form of rates and coefficients: a table of sums, coefficients by condition, three steps of group size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from opora.catalogue.vocabulary import FocusArea
from opora.certificates.forms import WHOLE
from opora.certificates.models_funding import KINDS
from opora.certificates.rules.normative import CONDITIONS, GROUP_SIZE, Coefficient
from opora.core.ui.forms import MoneyField, MoneyInput, UnitInput

SIZES = (1, 2, 3)


class FactorField(forms.DecimalField):
    """A coefficient as people write it: «1,15»."""

    default_error_messages = {
        "invalid": "Напишите число, например 1,15.",
        "max_decimal_places": "Не больше четырёх знаков после запятой.",
        "min_value": "Больше нуля.",
        "max_value": "Меньше ста.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            max_digits=6,
            decimal_places=4,
            min_value=Decimal("0.0001"),
            max_value=Decimal("99.9999"),
            widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}".replace(".", ",") if isinstance(value, Decimal) else value


class RatesForm(forms.Form):
    """Every rate and coefficient of a period; empty = there is none."""

    def __init__(
        self, *args: Any, rates: Mapping[tuple[str, str], Decimal], coefficients: Sequence[Coefficient], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for area, title in FocusArea.choices:
            for kind, name in KINDS:
                label = f"{title}, {name.lower()}"
                self.fields[f"rate__{area}__{kind}"] = MoneyField(
                    label=label,
                    required=False,
                    min_value=Decimal("0.01"),
                    max_digits=9,
                    initial=rates.get((area, kind)),
                    widget=MoneyInput({"aria-label": f"Ставка: {label}"}),
                    error_messages={"min_value": "Ставка должна быть больше нуля."},
                )
        known = {(one.kind, one.code): one.value for one in coefficients}
        for kind, (_, codes) in CONDITIONS.items():
            for code, title in codes.items():
                self.fields[f"factor__{kind}__{code}"] = FactorField(label=title, initial=known.get((kind, code)))
        self._sizes([one for one in coefficients if one.kind == GROUP_SIZE])

    def _sizes(self, known: Sequence[Coefficient]) -> None:
        for n in SIZES:
            one = known[n - 1] if n <= len(known) else None
            self.fields[f"size_{n}"] = forms.IntegerField(
                label=f"Группа до, ступень {n}",
                required=False,
                min_value=1,
                max_value=500,
                initial=one and int(one.code),
                widget=UnitInput("человек", decimal=False),
                error_messages=WHOLE,
            )
            self.fields[f"size_value_{n}"] = FactorField(label=f"Коэффициент, ступень {n}", initial=one and one.value)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        for n in SIZES:
            bound, factor = values.get(f"size_{n}"), values.get(f"size_value_{n}")
            if bound and factor is None and f"size_value_{n}" not in self.errors:
                self.add_error(f"size_value_{n}", "Укажите коэффициент для этого размера группы.")
            if factor is not None and not bound and f"size_{n}" not in self.errors:
                self.add_error(f"size_{n}", "Укажите, до скольких человек действует коэффициент.")
        return values

    def rates(self) -> dict[tuple[str, str], Decimal]:
        values = self.cleaned_data
        found = {(area, kind): values[f"rate__{area}__{kind}"] for area in FocusArea.values for kind, _ in KINDS}
        return {key: rate for key, rate in found.items() if rate is not None}

    def coefficients(self) -> list[Coefficient]:
        values = self.cleaned_data
        found = [
            Coefficient(kind, code, values[f"factor__{kind}__{code}"])
            for kind, (_, codes) in CONDITIONS.items()
            for code in codes
            if values[f"factor__{kind}__{code}"] is not None
        ]
        sizes = [(values[f"size_{n}"], values[f"size_value_{n}"]) for n in SIZES]
        return found + [Coefficient(GROUP_SIZE, str(bound), factor) for bound, factor in sizes if bound]

    # what the template lays out

    @property
    def kinds(self) -> list[str]:
        return [name for _, name in KINDS]

    def rows(self) -> list[tuple[str, list[tuple[str, BoundField]]]]:
        """(focus area, [(kind, field)])."""
        return [(area, [(name, self[f"rate__{area}__{kind}"]) for kind, name in KINDS]) for area in FocusArea.values]

    def factors(self) -> list[tuple[str, list[BoundField]]]:
        """(kind of condition, its fields)."""
        return [
            (title, [self[f"factor__{kind}__{code}"] for code in codes])
            for kind, (title, codes) in CONDITIONS.items()
            if codes
        ]

    def sizes(self) -> list[tuple[BoundField, BoundField]]:
        """(up to how many learners, coefficient)."""
        return [(self[f"size_{n}"], self[f"size_value_{n}"]) for n in SIZES]
