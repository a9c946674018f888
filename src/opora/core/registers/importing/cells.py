"""One cell of an import: its value, or a ValueError with a Russian sentence."""

from __future__ import annotations

from typing import Any

from opora.core.registers.importing import parsing
from opora.core.registers.importing.plan import PlannedColumn


class FormulaError(ValueError):
    """A cell that a table program would run."""


class EmptyError(ValueError):
    """An obligatory cell is empty."""


def value_of(planned: PlannedColumn, raw: Any) -> Any:
    """The value of a raw cell for its column. Raises ValueError when it cannot be taken."""
    if isinstance(raw, str) and raw[:1] in "=+-@" and raw and parsing.looks_like_formula(raw):
        raise FormulaError("Ячейка похожа на формулу: её выполнит табличная программа. Уберите знак в начале.")
    value = planned.parse(raw)
    if value is None and planned.required:
        raise EmptyError("Значение обязательно.")
    return value


def code_of(error: ValueError) -> str:
    """The code of the problem that the cell makes."""
    return {"FormulaError": "formula", "EmptyError": "required"}.get(type(error).__name__, "value")
