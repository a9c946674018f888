"""The backend itself (Django wants the name): a question to the server before each request would cost as much as
reading a page of cards does.
"""

from __future__ import annotations

import select
from typing import Any

from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg import Connection
from psycopg_pool import ConnectionPool


def still_there(connection: Connection[Any]) -> None:
    """Raise psycopg.OperationalError when the server has let go of a connection.

    Nothing may lie unread in an idle connection. When something does, it is the server's farewell or the end of the
    stream, so only then is the server asked.
    """
    look = select.poll()
    look.register(connection.fileno(), select.POLLIN)
    if look.poll(0):
        ConnectionPool.check_connection(connection)


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's, with :func:`still_there` as the pool's check."""

    @property
    def pool(self) -> ConnectionPool[Any] | None:
        options = self.settings_dict["OPTIONS"].get("pool")
        if self.alias == NO_DB_ALIAS or not options:
            return None
        if self.alias not in self._connection_pools:
            pool: ConnectionPool[Any] = ConnectionPool(
                kwargs=self.get_connection_params() | {"autocommit": True},
                open=False,  # opened on first use, that is after the server's fork
                configure=self._configure_connection,
                check=still_there,
                **options,
            )
            self._connection_pools.setdefault(self.alias, pool)  # another thread may have been quicker
        return self._connection_pools[self.alias]
