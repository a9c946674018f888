"""Recognising that the database or the disk is away, whatever library says so, and saying it plainly.

Nothing is half-written then: the transaction rolls back as a whole. The answer is 503 with Retry-After; a repeated
submit with the same key finds its first answer.
"""

from __future__ import annotations

import errno
import time
from dataclasses import dataclass

import psycopg
from django.db import Error, connection
from psycopg_pool import PoolTimeout


@dataclass(frozen=True, slots=True)
class Outage:
    """What a visitor and a program are told; `retry_after` in seconds."""

    code: str
    title: str
    text: str
    retry_after: int = 5


BUSY = Outage(
    "busy",
    "Сейчас слишком много обращений, попробуйте ещё раз",
    "Сервер не успел ответить.",
    retry_after=2,
)
CROWD = Outage(
    "busy",
    "Сейчас очень много желающих",
    "Сервер принимает посетителей по очереди.",
    retry_after=2,
)
"""More requests at once than the server lets in (core.admission)."""
DATABASE = Outage(
    "database_unavailable",
    "База данных сейчас недоступна",
    "Связь с базой прервалась, она восстановится сама. Всё, о чём вам уже сообщили, сохранено.",
)
DISK = Outage(
    "storage_full",
    "На сервере кончилось место",
    "Записать ничего нельзя, пока администратор не освободит место. Всё, что было записано раньше, цело.",
    retry_after=60,
)

_LOST = ("08", "57P01", "57P02", "57P03", "53300", "25006")
"""Connection lost or refused, shutting down, crashed, starting up, too many clients, a replica that only reads."""
_FULL = ("53100",)
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def outage_of(error: BaseException | None) -> Outage | None:
    """Which outage an exception (or what caused it) means; None for an error of the program."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        found = _of(error)
        if found is not None:
            return found
        error = error.__cause__ or error.__context__
    return None


def _of(error: BaseException) -> Outage | None:
    if isinstance(error, PoolTimeout):
        return DATABASE if _attempts.fail() else BUSY
    if isinstance(error, OSError) and error.errno in _NO_SPACE:
        return DISK
    if isinstance(error, psycopg.Error):
        state = error.sqlstate or ""
        if state.startswith(_FULL):
            return DISK
        # without a state nobody answered: the connection was refused, broken, or closed under us
        if state.startswith(_LOST) or (
            not state and isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
        ):
            return DATABASE
    return None


class _Attempts:
    """Has the pool lately failed to connect? Its own counter tells a database away from a pool too small."""

    def __init__(self) -> None:
        self.failed, self.until = 0, 0.0

    def fail(self) -> bool:
        pool = getattr(connection, "pool", None)
        failed = pool.get_stats().get("connections_errors", 0) if pool is not None else 0
        if failed != self.failed:
            self.failed, self.until = failed, time.monotonic() + LATELY
        return time.monotonic() < self.until


LATELY = 5.0
_attempts = _Attempts()


def forget_connection(error: BaseException | None) -> None:
    """Give up this thread's connection after an outage: the next request gets a living one."""
    if isinstance(error, Error | psycopg.Error) and not connection.in_atomic_block:
        connection.close()
