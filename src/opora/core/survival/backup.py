"""Taking a backup while everything runs: one snapshot of the database, then the documents it names.

Documents are immutable and on the disk before their row is committed, so the order database → documents is whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

import opora
from opora.core.files import path_of
from opora.core.survival import archive, checksums, programs
from opora.core.survival.archive import Tell
from opora.core.survival.errors import SurvivalError, of_database
from opora.core.survival.manifest import DUMP, NAME, FileSum, Manifest

_DOCUMENTS = "SELECT sha256, max(size) FROM stored_file GROUP BY 1 ORDER BY 1"


def take(target: Path, tell: Tell = lambda _: None) -> Manifest:
    """Write the backup to `target`, which must not exist. Reads only; nobody waits for it.

    Raises SurvivalError; then no file is left behind.
    """
    with archive.writing(target) as zipped, _snapshot() as (database, name):
        manifest = _begun(database)
        tell("Сохраняем базу")
        manifest.dump_sha256, manifest.dump_size = _dump(zipped, name)
        tell("Считаем контрольные суммы таблиц")
        manifest.tables = checksums.sums(database)
        documents = [FileSum(*row) for row in database.execute(_DOCUMENTS).fetchall()]
        for number, one in enumerate(documents, 1):
            if number % 500 == 1:
                tell(f"Сохраняем документы: {number} из {len(documents)}")
            if _add(zipped, one):
                manifest.files.append(one)
            else:
                manifest.lost.append(one.sha256)
        manifest.lost = _still_wanted(manifest.lost)
        zipped.writestr(NAME, manifest.as_json(), zipfile.ZIP_DEFLATED)
    return manifest


@contextlib.contextmanager
def _snapshot() -> Iterator[tuple[psycopg.Connection, str]]:
    """A transaction that sees one moment, and the name under which pg_dump sees the same."""
    try:
        with psycopg.connect(**programs.parameters()) as database:
            database.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            database.read_only = True
            database.execute("SET statement_timeout = 0")
            database.execute("SET idle_in_transaction_session_timeout = 0")
            row = database.execute("SELECT pg_export_snapshot()").fetchone()
            assert row is not None
            yield database, row[0]
    except psycopg.Error as error:
        raise of_database(error, "Копия не сделана") from error


def _begun(database: psycopg.Connection) -> Manifest:
    moment = database.execute("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')").fetchone()
    if database.execute("SELECT to_regclass('public.django_migrations')").fetchone() == (None,):
        raise SurvivalError("База пуста: в ней ещё нет таблиц Опоры, сохранять нечего.")
    applied = database.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
    assert moment is not None
    return Manifest(moment[0], opora.__version__, database.info.server_version, [row[0] for row in applied])


def _dump(zipped: zipfile.ZipFile, snapshot: str) -> tuple[str, int]:
    """The dump as a member, straight from the pipe; its SHA-256 and size."""
    digest = hashlib.sha256()
    how = ("--format=custom", "--no-unlogged-table-data", "--lock-wait-timeout=60s", "--no-password")
    arguments = (*how, f"--snapshot={snapshot}")
    with (
        zipped.open(DUMP, "w", force_zip64=True) as part,
        programs.program("pg_dump", *arguments, stdout=subprocess.PIPE) as dump,
    ):
        assert dump.stdout is not None
        size = programs.copy(dump.stdout, part, digest.update)
    return digest.hexdigest(), size


def _add(zipped: zipfile.ZipFile, one: FileSum) -> bool:
    """Copy one document when it is what its name says."""
    try:
        with open(path_of(one.sha256), "rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != one.sha256:
                return False
            file.seek(0)
            with zipped.open(one.member, "w", force_zip64=True) as part:
                programs.copy(file, part)
    except FileNotFoundError:
        return False
    return True


def _still_wanted(lost: list[str]) -> list[str]:
    """Without those whose row went away while we copied: they were erased, not lost."""
    if not lost:
        return []
    with psycopg.connect(**programs.parameters()) as database:
        rows = database.execute("SELECT DISTINCT sha256 FROM stored_file WHERE sha256 = ANY(%s)", [lost])
        return sorted(row[0] for row in rows)
