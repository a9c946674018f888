"""Bringing a backup to another installation, and proving that it is equal.

Order: the file is read through; documents are written (their names are their content, so that harms nobody); the
database is restored in one transaction; every table is compared; only then a database that stood here before goes.
Triggers are created after the rows, so neither history nor the outbox gets anything.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connection

from opora.core.files import path_of
from opora.core.survival import archive, carried, checksums, erasures, programs, versions
from opora.core.survival.archive import Tell
from opora.core.survival.errors import SurvivalError, of_database, of_system
from opora.core.survival.manifest import DUMP, FileSum, Manifest

ASIDE = "before_restore"
"""Schema that holds the former tables until the restored ones are proven."""
LEAVE_SECONDS = 2.0
"""How long connections of programs that end are waited for."""


@dataclass
class Done:
    """What a restore did; `migrated`: how many later migrations were applied; `said`: what rooms did afterwards."""

    manifest: Manifest
    files_written: int = 0
    files_there: int = 0
    migrated: int = 0
    replaced: bool = False
    said: list[str] = field(default_factory=list)


def put_back(source: Path, *, force: bool = False, tell: Tell = lambda _: None) -> Done:
    """Restore `source` into the database and the folder of documents of this installation.

    `force` replaces a database that is not empty. Raises SurvivalError; then the database is as it was.
    """
    tell("Проверяем копию")
    manifest = archive.verify(source)
    later = erasures.beside(source)
    done = Done(manifest)
    with _connected() as database:
        _refuse_unfit(database, manifest)
        _undo_interrupted(database)
        done.replaced = _occupied(database)
        if done.replaced and not force:
            raise SurvivalError(
                "В этой базе уже есть данные. Восстановите копию в пустую папку (OPORA_HOME) или пустую базу; "
                "чтобы заменить данные здесь, добавьте --force."
            )
        _refuse_in_use(database)
        kept = carried.take_all() if done.replaced and not versions.waiting() else {}
        connection.close()
        with archive.reading(source) as (zipped, _):
            tell(f"Возвращаем документы: {len(manifest.files)}")
            for one in manifest.files:
                _file_back(zipped, one, done)
            with _moved_aside(database):
                tell(f"Возвращаем базу: {manifest.dump_size / 2**20:.1f} МБ")
                _load(zipped)
                tell("Сверяем контрольные суммы таблиц")
                _prove(database, manifest)
        database.execute("ANALYZE")
    done.migrated = _migrate(tell)
    kept[erasures.CODE] = kept.get(erasures.CODE, []) + later
    done.said = carried.give_all(kept)
    return done


@contextlib.contextmanager
def _connected() -> Iterator[psycopg.Connection]:
    try:
        with psycopg.connect(**programs.parameters(), autocommit=True) as database:
            database.execute("SET statement_timeout = 0")
            yield database
    except psycopg.Error as error:
        raise of_database(error, "Копия не восстановлена") from error


def _refuse_unfit(database: psycopg.Connection, manifest: Manifest) -> None:
    ours, theirs = database.info.server_version // 10000, manifest.postgresql // 10000
    if ours < theirs:
        raise SurvivalError(f"Копия снята с PostgreSQL {theirs}, а здесь PostgreSQL {ours}: нужен не старше.")
    if newer := versions.unknown(manifest.migrations):
        more = f" и ещё {len(newer) - 1}" if len(newer) > 1 else ""
        raise SurvivalError(
            f"Копия сделана более новой версией Опоры ({manifest.opora}): этой незнакомы изменения структуры "
            f"{newer[0]}{more}. Установите версию не старше."
        )


def _occupied(database: psycopg.Connection, schema: str = "public") -> bool:
    row = database.execute(
        "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = %s AND c.relkind IN ('r', 'p'))",
        [schema],
    ).fetchone()
    return bool(row and row[0])


def _undo_interrupted(database: psycopg.Connection) -> None:
    """A restore that was killed half-way left the former tables aside: they come back."""
    if _occupied(database, ASIDE):
        with database.transaction():
            database.execute("DROP SCHEMA IF EXISTS public CASCADE")
            database.execute(f"ALTER SCHEMA {ASIDE} RENAME TO public")


def _refuse_in_use(database: psycopg.Connection) -> None:
    """Programs that are ending just now get a moment: the server notices a closed connection a little later."""
    connection.close()
    deadline = time.monotonic() + LEAVE_SECONDS
    while others := _others(database):
        if time.monotonic() > deadline:
            raise SurvivalError(
                f"С базой работают другие программы (соединений: {others}). "
                "Остановите opora serve и opora work и повторите."
            )
        time.sleep(0.1)


def _others(database: psycopg.Connection) -> int:
    row = database.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    ).fetchone()
    return int(row[0]) if row else 0


@contextlib.contextmanager
def _moved_aside(database: psycopg.Connection) -> Iterator[None]:
    """The former tables wait in a schema of their own; whatever goes wrong, they come back."""
    with database.transaction():
        database.execute(f"ALTER SCHEMA public RENAME TO {ASIDE}")
        database.execute("CREATE SCHEMA public")
    try:
        yield
    except BaseException:
        with database.transaction():
            database.execute("DROP SCHEMA public CASCADE")
            database.execute(f"ALTER SCHEMA {ASIDE} RENAME TO public")
        raise
    database.execute(f"DROP SCHEMA {ASIDE} CASCADE")


def _load(zipped: zipfile.ZipFile) -> None:
    arguments = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-password")
    with zipped.open(DUMP) as part, programs.program("pg_restore", *arguments, stdin=-1, stdout=-3) as process:
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it gave up: its own words follow
            programs.copy(part, process.stdin)
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()


def _prove(database: psycopg.Connection, manifest: Manifest) -> None:
    found = {one.name: one for one in checksums.sums(database)}
    wrong = [one.name for one in manifest.tables if found.get(one.name) != one]
    wrong += sorted(found.keys() - {one.name for one in manifest.tables})
    if wrong:
        raise SurvivalError(f"Восстановленное не равно копии, таблицы: {', '.join(wrong[:5])}. База оставлена прежней.")
    if behind := checksums.sequences_behind(database):
        raise SurvivalError(f"Счётчики номеров отстали от строк: {', '.join(behind[:5])}. База оставлена прежней.")


def _file_back(zipped: zipfile.ZipFile, one: FileSum, done: Done) -> None:
    """Write one document unless it is there whole; a damaged one is replaced."""
    path = path_of(one.sha256)
    try:
        if path.is_file() and _digest(path) == one.sha256:
            done.files_there += 1
            return
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as draft:
            try:
                with zipped.open(one.member) as part:
                    programs.copy(part, draft)
                draft.flush()
                os.fsync(draft.fileno())
            except BaseException:
                Path(draft.name).unlink()
                raise
        Path(draft.name).replace(path)
    except OSError as error:
        raise of_system(error, f"вернуть документ {path}") from error
    done.files_written += 1


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _migrate(tell: Tell) -> int:
    waiting = versions.waiting()
    if waiting:
        tell(f"Применяем изменения новой версии: {waiting}")
        call_command("migrate", verbosity=0, interactive=False)
    return waiting
