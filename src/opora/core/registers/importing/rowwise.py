"""Imports whose rows are written one by one by the room's own service: small registers with rules behind each row.

The file is read, matched and parsed as any other; then each row is handed to a :class:`RowWriter` in a savepoint of one
transaction. What the service refuses becomes an error of that row. Any error → nothing is written, unless the valid
rows are asked for.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.db import IntegrityError, models, transaction

from opora.core.access import Actor
from opora.core.reasons import Forbidden, Hidden, Reason, Refused
from opora.core.registers import services
from opora.core.registers.declaration import Register
from opora.core.registers.importing import cells, headings
from opora.core.registers.importing.declaration import Options, Problem
from opora.core.registers.importing.parsing import folded
from opora.core.registers.importing.plan import Plan, PlannedColumn
from opora.core.registers.importing.reading import Source, Unreadable
from opora.core.registers.importing.report import Report
from opora.core.transactions import act

MOST_ROWS = 5_000
"""One row takes several statements here; larger files belong to the set-based import."""
OUTSIDE = "Запись вне вашей территории или организации."
Values = Mapping[str, Any]


class RowWriter(ABC):
    """Writes the rows of one file; made anew for each import, inside its transaction."""

    def __init__(self, actor: Actor, register: Register) -> None:
        self.actor, self.register = actor, register
        self.remarks: list[Reason] = []
        """What the row being written should be warned of."""

    @abstractmethod
    def write(self, values: Values) -> str:
        """Write one row and say what became of it: "created", "updated" or "unchanged". Raises Refused.

        `values`: by names of the file's columns; references are still texts; empty cells that keep what is stored
        are left out.
        """

    def finish(self) -> None:  # noqa: B027 (most files have nothing to finish)
        """What is done once after all rows. What it refuses is an error of the whole file."""

    def keep(self, row: Any, data: dict[str, Any]) -> str:
        """Save through the register when something differs from the stored row (None: a new one)."""
        if row is not None and not differing(row, data):
            return "unchanged"
        services.save(self.register, self.actor, row, data)
        return "created" if row is None else "updated"


def differing(row: models.Model, data: Values) -> list[str]:
    """Names of fields whose stored value is another."""
    found = []
    for name, value in data.items():
        field: Any = row._meta.get_field(name)
        if getattr(row, field.attname) != (value.pk if isinstance(value, models.Model) else value):
            found.append(name)
    return found


class Known:
    """Rows that the texts of a column may name; compared without case and ё, the first way that fits one row decides."""

    def __init__(self, column: str, rows: Iterable[Any], *ways: Callable[[Any], str]) -> None:
        self.column = column
        self.ways: list[dict[str, list[Any]]] = [{} for _ in ways]
        for row in rows:
            for place, way in enumerate(ways):
                self.ways[place].setdefault(folded(way(row) or ""), []).append(row)

    def find(self, text: str | None) -> Any:
        """The row, None for an empty text. Refused when the text fits none or several."""
        if not text:
            return None
        for way in self.ways:
            fitting = way.get(folded(text), [])
            if len(fitting) == 1:
                return fitting[0]
        several = any(way.get(folded(text)) for way in self.ways)
        said = "подходит несколько записей, уточните" if several else "такой записи нет или она вне вашей территории"
        raise Refused(Reason("reference", f"«{text}»: {said}.", field=self.column))


class _Undo(Exception):
    """Leaves the transaction without writing."""


def by_rows(writer: type[RowWriter]) -> Callable[[Actor, Register, Source, Options], Report]:
    """The `own` of an importer whose rows this writer writes."""

    def own(actor: Actor, register: Register, source: Source, options: Options) -> Report:
        run = _Run(actor, register, source, options)
        try:
            with act(actor):
                run.do(writer(actor, register))
                if options.dry_run or run.failed or (run.report.errors and not options.accept_valid):
                    raise _Undo
                run.report.written = True
        except _Undo:
            pass
        return run.report

    return own


class _Run:
    """One import on its way."""

    def __init__(self, actor: Actor, register: Register, source: Source, options: Options) -> None:
        assert register.importer is not None
        self.register, self.importer, self.options = register, register.importer, options
        self.report = Report(into=options.into)
        self.heading = headings.find(source, self.importer.columns)
        for problem in self.heading.problems:
            self.report.add(problem)
        names = [column.name for column in self.heading.places.values()]
        self.plan = Plan(register, [*names, *([self.importer.parent] if options.into else [])])
        self.missing = self.plan.missing_required()
        unkeyed = [column for column in self.missing if any(column.name in key for key in self.importer.keys)]
        if unkeyed:
            titles = ", ".join(f"«{column.title}»" for column in unkeyed)
            raise Unreadable(f"В файле не хватает колонок: {titles}. Без них не понять, о какой записи строка.")
        self.source = source
        self.seen: dict[tuple[str, ...], int] = {}
        self.failed = False
        """The whole file is refused, also its valid rows."""

    def do(self, writer: RowWriter) -> None:
        for number, raw in self._rows():
            self.report.read += 1
            if self.report.read > MOST_ROWS:
                raise Unreadable(f"В файле больше {MOST_ROWS} строк. Разделите его на части.")
            values = self._parsed(number, raw)
            if values is None or not self._written(writer, number, values):
                self.report.rejected += 1
        try:
            with transaction.atomic():
                writer.finish()
        except Refused as refused:
            self.failed = True
            self._say(0, refused.reasons, "error")

    def _rows(self) -> Iterator[tuple[int, dict[str, Any]]]:
        for number, row in self.source:
            if number > self.heading.row and any(str(cell).strip() for cell in row if cell is not None):
                places = self.heading.places.items()
                yield number, {column.name: row[place] for place, column in places if place < len(row)}

    def _parsed(self, number: int, raw: dict[str, Any]) -> dict[str, Any] | None:
        values: dict[str, Any] = {}
        failed = False
        for planned in self.plan.columns:
            cell = raw.get(planned.name)
            if self.options.into and planned.name == self.importer.parent:
                cell = self.options.into
            try:
                value = cells.value_of(planned, cell)
            except ValueError as error:
                failed = True
                self.report.add(Problem(number, planned.column.title, cells.code_of(error), str(error)))
                continue
            if value is not None or not planned.keeps:
                values[planned.name] = _plain(planned, value)
        failed |= self._checked(number, values) or self._repeated(number, values)
        return None if failed else values

    def _checked(self, number: int, values: Values) -> bool:
        failed = False
        for column, code, message, level in self.importer.check(values) if self.importer.check else ():
            self.report.add(Problem(number, column, code, message, level))
            failed |= level == "error"
        return failed

    def _repeated(self, number: int, values: Values) -> bool:
        for key in self.importer.keys:
            said = tuple(folded("" if (found := values.get(name.rstrip("?"))) is None else found) for name in key)
            if not all(part or name.endswith("?") for part, name in zip(said, key, strict=True)):
                continue
            first = self.seen.setdefault((*key, *said), number)
            if first != number:
                message = f"Строка повторяет строку {first}: та же запись."
                self.report.add(Problem(number, self._title(key[0]), "duplicate", message))
            return first != number
        return False

    def _written(self, writer: RowWriter, number: int, values: dict[str, Any]) -> bool:
        writer.remarks = []
        try:
            with transaction.atomic():
                verdict = writer.write(values)
                if verdict == "created" and self.missing:
                    titles = ", ".join(f"«{column.title}»" for column in self.missing)
                    message = f"Такой записи нет, а для новой в файле не хватает колонок: {titles}."
                    raise Refused(Reason("required", message, field=self.missing[0].name))
        except Refused as refused:
            self._say(number, refused.reasons, "error")
            return False
        except (Hidden, Forbidden):
            self.report.add(Problem(number, "", "outside", OUTSIDE))
            return False
        except IntegrityError as error:
            self._say(number, [services.constraint_reason(self.register, error)], "error")
            return False
        self._say(number, writer.remarks, "warning")
        setattr(self.report, verdict, getattr(self.report, verdict) + 1)
        return True

    def _say(self, number: int, reasons: Iterable[Reason], level: Any) -> None:
        for reason in reasons:
            message = f"{reason.message} {reason.hint}".strip()
            self.report.add(Problem(number, self._title(reason.field), reason.code, message, level))

    def _title(self, name: str) -> str:
        wanted = name.rstrip("?")
        return next((c.title for c in self.importer.columns if wanted in (c.name, c.target)), "")


def _plain(planned: PlannedColumn, value: Any) -> Any:
    """The value as the model's field keeps it: an empty text, not null."""
    return value if isinstance(planned.field, models.JSONField) else planned.stored(value)
