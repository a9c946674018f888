"""The history tab: who changed what when, with Russian labels and names instead of ids; few queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime

from opora.core import clock, history, russian
from opora.core.access import Actor
from opora.core.registers.columns import kind_of, naming_field, text_of
from opora.core.registers.declaration import Column, Register
from opora.core.registers.listing import zone_of

HIDDEN = {"id", "public_id", "sort_name", "match_key"}
WORDS = {"I": "Запись создана", "U": "Изменено", "D": "Запись удалена"}


@dataclass(frozen=True, slots=True)
class ChangedValue:
    """One changed field in words; an empty text means that the field was or is not filled in."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One change as the history tab shows it."""

    when: str
    op: str
    what: str
    who: str
    values: list[ChangedValue]


def shown(register: Register, obj: models.Model, actor: Actor, limit: int = 100) -> list[ShownChange]:
    """The latest changes of a row, newest first, in the actor's zone."""
    zone = clock.zone(zone_of(actor, [Column("at", kind="datetime")]))
    found = history.of(obj, limit)
    accounts = _names(get_user_model(), {change.actor_id for change in found if change.actor_id})
    kept_back = secret(register, obj, actor)
    fields = {str(field.column): field for field in register.model._meta.concrete_fields if field.name not in kept_back}
    wanted: dict[str, set[Any]] = defaultdict(set)
    for change in found:
        for side in (change.before, change.after):
            for name, value in side.items():
                if name in fields and fields[name].is_relation and value is not None:
                    wanted[name].add(value)
    references = {name: _names(fields[name].related_model, ids) for name, ids in wanted.items()}  # type: ignore[arg-type]
    return [
        ShownChange(
            russian.date_time(change.at.astimezone(zone)),
            change.op,
            WORDS[change.op] + (" загрузкой из файла" if change.request.startswith("import:") else ""),
            accounts.get(change.actor_id, "") if change.actor_id else "Система",
            _values(change, fields, references),
        )
        for change in found
    ]


def secret(register: Register, obj: models.Model, actor: Actor) -> frozenset[str]:
    """Personal fields that the card does not show: only who may change the row reads their former values."""
    if register.policy.can(actor, register.granted("change"), obj):
        return frozenset()
    return frozenset(register.personal_fields) - {column.name for column in register.card_columns}


def _names(model: type[models.Model], ids: set[Any]) -> dict[Any, str]:
    if not ids:
        return {}
    if hasattr(model, "full_name"):
        return {row.pk: str(row) for row in model._default_manager.filter(pk__in=ids)}
    return dict(model._default_manager.filter(pk__in=ids).values_list("pk", naming_field(model)))


def _values(
    change: history.Change, fields: dict[str, Any], references: dict[str, dict[Any, str]]
) -> list[ChangedValue]:
    values = []
    for name in fields:
        if name in HIDDEN or (name not in change.before and name not in change.after):
            continue
        field = fields[name]
        before = _text(field, change.before.get(name), references.get(name, {}))
        after = _text(field, change.after.get(name), references.get(name, {}))
        if before != after:
            label = str(field.verbose_name)
            values.append(ChangedValue(label[:1].upper() + label[1:], before, after))
    return values


def _text(field: models.Field[Any, Any], value: Any, names: dict[Any, str]) -> str:
    if value is None:
        return ""
    if field.is_relation:
        return str(names.get(value, value))
    kind = kind_of(field)
    if kind == "datetime" and isinstance(value, str):
        value = parse_datetime(value) or value
    elif kind == "date" and isinstance(value, str):
        value = parse_date(value) or value
    choices = dict(field.flatchoices) if field.choices else None
    return text_of(Column(field.name, kind=kind, choices=choices), value)
