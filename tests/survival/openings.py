"""A rush over HTTP that lives through outages: every family sends until it is answered, as a browser would.

Dates stand around today, since the servers of these tests run on the real clock.
"""

from __future__ import annotations

import datetime as dt
import http.client
import itertools
import json
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

from opora.certificates.models import FundingPeriod
from opora.core import clock
from opora.core.access import SYSTEM
from opora.people.tokens import create_token
from tests.enrolment.world import World, make_world
from tests.races.crowd import families

PATIENCE = 120.0
PAUSE = 0.1


@contextmanager
def pointed_at(conninfo: str) -> Iterator[None]:
    """Django of this process works on another server for a while."""
    given = conninfo_to_dict(conninfo)
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    connection.close()
    with pytest.MonkeyPatch.context() as patch:
        for key, name in names.items():
            patch.setitem(connection.settings_dict, key, str(given.get(name) or ""))
        try:
            yield
        finally:
            connection.close()


@dataclass
class Opening:
    """The district of a rush; `tasks`: one application per family with its token and key."""

    world: World
    group_ids: list[int]
    tasks: list[dict[str, str]]


def open_now(count: int, *, groups: int = 3, capacity: int = 20) -> Opening:
    """Families with certificates and tokens, and groups that open today; the rest of the families will wait."""
    today = clock.today()
    with clock.frozen(clock.now()):
        world = make_world()
        for period, year in ((world.period_a, today.year), (world.period_b, today.year + 1)):
            dates = {"starts_on": dt.date(year, 1, 1), "ends_on": dt.date(year, 12, 31)}
            FundingPeriod.objects.filter(pk=period.pk).update(**dates)
        world.period_a.refresh_from_db()
        made = [
            world.group(
                capacity=capacity,
                starts_on=today - dt.timedelta(days=20),
                ends_on=today + dt.timedelta(days=200),
                age_from=3,
                age_to=17,
                price="1800.00",
                normative_cost="1620.00",
            ).pk
            for _ in range(groups)
        ]
        people = families(world, count)
    tasks = [
        {
            "token": create_token(SYSTEM, account=one.account, name="rush", scopes=("read", "write")),
            "key": f"opening-{one.child.pk:08}",
            "child": str(one.child.public_id),
            "body": json.dumps(
                {"child": str(one.child.public_id), "group": made[number % groups], "funding": "certificate"}
            ),
        }
        for number, one in enumerate(people)
    ]
    return Opening(world, made, tasks)


@dataclass
class Rush:
    """Threads that send the tasks to `ports` by turns; what was acknowledged, and how long nobody was."""

    ports: Sequence[int]
    tasks: Sequence[dict[str, str]]
    clients: int = 6
    pace: float = 0.0  # seconds between two tasks of a client, so that the rush lasts as long as the faults
    acknowledged: dict[str, int] = field(default_factory=dict)
    moments: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def start(self) -> None:
        self._left: queue.SimpleQueue[dict[str, str]] = queue.SimpleQueue()
        for task in self.tasks:
            self._left.put(task)
        self._lock = threading.Lock()
        self._hurry = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(n,), daemon=True) for n in range(self.clients)]
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        """No more faults come: send the rest without pauses and wait for all answers."""
        self._hurry.set()
        for thread in self._threads:
            thread.join(PATIENCE * 2)
        assert not self.failed, self.failed[:3]

    def wait_for_more(self, count: int, seconds: float = 60.0) -> float:
        """Until `count` further applications are acknowledged; how long the first of them took."""
        began, known = time.monotonic(), len(self.moments)
        while len(self.moments) < min(known + count, len(self.tasks)):
            assert time.monotonic() - began < seconds, f"no answer for {seconds} s, statuses {self.statuses}"
            time.sleep(0.01)
        return (self.moments[known] if len(self.moments) > known else time.monotonic()) - began

    def longest_silence(self, since: float) -> float:
        """The longest time without an acknowledgement that touches what came after `since`."""
        times = [since, *(one for one in self.moments if one > since)]
        return max((after - before for before, after in itertools.pairwise(times)), default=0.0)

    def _run(self, number: int) -> None:
        while True:
            try:
                task = self._left.get_nowait()
            except queue.Empty:
                return
            try:
                self._send(task, number)
            except Exception as error:
                self.failed.append(f"{task['child']}: {error!r}")
            self._hurry.wait(self.pace)

    def _send(self, task: dict[str, str], number: int) -> None:
        deadline = time.monotonic() + PATIENCE
        for attempt in range(1_000_000):
            status, body = post(self.ports[(number + attempt) % len(self.ports)], task)
            with self._lock:
                self.statuses[status] = self.statuses.get(status, 0) + 1
            if status in (200, 201):
                with self._lock:
                    self.acknowledged[task["child"]] = int(body["number"])
                    self.moments.append(time.monotonic())
                return
            if status not in (0, 503):
                raise AssertionError(f"{status} {body}")
            if time.monotonic() > deadline:
                raise AssertionError(f"no answer in {PATIENCE} s, last {status} {body}")
            time.sleep(PAUSE)


def post(port: int, task: dict[str, str]) -> tuple[int, dict[str, Any]]:
    """Send one application; status 0 when nobody answers."""
    headers = {
        "Authorization": f"Bearer {task['token']}",
        "Idempotency-Key": task["key"],
        "Content-Type": "application/json",
    }
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    try:
        asked.request("POST", "/api/v1/applications", task["body"], headers)
        answer = asked.getresponse()
        return answer.status, json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError):
        return 0, {}
    finally:
        asked.close()


def get(url: str) -> tuple[int, str]:
    """Status and text of a page; 0 when nobody answers."""
    parts = urlsplit(url)
    asked = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=15)
    try:
        asked.request("GET", parts.path or "/")
        answer = asked.getresponse()
        return answer.status, answer.read().decode()
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        asked.close()
