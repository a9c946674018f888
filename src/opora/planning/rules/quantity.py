"""Quantities of plans and target results: what people write, what it asks for, how far it is reached (I1).

"Не менее 6 договоров" asks for at least six, "увеличение охвата на 10 %" for the stored baseline and a tenth of it
(3 761 → +376), "на 5 процентных пунктов" for five points of a percentage: another unit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from opora.core.russian import NBSP, number, plural_form

OPERATORS = {"": "Словами", "ge": "Не менее", "eq": "Ровно", "increase": "Увеличить на"}
PERCENT, POINTS = "%", "п. п."


@dataclass(frozen=True, slots=True)
class Quantity:
    """`operator` is one of OPERATORS; `unit` "%" and "п. п." change the meaning of an increase."""

    operator: str = ""
    amount: Decimal | None = None
    unit: str = ""

    @property
    def is_counted(self) -> bool:
        return bool(self.operator) and self.amount is not None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a quantity is reached. `value` and `needed` are comparable; None = not known yet."""

    value: Decimal | None
    needed: Decimal | None
    unit: str = ""
    is_increase: bool = False

    @property
    def reached(self) -> bool:
        return self.value is not None and self.needed is not None and self.value >= self.needed

    @property
    def percent(self) -> int:
        """Whole per cents for a bar, 0–100; a hundred only when reached."""
        if self.reached:
            return 100
        if not self.value or not self.needed or self.value < 0:
            return 0
        return min(99, int(self.value * 100 / self.needed))

    @property
    def text(self) -> str:
        """«4 из 6 договоров», «+250 из 376 чел.», «27,1 %, надо 25»."""
        if self.value is None:
            return "нет данных"
        sign = "+" if self.is_increase and self.value >= 0 else ""
        if self.needed is None:
            return f"{sign}{number(self.value)}{_unit(self.unit)}"
        unit = _unit(self.unit)
        if len(self.unit) > SHORT and plural_form(self.needed, "one", "few", "many") == "one":
            unit = ""  # a word that was written for «1» fits no other number
        if self.value > self.needed:
            return f"{sign}{number(self.value)}{unit}, надо {number(self.needed)}"
        if self.unit in (PERCENT, POINTS):
            return f"{sign}{number(self.value)}{unit} из {number(self.needed)}{unit}"
        return f"{sign}{number(self.value)} из {number(self.needed)}{unit}"


SHORT = 5
"""Letters of a unit that is an abbreviation, the same beside any number: «чел.», «%»."""


def _unit(unit: str) -> str:
    if len(unit) > SHORT:
        return f" {unit}"
    return f"{NBSP}{unit}" if unit else ""


def progress(quantity: Quantity, value: Decimal | None, baseline: Decimal | None = None, unit: str = "") -> Progress:
    """How far a counted value reaches the quantity.

    An increase is counted from the stored baseline; without one nothing is known. `unit` is what is counted («чел.»).
    """
    if not quantity.is_counted or quantity.amount is None:
        return Progress(value, None, unit)
    if quantity.operator != "increase":
        return Progress(value, quantity.amount, PERCENT if quantity.unit.startswith(PERCENT) else unit)
    grown = None if value is None or baseline is None else value - baseline
    return Progress(grown, needed_increase(quantity, baseline), POINTS if quantity.unit == POINTS else unit, True)


def needed_increase(quantity: Quantity, baseline: Decimal | None) -> Decimal | None:
    """By how much: 10 % of 3 761 is 376; points and plain numbers are themselves. None while there is no baseline."""
    if quantity.amount is None:
        return None
    if quantity.unit != PERCENT:
        return quantity.amount
    if baseline is None:
        return None
    exact = baseline * quantity.amount / 100
    return exact.quantize(Decimal(1) if baseline == baseline.to_integral_value() else Decimal("0.1"), ROUND_HALF_UP)


# --- reading ----------------------------------------------------------------------------------------------------

_NUMBER = r"(\d{1,3}(?: \d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
_AT_LEAST = re.compile(rf"^(?:не менее(?: чем)?|не меньше|от|минимум|>=|≥|>|более|свыше)\s*{_NUMBER}\s*(.*)$")
_EXACTLY = re.compile(rf"^(?:ровно|=)?\s*{_NUMBER}\s*(.*)$")
_RANGE = re.compile(rf"^{_NUMBER}\s*[-–—]\s*{_NUMBER}\s*(.*)$")
_INCREASE = re.compile(rf"(?:увелич\w*|прирост\w*|рост\w*|повы\w+|\+)(?:.*?\bна)?\s*{_NUMBER}\s*(.*)$")
_POINTS = re.compile(r"^(?:процентн\w+ пункт\w*|п\.? ?п\.?)")
_PERCENT = re.compile(r"^(?:%|процент\w*)\s*(.*)$")
_NOT_QUANTITY = re.compile(r"^(?:не более|до|меньше|менее|сокращ|снижен|уменьш)")


def parse(text: str) -> Quantity:
    """What the words ask for; nothing understood → no operator, the words alone stay."""
    clean = " ".join(str(text or "").replace("\u00a0", " ").split())
    lower = clean.lower().replace("ё", "е")
    if not lower or _NOT_QUANTITY.match(lower):
        return Quantity()
    if found := _INCREASE.match(lower):
        return _quantity("increase", found.group(1), _tail(clean, found, 2))
    if found := _AT_LEAST.match(lower):
        return _quantity("ge", found.group(1), _tail(clean, found, 2))
    if found := _RANGE.match(lower):
        return _quantity("ge", found.group(1), _tail(clean, found, 3))
    if found := _EXACTLY.match(lower):
        return _quantity("eq", found.group(1), _tail(clean, found, 2))
    return Quantity()


def _tail(clean: str, found: re.Match[str], group: int) -> str:
    """The words after the number as they were written."""
    return clean[found.start(group) : found.end(group)] if len(clean) == len(found.string) else found.group(group)


def _quantity(operator: str, amount: str, unit: str) -> Quantity:
    value = Decimal(amount.replace(" ", "").replace(",", "."))
    unit = unit.strip(" .;:")
    if _POINTS.match(unit.lower()):
        unit = POINTS
    elif found := _PERCENT.match(unit.lower()):
        words = unit[found.start(1) :].strip()
        unit = PERCENT if operator == "increase" or not words else f"{PERCENT} {words}"
    return Quantity(operator, value, unit[:120])


def understood(quantity: Quantity) -> str:
    """What the program counts with, for the page: «не менее 6, договоров»."""
    if not quantity.is_counted or quantity.amount is None:
        return ""
    word = OPERATORS[quantity.operator].lower()
    return f"{word} {number(quantity.amount)}{_unit(quantity.unit)}"
