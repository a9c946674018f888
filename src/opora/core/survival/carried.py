"""What must not be lost by going back to an older state: erasures are made again after a restore (spec/trust.md).

A room declares a pair: `take` reads from the database that is about to be replaced (nothing when it is empty),
`give` gets that and acts on the restored one; it may also read a list kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Carried:
    """`take()` returns rows of plain values; `give(rows)` acts and returns a Russian sentence, "" for nothing done."""

    code: str
    take: Callable[[], list[Any]]
    give: Callable[[list[Any]], str]


_declared: dict[str, Carried] = {}


def carried(code: str, *, take: Callable[[], list[Any]], give: Callable[[list[Any]], str]) -> None:
    """Declare what follows a restore; `give` must be able to run twice."""
    _declared[code] = Carried(code, take, give)


def take_all() -> dict[str, list[Any]]:
    """Ask every room, before the database is replaced."""
    return {code: one.take() for code, one in _declared.items()}


def give_all(rows: dict[str, list[Any]]) -> list[str]:
    """Let every room act on the restored database; what they say."""
    said = [one.give(rows.get(code, [])) for code, one in sorted(_declared.items())]
    return [sentence for sentence in said if sentence]
