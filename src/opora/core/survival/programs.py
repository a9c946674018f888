"""pg_dump and pg_restore of the same PostgreSQL, told where our database is; passwords stay off the command line."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.db import connection
from psycopg.conninfo import make_conninfo

from opora.core.embedded.binaries import find_binaries
from opora.core.survival.errors import SurvivalError

_DJANGO_ONLY = ("pool", "options", "prepare_threshold", "server_side_binding", "isolation_level", "assume_role")


def parameters() -> dict[str, Any]:
    """psycopg's arguments for the database that Django uses, without its limits."""
    settings = connection.settings_dict
    named = {key.lower(): settings[key] for key in ("USER", "PASSWORD", "HOST", "PORT") if settings[key]}
    more = {key: value for key, value in settings["OPTIONS"].items() if key not in _DJANGO_ONLY}
    return more | named | {"dbname": settings["NAME"], "application_name": "opora-backup"}


@contextmanager
def program(name: str, *arguments: str, **pipes: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Run a PostgreSQL program on our database; ended when the block is left early.

    Raises SurvivalError with the program's own words when it ends with an error.
    """
    wanted = parameters()
    password = wanted.pop("password", "")
    environment = os.environ | {"LC_ALL": "C", "PGTZ": "UTC"} | ({"PGPASSWORD": password} if password else {})
    with subprocess.Popen(
        [find_binaries() / name, *arguments, f"--dbname={make_conninfo(**wanted)}"],
        env=environment,
        stderr=subprocess.PIPE,
        **pipes,
    ) as process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        assert process.stderr is not None
        said = process.stderr.read().decode(errors="replace").strip()
        if process.wait():
            raise SurvivalError(_in_words(name, said))


def copy(source: IO[bytes], target: IO[bytes], *watchers: Any, block: int = 1 << 20) -> int:
    """Copy to the end; each watcher is called with every block. Returns the number of bytes."""
    size = 0
    while data := source.read(block):
        target.write(data)
        for watch in watchers:
            watch(data)
        size += len(data)
    return size


def _in_words(name: str, said: str) -> str:
    if mismatch := re.search(r"server version: (\S+).*; \w+ version: (\S+)", said):
        return (
            f"Сервер базы новее программ PostgreSQL, которые есть у Опоры: {mismatch[1]} против {mismatch[2]}. "
            "Укажите в OPORA_PG_BIN папку с программами той же версии, что сервер."
        )
    if "No space left on device" in said:
        return "На диске сервера базы кончилось место. Освободите его и повторите."
    if "permission denied" in said:
        return f"Роли базы не хватает прав. Ответ {name}: {said[-600:]}"
    return f"Программа {name} не справилась: {said[-1000:] or 'без объяснения'}"
