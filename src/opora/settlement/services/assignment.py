"""Saving municipal assignments and expenses of a centre: what a table alone cannot check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.settlement.models import CentreExpense, MunicipalAssignment

FIRST_YEAR, LAST_YEAR = 2000, 2100


def save_assignment(actor: Actor, row: MunicipalAssignment, data: Mapping[str, Any]) -> MunicipalAssignment:
    """An assignment belongs to its organisation's municipality; one per organisation and year."""
    _set(row, data)
    found = _year(row.year)
    same = MunicipalAssignment.objects.filter(organisation=row.organisation, year=row.year).exclude(pk=row.pk)
    if same.exists():
        found.append(Reason("exists", "Задание этой организации на этот год уже есть.", field="year"))
    if row.planned_hours < 0:
        found.append(Reason("negative", "Объём не может быть отрицательным.", field="planned_hours"))
    if not 0 <= row.deviation_percent <= 100:
        found.append(Reason("deviation", "Отклонение – от 0 до 100 %.", field="deviation_percent"))
    if found:
        raise Refused(found)
    row.municipality_id = row.organisation.municipality_id
    row.save()
    return row


def save_expense(actor: Actor, row: CentreExpense, data: Mapping[str, Any]) -> CentreExpense:
    """An expense belongs to its centre's municipality; money spent has its document."""
    _set(row, data)
    found = _year(row.year)
    if row.planned < 0 or row.actual < 0:
        found.append(Reason("negative", "Сумма не может быть отрицательной.", field="planned"))
    if row.actual and not row.document.strip():
        found.append(Reason("document", "Укажите договор или накладную, по которым потрачено.", field="document"))
    if found:
        raise Refused(found)
    row.municipality_id = row.centre.municipality_id
    row.save()
    return row


def _year(year: int) -> list[Reason]:
    if FIRST_YEAR <= year <= LAST_YEAR:
        return []
    return [Reason("year", f"Год – от {FIRST_YEAR} до {LAST_YEAR}.", field="year")]


def _set(row: Any, data: Mapping[str, Any]) -> None:
    for name, value in data.items():
        setattr(row, name, value)
