"""The family's own money: account numbers, the age of a debt, the payment QR (ГОСТ Р 56042-2014). No database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from opora.settlement.rules.requisites import Requisites

Kopecks = int
DUE_DAY = 10
"""A month is paid by its 10th day, but a family has at least as many days from the day of the charge."""
DAYS_TO_PAY = 10
PURPOSE_LIMIT = 210
LIMITS = {
    "Name": 160, "PersonalAcc": 20, "BankName": 45, "BIC": 9, "CorrespAcc": 20, "Sum": 18, "Purpose": PURPOSE_LIMIT,
    "PayeeINN": 12, "KPP": 9, "CBC": 20, "OKTMO": 11, "LastName": 60, "FirstName": 60, "MiddleName": 60,
    "PersAcc": 30,
}  # fmt: skip
"""Fields of the code that are used here with their longest values, in the order in which they are written."""
REQUIRED = ("Name", "PersonalAcc", "BankName", "BIC", "CorrespAcc")


def account_number(application_id: int) -> str:
    """Nine digits of the application and two check digits (ISO 7064, MOD 97-10)."""
    return f"{application_id:09d}{98 - application_id * 100 % 97:02d}"


def is_account_number(text: str) -> bool:
    """Whether eleven digits carry right check digits."""
    return len(text) == 11 and text.isascii() and text.isdigit() and int(text) % 97 == 1


@dataclass(frozen=True, slots=True)
class MonthDue:
    """A month of an account: what is charged for it, what is still open, by when."""

    month: dt.date
    charged: Kopecks
    left: Kopecks
    due_on: dt.date

    def days_late(self, today: dt.date) -> int:
        return max(0, (today - self.due_on).days) if self.left else 0


def open_months(months: Iterable[tuple[dt.date, Kopecks, dt.date]], paid: Kopecks) -> list[MonthDue]:
    """(month, charged, due) ascending and what has come in, less refunds: payments cover the oldest month first.

    Sum of `left` is max(0, charged − paid).
    """
    found = []
    for month, charged, due_on in sorted(months):
        covered = min(charged, max(paid, 0))
        paid -= covered
        found.append(MonthDue(month, charged, charged - covered, due_on))
    return found


def overdue(months: Iterable[MonthDue], today: dt.date) -> Kopecks:
    """What should have been paid before `today`."""
    return sum(one.left for one in months if one.due_on < today)


AGES = ("до 30 дней", "31–60 дней", "61–90 дней", "больше 90 дней")


def ages(months: Iterable[MonthDue], today: dt.date) -> tuple[Kopecks, Kopecks, Kopecks, Kopecks]:
    """What is late by the age of the debt, as `AGES` names it; the sum is `overdue`."""
    found = [0, 0, 0, 0]
    for one in months:
        days = one.days_late(today)
        if days:
            found[min((days - 1) // 30, 3)] += one.left
    return found[0], found[1], found[2], found[3]


def purpose(account: str, month: dt.date | None, what: str) -> str:
    """Назначение платежа: the personal account first, so that no bank cuts it off."""
    text = f"ЛС {account}. За обучение по программе {what}"
    if month is not None:
        text += f", {month:%m.%Y}"
    return f"{text}. НДС не облагается"[:PURPOSE_LIMIT]


def payment_fields(
    side: Requisites, *, account: str, amount: Kopecks, purpose: str, payer: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Fields of the code. In the treasury the payee is named as its accounts are: «УФК по … (организация, л/с …)»."""
    name, bank = side.name, side.bank_name
    if side.in_treasury and "//" in bank:
        office = bank.split("//", 1)[1].strip()
        tail = f", л/с {side.personal_account}" if side.personal_account else ""
        room = LIMITS["Name"] - len(office) - len(tail) - 3
        name = f"{office} ({side.name[:room]}{tail})"
    values = {
        "Name": name,
        "PersonalAcc": side.account,
        "BankName": bank,
        "BIC": side.bik,
        "CorrespAcc": side.treasury_account,
        "Sum": str(amount),
        "Purpose": purpose,
        "PayeeINN": side.inn,
        "KPP": side.kpp,
        "CBC": side.kbk,
        "OKTMO": side.oktmo,
        **(payer or {}),
        "PersAcc": account,
    }
    return {key: _plain(values.get(key, ""))[:limit].strip() for key, limit in LIMITS.items() if values.get(key)}


def _plain(text: str) -> str:
    """Values carry no separator and no line breaks."""
    return " ".join(text.replace("|", "/").split())


def payment_code(fields: Mapping[str, str]) -> bytes:
    """ST00012: version 1, UTF-8, fields separated by «|». Raises ValueError when a required field is empty."""
    missing = [name for name in REQUIRED if not fields.get(name)]
    if missing:
        raise ValueError(f"В реквизитах не хватает: {', '.join(missing)}.")
    return "|".join(["ST00012", *(f"{key}={value}" for key, value in fields.items())]).encode()
