"""Municipal assignment (A7): learner-hours against the plan within the permitted deviation."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Execution:
    """Plan and fact of a year (hours exact); `share` in percent with one digit is for people only."""

    planned: Decimal
    actual: Decimal
    deviation_percent: Decimal = Decimal(5)

    @property
    def share(self) -> Decimal | None:
        """Fact in percent of the plan; None when nothing is planned."""
        return self.actual / self.planned * 100 if self.planned else None

    @property
    def least(self) -> Decimal:
        """The smallest fact that still counts as executed."""
        return self.planned * (100 - self.deviation_percent) / 100

    @property
    def most(self) -> Decimal:
        return self.planned * (100 + self.deviation_percent) / 100

    @property
    def verdict(self) -> str:
        """within: inside the permitted deviation, both ends included; below; above."""
        if self.actual < self.least:
            return "below"
        return "above" if self.actual > self.most else "within"


def quarter(month: int) -> int:
    """Month 1–12 → quarter 1–4."""
    if not 1 <= month <= 12:
        raise ValueError("Месяц – от 1 до 12.")
    return (month - 1) // 3 + 1
