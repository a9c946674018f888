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

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, QuerySet

from opora.core.reasons import Hidden, Reason, Refused

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
Choices = Sequence[tuple[Any, str]]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """One way to count only some rows: a field that the plan's author may fix. `lookup` is an ORM path (default `name`).

    `places` gives the choices of some municipalities (their localities) where all of them would be too many.
    """

    name: str
    title: str
    choices: Choices | Callable[[], Choices] = ()
    lookup: str = ""
    places: Callable[[frozenset[int]], Choices] | None = None

    @property
    def options(self) -> dict[str, str]:
        """Value as text → label; empty where they depend on the place."""
        found = self.choices() if callable(self.choices) else self.choices
        return {str(value): str(label) for value, label in found}

    def options_in(self, municipalities: frozenset[int]) -> dict[str, str]:
        """The same for the place where is counted."""
        if self.places is None:
            return self.options
        return {str(value): str(label) for value, label in self.places(municipalities)}

    def accepts(self, value: str) -> bool:
        """Can rows be narrowed by it? An id of elsewhere finds nothing, since rows are of the place anyway."""
        return value.isdigit() if self.places is not None else value in self.options

    @property
    def path(self) -> str:
        return self.lookup or self.name


@dataclass(frozen=True, slots=True)
class Counted:
    """A value with what it was made of; `value` is None where a share has nothing to be a share of."""

    value: Decimal | None
    numerator: Decimal
    denominator: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One number that a value is made of: rows, and what is taken of them."""

    rows: QuerySet[Any]
    take: Take = "count"
    of: Any = "pk"

    def sql(self) -> tuple[str, tuple[Any, ...]] | None:
        """The number as a subquery; None when the rows are known to be none."""
        rows = self.rows.order_by()
        taken = "count(*)"
        if self.take == "count":
            rows = rows.values("pk")
        else:
            rows = rows.annotate(part_value=F(self.of) if isinstance(self.of, str) else self.of).values("part_value")
            taken = "count(DISTINCT part_value)" if self.take == "distinct" else "sum(part_value)"
        try:
            inner, values = rows.query.sql_with_params()
        except EmptyResultSet:
            return None
        return f"(SELECT {taken} FROM ({inner}) part)", tuple(values)


def numbers(parts: Sequence[Part]) -> list[Decimal]:
    """All parts counted in one statement, equal ones once."""
    asked = [part.sql() for part in parts]
    distinct = list(dict.fromkeys(one for one in asked if one is not None))
    if not distinct:
        return [Decimal(0)] * len(asked)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(sql for sql, _ in distinct)}", [value for _, values in distinct for value in values]
        )
        row = cursor.fetchone()
    known = dict(zip(distinct, row, strict=True))
    return [Decimal(0) if one is None else Decimal(known[one] or 0) for one in asked]


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One declared measure. `parts` and `make` replace the counting of `rows` where a room has its own (indicators)."""

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
    parts: Callable[[Span], Sequence[Part]] | None = None
    make: Callable[[Span, Sequence[Decimal]], Counted] | None = None
    is_state: bool = False
    """The value of the last day, whatever the first one is."""

    def found(self, span: Span, narrowed: Mapping[str, str] | None = None) -> QuerySet[Any]:
        """The rows counted, narrowed as the author chose. Raises Refused for an unknown narrowing."""
        return self._narrowed(self.rows(span), narrowed)

    def counted(self, span: Span, narrowed: Mapping[str, str] | None = None) -> Counted:
        """The value over the same rows that :meth:`found` lists."""
        return self.made(span, numbers(self.asked(span, narrowed)), narrowed)

    def asked(self, span: Span, narrowed: Mapping[str, str] | None = None) -> list[Part]:
        """The numbers that the value is made of. Raises Refused for an unknown narrowing."""
        if self.parts is not None and not narrowed:
            return list(self.parts(span))
        own = Part(self.found(span, narrowed), self.take, self.of)
        return [own] if self.total is None else [own, Part(self.total(span), self.take, self.of)]

    def made(self, span: Span, found: Sequence[Decimal], narrowed: Mapping[str, str] | None = None) -> Counted:
        """The value of the numbers that :meth:`asked` asks for."""
        if self.make is not None and not narrowed:
            return self.make(span, found)
        if self.total is None:
            return Counted(found[0], found[0])
        numerator, whole = found
        share = numerator * 100 / whole if whole else None
        rounded = None if share is None else share.quantize(Decimal(1).scaleb(-self.digits), ROUND_HALF_UP)
        return Counted(rounded, numerator, whole)

    def _narrowed(self, rows: QuerySet[Any], narrowed: Mapping[str, str] | None) -> QuerySet[Any]:
        known = {item.name: item for item in self.narrowings}
        for name, value in (narrowed or {}).items():
            item = known.get(name)
            if item is None or not item.accepts(value):
                raise Refused(Reason("narrowing_unknown", f"{self.title}: такого отбора нет ({name} = {value})."))
            rows = rows.filter(**{item.path: value})
        return rows


Ask = tuple[Measure, Span, Mapping[str, str]]


def count_all(asks: Sequence[Ask]) -> list[Counted | None]:
    """The values of many measures, all their numbers in one statement; None for those that cannot be counted so."""
    parts: list[Part] = []
    places: list[slice | None] = []
    for measure, span, narrowed in asks:
        try:
            own = measure.asked(span, narrowed)
        except (Refused, Hidden):
            places.append(None)
            continue
        places.append(slice(len(parts), len(parts) + len(own)))
        parts += own
    found = numbers(parts)
    return [
        None if place is None else measure.made(span, found[place], narrowed)
        for (measure, span, narrowed), place in zip(asks, places, strict=True)
    ]


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
