"""Columns: kinds taken from model fields, values as text for pages and for files."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from opora.core import clock, russian
from opora.core.registers.declaration import Column

if TYPE_CHECKING:
    from opora.core.registers.declaration import Register

NUMERIC = ("number", "decimal", "money", "percent")


def kind_of(field: models.Field[Any, Any] | None) -> str:
    """The kind of a value by its model field."""
    if field is None:
        return "text"
    if field.choices:
        return "choice"
    for kind, types in (
        ("bool", models.BooleanField),
        ("datetime", models.DateTimeField),
        ("date", models.DateField),
        ("decimal", (models.DecimalField, models.FloatField)),
        ("number", models.IntegerField),
        ("json", models.JSONField),
        ("time", models.TimeField),
    ):
        if isinstance(field, types):
            return kind
    return "text"


def completed(register: Register, column: Column) -> Column:
    """The column with title, kind, choices and the path of a reference's name filled in."""
    path = column.path or column.name
    field = None if column.annotate is not None else register.field(path)
    title = column.title
    if not title and field is not None:
        name = str(register.field(path.split("__")[0]).verbose_name if "__" in path else field.verbose_name)  # type: ignore[union-attr]
        title = name[:1].upper() + name[1:]
    changes: dict[str, Any] = {"title": title or column.name}
    if isinstance(field, models.ForeignKey):
        changes["path"] = f"{path}__{naming_field(field.related_model)}"
        changes["sort"] = _sort_of(field.related_model, path) if column.sort is None else column.sort
        changes["kind"] = column.kind or "text"
        return dataclasses.replace(column, **changes)
    if not column.kind:
        changes["kind"] = kind_of(field)
    if column.choices is None and field is not None and field.choices:
        changes["choices"] = dict(field.flatchoices)
    return dataclasses.replace(column, **changes)


def naming_field(model: type[models.Model]) -> str:
    """The text field that names a row of a model in lists: short_name, name, title …, else its id."""
    names = {field.name for field in model._meta.fields}
    if "short_name" in names and not getattr(model._meta.get_field("short_name"), "blank", True):
        return "short_name"
    return next((name for name in ("name", "title", "full_name", "email", "number", "slug") if name in names), "pk")


def _sort_of(model: type[models.Model], path: str) -> str:
    if any(field.name == "sort_name" for field in model._meta.fields):
        return f"{path}__sort_name"
    return f"{path}__{naming_field(model)}"


def text_of(column: Column, value: Any, zone: str = "") -> str:
    """The value as people read it on a page."""
    if column.show is not None:
        return column.show(value, zone) if column.zone else column.show(value)
    if value is None or value == "":
        return ""
    if column.choices is not None:
        if isinstance(value, list):
            return ", ".join(str(column.choices.get(item, item)) for item in value)
        return str(column.choices.get(value, value))
    return _shown(column.kind, value, zone)


def _shown(kind: str, value: Any, zone: str) -> str:
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, dt.datetime):
        return russian.date_time(value.astimezone(clock.zone(zone)))
    if isinstance(value, dt.date):
        return russian.date_short(value)
    if isinstance(value, dt.time):
        return russian.time(value)
    if kind == "money":
        return russian.money(Decimal(value))
    if kind == "percent":
        return russian.percent(value)
    if isinstance(value, Decimal):
        return russian.number(value)
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",") if abs(value) < 1e-4 else str(round(value, 6)).replace(".", ",")
    if isinstance(value, int) and kind == "number":
        return str(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_plain(item)}" for name, item in value.items())
    return str(value)


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def json_of(column: Column, value: Any) -> Any:
    """The value for the API: codes, ISO dates, decimals as text."""
    if isinstance(value, dt.datetime):
        return (timezone.make_aware(value) if timezone.is_naive(value) else value).isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    return str(value)
