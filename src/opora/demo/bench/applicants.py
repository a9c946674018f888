"""Families that apply through the service, in a process of its own: ``python -m opora.demo.bench.applicants``.

Reads ``{"threads", "tasks": [[account, child, group], …]}``, connects every thread, says ``ready``, waits for a line.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """All processes together: seconds, milliseconds of each call, states of the answers, what went wrong."""

    seconds: float
    latencies: list[float]
    states: dict[str, int]
    arrivals: list[tuple[int, int]]
    """(application id, position) of those who wait."""
    errors: list[str]


def run(tasks: list[tuple[int, int, int]], *, processes: int, threads: int) -> Run:
    """Apply for all tasks from processes × threads connections that start together."""
    with ExitStack() as stack:
        started = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "opora.demo.bench.applicants"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for _ in range(processes)
        ]
        for number, process in enumerate(started):
            _tell(process, json.dumps({"threads": threads, "tasks": tasks[number::processes]}))
        for process in started:
            _hear(process)
        began = time.monotonic()
        for process in started:
            _tell(process, "go")
        parts = [json.loads(_hear(process)) for process in started]
    states: dict[str, int] = {}
    for part in parts:
        for state, count in part["states"].items():
            states[state] = states.get(state, 0) + count
    return Run(
        seconds=max(part["ended"] for part in parts) - began,
        latencies=[value for part in parts for value in part["latencies"]],
        states=states,
        arrivals=[(pk, position) for part in parts for pk, position in part["arrivals"]],
        errors=[text for part in parts for text in part["errors"]],
    )


def _tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def _hear(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError("a process of applicants ended without an answer")
    return line


class _Families:
    def __init__(self) -> None:
        self.latencies: list[float] = []
        self.states: dict[str, int] = {}
        self.arrivals: list[tuple[int, int]] = []
        self.errors: list[str] = []
        self.lock = threading.Lock()

    def work(self, share: list[list[int]], gate: threading.Barrier) -> None:
        from django.db import connection

        connection.ensure_connection()
        gate.wait()
        gate.wait()
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
    plan = json.loads(sys.stdin.readline())
    families = _Families()
    gate = threading.Barrier(plan["threads"] + 1)
    threads = [
        threading.Thread(target=families.work, args=(plan["tasks"][number :: plan["threads"]], gate))
        for number in range(plan["threads"])
    ]
    for thread in threads:
        thread.start()
    gate.wait()
    _say("ready")
    sys.stdin.readline()
    gate.wait()
    for thread in threads:
        thread.join()
    said = {name: getattr(families, name) for name in ("latencies", "states", "arrivals", "errors")}
    _say(json.dumps(said | {"ended": time.monotonic()}))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
