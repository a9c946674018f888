"""Pure parsers of cells: text, numbers with a decimal comma, dates, да/нет, choices by code or Russian label.

Each takes a raw cell (text from CSV; number, date or bool from XLSX and JSON), returns the value or None for an
empty cell, raises ValueError with a Russian sentence.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models

from opora.core import clock

Parser = Callable[[Any], Any]
_BLANKS = re.compile(r"[\s\u00a0\u202f\u2009]+")
_PHONE_OR_NUMBER = re.compile(r"^[+-]?[\d\s\u00a0()\-.,/]*$")
_FORMULA = re.compile(r"^(=|@[^\s]*\(|[+-].*[(|!]|[+-]\s*[A-Za-z]{1,3}\$?\d|[+-]\d[\d.,]*\s*[+*/^=-]\s*\d)")
_DATE_FORMS = ("%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%Y.%m.%d", "%d.%m.%y")
YES = {"да", "истина", "true", "yes", "1", "+", "есть", "y", "д"}
NO = {"нет", "ложь", "false", "no", "0", "-", "–", "—", "n", "н"}


def plain(raw: Any) -> str:
    """The cell as trimmed text; numbers from spreadsheets lose an empty fraction; our own apostrophe goes."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "да" if raw else "нет"
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, dt.datetime | dt.date):
        return raw.strftime("%d.%m.%Y")
    if isinstance(raw, list | dict):
        return json.dumps(raw, ensure_ascii=False, sort_keys=True)
    text = str(raw).replace("\r\n", "\n").strip().strip("\u00a0\ufeff")
    if len(text) > 1 and text[0] == "'" and text[1] in "=+-@\t\r'":
        text = text[1:]
    return text


def looks_like_formula(raw: Any) -> bool:
    """Would a table program run this text? Phone numbers and negative numbers would not."""
    if not isinstance(raw, str):
        return False
    text = raw.strip()
    if not text.startswith(("=", "+", "-", "@")) or _PHONE_OR_NUMBER.match(text):
        return False
    return bool(_FORMULA.match(text))


def text(most: int | None = None) -> Parser:
    def parse(raw: Any) -> str | None:
        value = plain(raw)
        if "\x00" in value:
            raise ValueError("В тексте недопустимый знак.")
        if most is not None and len(value) > most:
            raise ValueError(f"Не длиннее {most} знаков, получено {len(value)}.")
        return value or None

    return parse


def integer(low: int | None = None, high: int | None = None) -> Parser:
    def parse(raw: Any) -> int | None:
        value = _BLANKS.sub("", plain(raw))
        if not value:
            return None
        try:
            number = Decimal(value.replace(",", "."))
        except InvalidOperation as error:
            raise ValueError(f"Нужно целое число, получено «{plain(raw)}».") from error
        if not number.is_finite() or number != number.to_integral_value():
            raise ValueError(f"Нужно целое число, получено «{plain(raw)}».")
        if low is not None and number < low:
            raise ValueError(f"Не меньше {low}, получено {int(number)}.")
        if high is not None and number > high:
            raise ValueError(f"Не больше {high}, получено {int(number)}.")
        return int(number)

    return parse


def decimal(digits: int = 12, places: int = 2) -> Parser:
    def parse(raw: Any) -> Decimal | None:
        value = _BLANKS.sub("", plain(raw)).removesuffix("₽").removesuffix("руб.")
        if not value:
            return None
        try:
            number = Decimal(value.replace(",", "."))
        except InvalidOperation as error:
            raise ValueError(f"Нужно число, например 1250,98, получено «{plain(raw)}».") from error
        if not number.is_finite() or abs(number) >= Decimal(10) ** (digits - places):
            raise ValueError(f"Слишком большое число: «{plain(raw)}».")
        if number != round(number, places):
            raise ValueError(f"После запятой не больше {places} знаков, получено «{plain(raw)}».")
        return round(number, places)

    return parse


def real(raw: Any) -> float | None:
    value = _BLANKS.sub("", plain(raw)) if not isinstance(raw, float) else repr(raw)
    if not value:
        return None
    try:
        number = float(value.replace(",", "."))
    except ValueError as error:
        raise ValueError(f"Нужно число, например 51,53, получено «{plain(raw)}».") from error
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError(f"Нужно число, получено «{plain(raw)}».")
    return number


def date(raw: Any) -> dt.date | None:
    if isinstance(raw, dt.datetime):
        return raw.date()
    if isinstance(raw, dt.date):
        return raw
    value = plain(raw).removesuffix("г.").strip()
    if not value:
        return None
    short = value.split("T")[0].split(" ")[0]
    for form in _DATE_FORMS:
        try:
            found = dt.datetime.strptime(short, form).date()  # noqa: DTZ007 – only the date is taken
        except ValueError:
            continue
        if not 1800 <= found.year <= 2200:
            break
        return found
    raise ValueError(f"Нужна дата вида 31.12.2026, получено «{plain(raw)}».")


