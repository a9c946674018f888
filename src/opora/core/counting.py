"""Several counts by one statement: what menus and heads of pages show beside their entries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def counts(every: Sequence[QuerySet[Any]]) -> list[int]:
    """Rows of each queryset, in order; one statement for all, none when nothing can be there."""
    parts: list[str] = []
    parameters: list[Any] = []
    for rows in every:
        try:
            sql, given = rows.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            parts.append("0")
            continue
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")
        parameters.extend(given)
    if all(part == "0" for part in parts):
        return [0] * len(parts)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", parameters or None)
        return list(cursor.fetchone())
