"""The end of an import: verdicts per row, then one UPDATE and one INSERT from the staging table."""

from __future__ import annotations

from typing import Any

from django.db import models

from opora.core.registers.importing.plan import PlannedColumn, RawSql, default_of
from opora.core.registers.importing.staging import STAGE, TOUCHED, Stage, quoted


class Writing:
    """Compares the staged rows with the table and writes them."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.plan, self.table = stage, stage.plan, stage.table

    def _changed(self) -> tuple[list[str], str]:
        """Assignments of an UPDATE and the condition "something differs"."""
        pairs = []
        for planned in self.plan.columns:
            if planned.only_new:
                continue
            name = quoted(planned.db)
            pairs.append((name, f"coalesce(s.{name}, t.{name})" if planned.keeps else f"s.{name}"))
        if not self.plan.importer.derived_insert_only:
            pairs += [(quoted(field.column), f"s.{quoted(field.column)}") for field in self.plan.derived]
        if not pairs:
            return [], "false"
        left, right = ", ".join(f"t.{name}" for name, _ in pairs), ", ".join(value for _, value in pairs)
        return [f"{name} = {value}" for name, value in pairs], f"ROW({left}) IS DISTINCT FROM ROW({right})"

    def verdicts(self) -> tuple[int, int, int]:
        """(created, updated, unchanged)."""
        _, differs = self._changed()
        ((created, updated, unchanged),) = self.stage.rows(
            f"SELECT count(*) FILTER (WHERE s.target_id IS NULL), count(*) FILTER (WHERE t.id IS NOT NULL AND {differs}),"
            f" count(*) FILTER (WHERE t.id IS NOT NULL AND NOT ({differs}))"
            f" FROM {STAGE} s LEFT JOIN {self.table} t ON t.id = s.target_id"
        )
        return created, updated, unchanged

    def update(self) -> int:
        assignments, differs = self._changed()
        if not assignments:
            return 0
        return self.stage.run(
            f"WITH done AS (UPDATE {self.table} t SET {', '.join(assignments)} FROM {STAGE} s"
            f" WHERE t.id = s.target_id AND {differs} RETURNING t.id) INSERT INTO {TOUCHED} SELECT id, 'U' FROM done"
        )

    def insert(self) -> int:
        sequence = f"pg_get_serial_sequence('{self.plan.table}', 'id')"
        self.stage.run(f"UPDATE {STAGE} SET new_id = nextval({sequence}) WHERE target_id IS NULL")
        names, values, params = ["id"], ["new_id"], []
        for planned in self.plan.columns:
            value, more = self._new_value(planned)
            names.append(quoted(planned.db))
            values.append(value)
            params += more
        for field in self.plan.derived:
            names.append(quoted(field.column))
            values.append(quoted(field.column))
        for name, value in self.plan.defaults():
            names.append(quoted(name))
            values.append(value.text if isinstance(value, RawSql) else "%s")
            params += [] if isinstance(value, RawSql) else [value]
        return self.stage.run(
            f"WITH done AS (INSERT INTO {self.table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {STAGE}"
            f" WHERE target_id IS NULL ORDER BY row RETURNING id) INSERT INTO {TOUCHED} SELECT id, 'I' FROM done",
            params,
        )

    def _new_value(self, planned: PlannedColumn) -> tuple[str, list[Any]]:
        name = quoted(planned.db)
        if not planned.keeps:
            return name, []
        default = default_of(planned.field)
        if isinstance(default, RawSql):
            return (f"coalesce({name}, {default.text})", []) if default.text != "DEFAULT" else (name, [])
        if default is None:
            text = isinstance(planned.field, models.CharField | models.TextField) and not planned.field.null
            return (f"coalesce({name}, '')" if text else name), []
        return f"coalesce({name}, %s)", [default]
