"""How an indicator is declared, and what a published value always carries.

An indicator names a *numerator* and perhaps a *denominator*; each is a :class:`Measure`: rows (a queryset by scope)
and what to take of them (count, distinct, sum). The drill-down lists the very same rows, so that figure and list
cannot differ. No percentage exists without numerator, denominator, date and source (spec/planning.md).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from opora.core.measures import Part, Take
from opora.core.reasons import Hidden, Reason, Refused

Rows = Callable[["Scope"], "QuerySet[Any]"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where and when: municipalities (None = all served), the date, optional narrowing used by breakdowns."""

    date: dt.date
    municipalities: frozenset[int] | None = None
    name: str = ""
    oktmo: str = ""
    filters: tuple[tuple[str, Any], ...] = ()

    def get(self, key: str) -> Any:
        """Return a narrowing value such as ``focus_area`` or None."""
        return dict(self.filters).get(key)


def narrowed(
    rows: QuerySet[Any], scope: Scope, paths: Mapping[str, str], territory: str = "municipality_id"
) -> QuerySet[Any]:
    """Rows of the scope's territory and, where `paths` names the lookup, of its organisations, teachers …

    A narrowing value may be one id or a frozenset of them. Hidden when the measure cannot be narrowed so: a figure
    of "mine" never quietly becomes everybody's, nor a false nought.
    """
    if scope.municipalities is not None:
        rows = rows.filter(**{f"{territory}__in": scope.municipalities})
    for key, value in scope.filters:
        if value is None:
            continue
        if key not in paths:
            raise Hidden(key)
        rows = rows.filter(**{f"{paths[key]}__in" if isinstance(value, frozenset) else paths[key]: value})
    return rows


@dataclass(frozen=True, slots=True)
class Measure:
    """Rows and what is taken of them: ``count``, ``distinct`` of an expression, or ``sum`` of a field."""

    rows: Rows
    kind: Take = "count"
    of: Any = "pk"
    label: str = ""

    def value(self, scope: Scope) -> Decimal:
        rows = self.rows(scope).order_by()
        if self.kind == "count":
            return Decimal(rows.count())
        aggregate = Count(self.of, distinct=True) if self.kind == "distinct" else Sum(self.of)
        return Decimal(rows.aggregate(value=aggregate)["value"] or 0)


@dataclass(frozen=True, slots=True)
class Figure:
    """A published value: never shown without what it was made of."""

    code: str
    name: str
    value: Decimal | None
    numerator: Decimal
    denominator: Decimal | None
    unit: str
    date: dt.date
    source: str
    definition: str
    version: int
    territory: str = ""

    def as_json(self) -> dict[str, Any]:
        """The document of ``opora indicator`` and of the API."""
        return {
            "code": self.code,
            "name": self.name,
            "value": _number(self.value),
            "numerator": _number(self.numerator),
            "denominator": _number(self.denominator),
            "unit": self.unit,
            "date": self.date.isoformat(),
            "source": self.source,
            "definition": self.definition,
            "version": self.version,
            "territory": self.territory,
        }


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One definition of the catalogue; a change of meaning is a new `version`."""

    code: str
    name: str
    unit: str
    definition: str
    source: str
    numerator: Measure
    denominator: Measure | None = None
    factor: int = 1
    digits: int = 0
    version: int = 1
    basis: str = ""
    columns: tuple[tuple[str, str], ...] = field(default=())
    """Columns of the drill-down: (lookup, heading)."""
    personal: bool = False
    """Rows name persons: the list opens only for those whose roles see them."""

    def figure(self, scope: Scope, known: Mapping[Measure, Decimal] | None = None) -> Figure:
        """Compute the value with its numerator and denominator for a scope; `known` holds what is counted already."""

        def value(measure: Measure) -> Decimal:
            return known[measure] if known and measure in known else measure.value(scope)

        return self.made_of(value(self.numerator), value(self.denominator) if self.denominator else None, scope)

    def made_of(self, numerator: Decimal, denominator: Decimal | None, scope: Scope) -> Figure:
        """The figure whose parts are counted already."""
        return Figure(
            code=self.code,
            name=self.name,
            value=self.ratio(numerator, denominator),
            numerator=numerator,
            denominator=denominator,
            unit=self.unit,
            date=scope.date,
            source=self.source,
            definition=self.definition,
            version=self.version,
            territory=scope.oktmo,
        )

    def ratio(self, numerator: Decimal, denominator: Decimal | None) -> Decimal | None:
        """numerator × factor / denominator, rounded half up; the numerator itself without a denominator."""
        if self.denominator is None:
            return numerator
        if not denominator:
            return None
        exact = numerator * self.factor / denominator
        return exact.quantize(Decimal(1).scaleb(-self.digits), ROUND_HALF_UP)

    def parts(self, scope: Scope) -> list[Part]:
        """Numerator and, where there is one, denominator, to be counted together with those of others."""
        wanted = [self.numerator, *([self.denominator] if self.denominator else [])]
        return [Part(one.rows(scope), one.kind, one.of) for one in wanted]

    def rows(self, scope: Scope) -> QuerySet[Any]:
        """The rows behind the numerator: the same query that the value counted."""
        return self.numerator.rows(scope)


_catalogue: dict[str, Indicator] = {}


def register(*indicators: Indicator) -> None:
    """Add indicators to the catalogue; codes are unique."""
    for indicator in indicators:
        if indicator.code in _catalogue:
            raise ValueError(f"indicator {indicator.code!r} is declared twice")
        _catalogue[indicator.code] = indicator


def catalogue() -> Iterable[Indicator]:
    """All indicators in the order of declaration."""
    return _catalogue.values()


def get(code: str) -> Indicator:
    """Return the indicator or refuse with the list of near codes."""
    try:
        return _catalogue[code]
    except KeyError:
        raise Refused(
            Reason("indicator_unknown", f"Показателя «{code}» нет. Список: opora indicator --list", field="code")
        ) from None
