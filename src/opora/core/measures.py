"""What a plan may count by itself: an open list of measures over the rows of every room (I1, "Figures are traceable").

A room declares its measures once, at start (in ``measures.py``, found by itself like ``registers.py``)::

    measures.declare(
        "partner_agreements",
        "Соглашения с партнёрами",
        lambda scope: Agreement.objects.filter(
            centre__municipality_id__in=scope.municipalities, signed_on__range=(scope.starts_on, scope.ends_on)
        ),
        unit="соглашений",
        columns=(("partner__name", "Партнёр"), ("number", "Номер"), ("signed_on", "Подписано")),
        narrowings=(Narrowing("kind", "Вид партнёра", Partner.Kind.choices, "partner__kind"),),
        register="agreements",
    )

The value and the list behind it are the same query, so they cannot differ; whoever reads the list must be allowed to
(`personal` rows name persons).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from django.db.models import Count, QuerySet, Sum

from opora.core.reasons import Reason, Refused

Take = Literal["count", "distinct", "sum"]


@dataclass(frozen=True, slots=True)
class Span:
    """Where and when is counted: whole municipalities, the centre if it matters, both days included.

    Measures of a period (agreements signed) look from `starts_on` to `ends_on`; measures of a state (children
    covered) look at `ends_on` alone.
    """

    municipalities: frozenset[int]
    starts_on: dt.date
    ends_on: dt.date
    centre: int | None = None


Rows = Callable[[Span], "QuerySet[Any]"]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """One way to count only some rows: a field that the plan's author may fix. `lookup` is an ORM path (default `name`)."""

    name: str
    title: str
    choices: Sequence[tuple[Any, str]] | Callable[[], Sequence[tuple[Any, str]]]
    lookup: str = ""

    @property
    def options(self) -> dict[str, str]:
        """Value as text → label."""
        found = self.choices() if callable(self.choices) else self.choices
        return {str(value): str(label) for value, label in found}

    @property
    def path(self) -> str:
        return self.lookup or self.name


@dataclass(frozen=True, slots=True)
class Counted:
    """A value with what it was made of; `value` is None where a share has nothing to be a share of."""

    value: Decimal | None
    numerator: Decimal
    denominator: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One declared measure. `count` replaces the counting of `rows` where a room has its own (indicators)."""

    code: str
    title: str
    rows: Rows
    unit: str = ""
    take: Take = "count"
    of: Any = "pk"
    total: Rows | None = None
    """Rows of which `rows` are the share in per cent (trained staff of all staff)."""
    digits: int = 0
    columns: tuple[tuple[str, str], ...] = ()
    """Columns of the evidence list: (lookup, heading)."""
    narrowings: tuple[Narrowing, ...] = ()
    register: str = ""
    """Slug of the register whose cards the rows are, "" when they have none."""
    personal: bool = False
    definition: str = ""
    group: str = ""
    """Heading under which the choice of measures shows it."""
    count: Callable[[Span], Counted] | None = None

    def found(self, span: Span, narrowed: Mapping[str, str] | None = None) -> QuerySet[Any]:
        """The rows counted, narrowed as the author chose. Raises Refused for an unknown narrowing."""
        return self._narrowed(self.rows(span), narrowed)

    def counted(self, span: Span, narrowed: Mapping[str, str] | None = None) -> Counted:
        """The value over the same rows that :meth:`found` lists."""
        if self.count is not None and not narrowed:
            return self.count(span)
        numerator = self._taken(self.found(span, narrowed))
        if self.total is None:
            return Counted(numerator, numerator)
        whole = self._taken(self.total(span))
        share = numerator * 100 / whole if whole else None
        rounded = None if share is None else share.quantize(Decimal(1).scaleb(-self.digits), ROUND_HALF_UP)
        return Counted(rounded, numerator, whole)

    def _narrowed(self, rows: QuerySet[Any], narrowed: Mapping[str, str] | None) -> QuerySet[Any]:
        known = {item.name: item for item in self.narrowings}
        for name, value in (narrowed or {}).items():
            item = known.get(name)
            if item is None or value not in item.options:
                raise Refused(Reason("narrowing_unknown", f"{self.title}: такого отбора нет ({name} = {value})."))
            rows = rows.filter(**{item.path: value})
        return rows

    def _taken(self, rows: QuerySet[Any]) -> Decimal:
        rows = rows.order_by()
        if self.take == "count":
            return Decimal(rows.count())
        aggregate = Count(self.of, distinct=True) if self.take == "distinct" else Sum(self.of)
        return Decimal(rows.aggregate(value=aggregate)["value"] or 0)


_declared: dict[str, Measure] = {}
_providers: list[Callable[[], Iterable[Measure]]] = []


def declare(code: str, title: str, rows: Rows, **more: Any) -> Measure:
    """Add a measure; `more` are the fields of :class:`Measure`. Codes are unique over all rooms."""
    if code in _declared:
        raise ValueError(f"measure {code!r} is declared twice")
    _declared[code] = Measure(code=code, title=title, rows=rows, **more)
    return _declared[code]


Source = Callable[[], Iterable[Measure]]


def provide(source: Source) -> Source:
    """Add a source of measures that a room makes of something else, as a decorator too (the catalogue of indicators)."""
    if source not in _providers:
        _providers.append(source)
    return source


def every() -> list[Measure]:
    """All measures, declared ones first; a declared code wins over a provided one."""
    provided = {measure.code: measure for source in _providers for measure in source()}
    return [*_declared.values(), *(measure for code, measure in provided.items() if code not in _declared)]


def find(code: str) -> Measure | None:
    """The measure of the code, None when no room declares it (any more)."""
    if code in _declared:
        return _declared[code]
    return next((measure for source in _providers for measure in source() if measure.code == code), None)


def get(code: str) -> Measure:
    """The same; raises Refused in Russian when there is none."""
    found = find(code)
    if found is None:
        raise Refused(Reason("measure_unknown", f"Показателя «{code}» нет в перечне.", field="measure"))
    return found
