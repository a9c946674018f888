"""More rows where one stood: every row of every business table is copied, beside its own parents.

References stay as they are, so that lists, sections and sums of the same objects grow. Where a unique constraint forbids
that, one of its columns changes: a text, number, date or key gets another value; a reference goes to the copy of its
target. Tables are taken parents first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

KEYED = {"catalogue.groupplaces": ("group_id", "catalogue.group")}
"""Tables whose key is that of another row, without a reference."""
LEFT_ALONE = frozenset(
    ["core", "auth", "contenttypes", "sessions", "sites", "account", "mfa", "socialaccount", "usersessions", "admin"]
)
"""Apps whose rows no page lists beside its object, or that belong to the frameworks."""


@dataclass
class Copies:
    """`pairs`: table → (original, copy number) → key of the copy; `refused`: table → why its rows could not be copied."""

    originals: dict[type[models.Model], list[models.Model]] = field(default_factory=dict)
    pairs: dict[str, dict[tuple[Any, int], Any]] = field(default_factory=lambda: defaultdict(dict))
    refused: dict[str, str] = field(default_factory=dict)

    def add(self, number: int) -> None:
        """The copy of that number of each row that stood here at first."""
        for model, rows in self.originals.items():
            for row in rows:
                _copy(model, row, number, self)


def copies(*, without: frozenset[str] = frozenset()) -> Copies:
    """Ready to copy the rows of all tables but those named (labels of models)."""
    return Copies(
        {
            model: list(model._default_manager.all())
            for model in _parents_first()
            if model._meta.app_label not in LEFT_ALONE and model._meta.label_lower not in without
        }
    )


def _parents_first() -> list[type[models.Model]]:
    waiting = [one for one in apps.get_models() if one._meta.managed and not one._meta.proxy]
    found: list[type[models.Model]] = []
    while waiting:
        ready = [one for one in waiting if not (_targets(one) - {one}) & set(waiting)] or waiting[:1]
        found += ready
        waiting = [one for one in waiting if one not in ready]
    return found


def _targets(model: type[models.Model]) -> set[Any]:
    keyed = {apps.get_model(KEYED[label][1]) for label in {model._meta.label_lower} & KEYED.keys()}
    return keyed | {one.related_model for one in model._meta.concrete_fields if one.is_relation}


def _copy(model: type[models.Model], row: models.Model, number: int, done: Copies) -> None:
    values = {
        one.attname: getattr(row, one.attname)
        for one in model._meta.concrete_fields
        if not one.generated and (not one.primary_key or one.is_relation)
    }
    if keyed := KEYED.get(model._meta.label_lower):
        values[keyed[0]] = done.pairs[keyed[1]].get((row.pk, number))
    for names, empty_counts in _unique(model):
        if empty_counts or all(values.get(name) is not None for name in names):
            _change(model, names, values, number, done)
    try:
        with transaction.atomic():
            made = model._default_manager.create(**values)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except DatabaseError as error:
        done.refused[model._meta.label_lower] = str(error).split("\n", 1)[0]
    else:
        done.pairs[model._meta.label_lower][row.pk, number] = made.pk


def _unique(model: type[models.Model]) -> list[tuple[list[str], bool]]:
    """Columns that are unique together, and whether empty ones are equal to each other."""
    named = [
        ([one.name], False)
        for one in model._meta.concrete_fields
        if one.unique and (not one.primary_key or one.is_relation)
    ]
    named += [(list(names), False) for names in model._meta.unique_together]
    for one in model._meta.constraints:
        if isinstance(one, models.UniqueConstraint):
            named.append(([*one.fields, *_named(one.expressions)], one.nulls_distinct is False))
    known = {one.name for one in model._meta.concrete_fields}
    return [
        ([model._meta.get_field(name).attname for name in names], empty_counts)  # type: ignore[union-attr]
        for names, empty_counts in named
        if names and set(names) <= known
    ]


def _named(expressions: Iterable[Any]) -> Iterator[str]:
    """The columns of expressions such as ``F("number"), ExtractYear("date")``."""
    for one in expressions:
        if isinstance(one, models.F):
            yield one.name
        else:
            yield from _named(one.get_source_expressions())


def _change(model: type[models.Model], names: list[str], values: dict[str, Any], number: int, done: Copies) -> None:
    """Give one of the columns another value; plain columns before references."""
    fields = {one.attname: one for one in model._meta.concrete_fields}
    plain = [name for name in names if not fields[name].is_relation and not fields[name].choices]
    for name in plain:
        if (other := another(fields[name], values[name], number)) is not None:
            values[name] = other
            return
    for name in names:
        if fields[name].is_relation:
            copies = done.pairs[fields[name].related_model._meta.label_lower]  # type: ignore[union-attr]
            if (values[name], number) in copies:
                values[name] = copies[values[name], number]
                return


def another(column: models.Field[Any, Any], value: Any, number: int) -> Any:
    """A value of the same kind that no other row has; None where there is no such."""
    import datetime as dt
    import uuid

    if isinstance(value, uuid.UUID):
        return uuid.uuid4()
    if isinstance(value, dt.datetime | dt.date):
        return value + dt.timedelta(days=400 * number)
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value + 5000 * number if not isinstance(column, models.SmallIntegerField) else value + 7 * number
    if isinstance(value, str) and value:
        room = (column.max_length or 1000) - 2
        if value.isdigit():
            return f"{(int(value) + 37 * number) % 10 ** len(value):0{len(value)}}"
        return f"{value[:room]}-{number}"
    return None
