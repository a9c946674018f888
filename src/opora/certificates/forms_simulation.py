"""The form of a simulated variant: nominals and limits by group, the switch, the assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from opora.certificates.forms import WHOLE
from opora.certificates.rules import to_kopecks
from opora.certificates.rules.behaviour import SETTINGS, Settings
from opora.certificates.rules.simulation import Plan
from opora.certificates.services_simulation import Limits
from opora.core import russian
from opora.core.ui.forms import MoneyField, MoneyInput, UnitInput
from opora.people.forms import text_field

COLUMNS = {
    "nominal": "Номинал",
    "limit_certificates": "Сертификатов не больше",
    "limit_money": "Денег не больше",
}


class VariantForm(forms.Form):
    """Fields by group: nominal__CODE, limit_certificates__CODE, limit_money__CODE."""

    def __init__(
        self, *args: Any, plan: Plan, settings: Settings, source: Mapping[str, Any] | None, name: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.names = {group.code: group.name for group in plan.groups}
        self.fields["name"] = text_field(
            "Название варианта", max_length=80, initial=name, help_text="Например: номинал ниже, сертификатов больше"
        )
        for group in plan.groups:
            self.fields[f"nominal__{group.code}"] = MoneyField(
                label=f"{group.name}: номинал",
                min_value=Decimal("0.01"),
                initial=Decimal(group.nominal) / 100,
                widget=MoneyInput({"aria-label": f"{group.name}: номинал"}),
            )
            self.fields[f"limit_certificates__{group.code}"] = forms.IntegerField(
                label=f"{group.name}: сертификатов не больше",
                min_value=0,
                max_value=1_000_000,
                initial=group.limit_certificates,
                widget=UnitInput("шт.", {"aria-label": f"{group.name}: сертификатов не больше"}, decimal=False),
                error_messages=WHOLE,
            )
            self.fields[f"limit_money__{group.code}"] = MoneyField(
                label=f"{group.name}: денег не больше",
                initial=Decimal(group.limit_money) / 100,
                widget=MoneyInput({"aria-label": f"{group.name}: денег не больше"}),
            )
        self.fields["over_commitment"] = forms.BooleanField(
            label="Номиналы могут превышать предел средств",
            required=False,
            initial=plan.over_commitment,
            help_text="Тогда деньги проверяются, когда семья подаёт заявку на договор",
        )
        self._assumptions(settings, source)

    def _assumptions(self, settings: Settings, source: Mapping[str, Any] | None) -> None:
        whole = "100 % – как было. Например, 110 – на десятую часть больше"
        seen = source or {}
        hints = {
            "demand_percent": whole,
            "price_percent": f"{whole}. {_year(seen)}".strip(),
            "take_up_percent": "Пусто – по возрастам, как было. Одно число заменит доли всех возрастов",
            "idle_percent": f"Пусто – как было: {seen['idle_percent']} %" if seen else "Пусто – как было",
        }
        for name, label in SETTINGS.items():
            needed = name in ("demand_percent", "price_percent")
            self.fields[name] = forms.IntegerField(
                label=label,
                required=needed,
                min_value=0,
                max_value=500 if needed else 100,
                initial=getattr(settings, name),
                help_text=hints[name],
                widget=UnitInput("%", decimal=False),
                error_messages={**WHOLE, "max_value": "Не больше %(limit_value)s."},
            )

    # what the template lays out

    def groups(self) -> list[tuple[str, list[tuple[str, BoundField]]]]:
        """(group, [(title of the column, field)])."""
        return [
            (name, [(title, self[f"{field}__{code}"]) for field, title in COLUMNS.items()])
            for code, name in self.names.items()
        ]

    def assumptions(self) -> list[BoundField]:
        return [self[name] for name in SETTINGS]

    def limits(self) -> dict[str, Limits]:
        values = self.cleaned_data
        return {
            code: Limits(
                to_kopecks(values[f"nominal__{code}"]),
                values[f"limit_certificates__{code}"],
                int(values[f"limit_money__{code}"] * 100),
            )
            for code in self.names
        }

    def settings(self) -> Settings:
        return Settings(**{name: self.cleaned_data[name] for name in SETTINGS})


def _year(seen: Mapping[str, Any]) -> str:
    if not seen:
        return ""
    return f"Сейчас учебный год стоит в среднем {russian.money_kopecks(seen['yearly_cost'])}"
