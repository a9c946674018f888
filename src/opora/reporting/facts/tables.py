"""A frozen table as JSON: titles and kinds travel with it, so that a later change of the code does not change the print."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from opora.monitoring.indicators import Scope

Kind = Literal["text", "int", "people", "money", "percent", "date", "mixed"]
"""`people` are counts of persons: 1–4 of them are not printed; `mixed` holds numbers as text beside words."""
Frozen = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and what stands under it."""

    title: str
    kind: Kind = "text"


def table(
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    *,
    source: str,
    total: Sequence[Any] | None = None,
    hidden: Iterable[tuple[int, int]] = (),
) -> Frozen:
    """Columns, rows and perhaps a total as JSON values; sums as strings so that no kopeck is lost.

    `hidden`: cells (row, column) that are kept but not printed, beside those that their column's kind hides.
    """
    return {
        "columns": [{"title": column.title, "kind": column.kind} for column in columns],
        "rows": [[_plain(value) for value in row] for row in rows],
        "total": [_plain(value) for value in total] if total is not None else None,
        "source": source,
        "hidden": [list(cell) for cell in hidden],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return value


@dataclass(frozen=True, slots=True)
class Where:
    """The territory or the organisations of a scope as filters of a query."""

    scope: Scope

    def of(self, municipality: str = "municipality_id", organisation: str = "organisation_id") -> dict[str, Any]:
        """Keyword filters; the lookups name where the row keeps its municipality and its organisation."""
        organisations = self.scope.get("organisation")
        if organisations is not None:
            return {f"{organisation}__in": organisations}
        return {f"{municipality}__in": self.scope.municipalities or frozenset()}

    @property
    def is_own(self) -> bool:
        """Single organisations, not a territory."""
        return self.scope.get("organisation") is not None
