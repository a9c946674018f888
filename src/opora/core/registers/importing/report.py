"""What an import found and did; the JSON form is fixed by the interfaces of the product."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from opora.core.registers.importing.declaration import Problem

MOST_KEPT = 20_000
MOST_SHOWN = 200


@dataclass
class Report:
    """Verdicts per row, written or not; errors and warnings with row numbers as seen in the file."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    written: bool = False
    layout: str = ""
    into: str = ""
    encoding: str = ""
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def add(self, problem: Problem) -> None:
        kept = self.errors if problem.level == "error" else self.warnings
        if len(kept) < MOST_KEPT:
            kept.append(problem)

    def sort(self) -> None:
        self.errors.sort(key=lambda problem: problem.row)
        self.warnings.sort(key=lambda problem: problem.row)

    @property
    def shown_errors(self) -> list[Problem]:
        return self.errors[:MOST_SHOWN]

    @property
    def shown_warnings(self) -> list[Problem]:
        return self.warnings[:MOST_SHOWN]

    def as_json(self) -> dict[str, Any]:
        return {
            "read": self.read,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "written": self.written,
            "warnings": [problem.as_json() for problem in self.warnings],
            "errors": [problem.as_json() for problem in self.errors],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any], **more: Any) -> Report:
        """The report as kept with a finished job."""
        counts = {name: data[name] for name in ("read", "created", "updated", "unchanged", "rejected", "written")}
        errors = [Problem(**item, level="error") for item in data["errors"]]
        warnings = [Problem(**item, level="warning") for item in data["warnings"]]
        return cls(**counts, errors=errors, warnings=warnings, **more)
