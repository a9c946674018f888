"""``rush.http``: applications over the API beside a bare Django view that writes the same rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager

from opora.core import clock
from opora.demo.bench import crowd, load, machine, rush
from opora.demo.bench.crowd import Crowd
from opora.demo.bench.figures import Outcome, Repetition, Target, percentile
from opora.demo.bench.stage import CannotMeasure, Server, Stage

CLIENTS = 32
PATH = "/api/v1/applications"


def rush_http(stage: Stage) -> Outcome:
    """By turns: our API with token and idempotency key, and the bare view; same server program, same rows."""
    people = crowd.crowd()
    count = len(people.children)
    api, bare = ours(people, count), _bare(people, count)
    _refuse_without_operation(stage)
    repetitions: list[Repetition] = []
    rows: dict[str, dict[str, int]] = {}
    for _ in range(stage.repetitions):
        crowd.reset()
        figures = _run(stage, stage.serving, api, "api")
        rows["api"] = crowd.written()
        crowd.reset()
        figures |= _run(stage, stage.serving_bare, bare, "bare")
        rows["bare"] = crowd.written()
        figures["of bare"] = figures["api /s"] / figures["bare /s"]
        repetitions.append(figures)
    same = rows["api"] == rows["bare"]
    return Outcome(
        dataset={"groups": len(people.groups), "applications": count, "clients": CLIENTS, "rows": rows},
        repetitions=repetitions,
        targets=[
            Target("of bare", 0.4, at_least=True),
            Target("api p99 ms", 250),
            Target("api CPU ms", 5),
        ],
        notes=[
            "CPU: веб-процессы и процессы базы на одну заявку",
            "строк у обоих поровну" if same else f"СТРОК НЕ ПОРОВНУ: {rows}",
        ],
    )


def _run(
    stage: Stage, serving: Callable[[str], AbstractContextManager[Server]], requests: list[load.Work], name: str
) -> Repetition:
    postmaster = stage.postmaster()
    with serving("rush") as server:
        load.send(server.port, [{"method": "GET", "path": "/healthz"}] * 64, clients=CLIENTS)
        web, database = server.processor_seconds(), machine.processor_seconds(postmaster)
        answers = load.send(server.port, requests, clients=CLIENTS)
        web, database = server.processor_seconds() - web, machine.processor_seconds(postmaster) - database
    if set(answers.statuses) != {"201"}:
        raise RuntimeError(f"{name} answered {answers.statuses}")
    count = len(requests)
    return {
        f"{name} /s": count / answers.seconds,
        f"{name} p50 ms": percentile(answers.latencies, 0.5),
        f"{name} p99 ms": percentile(answers.latencies, 0.99),
        f"{name} CPU ms": (web + database) * 1000 / count,
        f"{name} CPU ms, web": web * 1000 / count,
        f"{name} busy": answers.retried,
    }


def ours(people: Crowd, count: int) -> list[load.Work]:
    """An application of each family, with its token and key."""
    groups = people.groups
    return [
        {
            "method": "POST",
            "path": PATH,
            "headers": {
                "Authorization": f"Bearer {people.token(n)}",
                "Idempotency-Key": f"application-{people.children[n]}",
                "Content-Type": "application/json",
            },
            "body": json.dumps(
                {"child": people.public_ids[n], "group": groups[n % len(groups)], "funding": "certificate"}
            ),
        }
        for n in range(count)
    ]


def _bare(people: Crowd, count: int) -> list[load.Work]:
    first = rush.first_ids(people)
    year = clock.today().year + 1
    fixed = {name: first[name] for name in ("organisation", "municipality", "period")} | {"year": year}
    groups, programmes = len(people.groups), rush.programmes(people)
    return [
        {
            "method": "POST",
            "path": "/applications",
            "headers": {"Content-Type": "application/json"},
            "body": json.dumps(
                fixed
                | {name: first[name] + n for name in ("child", "account", "certificate")}
                | {"grp": first["grp"] + n % groups, "programme": first["programme"] + n % groups % programmes}
            ),
        }
        for n in range(count)
    ]


def _refuse_without_operation(stage: Stage) -> None:
    with stage.serving("rush", workers=1) as server:
        answers = load.send(server.port, [{"method": "POST", "path": PATH, "body": "{}"}], clients=1, processes=1)
    if "404" in answers.statuses:
        raise CannotMeasure(f"в этой сборке нет операции POST {PATH}")
