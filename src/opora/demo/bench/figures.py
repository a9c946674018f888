"""What a benchmark brings back, and how it is judged and shown. Nothing here measures."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

Repetition = dict[str, float]
"""Figure → value, measured in one repetition."""


@dataclass(frozen=True, slots=True)
class Target:
    """A figure with its limit; `worst` judges the worst repetition instead of the median."""

    figure: str
    limit: float
    at_least: bool = False
    worst: bool = False

    def value(self, repetitions: list[Repetition]) -> float:
        values = [one[self.figure] for one in repetitions]
        if not self.worst:
            return statistics.median(values)
        return min(values) if self.at_least else max(values)

    def met(self, repetitions: list[Repetition]) -> bool:
        value = self.value(repetitions)
        return value >= self.limit if self.at_least else value <= self.limit


@dataclass(slots=True)
class Outcome:
    """Everything one benchmark measured."""

    dataset: dict[str, Any]
    repetitions: list[Repetition]
    targets: list[Target] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """The outcome as a JSON value with summaries and verdicts."""
        return {
            "dataset": self.dataset,
            "figures": {name: summary(self.repetitions, name) for name in names(self.repetitions)},
            "targets": [
                asdict(target) | {"value": target.value(self.repetitions), "ok": target.met(self.repetitions)}
                for target in self.targets
            ],
            "repetitions": self.repetitions,
            "notes": self.notes,
        }


def names(repetitions: Iterable[Repetition]) -> list[str]:
    """Figures in the order of their first appearance."""
    return list(dict.fromkeys(name for one in repetitions for name in one))


def summary(repetitions: list[Repetition], name: str) -> dict[str, float]:
    """Median, minimum and maximum of a figure over the repetitions that have it."""
    values = [one[name] for one in repetitions if name in one]
    return {"median": statistics.median(values), "min": min(values), "max": max(values), "n": len(values)}


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def table(documents: dict[str, dict[str, Any]]) -> str:
    """All outcomes as lines of text: figure, median, minimum, maximum, target, verdict."""
    lines = [f"{'':34}{'медиана':>12}{'мин.':>12}{'макс.':>12}  цель"]
    for name, document in documents.items():
        lines += ["", f"{name} – {document['work']}"]
        if "refused" in document:
            lines.append(f"  не измерено: {document['refused']}")
            continue
        targets = {target["figure"]: target for target in document["targets"]}
        for figure, of in document["figures"].items():
            columns = "".join(f"{_short(of[key]):>12}" for key in ("median", "min", "max"))
            lines.append(f"  {figure:32}{columns}{_verdict(targets.get(figure))}")
        lines += [f"  {note}" for note in document["notes"]]
    return "\n".join(lines)


def _verdict(target: dict[str, Any] | None) -> str:
    if target is None:
        return ""
    sign = "≥" if target["at_least"] else "≤"
    return f"  {sign} {_short(target['limit'])}  {'достигнута' if target['ok'] else 'НЕ достигнута'}"


def _short(value: float) -> str:
    """Three significant digits, thousands apart."""
    if abs(value) >= 1000:
        return f"{value:,.0f}".replace(",", " ")
    digits = 0 if value == int(value) else 1 if abs(value) >= 100 else 2 if abs(value) >= 1 else 4
    return f"{value:.{digits}f}"


def dumps(document: object) -> str:
    """JSON as it is written to files: readable, six decimals are enough."""
    return json.dumps(_rounded(document), ensure_ascii=False, indent=1)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return value
