"""``fresh``: how long until a change is seen by the search of every web process."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from opora.core.access import SYSTEM
from opora.core.outbox import emit
from opora.core.transactions import act
from opora.demo.bench import load
from opora.demo.bench.figures import Outcome, Repetition, Target
from opora.demo.bench.stage import Server, Stage

PROCESSES = 2
LIMIT = 20.0


def fresh(stage: Stage) -> Outcome:
    """Publish a programme; take the last place of a group: seconds until the last process shows it."""
    from opora.catalogue.models import Programme

    times = stage.size(5, 3, 1)
    repetitions: list[Repetition] = []
    with ExitStack() as stack:
        servers = [stack.enter_context(stage.serving("region", workers=1)) for _ in range(PROCESSES)]
        for server in servers:
            _ask(server, "/api/v1/programmes?q=шахматы")
        for number in range(stage.repetitions):
            published = [_published(servers, f"Квазиметрия {number}-{attempt}") for attempt in range(times)]
            taken = [_last_place(servers) for _ in range(times)]
            repetitions.append({"published s": max(published), "place taken s": max(taken)})
    programmes = Programme.objects.filter(state="published").count()
    return Outcome(
        dataset={"programmes": programmes, "web processes": PROCESSES, "changes of a repetition": times},
        repetitions=repetitions,
        targets=[Target("published s", 1), Target("place taken s", 1)],
        notes=["в каждом повторении – самое долгое из изменений"],
    )


def _published(servers: list[Server], name: str) -> float:
    """A programme gets a name that no other has, and is published under it."""
    from opora.catalogue.models import Programme
    from opora.core import clock

    row = Programme.objects.filter(state="published", groups__state="open").order_by("?").first()
    assert row is not None
    with act(SYSTEM):
        Programme.objects.filter(pk=row.pk).update(name=name, published_at=clock.now())
        emit("programme.published", "programme", row.pk, municipality_id=row.municipality_id)
    began = time.monotonic()
    path = f"/api/v1/programmes?q={name}"
    return _until(servers, began, path, lambda body: any(item["id"] == row.pk for item in body["items"]))


def _last_place(servers: list[Server]) -> float:
    """The last places of a programme's only open group go: it leaves the programmes with free places."""
    from django.db.models import Count, F

    from opora.catalogue.models import Group, GroupPlaces, Programme
    from opora.core import clock

    alone = Group.objects.filter(state="open", programme__state="published", ends_on__gte=clock.today())
    alone = alone.filter(pk__in=GroupPlaces.objects.filter(capacity__gt=F("places_taken")).values("group_id"))
    single = Programme.objects.annotate(several=Count("groups")).filter(several=1, state="published")
    group = alone.filter(programme__in=single).select_related("programme").order_by("?").first()
    assert group is not None
    name = f"Место {group.pk}"
    path = f"/api/v1/programmes?q={name}&free=true"

    def shown(body: dict[str, Any]) -> bool:
        return any(item["id"] == group.programme_id for item in body["items"])

    with act(SYSTEM):
        Programme.objects.filter(pk=group.programme_id).update(name=name)
        emit("programme.published", "programme", group.programme_id, municipality_id=group.municipality_id)
    _until(servers, time.monotonic(), path, shown)
    with act(SYSTEM):
        GroupPlaces.objects.filter(group_id=group.pk).update(places_taken=F("capacity"))
        emit("application.changed", "application", 1, municipality_id=group.municipality_id, group=group.pk)
    return _until(servers, time.monotonic(), path, lambda body: not shown(body))


def _until(servers: list[Server], began: float, path: str, true: Callable[[dict[str, Any]], bool]) -> float:
    """Ask every process until each has said so; seconds since `began`."""
    waiting = list(servers)
    while waiting:
        waiting = [server for server in waiting if not true(_ask(server, path))]
        if time.monotonic() - began > LIMIT:
            raise RuntimeError(f"not seen within {LIMIT:.0f} s: {path}")
        time.sleep(0.01)
    return time.monotonic() - began


def _ask(server: Server, path: str) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request("GET", load.quoted(path))
        return dict(json.loads(connection.getresponse().read()))
    finally:
        connection.close()
