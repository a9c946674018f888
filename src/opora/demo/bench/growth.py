"""``growth``: the same work in a database of 1, 10 and 42 districts must cost the same.

Cost is processor time of all processes that take part, the database's included: on a shared machine the clock lies.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack
from random import Random

from opora.demo.bench import applicants, crowd, load, machine
from opora.demo.bench.crowd import Crowd
from opora.demo.bench.figures import Outcome, Repetition, Target
from opora.demo.bench.searching import misspelt
from opora.demo.bench.stage import CannotMeasure, Server, Stage

LIMIT = 1.5
WORK = ("application", "search", "dashboard", "month of a contract")
WORDS = ("шахматы", "робототехника", "футбол", "рисование", "хор", "танцы", "плавание", "театр", "лыжи", "самбо")
PROCESSES, THREADS = 2, 4
WARMINGS = 10


def growth(stage: Stage) -> Outcome:
    """By turns in each database: applications, search in one district, its dashboard, its month turn."""
    sizes = [1, 10, _whole(stage)] if stage.scale == "full" else [1, _whole(stage)]
    families, contracts = stage.size(400, 200, 40), stage.size(12_000, 600, 60)
    with ExitStack() as stack:
        people = {size: _database(stage, stack, size, families * stage.repetitions, contracts) for size in sizes}
        servers = {size: stack.enter_context(stage.serving(_name(size), workers=1)) for size in sizes}
        for size in sizes:
            _warm(servers[size])
        repetitions = []
        for number in range(stage.repetitions):
            costs = {}
            for size in sizes:
                stage.say(f"  повторение {number + 1} из {stage.repetitions}, районов: {size}")
                costs[size] = _costs(stage, size, people[size], servers[size], number, families)
            repetitions.append(_figures(sizes, costs))
        broken = json.loads(_run(stage, _name(sizes[-1]), "check"))
        for one in repetitions:
            one["broken rules"] = len(broken)
    return Outcome(
        dataset={"districts": sizes, "applications": families, "contracts": contracts},
        repetitions=repetitions,
        targets=[*(Target(f"{work}: growth", LIMIT) for work in WORK), Target("broken rules", 0, worst=True)],
        notes=[
            "мс процессора на одно дело вместе с сервером базы; growth: наибольшая база к базе одного района",
            *(f"нарушено: {name}" for name in broken),
        ],
    )


def _whole(stage: Stage) -> int:
    from opora.demo.bench.loads import whole

    return whole(stage).municipalities


def _name(size: int) -> str:
    return f"growth_{size}"


def _database(stage: Stage, stack: ExitStack, size: int, families: int, contracts: int) -> Crowd:
    """A database of so many districts with the people of the measurement; the districts are loaded once."""
    base = "region" if size == _whole(stage) else f"region_{size}"
    if not stage.is_ready(base):
        stage.say(f"Загружаем районов: {size} …")
        stage.create(base)
        _run(stage, base, "load", stage.scale, str(size))
        stage.set_ready(base)
    _release()
    stage.copy(base, _name(size))
    stack.callback(stage.drop, _name(size))
    _run(stage, _name(size), "people", str(families), str(contracts))
    with stage.server_connection(_name(size)) as server, server.cursor() as cursor:
        return crowd.read(cursor)


def _release() -> None:
    """Let go of this process's own connection: a database in use cannot be copied."""
    from django.db import connection

    connection.close()


def _run(stage: Stage, database: str, *arguments: str) -> str:
    command = [sys.executable, "-m", "opora.demo.bench.district", *arguments]
    environment = stage.environment(database)
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


def _costs(stage: Stage, size: int, people: Crowd, server: Server, number: int, families: int) -> dict[str, float]:
    """Processor milliseconds of one piece of each work."""
    found = {"application": _apply(stage, size, people, number, families)}
    count = stage.size(200, 60, 20)
    found["search"] = _search(stage, server, count, Random(number))
    return found | json.loads(_run(stage, _name(size), "measure", str(number + 1)))


def _apply(stage: Stage, size: int, people: Crowd, number: int, families: int) -> float:
    """Families of this repetition apply to groups of one district."""
    mine = range(number * families, (number + 1) * families)
    tasks = [(people.accounts[n], people.children[n], people.groups[n % len(people.groups)]) for n in mine]
    before = machine.processor_seconds(stage.postmaster())
    run = applicants.run(tasks, processes=PROCESSES, threads=THREADS, environment=stage.environment(_name(size)))
    if run.errors or run.states != {"submitted": families}:
        raise RuntimeError(f"applications failed: {run.states} {run.errors[:3]}")
    # what the processes' own start costs the server is the same everywhere
    spent = run.processor_seconds + machine.processor_seconds(stage.postmaster()) - before
    return spent * 1000 / families


def _warm(server: Server) -> None:
    """Until the search has its index: of a hundred districts that may take longer than a request waits."""
    for _ in range(WARMINGS):
        requests: list[load.Request] = [{"method": "GET", "path": load.quoted("/api/v1/programmes?q=шахматы")}] * 8
        if set(load.send(server.port, requests, clients=1, processes=1).statuses) == {"200"}:
            return
    raise CannotMeasure("поиск не отвечает, причина в bench-server.log")


def _search(stage: Stage, server: Server, count: int, random: Random) -> float:
    """Words, half of them misspelt, among the programmes of the showcase district."""
    from opora.demo.districts import showcase

    words = [random.choice(WORDS) for _ in range(count)]
    words = [misspelt(random, word) if number % 2 else word for number, word in enumerate(words)]
    path = f"/api/v1/programmes?municipality={showcase().oktmo}&q="
    requests: list[load.Request] = [{"method": "GET", "path": load.quoted(path + word)} for word in words]
    postmaster = stage.postmaster()
    before = server.processor_seconds() + machine.processor_seconds(postmaster)
    answers = load.send(server.port, requests, clients=1, processes=1)
    if set(answers.statuses) != {"200"}:
        raise RuntimeError(f"search answered {answers.statuses}")
    spent = server.processor_seconds() + machine.processor_seconds(postmaster) - before
    return spent * 1000 / count


def _figures(sizes: list[int], costs: dict[int, dict[str, float]]) -> Repetition:
    """Costs of each work by size, and how the largest compares with the smallest."""
    figures: Repetition = {}
    for work in WORK:
        figures |= {f"{work} at {size}, ms": costs[size][work] for size in sizes}
        figures[f"{work}: growth"] = costs[sizes[-1]][work] / costs[sizes[0]][work]
    return figures
