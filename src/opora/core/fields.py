"""Field helpers shared by all rooms."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Lower, Replace


def public_id() -> models.UUIDField[uuid.UUID, uuid.UUID]:
    """A uuid4 shown in URLs and in the API instead of the inner id (everything personal)."""
    return models.UUIDField("открытый номер", default=uuid.uuid4, unique=True, editable=False)


def money(label: str, **options: Any) -> models.DecimalField[Any, Any]:
    """Roubles with two digits, numeric(12,2); never float."""
    return models.DecimalField(label, max_digits=12, decimal_places=2, **options)


def sort_name(*names: str) -> models.GeneratedField:
    """A stored generated column for the Russian order of names: lower case, ё as е (the builtin locale puts Ё first)."""
    from django.db.models.functions import Concat

    expression: Any
    if len(names) == 1:
        expression = F(names[0])
    else:
        parts: list[Any] = []
        for index, name in enumerate(names):
            if index:
                parts.append(Value(" "))
            parts.append(F(name))
        expression = _Joined(*parts) if len(parts) > 1 else Concat(*parts)
    return models.GeneratedField(
        expression=Replace(Lower(expression), Value("ё"), Value("е")),
        output_field=models.TextField(),
        db_persist=True,
        verbose_name="для сортировки",
    )


class _Joined(models.Func):
    """`a || ' ' || b`: immutable, unlike concat(), so that a generated column may use it."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = models.TextField()
