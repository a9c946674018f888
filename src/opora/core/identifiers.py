"""Russian identifiers: check digits and normalised forms.

Every function takes what a person typed, returns the normalised value or raises ValueError with a
Russian message that says what is wrong. Blanks, hyphens and non-breaking spaces inside are forgiven.
"""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[\s\u00a0\u202f\u2009\-\u2010-\u2015\u2212]+")
_INN_10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_11 = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_12 = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_ACCOUNT_WEIGHTS = (7, 1, 3)
_SNILS_LAST_UNCHECKED = 1_001_998  # 001-001-998 and below were given without a check


def at_its_field(error: ValueError) -> str:
    """The message of an error where the field already says which number it is: «СНИЛС: нет» → «Нет»."""
    name, colon, rest = str(error).partition(": ")
    rest = rest if colon and len(name) < 40 else str(error)
    return rest[:1].upper() + rest[1:]


def _digits(value: object, name: str, lengths: tuple[int, ...]) -> str:
    """The digits of `value`; raises when something else is inside or the length is wrong."""
    text = _SEPARATORS.sub("", str(value))
    if not text:
        raise ValueError(f"{name}: значение не указано.")
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"{name}: допустимы только цифры, получено «{value}».")
    if len(text) not in lengths:
        expected = " или ".join(str(length) for length in lengths)
        raise ValueError(f"{name}: должно быть {expected} цифр, получено {len(text)}.")
    if set(text) == {"0"}:
        raise ValueError(f"{name}: номер из одних нулей не бывает.")
    return text


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def inn(value: object, *, kind: str | None = None) -> str:
    """ИНН: 10 digits (organisation) or 12 (person); `kind` "organisation" or "person" narrows."""
    lengths = {"organisation": (10,), "person": (12,), None: (10, 12)}[kind]
    text = _digits(value, "ИНН", lengths)
    if len(text) == 10:
        checks: tuple[tuple[tuple[int, ...], int], ...] = ((_INN_10, 9),)
    else:
        checks = ((_INN_11, 10), (_INN_12, 11))
    for weights, place in checks:
        if _weighted(text, weights) % 11 % 10 != int(text[place]):
            raise ValueError("ИНН: контрольная цифра не сходится, проверьте, нет ли опечатки.")
    return text


def kpp(value: object) -> str:
    """КПП: 9 characters, the fifth and sixth may be Latin capitals (tax service order); no check digit."""
    text = _SEPARATORS.sub("", str(value)).upper()
    if not text:
        raise ValueError("КПП: значение не указано.")
    if len(text) != 9:
        raise ValueError(f"КПП: должно быть 9 знаков, получено {len(text)}.")
    if not re.fullmatch(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}", text):
        raise ValueError("КПП: допустимы цифры, а на 5-м и 6-м месте ещё латинские буквы.")
    if text[:4] == "0000":
        raise ValueError("КПП: первые четыре знака – код налоговой инспекции, нулями он не бывает.")
    return text


def ogrn(value: object) -> str:
    """ОГРН (13 digits, organisation) or ОГРНИП (15, entrepreneur) with the check digit."""
    text = _digits(value, "ОГРН", (13, 15))
    modulus = len(text) - 2
    name, first = ("ОГРН", "1256789") if modulus == 11 else ("ОГРНИП", "34")
    if text[0] not in first:
        raise ValueError(f"{name}: номер не может начинаться с цифры {text[0]}.")
    if int(text[:-1]) % modulus % 10 != int(text[-1]):
        raise ValueError(f"{name}: контрольная цифра не сходится, проверьте, нет ли опечатки.")
    return text


def snils(value: object) -> str:
    """СНИЛС as 11 bare digits; numbers up to 001-001-998 have no check digits."""
    text = _digits(value, "СНИЛС", (11,))
    number, check = text[:9], int(text[9:])
    if int(number) == 0:
        raise ValueError("СНИЛС: номер из одних нулей не бывает.")
    if int(number) > _SNILS_LAST_UNCHECKED:
        expected = _weighted(number, (9, 8, 7, 6, 5, 4, 3, 2, 1)) % 101 % 100
        if check != expected:
            raise ValueError("СНИЛС: контрольное число не сходится, проверьте, нет ли опечатки.")
    return text


