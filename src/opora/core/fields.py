"""Field helpers shared by all rooms."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Cast, Lower, Replace


def public_id() -> models.UUIDField[uuid.UUID, uuid.UUID]:
    """A uuid4 shown in URLs and in the API instead of the inner id (everything personal)."""
    return models.UUIDField("открытый номер", default=uuid.uuid4, unique=True, editable=False)


def money(label: str, **options: Any) -> models.DecimalField[Any, Any]:
    """Roubles with two digits, numeric(12,2); never float."""
    return models.DecimalField(label, max_digits=12, decimal_places=2, **options)


def sort_name(*names: str) -> models.GeneratedField:
    """A stored generated column for the Russian order of names: lower case, ё as е (the locale puts Ё first)."""
    text = models.TextField()
    parts: list[Any] = []
    for index, name in enumerate(names):
        if index:
            parts.append(Value(" ", output_field=text))
        parts.append(Cast(F(name), text))
    joined: Any = parts[0] if len(parts) == 1 else _Joined(*parts, output_field=text)
    return models.GeneratedField(
        expression=Replace(Lower(joined), Value("ё", output_field=text), Value("е", output_field=text)),
        output_field=text,
        db_persist=True,
        verbose_name="для сортировки",
    )


class _Joined(models.Func):
    """`a || ' ' || b`: immutable, unlike concat(), so that a generated column may use it."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
