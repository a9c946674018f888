"""``pages``: every list, card and page of the menu over the whole region, asked by one client (p95 of each page)."""

from __future__ import annotations

from collections.abc import Iterator

from opora.core.access import Actor
from opora.core.office.menu import menu_for
from opora.core.registers import registry
from opora.core.registers.listing import base_rows
from opora.demo.bench import load, visitors
from opora.demo.bench.figures import Outcome, Repetition, Target, percentile
from opora.demo.bench.stage import Stage
from opora.people.actors import actor_of
from opora.people.models import Account

ROLES = (
    "regional_operator", "coordinator", "payer", "centre_head", "desk_operator", "provider_manager", "observer",
)  # fmt: skip
"""The widest reach first: a page is visited by the first role that may open it."""
FAMILY = ("/cabinet/", "/cabinet/applications/", "/cabinet/timetable/", "/cabinet/payments/", "/cabinet/messages/")
PUBLIC = ("/", "/navigator/?q=шахматы", "/navigator/?age=9&free=1", "/opening/")
SLOW = 300
Pages = dict[str, int | None]
"""Address → account that asks it (None: a visitor)."""


def pages(stage: Stage) -> Outcome:
    """Each page so many times in a row; the slowest page's p95 counts."""
    found = _pages()
    visitors.sign_in(sorted({account for account in found.values() if account is not None}))
    visits = stage.size(4, 4, 2)
    repetitions: list[Repetition] = []
    taken: dict[str, list[float]] = {address: [] for address in found}
    with stage.serving("region") as server:
        refused = _warm(server.port, found)
        for address in refused:
            del found[address], taken[address]
        for _ in range(stage.repetitions):
            times = {address: _visit(server.port, address, account, visits) for address, account in found.items()}
            slowest = {address: percentile(values, 0.95) for address, values in times.items()}
            for address, values in times.items():
                taken[address] += values
            repetitions.append(
                {
                    "slowest page's p95 ms": max(slowest.values()),
                    "median page's p95 ms": percentile(list(slowest.values()), 0.5),
                    f"pages over {SLOW} ms": sum(value > SLOW for value in slowest.values()),
                }
            )
    worst = sorted(taken, key=lambda address: -percentile(taken[address], 0.95))[:8]
    return Outcome(
        dataset={"pages": len(found), "visits": visits * stage.repetitions, "clients": 1, "left out": sorted(refused)},
        repetitions=repetitions,
        targets=[Target("slowest page's p95 ms", SLOW)],
        notes=[f"{percentile(taken[one], 0.95):.0f} мс {one}" for one in worst],
    )


def _pages() -> Pages:
    found: Pages = {}
    for role in ROLES:
        account = Account.objects.get(email=f"{role}@opora.demo")
        for address in _of(actor_of(account)):
            found.setdefault(address, account.pk)
    family = Account.objects.get(email="guardian@opora.demo")
    return found | dict.fromkeys(FAMILY, family.pk) | dict.fromkeys(PUBLIC)


def _of(actor: Actor) -> Iterator[str]:
    """The menu; of each register the list, a search, a later page and the card of a row."""
    for part in menu_for(actor, "/office/"):
        yield from (entry["url"] for entry in part["items"])
    for register in registry.allowed(actor):
        address = register.url()
        yield address
        yield f"{address}?page=20"
        if register.search:
            yield f"{address}?q=Ива"
        if (row := base_rows(register, actor).order_by("pk").first()) is not None:
            yield register.url("card", row)


def _request(address: str, account: int | None) -> load.Request:
    headers = {} if account is None else visitors.headers(account)
    return {"method": "GET", "path": load.quoted(address), "headers": headers}


def _visit(port: int, address: str, account: int | None, times: int) -> list[float]:
    answers = load.send(port, [_request(address, account)] * times, clients=1, processes=1)
    if set(answers.statuses) != {"200"}:
        raise RuntimeError(f"{address} answered {answers.statuses}")
    return answers.latencies


def _warm(port: int, found: Pages) -> list[str]:
    """Ask everything in both processes; returns the addresses that lead elsewhere (a question for a place, a redirect)."""
    for address in PUBLIC:
        load.send(port, [_request(address, None)] * 16, clients=8)
    refused = []
    for address, account in found.items():
        answers = load.send(port, [_request(address, account)] * 4, clients=2)
        if set(answers.statuses) == {"302"}:
            refused.append(address)
        elif set(answers.statuses) != {"200"}:
            raise RuntimeError(f"{address} answered {answers.statuses}")
    return refused
