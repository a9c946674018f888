"""Expressions over people for lists of other rooms."""

from __future__ import annotations

from django.db.models import Value
from django.db.models.functions import Concat


def full_name(path: str = "child") -> Concat:
    """«Абрамов Роман Александрович» as it is written (`sort_name` has lost its ё and capitals)."""
    return Concat(f"{path}__last_name", Value(" "), f"{path}__first_name", Value(" "), f"{path}__patronymic")
