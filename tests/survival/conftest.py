"""Installations of their own: a folder, a database on the test server, the `opora` command run as a person would."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections
from psycopg import sql

from tests.support.databases import Databases


@dataclass
class Installation:
    """A home and a database; `run` is the command line."""

    home: Path
    url: str | None  # None: the embedded database of the home

    @property
    def environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "OPORA_BATCH")}
        kept |= {"OPORA_HOME": str(self.home), "DJANGO_SETTINGS_MODULE": "opora.config.settings"}
        return kept | ({"DATABASE_URL": self.url} if self.url else {})

    def command(self, *arguments: object) -> list[str]:
        return [sys.executable, "-m", "opora.config.cli", *map(str, arguments)]

    def run(self, *arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
        """The command in a process of its own."""
        return subprocess.run(
            self.command(*arguments), env=self.environment, capture_output=True, text=True, check=False, **options
        )

    def call(self, command: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        """The same within this process, which takes a tenth of the time."""
        out, err, code = io.StringIO(), io.StringIO(), 0
        # a copy: threads that other tests left behind (the search feed) share the former one and stay where they are
        ours = connections[DEFAULT_DB_ALIAS]
        target = ours.settings_dict | {"NAME": database_of(self.url)}
        with pytest.MonkeyPatch.context() as patch:
            connection.close()
            patch.setattr(ours, "settings_dict", target)
            patch.setattr(settings, "MEDIA_ROOT", self.home / "files")
            try:
                call_command(command, *map(str, arguments), stdout=out, stderr=err)
            except SystemExit as stopped:
                code = int(stopped.code or 0)
            finally:
                connection.close()
        return subprocess.CompletedProcess([command], code, out.getvalue(), err.getvalue())


def database_of(url: str | None) -> str:
    """The name of the database in a DATABASE_URL of the test server."""
    assert url
    return urlsplit(url).path.lstrip("/")


@pytest.fixture
def here(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """The installation on this worker's test database; documents stored by the test go into its home."""
    home = tmp_path / "here"
    home.mkdir()
    monkeypatch.setattr(settings, "MEDIA_ROOT", home / "files")
    return Installation(home, database_url)


@pytest.fixture
def elsewhere(databases: Databases, tmp_path: Path) -> Iterator[Callable[[str], Installation]]:
    """Factory of installations with an empty database of their own on the test server."""
    made = []

    def make(name: str = "elsewhere") -> Installation:
        database = f"{databases.name}_{name}"
        home = tmp_path / name
        home.mkdir()
        with databases.server() as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        made.append(database)
        return Installation(home, databases.url.replace(databases.name, database))

    yield make
    with databases.server() as server:
        for database in made:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
