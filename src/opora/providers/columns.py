"""Import columns and checks that several registers of providers share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import TextField, Value
from django.db.models.functions import Concat

from opora.core.registers import Column, ImportColumn, Ref
from opora.core.registers.importing.declaration import Level

ORGANISATION = ImportColumn(
    "organisation",
    "Код организации",
    aliases=("организация", "инн организации", "поставщик"),
    ref=Ref(by=("slug", "inn", "short_name", "full_name")),
)


def name_of_staff(path: str = "staff") -> Concat:
    """Surname, name, patronymic of a worker as one text, with their capitals."""
    parts = (f"{path}__last_name", Value(" "), f"{path}__first_name", Value(" "), f"{path}__patronymic")
    return Concat(*parts, output_field=TextField())


STAFF = ImportColumn(
    "staff",
    "Работник",
    aliases=("фио", "педагог", "фамилия, имя, отчество", "сотрудник"),
    ref=Ref(by=("sort_name",)),
    written=name_of_staff(),
)
STAFF_COLUMN = Column("staff", "Работник", annotate=name_of_staff(), sort="staff__sort_name", to="staff")


def check_term(values: Mapping[str, Any]) -> Iterable[tuple[str, str, str, Level]]:
    """A term does not end before it begins."""
    start, end = values.get("starts_on"), values.get("ends_on")
    if start and end and end < start:
        yield "По", "term", "Окончание раньше начала.", "error"
