"""Many families at once and threads with connections of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import connections

from opora.core import clock
from tests.enrolment.world import REQUEST_DAY, Family, World

T = TypeVar("T")


def families(world: World, count: int, *, funded: bool = True) -> list[Family]:
    made = [world.family() for _ in range(count)]
    if funded:
        for one in made:
            world.certificate(one.child)
    return made


def together(work: Callable[[T], Any], items: Sequence[T], *, threads: int = 12) -> list[Any]:
    """Run `work` on every item in threads that start at once; a result or the exception, in order of items."""
    threads = min(threads, len(items))
    gate = threading.Barrier(threads)
    waited = threading.local()

    def run(item: T) -> Any:
        if not getattr(waited, "done", False):
            waited.done = True
            gate.wait()
        try:
            with clock.frozen(REQUEST_DAY):
                return work(item)
        except Exception as error:  # the test looks at what happened
            return error
        finally:
            connections["default"].close_if_unusable_or_obsolete()

    with ThreadPoolExecutor(threads, initializer=lambda: None) as pool:
        results = list(pool.map(run, items))
        list(pool.map(lambda _: connections["default"].close(), range(threads * 4)))
    return results
