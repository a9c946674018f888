"""Rows of a register: scope, filters, search, stable sort, fast pages; one count and two small queries per page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps
from django.core.paginator import Paginator
from django.db.models import F, Model, Q, QuerySet
from django.http import QueryDict

from opora.core.access import Actor
from opora.core.registers import access
from opora.core.registers.columns import NUMERIC, text_of
from opora.core.registers.declaration import Column, Register
from opora.core.registers.filters import FilterForm


@dataclass(frozen=True, slots=True)
class Cell:
    """A value on a page: text, the address it leads to, the class of its column, the colour of its tag."""

    column: Column
    text: str
    url: str = ""
    css: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list: id, key of its card, name, cells in the order of the columns."""

    pk: int
    key: str
    cells: list[Cell]

    @property
    def label(self) -> str:
        return self.cells[0].text or self.key


def base_rows(register: Register, actor: Actor, action: str = "view") -> QuerySet[Any]:
    """Rows the actor reaches with the action, narrowed by the register's own condition."""
    rows = register.policy.rows(actor, action)
    return rows.filter(register.base(actor)) if register.base else rows


def _found(model: type[Model], path: str, operator: str, value: str) -> Q:
    """Rows whose field holds the value. A related row is looked for in its own table first: joining a region's
    applications with their children and programmes to compare names costs ten times that."""
    step, _, rest = path.partition("__")
    related = model._meta.get_field(step).related_model
    if not rest or not isinstance(related, type):
        return Q(**{f"{path}__{operator}": value})
    rows = related._default_manager.filter(_found(related, rest, operator, value))
    return Q(**{f"{step}__in": rows.order_by().values("pk")})


