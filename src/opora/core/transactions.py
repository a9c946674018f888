"""One way to write: `with act(actor):` opens the transaction, names the actor for history, bounds the wait.

A lock that is not free in time becomes :class:`Busy` ("try again"), never an error page
(spec/enrolment.md, Places).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

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
    Raises Busy when a lock was not free within lock_timeout or the transaction lost a deadlock.
    """
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('opora.actor', %s, true), set_config('opora.request', %s, true)",
                    [str(actor.account_id or ""), actor.request_id],
                )
                if quiet_history:
                    cursor.execute("SELECT set_config('opora.bulk', 'on', true)")
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, RETRIABLE):
            raise Busy from error
        raise
