"""Connection parameters: psycopg's and Django's."""

import select
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg.conninfo import conninfo_to_dict

from .layout import DATABASE, PORT, ROLE, Layout


class PooledConnection(psycopg.Connection[Any]):
    """A connection of a web process whose check before use costs no round trip as long as it is sound.

    The pool checks with an empty statement. A server that ended, or ended this connection, has closed the socket:
    there is something to read from it although nothing was asked. Only then the statement is sent, and fails.
    """

    def execute(self, query: Any, *args: Any, **options: Any) -> psycopg.Cursor[Any]:
        if query == "" and not self._has_something_to_say():
            return self.cursor()
        return super().execute(query, *args, **options)

    def _has_something_to_say(self) -> bool:
        looking = select.poll()
        looking.register(self.pgconn.socket, select.POLLIN)
        return bool(looking.poll(0))


class ConnectionEnv(Protocol):
    """What this module reads of the application's settings."""

    @property
    def home(self) -> Path: ...
    @property
    def database_url(self) -> str | None: ...
    @property
    def batch(self) -> bool: ...


NETWORK = {
    "connect_timeout": "3",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "8000",
}
"""A server that vanished without a word is noticed in seconds; DATABASE_URL may say otherwise."""


def socket_parameters(layout: Layout) -> dict[str, Any]:
    """psycopg's arguments for the embedded server."""
    return {"host": str(layout.socket_folder), "port": PORT, "user": ROLE, "dbname": DATABASE}


def database_settings(env: ConnectionEnv) -> dict[str, Any]:
    """Django's ``DATABASES["default"]``; touches neither disk nor network.

    A web process shares a pool of at most 4 connections, waits 2 s for one and limits each statement
    to 10 s and each lock to 2 s. A batch process (a command, the job worker) has a plain connection
    and no statement limit. ``options=`` in DATABASE_URL replaces the limits (for PgBouncer).
    """
    if env.database_url:
        parameters: dict[str, Any] = dict(NETWORK) | dict(conninfo_to_dict(env.database_url))
    else:
        parameters = socket_parameters(Layout(env.home.absolute()))
    limits = "-c lock_timeout=10s" if env.batch else "-c statement_timeout=10s -c lock_timeout=2s"
    named = {key: str(parameters.pop(key, "") or "") for key in ("dbname", "user", "password", "host", "port")}
    pooled = "options" in parameters
    options: dict[str, Any] = {"options": limits, **parameters}
    if not env.batch:
        # Opened on first use, that is after the server's fork: a pool from before the fork hangs.
        # Attempts to reconnect that fail are given up soon: their growing pauses would outlast a failover,
        # and the next visitor begins a new one.
        options["pool"] = {
            "min_size": 1,
            "max_size": 4,
            "timeout": 2,
            "reconnect_timeout": 3,
            "connection_class": PooledConnection,
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": named["dbname"],
        "USER": named["user"],
        "PASSWORD": named["password"],
        "HOST": named["host"],
        "PORT": named["port"],
        "CONN_MAX_AGE": 0,
        # A pooled connection is looked at before use: after a restart of the server nobody sees a dead one.
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        # Behind PgBouncer the next statement may reach another server process, which knows no cursor of ours.
        "DISABLE_SERVER_SIDE_CURSORS": pooled,
        "OPTIONS": options,
    }
