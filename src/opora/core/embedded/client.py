"""The client's side: make sure the server runs, and hold it."""

import contextlib
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import errors, sql

from .connection import socket_parameters
from .errors import DatabaseUnavailable
from .layout import DATABASE, Layout, claim_home

PATIENCE = 60.0  # seconds for initdb and the first start on a slow disk
SPAWN_LIMIT = 3
RESPAWN_PAUSE = 2.0


class DatabaseEnv(Protocol):
    """What this package reads of the application's settings."""

    @property
    def home(self) -> Path: ...
    @property
    def database_url(self) -> str | None: ...


class Hold:
    """A shared lock on the embedded server of one home: it runs while any process has one."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._descriptor: int | None = None
        self._spawned = 0
        self._last_spawn = 0.0

    def take(self) -> None:
        """Lock, start the server when needed, wait until it answers. Raises DatabaseUnavailable."""
        claim_home(self.layout.home)
        self.layout.service.mkdir(mode=0o700, exist_ok=True)
        self._descriptor = os.open(self.layout.clients_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        # A server that is just shutting down keeps the lock to itself until it is gone.
        _wait(self._lock, "Прежний сервер базы не завершается.")
        self.layout.failure.unlink(missing_ok=True)
        _wait(self._answers_or_spawn, f"Сервер базы не ответил за {PATIENCE:.0f} с.")

    def ensure(self) -> None:
        """Start the supervisor again if somebody killed it; cheap enough to call every second."""
        if time.monotonic() - self._last_spawn > RESPAWN_PAUSE and not self._supervised():
            self._spawn()

    def release(self) -> None:
        """Let go before the process ends; without other holders the server stops after its grace."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _lock(self) -> bool:
        assert self._descriptor is not None
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _answers_or_spawn(self) -> bool:
        if _answers(self.layout):
            return True
        if not self._supervised():
            if self.layout.failure.exists():
                raise DatabaseUnavailable(self.layout.failure.read_text(encoding="utf-8"))
            if self._spawned >= SPAWN_LIMIT:
                log = self.layout.supervisor_log.read_text(encoding="utf-8", errors="replace").strip()
                raise DatabaseUnavailable(f"Сервер базы не запускается. {log[-2000:]}")
            self._spawn()
        return False

    def _supervised(self) -> bool:
        descriptor = os.open(self.layout.supervisor_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def _spawn(self) -> None:
        self._spawned += 1
        self._last_spawn = time.monotonic()
        with open(self.layout.supervisor_log, "ab") as log:
            subprocess.run(
                [sys.executable, "-m", "opora.core.embedded.supervisor", str(self.layout.home)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                check=False,
            )


def hold(env: DatabaseEnv) -> Hold | None:
    """Keep the embedded server of ``env.home`` running until this process ends (or ``release()``).

    Starts it when nobody has, creating the cluster and the database ``opora`` on the first start.
    Does nothing and returns None when DATABASE_URL names another server.
    Raises DatabaseUnavailable with a Russian text that says what stands in the way.
    """
    if env.database_url:
        return None
    layout = Layout(env.home.absolute())
    held = _held.get(layout)
    if held is None:
        held = Hold(layout)
        held.take()
        _held[layout] = held
    return held


_held: dict[Layout, Hold] = {}  # keeps the locks of this process alive


def _wait(condition: Callable[[], bool], complaint: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise DatabaseUnavailable(complaint)
        time.sleep(0.02)


def _answers(layout: Layout) -> bool:
    """Whether the server takes connections to our database, which is created when it is missing."""
    try:
        psycopg.connect(**socket_parameters(layout)).close()
    except psycopg.OperationalError as error:
        # psycopg gives no code for a refused connection; the server speaks English by our LC_ALL.
        if f'database "{DATABASE}" does not exist' not in str(error):
            return False
        _create_database(layout)
    return True


def _create_database(layout: Layout) -> None:
    parameters = socket_parameters(layout) | {"dbname": "postgres"}
    statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE))
    # Another client may be first: then it is there, which is all we want.
    already_there = contextlib.suppress(errors.DuplicateDatabase, errors.UniqueViolation)
    with psycopg.connect(**parameters, autocommit=True) as connection, already_there:
        connection.execute(statement)
