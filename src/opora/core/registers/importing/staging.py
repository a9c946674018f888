"""The staging table and the set-based checks of an import: references, keys, repeats, reach.

All names come from model declarations and are quoted; values travel as parameters or through COPY.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models

from opora.core.access import Actor
from opora.core.registers.importing.declaration import Found, Problem
from opora.core.registers.importing.plan import Plan, PlannedColumn, stage_types

STAGE = "import_stage"
TOUCHED = "import_touched"


def quoted(name: str | None) -> str:
    return connection.ops.quote_name(str(name))


def fold(expression: str) -> str:
    """Text for comparing: no case, ё as е, trimmed."""
    return f"lower(replace(replace(btrim({expression}::text), 'ё', 'е'), 'Ё', 'Е'))"


class Stage:
    """One import's staging table inside the current transaction."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.table = quoted(plan.table)

    def run(self, sql: str, params: Sequence[Any] = ()) -> int:
        with connection.cursor() as cursor:
            cursor.execute(sql, list(params))
            return max(cursor.rowcount, 0)

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, list(params))
            return cursor.fetchall()

    # --- filling ---------------------------------------------------------------------------------------------

    def create(self) -> None:
        self.drop()
        columns = "".join(f", {quoted(name)} {kind}" for name, kind in stage_types(self.plan))
        self.run(f"CREATE TEMPORARY TABLE {STAGE} (row integer, target_id bigint, new_id bigint{columns})")
        self.run(f"CREATE TEMPORARY TABLE {TOUCHED} (id bigint, op char(1))")

    def drop(self) -> None:
        self.run(f"DROP TABLE IF EXISTS {STAGE}, {TOUCHED}")

    def copy(self, rows: Iterator[list[Any]]) -> None:
        """COPY rows: number, then values in the order of the plan's columns and derived fields."""
        names = ["row", *(c.staged for c in self.plan.columns), *(field.column for field in self.plan.derived)]
        listed = ", ".join(quoted(name) for name in names)
        with connection.cursor() as cursor, cursor.copy(f"COPY {STAGE} ({listed}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        self.run(f"ANALYZE {STAGE}")

    def delete(self, rows: Sequence[int]) -> None:
        if rows:
            self.run(f"DELETE FROM {STAGE} WHERE row = ANY(%s)", [list(rows)])

    # --- references ------------------------------------------------------------------------------------------

    def resolve(self, planned: PlannedColumn, actor: Actor) -> list[Problem]:
        """Fill in the id of a reference; problems of rows whose text fits nothing or several."""
        ref, related = planned.column.ref, planned.field.related_model
        assert ref is not None and isinstance(related, type)
        scope, params = self._scope(related, actor)
        within = {
            quoted(column): quoted(self.plan.db_of(name) or "")
            for column, name in (ref.within or {}).items()
            if self.plan.db_of(name)
        }
        text, target = f"s.{quoted(planned.staged)}", f"s.{quoted(planned.db)}"
        for by in ref.by:
            column = quoted(related._meta.get_field(by).column)  # type: ignore[union-attr]
            group = "".join(f", t.{name}" for name in within)
            inside = "".join(f" AND s.{mine} = m.{theirs}" for theirs, mine in within.items())
            self.run(
                f"UPDATE {STAGE} s SET {quoted(planned.db)} = m.id FROM (SELECT {fold('t.' + column)} AS k{group},"
                f" min(t.id) AS id FROM {quoted(related._meta.db_table)} t WHERE {scope}"
                f" GROUP BY {fold('t.' + column)}{group} HAVING count(*) = 1) m"
                f" WHERE {target} IS NULL AND {text} IS NOT NULL AND m.k = {fold(text)}{inside}",
                params,
            )
        problems = self._resolve_rest(planned, actor) if ref.resolve else []
        return problems + self._unresolved(planned, related)

    def _scope(self, related: type[models.Model], actor: Actor) -> tuple[str, list[Any]]:
        from opora.core.registers import registry

        register = registry.of_model(related)
        if actor.system or register is None:
            return "true", []
        sql, params = ids_of(register.policy.rows(actor, "view"))
        return f"t.id IN ({sql})", list(params)

    def _resolve_rest(self, planned: PlannedColumn, actor: Actor) -> list[Problem]:
        """Ask the column's resolver for the texts that the table does not know."""
        assert planned.column.ref is not None and planned.column.ref.resolve is not None
        text, target = quoted(planned.staged), quoted(planned.db)
        open_texts = [
            row[0]
            for row in self.rows(
                f"SELECT {text} FROM {STAGE} WHERE {target} IS NULL AND {text} IS NOT NULL GROUP BY 1 ORDER BY min(row)"
            )
        ]
        problems: list[Problem] = []
        answers = planned.column.ref.resolve(actor, open_texts) if open_texts else {}
        for said, answer in answers.items():
            numbers = [
                row[0] for row in self.rows(f"SELECT row FROM {STAGE} WHERE {target} IS NULL AND {text} = %s", [said])
            ]
            if isinstance(answer, Found):
                self.run(f"UPDATE {STAGE} SET {target} = %s WHERE {target} IS NULL AND {text} = %s", [answer.pk, said])
                if answer.remark:
                    problems += [
                        Problem(n, planned.column.title, answer.code, answer.remark, "warning") for n in numbers
                    ]
            else:
                problems += [Problem(n, planned.column.title, "reference", answer) for n in numbers]
                self.delete(numbers)
        return problems

    def _unresolved(self, planned: PlannedColumn, related: type[models.Model]) -> list[Problem]:
        text, target = quoted(planned.staged), quoted(planned.db)
        found = self.rows(f"SELECT row, {text} FROM {STAGE} WHERE {target} IS NULL AND {text} IS NOT NULL")
        self.delete([row for row, _ in found])
        name = str(related._meta.verbose_name)
        return [
            Problem(
                row,
                planned.column.title,
                "reference",
                f"{name[:1].upper()}{name[1:]} «{said}»: в реестре нет такой записи или подходит несколько.",
            )
            for row, said in found
        ]

    # --- finding existing rows -------------------------------------------------------------------------------

    def match(self, key: Sequence[str], *, soft: bool, only: str = "true") -> list[Problem]:
        """Find existing rows by a key whose columns the file has; problems of repeats when the key is hard."""
        columns = [self.plan.db_of(name.rstrip("?")) for name in key]
        if None in columns:
            return []
        mine = [quoted(str(name)) for name in columns]
        needed = [c for c, name in zip(mine, key, strict=True) if not name.endswith("?")]
        filled = " AND ".join(f"s.{c} IS NOT NULL AND s.{c}::text <> ''" for c in needed)
        keyed = [f"{{0}}.{c}" if c in needed else f"coalesce({{0}}.{c}::text, '')" for c in mine]
        staged, stored = [part.format("s") for part in keyed], [part.format("t") for part in keyed]
        problems = [] if soft else self._repeats(key, ", ".join(staged), filled)
        grouped = (
            f"SELECT min(t.id) AS id, count(*) AS n, {', '.join(f'{part} AS k{n}' for n, part in enumerate(stored))}"
            f" FROM {self.table} t WHERE {only} GROUP BY {', '.join(stored)}"
        )
        same = " AND ".join(f"{part} = m.k{n}" for n, part in enumerate(staged))
        once = ""
        if soft:
            once = (
                f" AND s.row IN (SELECT min(s.row) FROM {STAGE} s WHERE {filled}"
                f" GROUP BY {', '.join(staged)} HAVING count(*) = 1)"
            )
        else:
            problems += self._ambiguous(key, grouped, same, filled)
        self.run(
            f"UPDATE {STAGE} s SET target_id = m.id FROM ({grouped}) m WHERE s.target_id IS NULL AND m.n = 1"
            f" AND {filled} AND {same}{once}"
            # a row already found by an earlier key is not found twice
            f" AND NOT EXISTS (SELECT 1 FROM {STAGE} o WHERE o.target_id = m.id)"
        )
        return problems

    def _ambiguous(self, key: Sequence[str], grouped: str, same: str, filled: str) -> list[Problem]:
        found = self.rows(
            f"SELECT s.row FROM {STAGE} s JOIN ({grouped}) m ON {same} WHERE m.n > 1 AND s.target_id IS NULL AND {filled}"
        )
        self.delete([row for (row,) in found])
        message = "Подходит несколько записей реестра: непонятно, какую менять."
        return [Problem(row, self._title(key[0]), "ambiguous", message) for (row,) in found]

    def _repeats(self, key: Sequence[str], parts: str, filled: str) -> list[Problem]:
        found = self.rows(
            f"SELECT row, first FROM (SELECT s.row, min(s.row) OVER (PARTITION BY {parts}) AS first"
            f" FROM {STAGE} s WHERE {filled}) r WHERE row <> first"
        )
        self.delete([row for row, _ in found])
        return [
            Problem(row, self._title(key[0]), "duplicate", f"Строка повторяет строку {first}: та же запись.")
            for row, first in found
        ]

    def _title(self, name: str) -> str:
        name = name.rstrip("?")
        return self.plan.by_name[name].column.title if name in self.plan.by_name else name

    # --- checks ----------------------------------------------------------------------------------------------

    def number_taken(self, name: str) -> None:
        """Give derived codes of new rows that are taken, in the table or in the file, a number after them."""
        column = quoted(self.plan.db_of(name) or name)
        if self.plan.db_of(name) is None:
            return
        self.run(
            f"WITH new AS (SELECT row, {column} AS code, row_number() OVER (PARTITION BY {column} ORDER BY row) AS n"
            f" FROM {STAGE} WHERE target_id IS NULL), taken AS (SELECT new.row, n + (SELECT count(*) FROM {self.table} t"
            f" WHERE t.{column} = new.code OR t.{column} ~ ('^' || new.code || '-[0-9]+$')) AS n FROM new)"
            f" UPDATE {STAGE} s SET {column} = s.{column} || '-' || taken.n FROM taken"
            f" WHERE s.row = taken.row AND taken.n > 1"
        )

    def unique_problems(self) -> list[Problem]:
        """Rows that would break a uniqueness of the table: with rows already there or with each other."""
        problems: list[Problem] = []
        for names in unique_sets(self.plan.register.model):
            columns = [self.plan.register.model._meta.get_field(name).column for name in names]  # type: ignore[union-attr]
            staged = {name for name, _ in stage_types(self.plan)}
            if not set(columns) <= staged:
                continue
            mine = [quoted(column) for column in columns]
            same = " AND ".join(f"t.{c} = s.{c}" for c in mine)
            parts = ", ".join(mine)
            label = ", ".join(str(self.plan.register.model._meta.get_field(name).verbose_name) for name in names)  # type: ignore[union-attr]
            found = self.rows(
                f"SELECT s.row, 0 FROM {STAGE} s WHERE EXISTS (SELECT 1 FROM {self.table} t WHERE {same}"
                f" AND t.id IS DISTINCT FROM s.target_id) UNION ALL SELECT row, first FROM (SELECT row, min(row)"
                f" OVER (PARTITION BY {parts}) AS first FROM {STAGE} WHERE {' AND '.join(c + ' IS NOT NULL' for c in mine)}"
                f") r WHERE row <> first"
            )
            for row, first in found:
                where = f"уже в строке {first}" if first else "уже есть в реестре"
                problems.append(Problem(row, label, "duplicate", f"Такое значение {where} ({label})."))
            self.delete([row for row, _ in found])
        return problems

    def doubled_targets(self) -> list[Problem]:
        """Two rows of the file that lead to one row of the table."""
        self.run(f"ANALYZE {STAGE}")
        found = self.rows(
            f"SELECT row, first FROM (SELECT row, min(row) OVER (PARTITION BY target_id) AS first FROM {STAGE}"
            " WHERE target_id IS NOT NULL) r WHERE row <> first"
        )
        self.delete([row for row, _ in found])
        return [
            Problem(row, "", "duplicate", f"Строка повторяет строку {first}: та же запись.") for row, first in found
        ]

    def new_rows(self) -> list[int]:
        return [row for (row,) in self.rows(f"SELECT row FROM {STAGE} WHERE target_id IS NULL ORDER BY row")]

    def outside(self, actor: Actor, action: str, column: str) -> list[int]:
        """Row numbers whose table row (target_id or new_id) the actor may not touch with the action.

        Where a policy grants only the import, that is what reaches the rows.
        """
        register = self.plan.register
        word = register.granted(action)
        granted = word if word in register.policy.grants else register.granted("import")
        sql, params = ids_of(register.policy.rows(actor, granted))
        found = self.rows(
            f"SELECT s.row FROM {STAGE} s WHERE s.{column} IS NOT NULL"
            f" AND NOT EXISTS (SELECT 1 FROM ({sql}) reached (id) WHERE reached.id = s.{column})",
            params,
        )
        return [row for (row,) in found]


def ids_of(rows: models.QuerySet[Any]) -> tuple[str, Sequence[Any]]:
    """A query of the rows' ids, also when no row can be meant at all."""
    try:
        return rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return "SELECT NULL::bigint WHERE false", ()


def unique_sets(model: type[models.Model]) -> list[tuple[str, ...]]:
    """Field names that are unique together, without conditions and expressions."""
    found: list[tuple[str, ...]] = [
        (field.name,) for field in model._meta.concrete_fields if field.unique and not field.primary_key
    ]
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.condition is None and constraint.fields:
            found.append(tuple(constraint.fields))
    return found
