"""What one import does with each column: parser, column of the table, column of the staging table."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import NOT_PROVIDED

from opora.core.registers.declaration import Register
from opora.core.registers.importing import parsing
from opora.core.registers.importing.declaration import ImportColumn


@dataclass(frozen=True, slots=True)
class PlannedColumn:
    """One active column: how its cells are read and where its values go."""

    column: ImportColumn
    field: models.Field[Any, Any]
    parse: Callable[[Any], Any]
    required: bool
    keeps: bool
    """An empty cell keeps the stored value (or the default of a new row)."""
    only_new: bool = False
    """Existing rows keep what they have."""

    @property
    def name(self) -> str:
        return self.column.name

    @property
    def db(self) -> str:
        """Column of the table and of the staging table."""
        return str(self.field.column)

    @property
    def staged(self) -> str:
        """Column that COPY fills in: the text of a reference, else the value itself."""
        return f"{self.db}__text" if self.column.ref else self.db

    def stored(self, value: Any) -> Any:
        """The value as COPY writes it."""
        if value is None:
            is_text = isinstance(self.field, models.CharField | models.TextField)
            return "" if is_text and not self.field.null and not self.keeps and not self.column.ref else None
        if isinstance(self.field, models.JSONField):
            return json.dumps(value, ensure_ascii=False)
        return value


class Plan:
    """The active columns of one file and the constant values of new rows."""

    def __init__(self, register: Register, names: Iterable[str]) -> None:
        assert register.importer is not None
        self.register, self.importer = register, register.importer
        given = set(names)
        wanted = given | set(self.importer.filled)
        self.columns = [
            _planned(register, column, column.insert_only or column.name not in given)
            for column in self.importer.columns
            if column.name in wanted
        ]
        self.derived = [
            self._field(name) for name in self.importer.derived if name not in {c.field.name for c in self.columns}
        ]
        self.by_name = {planned.name: planned for planned in self.columns}

    def _field(self, name: str) -> models.Field[Any, Any]:
        found = self.register.model._meta.get_field(name)
        assert isinstance(found, models.Field)
        return found

    @property
    def table(self) -> str:
        return self.register.model._meta.db_table

    def db_of(self, name: str) -> str | None:
        """Table column of an import column or of a derived field, None when the file does not give it."""
        if name in self.by_name:
            return self.by_name[name].db
        return next((field.column for field in self.derived if field.name == name), None)

    def missing_required(self) -> list[ImportColumn]:
        """Columns that a new row needs and the file does not have."""
        absent = [column for column in self.importer.columns if column.name not in self.by_name]
        derived = set(self.importer.derived)
        return [c for c in absent if c.target not in derived and _planned(self.register, c).required]

    def defaults(self) -> list[tuple[str, Any]]:
        """(column, value or SQL) of table columns that neither the file nor the database fills in for new rows."""
        given = {planned.field.column for planned in self.columns} | {field.column for field in self.derived}
        found: list[tuple[str, Any]] = []
        for field in self.register.model._meta.concrete_fields:
            if field.primary_key or field.column in given or field.generated or field.db_default is not NOT_PROVIDED:
                continue
            found.append((str(field.column), default_of(field)))
        return found


@dataclass(frozen=True, slots=True)
class RawSql:
    """An expression evaluated per row by the database."""

    text: str


def default_of(field: models.Field[Any, Any]) -> Any:
    """The default of a field for COPY or INSERT; uuids are made by the database, one per row."""
    if field.default is uuid.uuid4:
        return RawSql("gen_random_uuid()")
    if field.db_default is not NOT_PROVIDED:
        return RawSql("DEFAULT")
    value = field.get_default()
    if isinstance(field, models.JSONField) and value is not None:
        return json.dumps(value)
    return field.get_db_prep_save(value, connection) if value is not None else None


def _planned(register: Register, column: ImportColumn, only_new: bool = False) -> PlannedColumn:
    field = register.model._meta.get_field(column.target)
    assert isinstance(field, models.Field)
    if column.ref is not None:
        parse: Callable[[Any], Any] = parsing.text(500)
    elif column.parse is not None:
        parse = parsing.identifier(column.parse)
    elif column.choices is not None:
        parse = (
            parsing.several(column.choices) if isinstance(field, models.JSONField) else parsing.choice(column.choices)
        )
    else:
        parse = parsing.for_field(field)
    has_default = field.has_default() or field.db_default is not NOT_PROVIDED
    required = column.required
    if required is None:
        required = not field.blank and not field.null and not has_default
    keeps = (
        column.keep_empty
        or (not field.null and has_default and not isinstance(field, models.CharField))
        or (has_default and bool(field.choices))
    )
    return PlannedColumn(column, field, parse, required, keeps, only_new)


def stage_types(plan: Plan) -> Sequence[tuple[str, str]]:
    """(column, SQL type) of the staging table beside row and target_id."""
    types: list[tuple[str, str]] = []
    for planned in plan.columns:
        if planned.column.ref:
            types.append((planned.staged, "text"))
        types.append((planned.db, _type(planned.field)))
    return types + [(str(field.column), _type(field)) for field in plan.derived]


def _type(field: models.Field[Any, Any]) -> str:
    if isinstance(field, models.ForeignKey):
        return "bigint"
    if isinstance(field, models.CharField):
        return "text"
    return field.db_type(connection) or "text"
