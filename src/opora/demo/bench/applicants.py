"""Families that apply through the service, in a process of its own: ``python -m opora.demo.bench.applicants``.

Its plan is ``{"threads", "tasks": [[account, child, group], …]}`` (:mod:`opora.demo.bench.crew`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from opora.demo.bench import crew


@dataclass(frozen=True, slots=True)
class Run:
    """All processes together: seconds, milliseconds of each call, states of the answers, what went wrong."""

    seconds: float
    latencies: list[float]
    states: dict[str, int]
    arrivals: list[tuple[int, int]]
    """(application id, position) of those who wait."""
    errors: list[str]
    processor_seconds: float
    """Of the processes of the families, without the database."""


def run(
    tasks: list[tuple[int, int, int]], *, processes: int, threads: int, environment: Mapping[str, str] | None = None
) -> Run:
    """Apply for all tasks from processes × threads connections that start together."""
    plans = [{"threads": threads, "tasks": tasks[number::processes]} for number in range(processes)]
    reports = crew.run("opora.demo.bench.applicants", plans, environment)
    return Run(
        seconds=reports.seconds,
        latencies=reports.joined("latencies"),
        states=reports.counted("states"),
        arrivals=[(pk, position) for pk, position in reports.joined("arrivals")],
        errors=reports.joined("errors"),
        processor_seconds=reports.processor_seconds,
    )


class _Families:
    def __init__(self) -> None:
        self.latencies: list[float] = []
        self.states: dict[str, int] = {}
        self.arrivals: list[tuple[int, int]] = []
        self.errors: list[str] = []
        self.lock = threading.Lock()

    def work(self, share: Sequence[list[int]], gate: crew.Gate) -> None:
        from django.db import connection

        connection.ensure_connection()
        gate()
        for account, child, group in share:
            self.one(account, child, group)
        connection.close()

    def one(self, account: int, child: int, group: int) -> None:
        from opora.core.access import Actor, Reach
        from opora.core.reasons import Refused
        from opora.enrolment import services

        actor = Actor(
            account_id=account,
            email=f"family{account}@bench.example",
            reaches=(Reach(role="guardian"),),
            children=frozenset({child}),
            request_id=f"bench{child:027d}",
        )
        began = time.perf_counter()
        try:
            done = services.apply(
                actor, child=child, group=group, funding="certificate", idempotency_key=f"key-{child}"
            )
        except Refused as error:
            with self.lock:
                self.errors.append(str(error))
            return
        took = (time.perf_counter() - began) * 1000
        with self.lock:
            self.latencies.append(took)
            self.states[done.state] = self.states.get(done.state, 0) + 1
            if done.position is not None:
                self.arrivals.append((done.application_id, done.position))


def main() -> None:
    """Run one share of the crowd."""
    import django

    django.setup()
    plan = crew.plan()
    families = _Families()
    crew.together([plan["tasks"][number :: plan["threads"]] for number in range(plan["threads"])], families.work)
    crew.say(**{name: getattr(families, name) for name in ("latencies", "states", "arrivals", "errors")})


if __name__ == "__main__":
    main()
