"""Import columns that several registers share."""

from __future__ import annotations

from opora.core.registers import ImportColumn, Ref

MUNICIPALITY = Ref(by=("oktmo", "name", "short_name"))
MUNICIPALITY_COLUMN = ImportColumn(
    "municipality",
    "ОКТМО муниципалитета",
    aliases=("муниципалитет", "муниципальное образование", "октмо", "район"),
    ref=MUNICIPALITY,
)