def moment(raw: Any) -> dt.datetime | None:
    if isinstance(raw, dt.datetime):
        return raw if raw.tzinfo else raw.replace(tzinfo=clock.MOSCOW)
    value = plain(raw)
    if not value:
        return None
    try:
        found = dt.datetime.fromisoformat(value)
    except ValueError:
        day = date(raw)
        assert day is not None
        found = dt.datetime(day.year, day.month, day.day, tzinfo=clock.MOSCOW)
    return found if found.tzinfo else found.replace(tzinfo=clock.MOSCOW)


def time(raw: Any) -> dt.time | None:
    if isinstance(raw, dt.datetime):
        return raw.time()
    if isinstance(raw, dt.time):
        return raw
    value = plain(raw).replace(".", ":").replace("-", ":")
    if not value:
        return None
    try:
        return dt.time.fromisoformat(value.zfill(5) if value.count(":") == 1 else value)
    except ValueError as error:
        raise ValueError(f"Нужно время вида 16:30, получено «{plain(raw)}».") from error


def boolean(raw: Any) -> bool | None:
    if isinstance(raw, bool):
        return raw
    value = plain(raw).casefold()
    if not value:
        return None
    if value in YES:
        return True
    if value in NO:
        return False
    raise ValueError(f"Напишите «да» или «нет», получено «{plain(raw)}».")


def folded(value: Any) -> str:
    """For comparing words: no case, ё as е, single blanks."""
    return _BLANKS.sub(" ", str(value)).strip().casefold().replace("ё", "е")


def choice(options: Mapping[Any, str], aliases: Mapping[str, Any] | None = None) -> Parser:
    known = {folded(label): code for code, label in options.items()}
    known |= {folded(code): code for code in options}
    known |= {folded(word): code for word, code in (aliases or {}).items()}

    def parse(raw: Any) -> Any:
        value = plain(raw)
        if not value:
            return None
        found = known.get(folded(value))
        if found is None:
            listed = ", ".join(f"«{label}»" for label in list(options.values())[:12])
            raise ValueError(f"Значения «{value}» нет среди допустимых: {listed}.")
        return found

    return parse


def several(options: Mapping[Any, str] | None = None) -> Parser:
    """A list in one cell, parts divided by a semicolon (or a JSON list)."""
    one = choice(options) if options else None

    def parse(raw: Any) -> list[Any]:
        if isinstance(raw, str) and raw.strip().startswith("["):
            try:
                raw = json.loads(raw)
            except json.JSONDecodeError as error:
                raise ValueError("Нужен список через точку с запятой.") from error
        parts = raw if isinstance(raw, list) else [part.strip() for part in plain(raw).split(";")]
        return [one(part) if one else part for part in parts if part not in ("", None)]

    return parse


def document(raw: Any) -> Any:
    """A JSON value kept as it is."""
    if isinstance(raw, dict | list):
        return raw
    value = plain(raw)
    if not value:
        return {}
    try:
        return json.loads(value)
    except json.JSONDecodeError as error:
        raise ValueError("Нужны данные в записи JSON.") from error


def identifier(check: Callable[[Any], str]) -> Parser:
    """A checked identifier of :mod:`opora.core.identifiers`; an empty cell is empty."""

    def parse(raw: Any) -> str | None:
        value = plain(raw)
        return check(value) if value else None

    return parse


def for_field(field: models.Field[Any, Any]) -> Parser:
    """The parser of a model field."""
    if field.choices:
        return choice(dict(field.flatchoices))
    if isinstance(field, models.BooleanField):
        return boolean
    if isinstance(field, models.DateTimeField):
        return moment
    if isinstance(field, models.DateField):
        return date
    if isinstance(field, models.TimeField):
        return time
    if isinstance(field, models.DecimalField):
        return decimal(field.max_digits or 12, field.decimal_places or 0)
    if isinstance(field, models.FloatField):
        return real
    if isinstance(field, models.IntegerField):
        return _integer_of(field)
    if isinstance(field, models.JSONField):
        return several() if field.get_default() == [] else document
    return _checked_text(field)


def _integer_of(field: models.IntegerField[Any, Any]) -> Parser:
    ends = {"PositiveSmallIntegerField": (0, 32767), "SmallIntegerField": (-32768, 32767)}
    low, high = ends.get(field.get_internal_type(), (-(2**31), 2**31 - 1))
    if field.get_internal_type() in ("PositiveIntegerField", "PositiveBigIntegerField"):
        low = 0
    if field.get_internal_type().endswith("BigIntegerField"):
        high = 2**63 - 1
    return integer(low, high)


def _checked_text(field: models.Field[Any, Any]) -> Parser:
    simple = text(getattr(field, "max_length", None))
    validators = [
        v for v in field.validators if type(v).__name__ in ("EmailValidator", "RegexValidator", "URLValidator")
    ]
    if not validators:
        return simple

    def parse(raw: Any) -> str | None:
        from django.core.exceptions import ValidationError

        value = simple(raw)
        for validator in validators if value else ():
            try:
                validator(value)
            except ValidationError as error:
                raise ValueError(" ".join(error.messages)) from error
        return value

    return parse
