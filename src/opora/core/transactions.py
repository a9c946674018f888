"""One way to write: `with act(actor):` opens the transaction, names the actor for history, bounds the wait.

A lock that is not free in time becomes :class:`Busy` ("try again"), never an error page
(spec/enrolment.md, Places).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from typing import NamedTuple

import psycopg.errors
from django.db import OperationalError, connection, transaction

from opora.core.access import Actor
from opora.core.reasons import Busy

RETRIABLE = (
    psycopg.errors.LockNotAvailable,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    psycopg.errors.QueryCanceled,
)


@contextlib.contextmanager
def act(actor: Actor, *, quiet_history: bool = False) -> Iterator[None]:
    """Run the block in one transaction on behalf of the actor.

    `quiet_history` switches the change history off for bulk loads (the trigger's WHEN tests the flag).
    An act inside another one is named by its own actor; afterwards the outer one is named again.
    Raises Busy when a lock was not free within lock_timeout or the transaction lost a deadlock.
    """
    outer = _named.get()
    mine = _Name(str(actor.account_id or ""), actor.request_id, quiet_history or (outer is not None and outer.quiet))
    try:
        with transaction.atomic():
            if mine != outer:
                _tell(mine, outer)
            token = _named.set(mine)
            try:
                yield
            finally:
                _named.reset(token)
            if outer is not None and mine != outer:
                _tell(outer, mine)
    except OperationalError as error:
        if isinstance(error.__cause__, RETRIABLE):
            raise Busy from error
        raise


class _Name(NamedTuple):
    """What the history triggers are told."""

    actor: str
    request: str
    quiet: bool


_named: ContextVar[_Name | None] = ContextVar("opora_named", default=None)
"""The name that the transaction of this thread bears now; a savepoint that rolls back takes its own name along."""


def _tell(name: _Name, before: _Name | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('opora.actor', %s, true), set_config('opora.request', %s, true)",
            [name.actor, name.request],
        )
        if name.quiet != (before is not None and before.quiet):
            cursor.execute("SELECT set_config('opora.bulk', %s, true)", ["on" if name.quiet else ""])
