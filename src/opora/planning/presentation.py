"""Values of planning as people read them: cells of the rows behind a figure, tags, months."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey, Model, QuerySet
from django.utils import timezone

from opora.core import russian
from opora.core.measures import Measure
from opora.core.registers import registry
from opora.planning.models import ForecastNeed
from opora.planning.rules.quantity import Quantity, understood
from opora.planning.rules.states import ITEM_COLOURS, ITEM_STATES


def with_related(rows: QuerySet[Any], measure: Measure) -> QuerySet[Any]:
    """The rows with what their columns name, in one query."""
    paths = {found for path, _ in measure.columns if (found := _relation(rows.model, path))}
    return rows.select_related(*sorted(paths)) if paths else rows


def _relation(model: type[Model], path: str) -> str:
    """The chain of foreign keys at the beginning of a lookup."""
    found: list[str] = []
    for name in path.split("__"):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            break
        if not isinstance(field, ForeignKey):
            break
        found.append(name)
        model = field.related_model
    return "__".join(found)


def cell(row: Any, path: str) -> str:
    """A value along a lookup path in words; choices as their labels."""
    for name in path.split("__"):
        display = getattr(row, f"get_{name}_display", None)
        row = display() if display else getattr(row, name, None)
        if row is None:
            return ""
    if isinstance(row, dt.datetime):
        return russian.date_short(timezone.localtime(row))
    if isinstance(row, dt.date):
        return russian.date_short(row)
    return russian.number(row) if isinstance(row, Decimal | int) and not isinstance(row, bool) else str(row)


def table_of(measure: Measure, rows: list[Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """(address of the row's card or "", [(heading, text), …]) for each row."""
    register = registry.find(measure.register) if measure.register else None
    return [
        (
            register.url("card", row) if register else "",
            [(heading, cell(row, path)) for path, heading in measure.columns],
        )
        for row in rows
    ]


def tag_of(state: str) -> tuple[str, str]:
    """(word, colour) of an item's state."""
    return ITEM_STATES[state], ITEM_COLOURS[state]


def narrowed_text(measure: Measure, narrowing: dict[str, str], municipalities: frozenset[int]) -> str:
    """«Уровень: Базовый; Форма обучения: Дистанционная»."""
    known = {one.name: one for one in measure.narrowings}
    found = [
        f"{known[name].title}: {known[name].options_in(municipalities).get(value, value)}"
        for name, value in sorted(narrowing.items())
        if name in known
    ]
    return "; ".join(found)


def basis_of(need: ForecastNeed) -> list[tuple[str, str]]:
    """(municipality, «рождений в год 210, доживают 99,97 %, …») of the forecast that the need was taken from."""
    found = []
    for one in need.basis["parameters"]:
        said = [
            f"{title} {russian.number(Decimal(one[name]))}{unit}"
            for name, title, unit in (
                ("births", "рождений в год", ""),
                ("survival", "доживают до следующего года", f"{russian.NBSP}%"),
                ("migration", "миграционный прирост", f"{russian.NBSP}%"),
                ("coverage", "охват к концу прогноза", f"{russian.NBSP}%"),
            )
            if one[name]
        ]
        found.append((one["municipality"], f"{', '.join(said)}. {one['source']}"))
    return found


def understood_of(item: Any) -> str:
    """What the program counts with, where it differs from the words."""
    return understood(Quantity(item.operator, item.amount, item.unit))
