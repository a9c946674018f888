"""Parameters of a funding period: every number, deadline and limit with the default of spec/financing.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, asdict, dataclass, field, fields
from decimal import Decimal, InvalidOperation
from typing import Any

from opora.catalogue.vocabulary import FocusArea

FOCUS_AREAS: Mapping[str, str] = {area.value: str(area.label) for area in FocusArea}
SCHEMES = {
    "pf_rules": "Персонифицированное финансирование: договор-оферта",
    "social_order": "Социальный заказ по 189-ФЗ: социальный сертификат",
}
PROGRAMME_REGISTERS = {
    "significant": "Значимые",
    "preprofessional": "Предпрофессиональные",
    "other": "Иные",
    "certified": "Сертифицированные",
    "paid": "Платные",
}


def _number(label: str, default: int, unit: str, low: int = 0, high: int = 366) -> int:
    made: int = field(default=default, metadata={"label": label, "unit": unit, "low": low, "high": high})
    return made


def _limit(label: str) -> int | None:
    made: int | None = field(default=None, metadata={"label": label, "unit": "договоров", "low": 0, "high": 100_000})
    return made


def _switch(label: str) -> bool:
    made: bool = field(default=False, metadata={"label": label, "unit": ""})
    return made


@dataclass(frozen=True, slots=True)
class PeriodParameters:
    """Editable by the payer until approval, afterwards only by an amending act.

    Limits of None do not limit. Mappings are keyed by focus area or programme register codes.
    """

    scheme: str = field(default="pf_rules", metadata={"label": "Правовая схема", "choices": SCHEMES})
    certificate_answer_workdays: int = _number("Ответ на заявление о сертификате", 3, "рабочих дней", 1)
    identity_days: int = _number("Подтвердить личность после выдачи", 60, "дней", 1)
    idle_days_after_issue: int = _number("Перевод в учёт, если не было заявок после выдачи", 30, "дней", 1)
    idle_days_after_refusal: int = _number("Перевод в учёт, если не было заявок после отказа", 30, "дней", 1)
    closing_last_months: int = _number(
        "Закрыть заключение договоров можно за столько месяцев до конца периода", 2, "месяцев", 0, 12
    )
    closing_notice_days: int = _number("Закрытие вступает в силу через", 2, "дней", 0, 60)
    acceptance_workdays: int = _number("Принять оферту", 5, "рабочих дней", 1)
    late_activation_months: int = _number("Активация не позже чем через месяцев после начала", 1, "месяцев", 0, 12)
    application_workdays: int = _number("Ответ поставщика на заявку", 3, "рабочих дней", 1)
    application_workdays_with_tests: int = _number(
        "Ответ поставщика при вступительных испытаниях", 45, "рабочих дней", 1
    )
    place_offer_hours: int = _number("Ответить на предложение места из очереди", 48, "часов", 1, 720)
    simultaneous_limit: int | None = _limit("Одновременных договоров на сертификат")
    focus_area_limits: Mapping[str, int] = field(
        default_factory=dict,
        metadata={"label": "Одновременных договоров по направленностям", "keys": FOCUS_AREAS},
    )
    programme_limit: int | None = _limit("Договоров на одну программу")
    focus_areas_allowed: tuple[str, ...] = field(
        default=tuple(FOCUS_AREAS), metadata={"label": "Допустимые направленности", "keys": FOCUS_AREAS}
    )
    budget_quotas: Mapping[str, int] = field(
        default_factory=dict,
        metadata={"label": "Бюджетных мест на сертификат по реестрам", "keys": PROGRAMME_REGISTERS},
    )
    over_commitment: bool = _switch("Номиналы могут превышать предел средств, сумма проверяется при заявке")
    return_undelivered: bool = _switch("Возвращать на сертификат стоимость неоказанных занятий")
    advance_percent: Decimal = field(
        default=Decimal(80), metadata={"label": "Аванс", "unit": "% месяца", "low": 0, "high": 100}
    )
    advance_from_workday: int = _number("Заявка на аванс с рабочего дня месяца", 2, "по счёту", 1, 23)
    invoice_approval_day: int = _number("Проверить счёт до числа следующего месяца", 10, "число", 1, 28)

    def __post_init__(self) -> None:
        for spec in fields(self):
            _check(spec, getattr(self, spec.name))

    def application_deadline_workdays(self, *, entrance_tests: bool) -> int:
        """3 working days, 45 with entrance tests."""
        return self.application_workdays_with_tests if entrance_tests else self.application_workdays

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; Decimal as text."""
        data = asdict(self)
        data["advance_percent"] = str(self.advance_percent)
        data["focus_areas_allowed"] = list(self.focus_areas_allowed)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PeriodParameters:
        """Inverse of to_json; missing keys take the default, unknown keys and bad values raise ValueError."""
        known = {spec.name: spec for spec in fields(cls)}
        unknown = sorted(set(data) - set(known))
        if unknown:
            raise ValueError(f"Параметры периода: неизвестный параметр «{unknown[0]}».")
        values = dict(data)
        if "advance_percent" in values:
            try:
                values["advance_percent"] = Decimal(str(values["advance_percent"]))
            except InvalidOperation as error:
                raise ValueError("Параметр «Аванс» должен быть числом.") from error
        if isinstance(values.get("focus_areas_allowed"), list):
            values["focus_areas_allowed"] = tuple(values["focus_areas_allowed"])
        return cls(**values)


def labels() -> dict[str, str]:
    """Parameter → Russian label for the form, with the unit after a comma."""
    return {
        spec.name: ", ".join(filter(None, (spec.metadata["label"], spec.metadata.get("unit", ""))))
        for spec in fields(PeriodParameters)
    }


def changes(before: PeriodParameters, after: PeriodParameters) -> dict[str, tuple[Any, Any]]:
    """What an amending act changes: parameter → (before, after), JSON values."""
    old, new = before.to_json(), after.to_json()
    return {name: (old[name], new[name]) for name in new if old[name] != new[name]}


def _check(spec: Field[Any], value: Any) -> None:
    meta = spec.metadata
    label = f"Параметр «{meta['label']}»"
    if "choices" in meta:
        if value not in meta["choices"]:
            raise ValueError(f"{label}: неизвестное значение «{value}».")
    elif "keys" in meta:
        if not isinstance(value, tuple if isinstance(spec.default, tuple) else Mapping):
            raise ValueError(f"{label}: значение записано неверно.")
        _check_keys(label, meta["keys"], value)
    elif isinstance(spec.default, bool):
        if not isinstance(value, bool):
            raise ValueError(f"{label}: нужно «да» или «нет».")
    elif value is None and spec.default is None:
        return
    elif not _is_number(value, int if spec.default is None else type(spec.default)):
        raise ValueError(f"{label}: должно быть число.")
    elif not meta["low"] <= value <= meta["high"]:
        raise ValueError(f"{label}: допустимо от {meta['low']} до {meta['high']}, указано {value}.")


def _is_number(value: Any, kind: type) -> bool:
    if isinstance(value, bool) or not isinstance(value, kind):
        return False
    return not isinstance(value, Decimal) or value.is_finite()


def _check_keys(label: str, keys: Mapping[str, str], value: Any) -> None:
    unknown = [key for key in value if key not in keys]
    if unknown:
        raise ValueError(f"{label}: неизвестное значение «{unknown[0]}».")
    if isinstance(value, Mapping):
        for key, number in value.items():
            if isinstance(number, bool) or not isinstance(number, int) or number < 0:
                raise ValueError(f"{label}: для «{keys[key]}» нужно целое число не меньше нуля.")