def searched(register: Register, actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Rows in which each word of the text is found in one of the search fields.

    A lookup may end in ``^`` (begins with) or ``=`` (equals); sort_name is compared without case and ё.
    Where the actor reads values masked, whole values alone are found.
    """
    lookups = register.masked_search if access.masked(register, actor) else register.search
    if not lookups:
        return rows.none()
    for word in text.split()[:8]:
        condition = Q()
        for lookup in lookups:
            path, how = (lookup[:-1], lookup[-1]) if lookup[-1] in "^=" else (lookup, "")
            value = word.lower().replace("ё", "е") if path.endswith("sort_name") else word
            sensitive = path.endswith("sort_name")
            operator = {"^": "startswith", "=": "iexact", "": "contains" if sensitive else "icontains"}[how]
            condition |= _found(register.model, path, operator, value)
        rows = rows.filter(condition)
    return rows


def filtered(
    register: Register, actor: Actor, params: QueryDict | dict[str, Any], action: str = "view"
) -> QuerySet[Any]:
    """Rows of the list as the URL's parameters narrow it. Wrong values narrow nothing."""
    rows = base_rows(register, actor, action)
    form = FilterForm(register, actor, params)
    rows = rows.filter(form.condition())
    text = str(params.get("q", "")).strip()
    return searched(register, actor, rows, text) if text and register.search else rows


def ordering(register: Register, sort: str) -> list[Any]:
    """Order of the rows: the asked column or the default, then the id, so that pages never overlap."""
    descending = sort.startswith("-")
    column = next((c for c in register.list_columns if c.name == sort.lstrip("-") and c.sort != ""), None)
    if column is None:
        path = register.default_sort.lstrip("-")
        descending = register.default_sort.startswith("-")
    else:
        path = column.sort or column.lookup
    if path in ("pk", "id"):
        return [F("pk").desc() if descending else F("pk").asc()]
    field = register.field(path)
    last = True if field is None or field.null else None
    first = F(path).desc(nulls_last=last) if descending else F(path).asc(nulls_last=last)
    return [first, F("pk").desc() if descending else F("pk").asc()]


def annotated(rows: QuerySet[Any], columns: Sequence[Column]) -> QuerySet[Any]:
    extra = {column.lookup: column.annotate for column in columns if column.annotate is not None}
    return rows.annotate(**extra) if extra else rows


class RegisterPage:
    """One page of a list: `columns`, `rows` (ready cells), `page` (a Django Page for the page links), `count`."""

    def __init__(self, register: Register, actor: Actor, params: QueryDict | dict[str, Any], size: int = 0) -> None:
        self.register, self.actor = register, actor
        self.sort = str(params.get("sort", ""))
        found = filtered(register, actor, params)
        self.paginator: Paginator[Any] = Paginator(_Counted(found), size or register.page_size)  # type: ignore[arg-type]
        self.page = self.paginator.get_page(params.get("page"))
        self.count = self.paginator.count
        ids = self._ids(found)
        rows = cells_of(register, actor, base_rows(register, actor), ids, register.list_columns)
        self.columns, self.rows = without_own_place(actor, register.list_columns, rows, self.sort)

    def _ids(self, found: QuerySet[Any]) -> list[int]:
        """Ids of the page in order; pages of the second half are read from the other end."""
        start = (self.page.number - 1) * self.paginator.per_page
        stop = min(start + self.paginator.per_page, self.count)
        sorted_by = (self.sort or self.register.default_sort).lstrip("-")
        ordered = annotated(found, [c for c in self.register.list_columns if sorted_by in (c.name, c.lookup)])
        order = ordering(self.register, self.sort)
        if start <= self.count // 2:
            return list(ordered.order_by(*order).values_list("pk", flat=True)[start:stop])
        back = [_reverse(item) for item in order]
        ids = list(ordered.order_by(*back).values_list("pk", flat=True)[self.count - stop : self.count - start])
        return ids[::-1]


def without_own_place(
    actor: Actor, columns: tuple[Column, ...], rows: list[Row], sort: str = ""
) -> tuple[tuple[Column, ...], list[Row]]:
    """Whoever works in one place is not told its name in each row: such columns go while all rows of a page agree.

    The first column names the row and stays, and so does the one that the list is sorted by.
    """
    if len(rows) < 2 or any(reach.everything for reach in actor.reaches) or len(actor.municipalities()) > 1:
        return columns, rows
    own = PLACES if actor.municipalities() or len(actor.organisations()) != 1 else (*PLACES, "organisations")
    gone = {
        place
        for place, column in enumerate(columns)
        if place and column.to in own and column.name != sort.lstrip("-") and _agree(rows, place)
    }
    if not gone:
        return columns, rows
    return (
        tuple(column for place, column in enumerate(columns) if place not in gone),
        [replace(row, cells=[cell for place, cell in enumerate(row.cells) if place not in gone]) for row in rows],
    )


PLACES = ("regions", "municipalities", "centres")


def _agree(rows: list[Row], place: int) -> bool:
    return len({row.cells[place].text for row in rows}) == 1


class _Counted:
    """What Django's Paginator needs of a list: a count without ordering, taken once; the rows are read apart."""

    ordered = True

    def __init__(self, rows: QuerySet[Any]) -> None:
        self.rows = rows

    def count(self) -> int:
        return self.rows.order_by().count()

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[int]:
        return []


def _reverse(order: Any) -> Any:
    turned = order.copy()
    return turned.reverse_ordering() if hasattr(turned, "reverse_ordering") else turned


def reference_keys(register: Register, columns: Sequence[Column]) -> dict[str, str]:
    """Column name → path of the key of the card its reference leads to."""
    from opora.core.registers import registry

    keys: dict[str, str] = {}
    for column in columns:
        target = registry.find(column.to) if column.to else None
        if target is None:
            continue
        way = (column.path or column.name).rsplit("__", 1)[0]
        keys[column.name] = f"{way}__{target.key_field}"
    return keys


def cells_of(
    register: Register, actor: Actor, rows: QuerySet[Any], ids: Sequence[int], columns: Sequence[Column]
) -> list[Row]:
    """Ready rows for the ids, in their order; one query however many rows."""
    if not ids:
        return []
    keys = reference_keys(register, columns)
    zones = sorted({c.zone for c in columns if c.zone})
    paths = ["pk", register.key_field, *(c.lookup for c in columns), *keys.values(), *zones]
    found = {
        values[0]: values
        for values in annotated(register.model._default_manager.filter(pk__in=ids), columns).values_list(*paths)
    }
    own_zone = zone_of(actor, columns)
    if access.masked(register, actor):
        columns = [replace(c, show=register.masks[c.name]) if c.name in register.masks else c for c in columns]
    made: list[Row] = []
    for pk in ids:
        if pk in found:
            values = found[pk][: len(found[pk]) - len(zones)]
            by_path = dict(zip(zones, found[pk][len(values) :], strict=True)) | {"": own_zone}
            made.append(_row(register, actor, columns, keys, values, by_path))
    return made


def _row(
    register: Register,
    actor: Actor,
    columns: Sequence[Column],
    keys: dict[str, str],
    values: Sequence[Any],
    zones: dict[str, str],
) -> Row:
    from opora.core.registers import registry

    leads = dict(zip(keys, values[2 + len(columns) :], strict=True))
    cells = []
    for column, value in zip(columns, values[2:], strict=False):
        url = ""
        key = leads.get(column.name)
        if key is not None:
            target = registry.get(column.to)
            url = target.url("card", str(key)) if target.allows(actor, "view") else ""
        state = (column.states or {}).get(str(value), "") if column.states else ""
        css = "num" if column.kind in NUMERIC else ""
        cells.append(Cell(column, text_of(column, value, zones[column.zone]), url, css, state))
    return Row(values[0], str(values[1]), cells)


def zone_of(actor: Actor, columns: Sequence[Column]) -> str:
    """The zone for moments on office pages: where the actor works (default Moscow)."""
    if not any(column.kind == "datetime" for column in columns):
        return ""
    for ids, model, path in (
        (actor.municipalities(), "territory.Municipality", "time_zone"),
        (actor.organisations(), "providers.Organisation", "municipality__time_zone"),
    ):
        if ids:
            places: QuerySet[Any] = apps.get_model(model)._default_manager.filter(pk=min(ids))
            return str(places.values_list(path, flat=True).first() or "")
    return ""


def file_rows(rows: QuerySet[Any], paths: Sequence[str], order: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Values of all rows for a file, streamed in portions by key, without a server-side cursor."""
    yield from rows.order_by(*order).values_list(*paths).iterator(chunk_size=5000)


def card_cells(register: Register, actor: Actor, obj: Model) -> list[Cell]:
    """Values of the card of an object that the actor may see."""
    rows = cells_of(register, actor, register.model._default_manager.all(), [obj.pk], register.card_columns)
    return rows[0].cells if rows else []
