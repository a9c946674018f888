"""Requisites of the two sides of an agreement, with their check digits (B1, D5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from opora.core import identifiers
from opora.core.reasons import Reason

LABELS = {
    "name": "Наименование",
    "inn": "ИНН",
    "kpp": "КПП",
    "oktmo": "ОКТМО",
    "bank_name": "Банк или орган казначейства",
    "bik": "БИК",
    "treasury_account": "Единый казначейский или корреспондентский счёт",
    "account": "Казначейский или расчётный счёт",
    "personal_account": "Лицевой счёт",
    "kbk": "КБК получателя",
    "address": "Адрес",
    "signatory_name": "Подписывает",
    "signatory_post": "Должность",
    "signatory_ground": "Действует на основании",
}
REQUIRED = ("name", "inn", "bank_name", "bik", "treasury_account", "account", "signatory_name", "signatory_post")


@dataclass(frozen=True, slots=True)
class Requisites:
    """One side. `account` is 03… in the treasury or a bank account; `treasury_account` is 40102… or 30101…."""

    name: str
    inn: str
    kpp: str = ""
    oktmo: str = ""
    bank_name: str = ""
    bik: str = ""
    treasury_account: str = ""
    account: str = ""
    personal_account: str = ""
    kbk: str = ""
    address: str = ""
    signatory_name: str = ""
    signatory_post: str = ""
    signatory_ground: str = "Устава"

    @property
    def in_treasury(self) -> bool:
        return identifiers.is_treasury_account(self.account)

    def to_json(self) -> dict[str, str]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Requisites:
        """Inverse of to_json; unknown keys are left out."""
        known = {spec.name for spec in fields(cls)}
        return cls(**{name: str(value or "").strip() for name, value in data.items() if name in known})


def kbk(value: object) -> str:
    """КБК: 20 digits (order of the Ministry of Finance 82н)."""
    text = _bare(value)
    if not re.fullmatch(r"[0-9]{20}", text):
        raise ValueError("КБК: должно быть 20 цифр.")
    return text


def kosgu(value: object) -> str:
    """КОСГУ: three digits, the first one names the group (1–7)."""
    text = _bare(value)
    if not re.fullmatch(r"[1-7][0-9]{2}", text):
        raise ValueError("КОСГУ: три цифры, первая от 1 до 7.")
    return text


def personal_account(value: object) -> str:
    """Лицевой счёт: digits and Russian or Latin letters, 6–20 signs."""
    text = _bare(value).upper()
    if not re.fullmatch(r"[0-9A-ZА-ЯЁ.]{6,20}", text):
        raise ValueError("Лицевой счёт: от 6 до 20 цифр и букв.")
    return text


def reasons(side: Requisites, prefix: str = "") -> list[Reason]:
    """Everything wrong with the requisites; `field` of a reason is `prefix` + the field's name."""
    found = [
        Reason("requisite_missing", f"{LABELS[name]}: не указано.", field=prefix + name)
        for name in REQUIRED
        if not getattr(side, name)
    ]
    checks: dict[str, Callable[[str], object]] = {
        "inn": identifiers.inn,
        "kpp": identifiers.kpp,
        "oktmo": identifiers.oktmo,
        "bik": identifiers.bik,
        "kbk": kbk,
        "personal_account": personal_account,
    }
    wrong_bik = False
    for name, check in checks.items():
        value = getattr(side, name)
        if value:
            message = _wrong(check, value)
            if message:
                found.append(Reason("requisite", message, field=prefix + name))
                wrong_bik |= name == "bik"
    if len(side.inn) == 10 and not side.kpp:
        found.append(Reason("requisite_missing", "КПП: у организации он должен быть.", field=f"{prefix}kpp"))
    if not wrong_bik:
        found += _accounts(side, prefix)
    return found


def _accounts(side: Requisites, prefix: str) -> list[Reason]:
    found = []
    for name in ("account", "treasury_account"):
        value = getattr(side, name)
        message = _wrong(lambda text: identifiers.bank_account(text, side.bik), value) if value else ""
        if message:
            found.append(Reason("requisite", f"{LABELS[name]}. {message}", field=prefix + name))
    if side.account and side.treasury_account:
        wanted = "40102" if side.in_treasury else "30101"
        if not side.treasury_account.startswith(wanted):
            what = "казначейского счёта (03…)" if side.in_treasury else "расчётного счёта"
            message = f"Для {what} второй счёт начинается с {wanted}."
            found.append(Reason("requisite", message, field=f"{prefix}treasury_account"))
    return found


def classification_reasons(kbk_code: str, kosgu_code: str) -> list[Reason]:
    """КБК and КОСГУ of the expense."""
    pairs = ((kbk, kbk_code, "kbk"), (kosgu, kosgu_code, "kosgu"))
    return [
        Reason("classification", message, field=name)
        for check, value, name in pairs
        if (message := _wrong(check, value))
    ]


def _wrong(check: Callable[[str], object], value: str) -> str:
    try:
        check(value)
    except ValueError as error:
        return str(error)
    return ""


def _bare(value: object) -> str:
    return re.sub(r"[\s\u00a0-]+", "", str(value))
