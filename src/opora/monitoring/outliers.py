"""Which places differ from the rest so much that somebody should look why. Pure, robust against the outliers themselves.

The middle is the median; the spread is the median of the distances from it (MAD). A place is an outlier when it lies
further than three such spreads away, brought to the scale of a standard deviation (× 1.4826). Mean and deviation would
be pulled by the very values that are looked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

SCALE = Decimal("1.4826")
REACH = 3
LEAST = 5
"""Of fewer places nobody can say what is usual."""
EXPLAINED = (
    "Выделяются места, чьё значение дальше от медианы, чем три обычных отклонения. Обычное отклонение – медиана расстояний "
    "до медианы, умноженная на 1,4826: одно крайнее значение его не меняет."
)


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle and the limits; names of the places outside them, the furthest first."""

    middle: Decimal
    low: Decimal
    high: Decimal
    below: tuple[str, ...]
    above: tuple[str, ...]

    @property
    def found(self) -> bool:
        return bool(self.below or self.above)


def spread(values: Mapping[str, Decimal]) -> Spread | None:
    """The spread of values by place; None when there are too few of them or they hardly differ."""
    if len(values) < LEAST:
        return None
    middle = Decimal(median(values.values()))
    distance = Decimal(median(abs(value - middle) for value in values.values())) * SCALE
    if not distance:
        return None
    low, high = middle - REACH * distance, middle + REACH * distance
    ordered = sorted(values.items(), key=lambda pair: (pair[1], pair[0]))
    below = tuple(name for name, value in ordered if value < low)
    above = tuple(name for name, value in reversed(ordered) if value > high)
    return Spread(middle, low, high, below, above)
