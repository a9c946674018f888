"""What ``opora doctor`` asks: each room declares what is always true of its rows (spec/trust.md, Survival).

A room puts its checks into ``invariants.py`` and calls :func:`declare`; most are one SELECT of the ids that break
the rule (:class:`Check`), the others a function that gives its findings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

SAMPLE = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: `figure` is what was counted, `advice` in Russian what to do when it is not `ok`.

    `sample`: the first ids that break it.
    """

    name: str
    title: str
    ok: bool
    figure: int
    advice: str
    sample: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """`sql` selects the id of each broken row; `advice` says in Russian what to do."""

    name: str
    title: str
    sql: str
    advice: str


Source = Sequence[Check] | Callable[[], Iterable[Finding]]
_declared: dict[str, Source] = {}


def declare(room: str, source: Source) -> None:
    """Add the checks of a room: SQL checks, or a function that runs its own."""
    _declared[room] = source


def examine() -> list[Finding]:
    """Run what every room declared, on live data. Reads only."""
    found: list[Finding] = []
    for source in _declared.values():
        found += source() if callable(source) else run(source)
    return found


def run(checks: Iterable[Check]) -> list[Finding]:
    """Run SQL checks in their order."""
    return [_run(one) for one in checks]


def _run(one: Check) -> Finding:
    with transaction.atomic(), connection.cursor() as cursor:
        # whole tables are compared: a plan made for the few rows of stale statistics would take hours
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(f"SELECT count(*), (array_agg(id ORDER BY id))[1:{SAMPLE}] FROM ({one.sql}) AS found(id)")
        row = cursor.fetchone()
    assert row is not None
    return Finding(one.name, one.title, row[0] == 0, row[0], one.advice, tuple(row[1] or ()))
