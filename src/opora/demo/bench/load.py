"""The load generator: a program of its own that sends requests over kept connections and times each.

``python -m opora.demo.bench.load`` works for :mod:`opora.demo.bench.crew`. It imports nothing else of Opora, so that it
starts at once and costs little.
"""

from __future__ import annotations

import html
import http.client
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from opora.demo.bench import crew

BUSY = 503
ATTEMPTS = 10
PATIENT = 200
PAUSE = 0.2
Request = dict[str, Any]
"""method, path, optional headers (dict) and body (text). `take`: pattern of a value that the answer gives, by name;
`%(name)s` in the path and body of later steps of the same journey."""
Work = Request | list[Request]
"""One request, or the steps of a journey."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the clients saw. `seconds` from the first request to the last answer; `latencies` in milliseconds."""

    seconds: float
    latencies: list[float]
    statuses: dict[str, int]
    bodies: list[str]
    attempts: dict[str, list[float]]
    """Milliseconds of each single answer by its status: what a client waited before it knew."""
    retried: int
    """Answers "busy, try again" (503), sent again after a pause; the latency counts from the first attempt."""


def send(
    port: int,
    requests: Sequence[Work],
    *,
    clients: int,
    processes: int = 2,
    keep: bool = False,
    obey: bool = False,
    timeout: float = 60,
) -> Answers:
    """Send the requests from `clients` connections in all; each connection sends its share one after another.

    `obey`: a busy answer is tried again when its Retry-After says, as often as needed.
    """
    plans = [
        {
            "port": port,
            "clients": clients // processes,
            "keep": keep,
            "obey": obey,
            "timeout": timeout,
            "requests": requests[number::processes],
        }
        for number in range(processes)
    ]
    reports = crew.run("opora.demo.bench.load", plans)
    attempts: dict[str, list[float]] = {}
    for one in reports.parts:
        for status, values in one["attempts"].items():
            attempts.setdefault(status, []).extend(values)
    return Answers(
        seconds=reports.seconds,
        latencies=reports.joined("latencies"),
        statuses=reports.counted("statuses"),
        bodies=reports.joined("bodies"),
        attempts=attempts,
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
        self.attempts: dict[str, list[float]] = {}
        self.bodies: list[str] = []
        self.retried = 0
        self.lock = threading.Lock()

    def run(self, share: Sequence[Work], gate: crew.Gate) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.plan["port"], timeout=self.plan["timeout"])
        connection.connect()
        gate()
        results = [self.whole(connection, work) for work in share]
        connection.close()
        with self.lock:
            for status, took, body in results:
                self.statuses[str(status)] = self.statuses.get(str(status), 0) + 1
                self.latencies.append(took)
                if body is not None:
                    self.bodies.append(body)

    def whole(self, connection: http.client.HTTPConnection, work: Work) -> tuple[int, float, str | None]:
        """Status, milliseconds, body when wanted; of a journey the last step's, or that of the step that failed."""
        began = time.perf_counter()
        taken: dict[str, str] = {}
        status, content = 0, b""
        for step in work if isinstance(work, list) else [work]:
            status, content = self.one(connection, step, taken)
            if not 200 <= status < 400:
                break
            for name, pattern in step.get("take", {}).items():
                found = re.search(pattern, content.decode())
                if not found:
                    return 0, (time.perf_counter() - began) * 1000, None
                taken[name] = quote(html.unescape(found[1]), safe="")
        took = (time.perf_counter() - began) * 1000
        return status, took, content.decode() if self.plan["keep"] else None

    def one(self, connection: http.client.HTTPConnection, request: Request, taken: dict[str, str]) -> tuple[int, bytes]:
        """Status (0: no answer) and body; busy answers are tried again as a browser would."""
        obey = self.plan["obey"]
        for attempt in range(PATIENT if obey else ATTEMPTS):
            began = time.perf_counter()
            status, content, after = self.attempt(connection, request, taken)
            with self.lock:
                self.attempts.setdefault(str(status), []).append((time.perf_counter() - began) * 1000)
                self.retried += status == BUSY
            if status != BUSY:
                break
            connection.close()  # who waits keeps no connection: the server would end it meanwhile
            time.sleep(after if obey else PAUSE * (attempt + 1))
        return status, content

    def attempt(
        self, connection: http.client.HTTPConnection, request: Request, taken: dict[str, str]
    ) -> tuple[int, bytes, int]:
        path, body = request["path"], request.get("body")
        if taken:
            path, body = path % taken, body and body % taken
        try:
            connection.request(request["method"], path, body.encode() if body else None, request.get("headers", {}))
            answer = connection.getresponse()
            return answer.status, answer.read(), int(answer.headers.get("Retry-After", 1))
        except (OSError, http.client.HTTPException):
            connection.close()  # the next request connects anew
            return 0, b"", 1


def main() -> None:
    """Run one plan."""
    plan = crew.plan()
    clients = _Clients(plan)
    count = max(min(plan["clients"], len(plan["requests"])), 1)
    crew.together([plan["requests"][number::count] for number in range(count)], clients.run)
    crew.say(**{name: getattr(clients, name) for name in ("latencies", "statuses", "attempts", "bodies", "retried")})


if __name__ == "__main__":
    main()