def format_snils(value: str) -> str:
    """11 digits → «112-233-445 95»."""
    return f"{value[:3]}-{value[3:6]}-{value[6:9]}\u00a0{value[9:]}"


def oktmo_check_digit(code: str) -> int:
    """The control number КЧ of a classifier code, as printed beside it in ОКТМО (Р 50.1.024).

    Weights 1…10 repeated; when the remainder by 11 is 10, weights 3…10, 1, 2 are tried; 10 again gives 0.
    """
    for shift in (0, 2):
        total = sum(int(digit) * ((place + shift) % 10 + 1) for place, digit in enumerate(code))
        if total % 11 < 10:
            return total % 11
    return 0


def oktmo(value: object, *, check: object = None) -> str:
    """ОКТМО: 8 digits (municipality) or 11 (locality); `check` is the КЧ column when the file has one."""
    text = _digits(value, "ОКТМО", (8, 11))
    if text[:2] == "00":
        raise ValueError("ОКТМО: код региона не может быть 00.")
    if check is not None and str(check).strip() != "":
        given = str(check).strip()
        if not (given.isascii() and given.isdigit()):
            raise ValueError(f"ОКТМО {text}: контрольное число должно быть цифрой, получено «{given}».")
        if int(given) != oktmo_check_digit(text):
            raise ValueError(
                f"ОКТМО {text}: контрольное число {given} не сходится, ожидалось {oktmo_check_digit(text)}."
            )
    return text


def bik(value: object) -> str:
    """БИК: 9 digits beginning with 0 (banks of Russia), or 1, 2 (treasury bodies keep 01… forms)."""
    text = _digits(value, "БИК", (9,))
    if text[0] not in "012":
        raise ValueError("БИК: первая цифра должна быть 0, 1 или 2.")
    return text


def _account_key_holds(account: str, prefix: str) -> bool:
    weighted = (int(digit) * _ACCOUNT_WEIGHTS[place % 3] % 10 for place, digit in enumerate(prefix + account))
    return sum(weighted) % 10 == 0


def is_treasury_account(account: str) -> bool:
    """Treasury accounts 03…: opened by the Treasury itself, without a key tied to the БИК."""
    return account.startswith("03")


def bank_account(value: object, bank: object = None) -> str:
    """Account of 20 digits; with the БИК the key is checked (Bank of Russia order 515 of 08.09.1997).

    Correspondent (30101), single treasury (40102) accounts and accounts in Bank of Russia units use digits
    5–6 of the БИК; treasury accounts 03… carry no such key, only their form is checked.
    """
    text = _digits(value, "Счёт", (20,))
    if is_treasury_account(text):
        if text[5:8] != "643":
            raise ValueError("Казначейский счёт: знаки с 6-го по 8-й – код валюты, должно быть 643.")
        return text
    if text[0] == "0":
        raise ValueError("Счёт: с нуля начинаются только казначейские счета вида 03….")
    if bank is None or not str(bank).strip():
        return text
    code = bik(bank)
    own_unit = text.startswith(("30101", "40102")) or code[-3:] in {"000", "001", "002"}
    if not _account_key_holds(text, "0" + code[4:6] if own_unit else code[-3:]):
        raise ValueError("Счёт: контрольный ключ не сходится с БИК, проверьте оба номера.")
    return text


def certificate_number(value: object) -> str:
    """Own number of a certificate: 10 digits (region 2 + payer 2 + random 6)."""
    return _digits(value, "Номер сертификата", (10,))


def foreign_certificate_number(value: object) -> str:
    """Number given by another system: any text up to 20 characters."""
    text = " ".join(str(value).split())
    if not text:
        raise ValueError("Номер сертификата: значение не указано.")
    if len(text) > 20:
        raise ValueError(f"Номер сертификата: не длиннее 20 знаков, получено {len(text)}.")
    return text
