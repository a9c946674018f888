"""The load generator: a program of its own that sends requests over kept connections and times each.

``python -m opora.demo.bench.load`` reads a plan from standard input, connects, says ``ready``, waits for a line,
and writes what happened as JSON. It imports nothing of Opora, so that it starts at once and costs little.
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

BUSY = 503
ATTEMPTS = 10
PAUSE = 0.2
Request = dict[str, Any]
"""method, path, optional headers (dict) and body (text)."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the clients saw. `seconds` from the first request to the last answer; `latencies` in milliseconds."""

    seconds: float
    latencies: list[float]
    statuses: dict[str, int]
    bodies: list[str]
    retried: int
    """Answers "busy, try again" (503), sent again after a pause; the latency counts from the first attempt."""


def send(port: int, requests: Sequence[Request], *, clients: int, processes: int = 2, keep: bool = False) -> Answers:
    """Send the requests from `clients` connections in all; each connection sends its share one after another."""
    with ExitStack() as stack:
        started = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "opora.demo.bench.load"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for _ in range(processes)
        ]
        for number, process in enumerate(started):
            plan = {
                "port": port,
                "clients": clients // processes,
                "keep": keep,
                "requests": requests[number::processes],
            }
            _tell(process, json.dumps(plan))
        for process in started:
            _hear(process)
        began = time.monotonic()
        for process in started:
            _tell(process, "go")
        parts = [json.loads(_hear(process)) for process in started]
    statuses: dict[str, int] = {}
    for part in parts:
        for status, count in part["statuses"].items():
            statuses[status] = statuses.get(status, 0) + count
    return Answers(
        seconds=max(part["ended"] for part in parts) - began,
        latencies=[value for part in parts for value in part["latencies"]],
        statuses=statuses,
        bodies=[body for part in parts for body in part["bodies"]],
        retried=sum(part["retried"] for part in parts),
    )


def quoted(path: str) -> str:
    """A path with Russian words as it goes over the wire."""
    return quote(path, safe="/?&=,:")


def _tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def _hear(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError("the load generator ended without an answer")
    return line


class _Clients:
    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.latencies: list[float] = []
        self.statuses: dict[str, int] = {}
        self.bodies: list[str] = []
        self.retried = 0
        self.lock = threading.Lock()

    def run(self, share: list[Request], gate: threading.Barrier) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.plan["port"], timeout=60)
        connection.connect()
        gate.wait()
        gate.wait()
        results = [self.one(connection, request) for request in share]
        connection.close()
        with self.lock:
            for status, took, body in results:
                self.statuses[str(status)] = self.statuses.get(str(status), 0) + 1
                self.latencies.append(took)
                if body is not None:
                    self.bodies.append(body)

    def one(self, connection: http.client.HTTPConnection, request: Request) -> tuple[int, float, str | None]:
        """Status (0: no answer), milliseconds, body when wanted; busy answers are tried again as a browser would."""
        began = time.perf_counter()
        for attempt in range(ATTEMPTS):
            status, content = self.attempt(connection, request)
            if status != BUSY:
                break
            with self.lock:
                self.retried += 1
            time.sleep(PAUSE * (attempt + 1))
        took = (time.perf_counter() - began) * 1000
        return status, took, content.decode() if self.plan["keep"] else None

    def attempt(self, connection: http.client.HTTPConnection, request: Request) -> tuple[int, bytes]:
        body = request.get("body")
        try:
            connection.request(
                request["method"], request["path"], body.encode() if body else None, request.get("headers", {})
            )
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()  # the next request connects anew
            return 0, b""


def main() -> None:
    """Run one plan."""
    plan = json.loads(sys.stdin.readline())
    clients = _Clients(plan)
    count = max(min(plan["clients"], len(plan["requests"])), 1)
    gate = threading.Barrier(count + 1)
    threads = [
        threading.Thread(target=clients.run, args=(plan["requests"][number::count], gate)) for number in range(count)
    ]
    for thread in threads:
        thread.start()
    gate.wait()
    _say("ready")
    sys.stdin.readline()
    gate.wait()
    for thread in threads:
        thread.join()
    said = {name: getattr(clients, name) for name in ("latencies", "statuses", "bodies", "retried")}
    _say(json.dumps(said | {"ended": time.monotonic()}))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
