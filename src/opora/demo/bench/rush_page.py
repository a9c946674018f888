"""``rush.page``: signed-in families go through the real pages: search, programme, application, submit."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db import connection

from opora.demo.bench import crowd, load, machine, visitors
from opora.demo.bench.crowd import Crowd
from opora.demo.bench.figures import Outcome, Repetition, Target, percentile
from opora.demo.bench.stage import Stage

CLIENTS = 32
FORM = {"key": r'name="key" value="([^"]+)"', "sum": r'name="sum-[^"]+" value="([^"]+)"'}


def rush_page(stage: Stage) -> Outcome:
    """Journeys from search to the accepted application, with the key and the sum that the page gave."""
    people = crowd.crowd()
    count = min(stage.size(1200, 300, 40), len(people.children))
    visitors.sign_in(people.accounts[:count])
    journeys = _journeys(people, count)
    repetitions: list[Repetition] = []
    for _ in range(stage.repetitions):
        crowd.reset()
        repetitions.append(_run(stage, journeys, people))
    return Outcome(
        dataset={"journeys": count, "clients": CLIENTS, "pages": len(journeys[0])},
        repetitions=repetitions,
        targets=[Target("journeys /s", 30, at_least=True), Target("written", count, at_least=True, worst=True)],
        notes=["CPU: веб-процессы и процессы базы на один путь из четырёх страниц"],
    )


def _run(stage: Stage, journeys: list[load.Work], people: Crowd) -> Repetition:
    postmaster = stage.postmaster()
    with stage.serving("rush") as server:
        plain = [step for step in journeys[0] if isinstance(step, dict) and "take" not in step]
        warm: list[load.Work] = [*plain[:2]] * 16
        load.send(server.port, warm, clients=CLIENTS)
        web, database = server.processor_seconds(), machine.processor_seconds(postmaster)
        answers = load.send(server.port, journeys, clients=CLIENTS)
        web, database = server.processor_seconds() - web, machine.processor_seconds(postmaster) - database
    if set(answers.statuses) != {"302"}:
        raise RuntimeError(f"journeys ended with {answers.statuses}")
    count = len(journeys)
    pages = [value for status, values in answers.attempts.items() if status != "503" for value in values]
    return {
        "journeys /s": count / answers.seconds,
        "journey p50 ms": percentile(answers.latencies, 0.5),
        "journey p99 ms": percentile(answers.latencies, 0.99),
        "page p99 ms": percentile(pages, 0.99),
        "CPU ms": (web + database) * 1000 / count,
        "CPU ms, web": web * 1000 / count,
        "busy": answers.retried,
        "written": crowd.written()["application"],
    }


def _journeys(people: Crowd, count: int) -> list[load.Work]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT g.id, p.id, p.slug FROM learning_group g JOIN programme p ON p.id = g.programme_id")
        programme_of = {group: (programme, slug) for group, programme, slug in cursor.fetchall()}
    found: list[load.Work] = []
    for number in range(count):
        group, child = people.groups[number % len(people.groups)], people.public_ids[number]
        programme, slug = programme_of[group]
        headers = visitors.headers(people.accounts[number])
        choice = {"group": group, "child": child, f"funding-{child}": "certificate"}
        form = {**choice, "csrfmiddlewaretoken": visitors.CSRF, "comment": ""}
        pages: list[load.Request] = [
            {"path": load.quoted("/navigator/?q=робототехника&age=9&free=1")},
            {"path": f"/navigator/{slug}-{programme}/"},
            {"path": f"/cabinet/apply/?{urlencode(choice)}", "take": FORM},
        ]
        found.append(
            [{"method": "GET", "headers": headers, **page} for page in pages]
            + [
                {
                    "method": "POST",
                    "path": "/cabinet/apply/",
                    "headers": headers | {"Content-Type": "application/x-www-form-urlencoded"},
                    "body": f"{urlencode(form)}&key=%(key)s&sum-{child}=%(sum)s",
                }
            ]
        )
    return found
