"""A program that applies for many children in threads and says each acknowledged application at once."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import django

django.setup()

from opora.core import clock  # noqa: E402
from opora.core.access import Actor, Reach  # noqa: E402
from opora.enrolment import services  # noqa: E402
from tests.enrolment.world import REQUEST_DAY  # noqa: E402


def one(task: dict[str, int]) -> None:
    actor = Actor(account_id=task["account"], reaches=(Reach(role="guardian"),), children=frozenset({task["child"]}))
    with clock.frozen(REQUEST_DAY):
        done = services.apply(
            actor,
            child=task["child"],
            group=task["group"],
            funding="certificate",
            idempotency_key=f"child-{task['child']}",
        )
    sys.stdout.write(f"{task['child']} {done.application_id}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, json.loads(sys.stdin.readline())))
