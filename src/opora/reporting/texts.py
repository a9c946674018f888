"""Narrative with figures by reference: «охват {coverage}, это {unique_children|ребёнок,ребёнка,детей}». Pure functions.

A reference is a code of the report's figures, perhaps with `.numerator`, `.denominator` or `.date`; after a bar stand
three forms of a noun that follow the number. Braces cannot stand in the text otherwise.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from opora.core import russian
from opora.core.reasons import Reason, Refused
from opora.monitoring.rules import is_small, suppress_ratio

_REFERENCE = re.compile(r"\{([^{}]*)\}")
_TWO_STOPS = re.compile(r"\bг\.\.(?!\.)")
_STRAY = re.compile(r"[{}]")
PARTS = ("numerator", "denominator", "date")
SMALL_TEXT = f"менее{russian.NBSP}5"
NO_DATA = "нет данных"
LONGEST = 20_000
"""Characters of one section."""


@dataclass(frozen=True, slots=True)
class Value:
    """A figure or a word that a text may name; `figure` is a frozen `Figure.as_json()`."""

    title: str
    figure: Mapping[str, Any] | None = None
    word: str = ""
    digits: int = 0
    personal: bool = False
    """A count of persons or a share of them: 1–4 of them are not printed."""

    def shown(self, part: str = "") -> str:
        """As it stands in the text: «44,4 %», «3 761», «31 декабря 2026 г.»."""
        if self.figure is None:
            return self.word
        if part == "date":
            return russian.date_long(dt.date.fromisoformat(self.figure["date"]))
        number = self.number(part)
        if number is None:
            return NO_DATA
        if self.personal and self._small(part):
            return SMALL_TEXT
        if not part and self.figure["unit"] == "%":
            return f"{russian.number(number, self.digits)}{russian.NBSP}%"
        if not part and self.figure["unit"] == "₽":
            return russian.money(number)
        return russian.number(number, self.digits if not part else None)

    def _small(self, part: str) -> bool:
        """Would the number tell about one of a few persons? A share does when its numerator or the rest is so small."""
        numerator, denominator = self.number("numerator"), self.number("denominator")
        if denominator is None or part:
            return is_small(int(self.number(part) or 0))
        return suppress_ratio(int(numerator or 0), int(denominator)) is None

    def number(self, part: str = "") -> Decimal | None:
        """The exact number of the figure, of its numerator or denominator."""
        found = (self.figure or {}).get(part or "value")
        return None if found is None else Decimal(str(found))


def render(text: str, values: Mapping[str, Value]) -> str:
    """The text with its figures. Raises Refused naming every reference that cannot be understood."""
    if wrong := problems(text, values):
        raise Refused(*wrong)
    shown = _REFERENCE.sub(lambda found: _shown(found[1], values), text)
    return russian.typography(_TWO_STOPS.sub("г.", shown))  # a date ends with a stop of its own


def problems(text: str, values: Mapping[str, Value]) -> list[Reason]:
    """Why the text cannot be printed; empty when it can."""
    found: list[Reason] = []
    if len(text) > LONGEST:
        found.append(Reason("text_long", f"Текст длиннее {russian.number(LONGEST)} знаков.", field="text"))
    for inside in dict.fromkeys(_REFERENCE.findall(text)):
        name, bar, forms = inside.partition("|")
        code, part = split(name.strip(), values)
        if code not in values:
            near = _near(name.strip(), values)
            hint = f"Похоже на {{{near}}}." if near else "Список показателей – рядом с текстом."
            found.append(
                Reason("reference_unknown", f"Показателя «{{{inside}}}» в отчёте нет.", hint=hint, field="text")
            )
        elif part == "denominator" and values[code].number(part) is None:
            found.append(
                Reason("no_denominator", f"У показателя «{{{code}}}» нет знаменателя: это не доля.", field="text")
            )
        elif bar and (len(forms.split(",")) != 3 or values[code].figure is None):
            found.append(
                Reason(
                    "reference_forms",
                    f"«{{{inside}}}»: после черты нужны три формы слова через запятую.",
                    hint="Например: {unique_children|ребёнок,ребёнка,детей}.",
                    field="text",
                )
            )
    if _STRAY.search(_REFERENCE.sub("", text)):
        found.append(
            Reason("brace", "В тексте есть непарная фигурная скобка.", hint="Скобки нужны только для показателей.", field="text")
        )  # fmt: skip
    return found


def split(name: str, values: Mapping[str, Value]) -> tuple[str, str]:
    """(code, part) of a reference; codes themselves may hold a dot."""
    if name in values:
        return name, ""
    code, _, part = name.rpartition(".")
    return (code, part) if part in PARTS and code in values and values[code].figure else (name, "")


def _shown(inside: str, values: Mapping[str, Value]) -> str:
    name, bar, forms = inside.partition("|")
    code, part = split(name.strip(), values)
    shown = values[code].shown(part)
    number = values[code].number(part) if values[code].figure and part != "date" else None
    if not bar or number is None:
        return shown
    one, few, many = (form.strip() for form in forms.split(","))
    return f"{shown}{russian.NBSP}{russian.plural_form(number, one, few, many)}"


def _near(name: str, values: Iterable[str]) -> str:
    """A code that begins alike."""
    return next((code for code in values if name and (code.startswith(name[:5]) or name.startswith(code))), "")


def available(sentences: Iterable[str], values: Mapping[str, Value]) -> str:
    """The sentences whose figures are all known and not empty, as one text: what an editor begins with."""
    return " ".join(one for one in sentences if not problems(one, values) and NO_DATA not in render(one, values))
