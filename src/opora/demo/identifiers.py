"""Identifiers with right check digits in ranges that are not in use: obviously invented, yet accepted by checks."""

from __future__ import annotations

from opora.core.identifiers import bank_account

TAX_REGION = "88"  # abolished in 2007
INN_WEIGHTS = (2, 4, 10, 3, 5, 9, 4, 6, 8)
PERSON_WEIGHTS = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)


def inn(number: int) -> str:
    """INN of an organisation: ten digits, the last one is the check digit (tax service order, annex on INN)."""
    body = f"{TAX_REGION}00{number:05d}"
    total = sum(weight * int(digit) for weight, digit in zip(INN_WEIGHTS, body, strict=True))
    return f"{body}{total % 11 % 10}"


def person_inn(number: int) -> str:
    """INN of a person: twelve digits, the last two are check digits."""
    digits = f"{TAX_REGION}00{number % 1_000_000:06d}"
    for weights in (PERSON_WEIGHTS[1:], PERSON_WEIGHTS):
        total = sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True))
        digits += str(total % 11 % 10)
    return digits


def kpp(number: int) -> str:
    """KPP: tax office, reason 01, ordinal."""
    return f"{TAX_REGION}00{'01'}{number % 1000:03d}"


def ogrn(number: int, year: int) -> str:
    """OGRN: thirteen digits; the last is the remainder of the first twelve by 11, its last digit."""
    body = f"1{year % 100:02d}{TAX_REGION}{number:07d}"
    return f"{body}{int(body) % 11 % 10}"


def snils(number: int) -> str:
    """SNILS below 001-001-998: the range that was never issued, still with its check number."""
    body = f"{number % 1_001_998:09d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, range(9, 0, -1), strict=True))
    rest = total % 101
    return f"{body}{0 if rest == 100 else rest:02d}"


def phone(number: int) -> str:
    """A number in the prefix +7 000, which cannot be dialled."""
    digits = f"{number % 10_000_000:07d}"
    return f"+7 (000) {digits[:3]}-{digits[3:5]}-{digits[5:]}"


TRANSLIT = dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziyklmnoprstufye", strict=True)) | {
    "ё": "e", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "",
    "ю": "yu", "я": "ya",
}  # fmt: skip


def slug(text: str, limit: int = 80) -> str:
    """Latin slug of a Russian text: lower case, words joined by hyphens, at most ``limit`` characters."""
    latin = "".join(TRANSLIT.get(char, char if char.isascii() and char.isalnum() else " ") for char in text.lower())
    return "-".join(latin.split())[:limit].strip("-")


BIK_TREASURY, BIK_BANK = "018888001", "048888601"
"""A treasury body and a bank of a region that does not exist."""


def treasury_account(number: int = 1) -> str:
    """A single treasury account 40102… with its key."""
    return _keyed("40102810", f"{number:011d}", BIK_TREASURY)


def correspondent_account(number: int = 601) -> str:
    """A correspondent account of the bank: its last three digits are those of the БИК."""
    return _keyed("30101810", f"{number:011d}", BIK_BANK)


def settlement_account(number: int) -> str:
    """A settlement account of a non-profit in the bank."""
    return _keyed("40703810", f"{number:011d}", BIK_BANK)


def personal_account(number: int) -> str:
    """An account of a person in the bank."""
    return _keyed("40817810", f"{number:011d}", BIK_BANK)


def payee_account(oktmo: str, number: int) -> str:
    """A treasury account 03234… of municipal institutions; such accounts carry no key."""
    return f"03234643{oktmo[:8]}{number:04d}"


def payer_account(oktmo: str) -> str:
    """The treasury account of a municipal budget."""
    return f"03231643{oktmo[:8]}7300"


def _keyed(head: str, tail: str, bik: str) -> str:
    """The account with the key digit that fits the БИК."""
    for key in "0123456789":
        try:
            return bank_account(f"{head}{key}{tail}", bik)
        except ValueError:
            continue
    raise ValueError(f"no key fits {head}.{tail}")
