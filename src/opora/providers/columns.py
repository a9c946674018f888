"""Import columns and checks that several registers of providers share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from opora.core.registers import ImportColumn, Ref
from opora.core.registers.importing.declaration import Level

ORGANISATION = ImportColumn(
    "organisation",
    "Код организации",
    aliases=("организация", "инн организации", "поставщик"),
    ref=Ref(by=("slug", "inn", "short_name", "full_name")),
)


def check_term(values: Mapping[str, Any]) -> Iterable[tuple[str, str, str, Level]]:
    """A term does not end before it begins."""
    start, end = values.get("starts_on"), values.get("ends_on")
    if start and end and end < start:
        yield "По", "term", "Окончание раньше начала.", "error"
