"""A program that applies for many children in threads, each with a document, and says what was acknowledged at once.

``python -m tests.survival.rush`` reads the tasks as one line of JSON; it goes on through a lost database as a
browser would: the same submit with the same key again and again until there is an answer.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import django

django.setup()

from django.db import DatabaseError, connection  # noqa: E402

from opora.core import clock, files  # noqa: E402
from opora.core.access import Actor, Reach  # noqa: E402
from opora.core.models import StoredFile  # noqa: E402
from opora.core.reasons import Busy  # noqa: E402
from opora.core.transactions import act  # noqa: E402
from opora.enrolment import services  # noqa: E402
from opora.enrolment.models import Application  # noqa: E402
from tests.enrolment.world import REQUEST_DAY  # noqa: E402

PATIENCE = 60.0


def one(task: dict[str, int]) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            number = apply(task)
        except (DatabaseError, Busy):
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
            continue
        sys.stdout.write(f"{task['child']} {number}\n")
        sys.stdout.flush()
        return


def apply(task: dict[str, int]) -> int:
    actor = Actor(account_id=task["account"], reaches=(Reach(role="guardian"),), children=frozenset({task["child"]}))
    with clock.frozen(REQUEST_DAY), act(actor):
        done = services.apply(
            actor,
            child=task["child"],
            group=task["group"],
            funding="certificate",
            idempotency_key=f"child-{task['child']}",
        )
        if not StoredFile.objects.filter(
            owner_kind=Application._meta.label_lower, owner_id=done.application_id
        ).exists():
            files.store(
                actor,
                owner=Application(pk=done.application_id),
                name="заявление.txt",
                content_type="text/plain",
                data=f"Заявление {task['child']}".encode(),
            )
    return done.application_id


if __name__ == "__main__":
    tasks = json.loads(sys.stdin.readline())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, tasks))
