"""The load generator: a program of its own that sends requests over kept connections and times each.

``python -m opora.demo.bench.load`` works for :mod:`opora.demo.bench.crew`. It imports nothing else of Opora, so that it
starts at once and costs little.
"""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from opora.demo.bench import crew

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
    plans = [
        {"port": port, "clients": clients // processes, "keep": keep, "requests": requests[number::processes]}
        for number in range(processes)
    ]
    reports = crew.run("opora.demo.bench.load", plans)
    return Answers(
        seconds=reports.seconds,
        latencies=reports.joined("latencies"),
        statuses=reports.counted("statuses"),
        bodies=reports.joined("bodies"),
        retried=sum(part["retried"] for part in reports.parts),
    )


def quoted(path: str) -> str:
    """A path with Russian words as it goes over the wire."""
    return quote(path, safe="/?&=,:")


class _Clients:
    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.latencies: list[float] = []
        self.statuses: dict[str, int] = {}
        self.bodies: list[str] = []
        self.retried = 0
        self.lock = threading.Lock()

    def run(self, share: Sequence[Request], gate: crew.Gate) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.plan["port"], timeout=60)
        connection.connect()
        gate()
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
    plan = crew.plan()
    clients = _Clients(plan)
    count = max(min(plan["clients"], len(plan["requests"])), 1)
    crew.together([plan["requests"][number::count] for number in range(count)], clients.run)
    crew.say(**{name: getattr(clients, name) for name in ("latencies", "statuses", "bodies", "retried")})


if __name__ == "__main__":
    main()
