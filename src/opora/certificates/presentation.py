"""Money of a certificate as pages show it: parts in words, the statement by period."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from opora.certificates import queries
from opora.certificates.models import Certificate, CertificateBalance
from opora.certificates.rules import PeriodParameters
from opora.core import russian

STATES = {"past": "период завершён", "now": "идёт сейчас", "future": "ещё не начался"}


@dataclass(frozen=True, slots=True)
class BalanceParts:
    """Totals of a period; `when` is past, now or future; `sentence` says the sums in words."""

    balance: CertificateBalance
    when: str
    sentence: str

    @property
    def label(self) -> str:
        return STATES[self.when]

    @property
    def segments(self) -> list[tuple[str, str, Decimal, int, int]]:
        """(code, name, sum, offset and width in thousandths of the bar) for spent, reserved, left."""
        found, offset = [], 0
        whole = self.balance.nominal or Decimal(1)
        for code, name, value in (
            ("spent", "Списано", self.balance.spent),
            ("reserve", "Обещано кружкам", self.balance.reserve),
            ("left", "Осталось", self.balance.balance),
        ):
            width = int(value * 1000 / whole)
            found.append((code, name, value, offset, width))
            offset += width
        return found


def balance_parts(balance: CertificateBalance, today: dt.date) -> BalanceParts:
    """Words for the totals of one period."""
    period = balance.period
    when = "past" if period.ends_on < today else "future" if period.starts_on > today else "now"
    parts = [f"Из {russian.money(balance.nominal)}"]
    if balance.spent:
        parts.append(f"{russian.money(balance.spent)} уже заплачено за занятия")
    if balance.reserve:
        parts.append(f"{russian.money(balance.reserve)} обещано по заявкам и договорам")
    parts.append(f"свободно {russian.money(balance.balance)}")
    return BalanceParts(balance, when, f"{parts[0]}: {', '.join(parts[1:])}.")


def idle_sentence(due: dt.date) -> str:
    """What happens to money that nobody uses, and when."""
    return (
        f"Заявок по сертификату пока нет. Если до {russian.date(due)} не будет ни одной, деньги перейдут "
        "следующему в очереди. Заявка или место в листе ожидания останавливают этот срок."
    )


@dataclass(frozen=True, slots=True)
class StatementPart:
    """The statement of one period: totals and every movement."""

    balance: CertificateBalance
    movements: list[queries.Movement]


def statement_rows(certificate: Certificate) -> list[StatementPart]:
    """All periods of a certificate, the current one first."""
    return [
        StatementPart(balance, queries.statement(certificate, balance.period))
        for balance in queries.balances_of(certificate)
    ]


def parameter_rows(parameters: PeriodParameters) -> list[tuple[str, str]]:
    """Every parameter as label and value in words."""
    import dataclasses

    rows = []
    for spec in dataclasses.fields(parameters):
        value = getattr(parameters, spec.name)
        meta = spec.metadata
        if "choices" in meta:
            shown = meta["choices"][value]
        elif "keys" in meta and isinstance(value, dict):
            shown = ", ".join(f"{meta['keys'][key]}: {number}" for key, number in value.items()) or "без предела"
        elif "keys" in meta:
            shown = "все" if len(value) == len(meta["keys"]) else ", ".join(meta["keys"][key] for key in value)
        elif isinstance(value, bool):
            shown = "да" if value else "нет"
        elif value is None:
            shown = "без предела"
        else:
            shown = _with_unit(value, meta.get("unit", ""))
        rows.append((meta["label"], shown))
    return rows


_UNITS = {
    "дней": ("день", "дня", "дней"),
    "рабочих дней": ("рабочий день", "рабочих дня", "рабочих дней"),
    "месяцев": ("месяц", "месяца", "месяцев"),
    "часов": ("час", "часа", "часов"),
    "договоров": ("договор", "договора", "договоров"),
}


def _with_unit(value: int | Decimal, unit: str) -> str:
    if unit in _UNITS:
        return russian.plural(value, *_UNITS[unit])
    if unit == "по счёту":
        return f"{value}-й"
    if unit == "число":
        return f"{value}-е число"
    return f"{russian.number(value)}\u00a0{unit}".strip()
