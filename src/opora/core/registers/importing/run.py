"""The import itself: read → match columns → parse → COPY → references and keys in SQL → one UPDATE, one INSERT."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db import IntegrityError, connection, transaction

from opora.core.access import Actor
from opora.core.outbox import emit
from opora.core.reasons import Forbidden
from opora.core.registers import access
from opora.core.registers.declaration import Register
from opora.core.registers.importing import cells, headings
from opora.core.registers.importing.declaration import Layout, Options, Problem, Record
from opora.core.registers.importing.plan import Plan, stage_types
from opora.core.registers.importing.reading import Source, Unreadable, open_source
from opora.core.registers.importing.report import Report
from opora.core.registers.importing.staging import STAGE, TOUCHED, Stage
from opora.core.registers.importing.writing import Writing
from opora.core.registers.services import constraint_reason
from opora.core.transactions import act

QUIET_FROM = 5_000
"""From so many written rows on the change history keeps the fact of the import, not each row."""

READING, RESOLVING, COUNTING = 0.8, 0.9, 0.92
"""How far an import is when all rows are parsed, when references and keys are found, when verdicts are counted:
shares of the time that a load of a large register takes."""

Progress = Callable[[float, int], None]
"""Told the share of the work that is done, 0–1, and the rows read so far."""


class _Undo(Exception):
    """Leaves the transaction without writing."""


def import_file(
    actor: Actor,
    register: Register,
    path: Path,
    *,
    dry_run: bool = False,
    accept_valid: bool = False,
    encoding: str = "auto",
    into: str = "",
    progress: Progress | None = None,
) -> Report:
    """Import a file into a register and say what became of each row.

    Any error → nothing is written, unless `accept_valid`. Raises Forbidden without the right, Unreadable when the
    file cannot be read at all (or `into` names nothing).
    """
    access.require(register, actor, "import")
    if register.importer is None:
        raise Unreadable("В этот реестр нельзя загрузить файл.")
    source = open_source(path, encoding=encoding)
    if register.importer.own is not None:
        report = register.importer.own(actor, register, source, Options(dry_run, accept_valid, into))
        report.encoding = source.encoding
        report.sort()
        return report
    run = _Import(actor, register, source, accept_valid, into, progress)
    try:
        with act(actor):
            run.do()
            if dry_run or (run.report.errors and not accept_valid):
                raise _Undo
            run.report.written = True
    except _Undo:
        pass
    run.report.encoding = source.encoding
    run.report.sort()
    return run.report


class _Import:
    """The state of one import inside its transaction."""

    def __init__(
        self, actor: Actor, register: Register, source: Source, accept_valid: bool, into: str, progress: Progress | None
    ) -> None:
        assert register.importer is not None
        self.actor, self.register, self.importer, self.source = actor, register, register.importer, source
        self.accept_valid, self.into, self.progress = accept_valid, into, progress
        self.report = Report()
        self.skipped = 0

    def do(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            # whole tables are joined with each other: a plan made for a few rows would take hours
            cursor.execute("SET LOCAL enable_nestloop = off")
            cursor.execute("SET LOCAL work_mem = '64MB'")
        names, records = self._records()
        parent = self._parent(names)
        self.plan = Plan(self.register, [*names, *([self.importer.parent] if parent else [])])
        self.stage = Stage(self.plan)
        self.writing = Writing(self.stage)
        self.stage.create()
        self.stage.copy(self._parsed(records, parent))
        self._resolve()
        self._told(RESOLVING)
        self._count()
        self._told(COUNTING)
        self._write()
        self.stage.drop()

    def _told(self, share: float) -> None:
        if self.progress:
            self.progress(share, self.report.read)

    # --- reading ---------------------------------------------------------------------------------------------

    def _records(self) -> tuple[list[str], Iterator[Record | Problem]]:
        """Names of the columns that the file gives, and its records."""
        sample = self.source.peek()
        layout = next((item for item in self.importer.layouts if item.detect(sample)), None)
        if layout is not None:
            self.report.layout = layout.title
            return list(layout.columns), layout.records(iter(self.source))
        heading = headings.find(self.source, self.importer.columns)
        for problem in heading.problems:
            self.report.add(problem)
        return [column.name for column in heading.places.values()], self._native(heading)

    def _native(self, heading: headings.Heading) -> Iterator[Record | Problem]:
        for number, row in self.source:
            if number <= heading.row:
                continue
            values = {column.name: row[place] for place, column in heading.places.items() if place < len(row)}
            if any(value not in (None, "") and str(value).strip() for value in row):
                yield Record(number, values)

    def _parent(self, names: list[str]) -> str:
        """The text of the parent that all rows get when the file does not name it."""
        if not self.importer.parent or (self.importer.parent in names and not self.into):
            return ""
        column = next(c for c in self.importer.columns if c.name == self.importer.parent)
        assert column.ref is not None
        related = self.register.model._meta.get_field(column.target).related_model
        assert isinstance(related, type)
        if self.into:
            self.report.into = self.into
            return self.into
        if self.importer.parent_default is not None:
            self.report.into = self.importer.parent_default(self.actor)
            if not self.report.into:
                raise Unreadable(f"Не указано, куда загружать: в файле нет колонки «{column.title}».")
            return self.report.into
        newest = related._default_manager.order_by("-pk").values_list(column.ref.by[0], flat=True).first()
        if newest is None:
            raise Unreadable(f"Не указано, куда загружать, а реестр «{related._meta.verbose_name_plural}» пуст.")
        self.report.into = str(newest)
        return str(newest)

    # --- parsing ---------------------------------------------------------------------------------------------

    def _parsed(self, records: Iterator[Record | Problem], parent: str) -> Iterator[list[Any]]:
        """Rows for COPY; rows with errors are counted and left out."""
        for record in records:
            if isinstance(record, Problem):
                self.report.add(record)
                continue
            self.report.read += 1
            if self.report.read % 1000 == 0:
                self._told(READING * (self.source.place() if self.source.place else 0.0))
            for problem in record.problems:
                self.report.add(problem)
            if record.skip:
                self.skipped += 1
                continue
            row = self._row(record, parent)
            if row is None:
                self.report.rejected += 1
            else:
                yield row

    def _row(self, record: Record, parent: str) -> list[Any] | None:
        failed = any(problem.level == "error" for problem in record.problems)
        if failed and not record.values:
            return None
        if self.importer.fill is not None:
            self.importer.fill(record.values)
        values: dict[str, Any] = {}
        stored: list[Any] = [record.row]
        for planned in self.plan.columns:
            raw = record.values.get(planned.name)
            if parent and planned.name == self.importer.parent and (self.into or raw in (None, "")):
                raw = parent
            value = None
            try:
                value = cells.value_of(planned, raw)
            except ValueError as error:
                failed = True
                self.report.add(Problem(record.row, planned.column.title, cells.code_of(error), str(error)))
            values[planned.name] = value
            stored.append(planned.stored(value))
        failed |= self._checked(record.row, values)
        if failed:
            return None
        return stored + self._derived(values)

    def _checked(self, row: int, values: dict[str, Any]) -> bool:
        failed = False
        for column, code, message, level in self.importer.check(values) if self.importer.check else ():
            self.report.add(Problem(row, column, code, message, level))
            failed |= level == "error"
        return failed

    def _derived(self, values: dict[str, Any]) -> list[Any]:
        if not self.plan.derived:
            return []
        assert self.importer.derive is not None
        made = self.importer.derive(values)
        return [made.get(field.name) for field in self.plan.derived]

    # --- set-based part --------------------------------------------------------------------------------------

    def _take(self, problems: list[Problem]) -> None:
        """Keep problems found in the staging table; each rejected row counts once."""
        for problem in problems:
            self.report.add(problem)
        self.report.rejected += len({problem.row for problem in problems if problem.level == "error"})

    def _resolve(self) -> None:
        for planned in self.plan.columns:
            if planned.column.ref:
                self._take(self.stage.resolve(planned, self.actor))
        for key in self.importer.keys:
            self._take(self.stage.match(key, soft=False))
        for soft in self.importer.soft_keys:
            self._take(self.stage.match(soft.columns, soft=True, only=soft.only))
        self._take(self.stage.doubled_targets())
        for name in self.importer.distinct:
            self.stage.number_taken(name)
        self._take(self.stage.unique_problems())
        if self.importer.compare is not None:
            self._take(list(self.importer.compare(STAGE, frozenset(name for name, _ in stage_types(self.plan)))))
        self._refuse_incomplete()
        if not self.actor.system:
            self._refuse(self.stage.outside(self.actor, "change", "target_id"))

    def _refuse_incomplete(self) -> None:
        """New rows need columns that the file does not have."""
        missing = self.plan.missing_required()
        rows = self.stage.new_rows() if missing else []
        if rows:
            titles = ", ".join(f"«{column.title}»" for column in missing)
            message = f"Такой записи нет, а для новой в файле не хватает колонок: {titles}."
            self._take([Problem(row, missing[0].title, "required", message) for row in rows])
            self.stage.delete(rows)

    def _refuse(self, rows: list[int]) -> None:
        message = "Запись вне вашей территории или организации."
        self._take([Problem(row, "", "outside", message) for row in rows])
        self.stage.delete(rows)

    def _count(self) -> None:
        self.report.created, self.report.updated, self.report.unchanged = self.writing.verdicts()
        self.report.unchanged += self.skipped

    def _write(self) -> None:
        """Write in a savepoint; what the table itself refuses becomes an error of the file."""
        if self.report.errors and not self.accept_valid:
            return
        try:
            with transaction.atomic():
                self._quiet(self.report.created + self.report.updated >= QUIET_FROM)
                self.writing.update()
                self.writing.insert()
                outside = self._outside_after()
                if outside:
                    raise _Undo
                self._tell()
                if self.importer.finish is not None:
                    for problem in self.importer.finish(self.actor, STAGE, not self.report.rejected):
                        self.report.add(problem)
        except _Undo:
            self._refuse(outside)
            self._count()
            self._write()
        except IntegrityError as error:
            reason = constraint_reason(self.register, error)
            self.report.add(Problem(0, "", reason.code, reason.message))
            raise _Undo from error

    def _outside_after(self) -> list[int]:
        if self.actor.system:
            return []
        created = self.stage.outside(self.actor, "create", "new_id")
        return sorted({*created, *self.stage.outside(self.actor, "change", "target_id")})

    def _quiet(self, quiet: bool) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('opora.bulk', %s, true), set_config('opora.request', %s, true)",
                ["on" if quiet else "", f"import:{self.actor.request_id}"],
            )

    def _tell(self) -> None:
        """One fact for the readers of the outbox, then the register's own notice."""
        created, updated = self.report.created, self.report.updated
        if not created and not updated:
            return
        emit("register.imported", "register", 0, register=self.register.slug, created=created, updated=updated)
        if self.importer.notice is not None:
            self.importer.notice(self.actor, TOUCHED)


__all__ = ["STAGE", "TOUCHED", "Forbidden", "Layout", "Report", "Unreadable", "import_file"]
