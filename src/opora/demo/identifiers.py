"""Identifiers with right check digits in ranges that are not in use: obviously invented, yet accepted by checks."""

from __future__ import annotations

TAX_REGION = "88"  # abolished in 2007
INN_WEIGHTS = (2, 4, 10, 3, 5, 9, 4, 6, 8)


def inn(number: int) -> str:
    """INN of an organisation: ten digits, the last one is the check digit (tax service order, annex on INN)."""
    body = f"{TAX_REGION}00{number:05d}"
    total = sum(weight * int(digit) for weight, digit in zip(INN_WEIGHTS, body, strict=True))
    return f"{body}{total % 11 % 10}"


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


TRANSLIT = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya".split(),
        strict=True,
    )
) | {"ъ": "", "ь": ""}


def slug(text: str, limit: int = 80) -> str:
    """Latin slug of a Russian text: lower case, words joined by hyphens, at most ``limit`` characters."""
    latin = "".join(TRANSLIT.get(char, char if char.isascii() and char.isalnum() else " ") for char in text.lower())
    return "-".join(latin.split())[:limit].strip("-")
