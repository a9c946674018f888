"""Test databases: migrate once into a template, copy it per worker, put it back after tests that commit."""

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from opora.core.embedded import Hold
from opora.core.embedded.connection import socket_parameters
from tests.support.environment import ROOT

TABLES = """
    SELECT oid::regclass::text FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1
"""
SEQUENCES = "SELECT quote_ident(sequencename), last_value FROM pg_sequences WHERE schemaname = 'public'"
CUT_OFF = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
SOURCES = ROOT / "src" / "opora"
DATA_SUFFIXES = (".sql", ".csv", ".json")
IMPORT = re.compile(r"^\s*(?:from|import)\s+(opora[\w.]*)", re.MULTILINE)


class Databases:
    """Makes and drops databases on the embedded server that ``held`` keeps running."""

    def __init__(self, held: Hold, worker: str) -> None:
        self.held = held
        self.template = f"template_{fingerprint()}"
        self.name = f"test_{os.getpid()}_{worker}"

    def make_template(self) -> None:
        """Migrate into the template unless it is there; other workers wait meanwhile."""
        with self._lock(), self.server() as server:
            names = [row[0] for row in server.execute("SELECT datname FROM pg_database")]
            for name in filter(_is_leftover, names):
                _drop(server, name)
            if self.template in names:
                return
            for name in names:
                if name.startswith("template_"):
                    with suppress(psycopg.errors.ObjectInUse):  # a run of older code copies it just now
                        server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
            unfinished = f"unfinished_{self.template}"
            _drop(server, unfinished)
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(unfinished)))
            _use(unfinished)
            call_command("migrate", verbosity=0, interactive=False)
            connections["default"].close()
            server.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(unfinished), sql.Identifier(self.template)
                )
            )

    def copy_template(self) -> None:
        """Give this worker its database, and remember what migrations left in it."""
        with self.server() as server:
            _drop(server, self.name)
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                    sql.Identifier(self.name), sql.Identifier(self.template)
                )
            )
        _use(self.name)
        with self.server(self.name) as database:
            self.content = Content.of(database)

    def restore(self) -> None:
        """Bring back what migrations left; whoever is still connected is cut off."""
        connections["default"].close()
        with self.server(self.name) as database:
            self.content.restore(database)

    def drop(self) -> None:
        connections["default"].close()
        with self.server() as server:
            _drop(server, self.name)

    @property
    def url(self) -> str:
        """DATABASE_URL of this worker's database, for programs started by a test."""
        return f"postgresql:///{self.name}?host={self.held.layout.socket_folder}&user=opora"

    @contextmanager
    def server(self, database: str = "postgres") -> Iterator[psycopg.Connection]:
        parameters = socket_parameters(self.held.layout) | {"dbname": database}
        with psycopg.connect(**parameters, autocommit=True) as connection:
            yield connection

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with open(self.held.layout.service / "tests.lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


@dataclass(frozen=True)
class Content:
    """Rows and sequence values right after the migrations."""

    tables: list[str]
    rows: dict[str, bytes]  # of tables that are not empty, in COPY's format
    sequences: dict[str, int | None]

    @classmethod
    def of(cls, database: psycopg.Connection) -> "Content":
        tables = [row[0] for row in database.execute(TABLES)]
        rows = {table: _copy_out(database, table) for table in _not_empty(database, tables)}
        return cls(tables, rows, dict(database.execute(SEQUENCES).fetchall()))

    def restore(self, database: psycopg.Connection) -> None:
        """Delete all rows and put these back: for few rows that is far quicker than TRUNCATE or a new copy."""
        database.execute(CUT_OFF)
        with database.transaction():
            # No triggers: neither foreign keys, nor history, nor the guards of append-only tables.
            database.execute("SET LOCAL session_replication_role = replica")
            for table in _not_empty(database, self.tables):
                database.execute(f"DELETE FROM {table}")
            for table, rows in self.rows.items():
                with database.cursor().copy(f"COPY {_stored(database, table)} FROM STDIN") as copy:
                    copy.write(rows)
            for name, value in database.execute(SEQUENCES).fetchall():
                if value != self.sequences.get(name):
                    restart = "RESTART" if self.sequences.get(name) is None else f"RESTART {self.sequences[name] + 1}"
                    database.execute(f"ALTER SEQUENCE {name} {restart}")


def fingerprint() -> str:
    """Changes with the migrations, the packages they import, data files and the locked versions."""
    files = {ROOT / "requirements" / "runtime.txt"}
    files.update(path for path in SOURCES.rglob("*") if path.suffix in DATA_SUFFIXES)
    for migration in SOURCES.glob("*/migrations/*.py"):
        files.add(migration)
        for module in IMPORT.findall(migration.read_text(encoding="utf-8")):
            path = ROOT / "src" / module.replace(".", "/")
            files.update((path if path.is_dir() else path.parent).glob("*.py"))
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(bytes(path.relative_to(ROOT)) + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _not_empty(database: psycopg.Connection, tables: list[str]) -> list[str]:
    if not tables:
        return []
    questions = [f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables]
    return [row[0] for row in database.execute(" UNION ALL ".join(questions))]


def _copy_out(database: psycopg.Connection, table: str) -> bytes:
    columns = _stored(database, table)
    with database.cursor().copy(f"COPY (SELECT {columns.partition('(')[2][:-1]} FROM {table}) TO STDOUT") as copy:
        return b"".join(bytes(block) for block in copy)


def _stored(database: psycopg.Connection, table: str) -> str:
    """``table (columns)`` without generated columns, which cannot be written."""
    found = database.execute(
        "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = %s::regclass"
        " AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
        [table],
    )
    return f"{table} ({', '.join(row[0] for row in found)})"


def _is_leftover(name: str) -> bool:
    """Whether a run that made this database is over (it was killed, or it would have dropped it)."""
    match = re.fullmatch(r"test_(\d+)_\w+", name)
    return match is not None and not Path("/proc", match[1]).exists() and not _alive(int(match[1]))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _drop(server: psycopg.Connection, name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _use(name: str) -> None:
    """Point Django at ``name``: the dictionary is shared with the connections of all threads."""
    connections["default"].close()
    connections.settings["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name
