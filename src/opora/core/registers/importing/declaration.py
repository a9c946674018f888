"""What a register's import takes: columns with their headings, references, keys, foreign layouts, hooks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from opora.core.access import Actor

if TYPE_CHECKING:
    from opora.core.registers.declaration import Register
    from opora.core.registers.importing.reading import Source
    from opora.core.registers.importing.report import Report

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a row (0 = the whole file): stable code, Russian sentence. Errors reject the row."""

    row: int
    column: str
    code: str
    message: str
    level: Level = "error"

    def as_json(self) -> dict[str, Any]:
        return {"row": self.row, "column": self.column, "code": self.code, "message": self.message}


@dataclass(frozen=True, slots=True)
class Found:
    """A reference found (or made) by a resolver; the remark becomes a warning of each row that uses it."""

    pk: int
    remark: str = ""
    code: str = "reference"


@dataclass(frozen=True, slots=True)
class Ref:
    """How a reference is written in files: the first of `by` (columns of the related table) that fits decides.

    Text is compared without case and ё. `within` names another import column whose reference narrows the search
    (a locality within its municipality): mapping of the related table's column to that import column's field.
    `resolve(actor, texts)` is asked for what was not found; it may create rows inside the transaction.
    """

    by: tuple[str, ...]
    within: Mapping[str, str] | None = None
    resolve: Callable[[Actor, Sequence[str]], Mapping[str, Found | str]] | None = None
    """Values are Found, or a Russian sentence that says why the text does not fit."""


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """A column of files. `name` is the English heading; `title` the Russian one; both and aliases are recognised.

    `field` is the model field (default `name`); the parser follows from it unless `parse(value) -> value` is given
    (it raises ValueError with a Russian sentence). `source` is the ORM path exported. `insert_only` values are not
    changed in rows that exist; `keep_empty`: an empty cell leaves the stored value as it is.
    """

    name: str
    title: str
    field: str = ""
    aliases: tuple[str, ...] = ()
    parse: Callable[[Any], Any] | None = None
    required: bool | None = None
    ref: Ref | None = None
    path: str = ""
    insert_only: bool = False
    keep_empty: bool = False
    exported: bool = True
    choices: Mapping[str, str] | None = None
    hint: str = ""
    written: Any = None
    """ORM expression that export writes in place of the source (a person's name with its capitals)."""

    @property
    def target(self) -> str:
        return self.field or self.name

    @property
    def source(self) -> str:
        if self.path:
            return self.path
        return f"{self.target}__{self.ref.by[0]}" if self.ref else self.target

    @property
    def export_choices(self) -> Mapping[str, str] | None:
        return self.choices


@dataclass(frozen=True, slots=True)
class Record:
    """A row of a file as the pipeline takes it: its number, raw values by import column name, remarks made so far.

    `skip` rows count as read and unchanged (group lines of a classifier).
    """

    row: int
    values: dict[str, Any]
    problems: tuple[Problem, ...] = ()
    skip: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A foreign file as it is: recognised by its first rows, turned into records of the register's own columns."""

    name: str
    title: str
    columns: tuple[str, ...]
    """Import columns (by name) that its records fill in."""
    detect: Callable[[Sequence[Sequence[str]]], bool]
    records: Callable[[Iterator[tuple[int, list[Any]]]], Iterator[Record | Problem]]


@dataclass(frozen=True, slots=True)
class SoftKey:
    """A weaker key: what it finds several times decides nothing. `only` is an SQL condition on the table `t`."""

    columns: tuple[str, ...]
    only: str = "true"


@dataclass(frozen=True, kw_only=True)
class Importer:
    """Import of a register.

    `keys`: tuples of column names, tried in order, that find the existing row when their values are filled in (those
    whose name ends in "?" may be empty on both sides); a repeat within the file is an error. `soft_keys` come
    after them. `parent` is the column that `--into` fills.
    `fill(values)` completes the raw cells of a row before parsing; columns it adds are named in `filled`.
    `check(values)` yields (column, code, message, level) for one parsed row.
    `compare(table, columns)` looks at the rows beside what they were found to be and gives remarks about them: the
    name of the staging table (row, target_id and the values) and the columns that it has.
    `derive(values)` gives the values of `derived` fields; `distinct` ones get a number when taken.
    `notice(actor, table)` runs after writing with the name of a temporary table (id, op 'I' or 'U').
    `finish(actor, staging_table, whole)` runs after every writing, also one that changed nothing, and gives remarks; the
    staging table still has target_id or new_id of each row; `whole`: no row of the file was rejected.
    `parent_default(actor)` is the parent of a file that names none, "" when it must be named (default: the newest).
    `own` takes the whole file instead: (actor, register, source, options) -> report, for tables whose rows say
    something only together (a plan with its sections and sub-rows).
    """

    columns: tuple[ImportColumn, ...]
    keys: tuple[tuple[str, ...], ...]
    soft_keys: tuple[SoftKey, ...] = ()
    layouts: tuple[Layout, ...] = ()
    fill: Callable[[dict[str, Any]], None] | None = None
    filled: tuple[str, ...] = ()
    check: Callable[[Mapping[str, Any]], Iterable[tuple[str, str, str, Level]]] | None = None
    compare: Callable[[str, frozenset[str]], Iterable[Problem]] | None = None
    derive: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    derived: tuple[str, ...] = ()
    derived_insert_only: bool = True
    distinct: tuple[str, ...] = ()
    notice: Callable[[Actor, str], None] | None = None
    finish: Callable[[Actor, str, bool], Iterable[Problem]] | None = None
    parent: str = ""
    parent_default: Callable[[Actor], str] | None = None
    own: Callable[[Actor, Register, Source, Options], Report] | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """How an import is asked for: only to check, to write the valid rows, into which parent."""

    dry_run: bool = False
    accept_valid: bool = False
    into: str = ""
