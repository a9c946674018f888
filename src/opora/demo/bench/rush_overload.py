"""``rush.overload``: many times more families than the server can serve at once, all at the same moment.

Each has a connection of its own, sends its application and, told to come again, does so when it was told, with the
same key. Every single answer must come quickly, and at the end the figures of all sides must agree.
"""

from __future__ import annotations

from opora.demo.bench import crowd, load, rush_http
from opora.demo.bench.figures import Outcome, Repetition, Target, percentile
from opora.demo.bench.stage import Stage

TIMEOUT = 10.0
"""Seconds after which a client gives up on an answer."""


def rush_overload(stage: Stage) -> Outcome:
    """Repetitions of the same crowd against a fresh server."""
    people = crowd.crowd()
    clients = stage.size(600, 300, 80)
    count = min(stage.size(3000, 1200, 80), len(people.children))
    requests = rush_http.ours(people, count)
    repetitions: list[Repetition] = []
    for _ in range(stage.repetitions):
        crowd.reset()
        repetitions.append(_storm(stage, requests, clients))
    return Outcome(
        dataset={"applications": count, "clients": clients, "timeout s": TIMEOUT},
        repetitions=repetitions,
        targets=[
            Target("without answer", 0, worst=True),
            Target("lost", 0, worst=True),
            Target("doubled", 0, worst=True),
            Target("longest answer s", 3, worst=True),
            Target("busy p99 ms", 1000),
        ],
        notes=["заявок подтверждено клиентам столько же, сколько записано"],
    )


def _storm(stage: Stage, requests: list[load.Work], clients: int) -> Repetition:
    with stage.serving("rush") as server:
        load.send(server.port, [{"method": "GET", "path": "/healthz"}] * 64, clients=32)
        answers = load.send(server.port, requests, clients=clients, obey=True, timeout=TIMEOUT)
        # the server of old tries may still be at work on what a client gave up: it ends before the rows are counted
    rows = crowd.written()
    acknowledged = answers.statuses.get("201", 0)
    busy = answers.attempts.get("503", [])
    every = [value for values in answers.attempts.values() for value in values]
    return {
        "applications /s": acknowledged / answers.seconds,
        "acknowledged": acknowledged,
        "busy answers": len(busy),
        "busy p50 ms": percentile(busy, 0.5) if busy else 0.0,
        "busy p99 ms": percentile(busy, 0.99) if busy else 0.0,
        "accepted p50 ms": percentile(answers.attempts["201"], 0.5),
        "accepted p99 ms": percentile(answers.attempts["201"], 0.99),
        "longest answer s": max(every) / 1000,
        "without answer": len(answers.attempts.get("0", [])),
        "refused otherwise": len(requests) - acknowledged,
        "lost": max(acknowledged - rows["application"], 0),
        "doubled": max(rows["application"] - len(requests), 0),
    }
