"""Forms of funding programmes, periods, groups and limits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from opora.catalogue.vocabulary import FocusArea
from opora.certificates.models import CertificateGroup, FundingProgramme
from opora.certificates.rules import PeriodParameters
from opora.certificates.rules.parameters import FOCUS_AREAS, PROGRAMME_REGISTERS, SCHEMES
from opora.certificates.services_periods import GroupData
from opora.core.ui.forms import DateInput, MoneyField, UnitInput
from opora.people.forms import REQUIRED, text_field
from opora.people.models import ChildCategory

DATE = {"required": "Укажите дату.", "invalid": "Укажите дату полностью: день, месяц, год."}
WHOLE = {"required": "Укажите число.", "invalid": "Напишите целое число.", "min_value": "Не меньше %(limit_value)s."}


class ProgrammeForm(forms.ModelForm):
    """A funding programme."""

    class Meta:
        model = FundingProgramme
        fields = ("municipality", "name", "is_academic", "scheme", "payer_name", "payer_code")
        help_texts = {"payer_code": "Две цифры, входят в номер сертификата"}

    def __init__(self, *args: Any, municipalities: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["municipality"].choices = [(row.pk, str(row)) for row in municipalities]  # type: ignore[attr-defined]
        if len(municipalities) == 1:
            self.fields["municipality"].initial = municipalities[0].pk


class PeriodForm(forms.Form):
    """Name and dates of a period."""

    name = text_field("Название периода", max_length=150, help_text="Например: сентябрь – декабрь 2026")
    starts_on = forms.DateField(label="Начало", widget=DateInput, error_messages=DATE)
    ends_on = forms.DateField(
        label="Окончание", widget=DateInput, error_messages=DATE, help_text="Не позже 31 декабря того же года"
    )
    like = forms.ChoiceField(
        label="Взять параметры из",
        required=False,
        help_text="Группы, пределы, ставки, коэффициенты и сроки скопируются, потом их можно изменить",
    )

    def __init__(self, *args: Any, copies: list[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not copies:
            del self.fields["like"]
        else:
            known = [(row.pk, f"{row.name} – {row.programme.name}") for row in copies]
            self.fields["like"].choices = [("", "Ничего не копировать"), *known]  # type: ignore[attr-defined]


class GroupForm(forms.Form):
    """A certificate group with its limits."""

    name = text_field("Название группы", max_length=200, help_text="Например: дети 5–17 лет")
    code = forms.SlugField(
        label="Код",
        max_length=30,
        help_text="Латиницей, например common",
        error_messages={"invalid": "Только латинские буквы, цифры, дефис и подчёркивание.", **REQUIRED},
    )
    category = forms.ChoiceField(
        label="Категория детей", required=False, choices=[("", "Все дети"), *ChildCategory.Code.choices]
    )
    age_from = forms.IntegerField(
        label="Возраст с",
        min_value=0,
        max_value=18,
        initial=5,
        widget=UnitInput("лет", decimal=False),
        error_messages=WHOLE,
    )
    age_to = forms.IntegerField(
        label="Возраст по",
        min_value=0,
        max_value=18,
        initial=17,
        widget=UnitInput("лет", decimal=False),
        error_messages=WHOLE,
    )
    nominal = MoneyField(label="Номинал одного сертификата", min_value=Decimal("0.01"))
    limit_certificates = forms.IntegerField(
        label="Сертификатов не больше", min_value=0, widget=UnitInput("шт.", decimal=False), error_messages=WHOLE
    )
    limit_money = MoneyField(label="Денег на группу не больше")

    def data_for_service(self) -> GroupData:
        return GroupData(**{name: self.cleaned_data[name] for name in GroupData.__dataclass_fields__})

    @staticmethod
    def initial_of(group: CertificateGroup) -> dict[str, Any]:
        return {name: getattr(group, name) for name in GroupData.__dataclass_fields__}


class ReturnForm(forms.Form):
    """What the coordinator wants changed."""

    text = forms.CharField(
        label="Что исправить",
        max_length=2000,
        widget=forms.Textarea({"rows": 5}),
        help_text="Плательщик прочитает это на странице периода",
        error_messages={"required": "Напишите, что исправить: это прочитает плательщик."},
    )


class FocusLimitForm(forms.Form):
    """Per focus area: is it paid, how many contracts may a certificate have."""

    def __init__(self, *args: Any, limits: list[tuple[str, bool, int | None]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict(FocusArea.choices)
        self.codes = [code for code, _, _ in limits]
        for code, allowed, contracts in limits:
            title = names[code]
            self.fields[f"allowed__{code}"] = forms.BooleanField(
                label=f"{title}: оплачивается", required=False, initial=allowed
            )
            self.fields[f"contracts__{code}"] = _number(
                f"{title}: договоров на сертификат", "шт.", 0, 1000, contracts, False
            )

    def limits(self) -> dict[str, tuple[bool, int | None]]:
        values = self.cleaned_data
        return {code: (values[f"allowed__{code}"], values[f"contracts__{code}"]) for code in self.codes}


class ParametersForm(forms.Form):
    """Every parameter of a period with its Russian label; an empty limit does not limit."""

    def __init__(self, *args: Any, parameters: PeriodParameters, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        import dataclasses

        for spec in dataclasses.fields(PeriodParameters):
            value = getattr(parameters, spec.name)
            for name, field in _parameter_fields(spec, value):
                self.fields[name] = field

    def parameters(self) -> PeriodParameters:
        """The values as rules take them; ValueError in Russian when they do not fit together."""
        import dataclasses

        values: dict[str, Any] = {}
        for spec in dataclasses.fields(PeriodParameters):
            meta = spec.metadata
            if "keys" in meta and spec.name != "focus_areas_allowed":
                found = {code: self.cleaned_data[f"{spec.name}__{code}"] for code in meta["keys"]}
                values[spec.name] = {code: number for code, number in found.items() if number is not None}
            else:
                values[spec.name] = self.cleaned_data[spec.name]
        values["focus_areas_allowed"] = tuple(values["focus_areas_allowed"])
        return PeriodParameters(**values)


def _parameter_fields(spec: Any, value: Any) -> list[tuple[str, forms.Field]]:
    meta = spec.metadata
    label = meta["label"]
    if spec.name == "scheme":
        return [(spec.name, forms.ChoiceField(label=label, choices=list(SCHEMES.items()), initial=value))]
    if spec.name == "focus_areas_allowed":
        allowed = forms.MultipleChoiceField(
            label=label,
            choices=FocusArea.choices,
            initial=list(value),
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": "Оставьте хотя бы одну направленность."},
        )
        return [(spec.name, allowed)]
    if "keys" in meta:
        keys = FOCUS_AREAS if meta["keys"] is FOCUS_AREAS else PROGRAMME_REGISTERS
        return [
            (f"{spec.name}__{code}", _number(f"{label}: {title.lower()}", "шт.", 0, 1000, value.get(code), False))
            for code, title in keys.items()
        ]
    if isinstance(value, bool):
        return [(spec.name, forms.BooleanField(label=label, required=False, initial=value))]
    if isinstance(value, Decimal):
        field = forms.DecimalField(
            label=label,
            min_value=meta["low"],
            max_value=meta["high"],
            initial=value,
            decimal_places=2,
            widget=UnitInput(meta["unit"]),
            error_messages=WHOLE,
        )
        return [(spec.name, field)]
    return [(spec.name, _number(label, meta["unit"], meta["low"], meta["high"], value, spec.default is not None))]


def _number(label: str, unit: str, low: int, high: int, value: Any, required: bool) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=low,
        max_value=high,
        initial=value,
        required=required,
        help_text="" if required else "Пусто – без предела",
        widget=UnitInput(unit, decimal=False),
        error_messages=WHOLE,
    )
