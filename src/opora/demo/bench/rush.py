"""``rush.service`` and ``rush.hot``: the application service in process, beside pgbench writing the same rows."""

from __future__ import annotations

from opora.core import clock
from opora.demo.bench import applicants, crowd, floor
from opora.demo.bench.crowd import Crowd
from opora.demo.bench.figures import Outcome, Repetition, Target, percentile
from opora.demo.bench.stage import Stage, pgbench

CONNECTIONS = 16
PROCESSES = 2


def rush_service(stage: Stage) -> Outcome:
    """Applications per second, everything included; every variant starts from the same rows."""
    people = crowd.crowd()
    count = len(people.children) // CONNECTIONS * CONNECTIONS
    first = first_ids(people)
    head = floor.variables(first, len(people.groups), programmes(people), count // CONNECTIONS, clock.today().year + 1)
    repetitions: list[Repetition] = []
    rows: dict[str, dict[str, int]] = {}
    for _ in range(stage.repetitions):
        figures: Repetition = {}
        crowd.reset()
        run = applicants.run(tasks(people, count), processes=PROCESSES, threads=CONNECTIONS // PROCESSES)
        if run.errors or run.states != {"submitted": count}:
            raise RuntimeError(f"applications failed: {run.states} {run.errors[:3]}")
        rows["service"] = crowd.written()
        figures |= {"service /s": count / run.seconds, "service p50 ms": percentile(run.latencies, 0.5)}
        figures["service p99 ms"] = percentile(run.latencies, 0.99)
        for name, script in (("pgbench", floor.script(head)), ("pgbench 1 statement", floor.script_of_one(head))):
            crowd.reset()
            per_client = count // CONNECTIONS
            done = pgbench(stage, "rush", script, clients=CONNECTIONS, transactions=per_client)
            rows[name] = crowd.written()
            figures[f"{name} /s"] = done["tps"]
            figures[f"of {name}"] = figures["service /s"] / done["tps"]
        repetitions.append(figures)
    same = len({tuple(sorted(counts.items())) for counts in rows.values()}) == 1
    notes = [f"строк на заявку: {sum(rows['service'].values()) / count:.1f}, у всех поровну"]
    if not same:
        notes = [f"СТРОК НЕ ПОРОВНУ: {rows}"]
    return Outcome(
        dataset={"groups": len(people.groups), "applications": count, "connections": CONNECTIONS, "rows": rows},
        repetitions=repetitions,
        targets=[Target("of pgbench", 0.35, at_least=True)],
        notes=notes,
    )


def rush_hot(stage: Stage) -> Outcome:
    """One group of 20 places: exactly 20, the others wait in order of arrival."""
    people = crowd.crowd()
    count = min(stage.size(2000, 600, 60), len(people.children))
    places = 20
    group = people.groups[0]
    wishes = [(people.accounts[number], people.children[number], group) for number in range(count)]
    repetitions: list[Repetition] = []
    for _ in range(stage.repetitions):
        crowd.reset(hot_capacity=places)
        run = applicants.run(wishes, processes=PROCESSES, threads=CONNECTIONS // PROCESSES)
        if run.errors:
            raise RuntimeError(f"applications failed: {run.errors[:3]}")
        repetitions.append(
            {
                "applications /s": count / run.seconds,
                "p50 ms": percentile(run.latencies, 0.5),
                "p99 ms": percentile(run.latencies, 0.99),
                "enrolled": run.states.get("submitted", 0),
                "waiting": run.states.get("waiting", 0),
                "out of order": out_of_order(run.arrivals, count - places),
            }
        )
    return Outcome(
        dataset={"places": places, "applicants": count, "connections": CONNECTIONS},
        repetitions=repetitions,
        targets=[
            Target("p99 ms", 500),
            Target("enrolled", places, worst=True),
            Target("waiting", count - places, at_least=True, worst=True),
            Target("out of order", 0, worst=True),
        ],
    )


def out_of_order(arrivals: list[tuple[int, int]], expected: int) -> int:
    """How many of those who wait stand elsewhere than their order of arrival (database order) and answer say."""
    from opora.enrolment.models import Application
    from opora.enrolment.rules import ORDER_BY

    queue = list(Application.objects.filter(state="waiting").order_by(*ORDER_BY).values_list("pk", flat=True))
    told = [pk for pk, _ in sorted(arrivals, key=lambda one: one[1])]
    wrong = sum(a != b for a, b in zip(queue, told, strict=False)) + abs(len(queue) - expected)
    return wrong + sum(position != index for index, (_, position) in enumerate(sorted(arrivals, key=_place), 1))


def _place(arrival: tuple[int, int]) -> int:
    return arrival[1]


def tasks(people: Crowd, count: int) -> list[tuple[int, int, int]]:
    """(account, child, group) of each application; neighbours go to different groups."""
    groups = people.groups
    return [(people.accounts[n], people.children[n], groups[n % len(groups)]) for n in range(count)]


def programmes(people: Crowd) -> int:
    return min(crowd.PROGRAMMES, len(people.groups))


def first_ids(people: Crowd) -> dict[str, int]:
    """First ids of the tables that the floor names; the loader gave consecutive ones."""
    from django.db import connection

    first = {"child": people.children[0], "account": people.accounts[0], "grp": people.groups[0]}
    names = {
        "certificate": "certificate",
        "programme": "programme",
        "organisation": "organisation",
        "municipality": "municipality",
        "period": "funding_period",
    }
    with connection.cursor() as cursor:
        for name, table in names.items():
            cursor.execute(f"SELECT min(id) FROM {table}")
            first[name] = cursor.fetchone()[0]
    return first
