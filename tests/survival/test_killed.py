"""Web processes, worker and database are killed again and again: nothing acknowledged lost, nothing doubled.

Everything comes back without hands. A few kills in every run, many with ``--soak``.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from opora.core import clock, installation
from opora.core.embedded.connection import socket_parameters
from opora.core.models import Job
from opora.core.survival import restore
from opora.enrolment import invariants, services
from opora.enrolment.models import Application, Contract, ContractMonth
from tests.enrolment.world import REQUEST_DAY, make_world
from tests.faults.conftest import descendants, free_port
from tests.races.crowd import families
from tests.support.homes import Home, temporary_home, wait_for
from tests.survival.conftest import Installation
from tests.survival.openings import Rush, get, open_now, pointed_at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]


class Own:
    """A home with its own durable embedded server, with the structure and nothing else in it."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.installation = Installation(home.layout.home, None)
        self.conninfo = make_conninfo(**socket_parameters(home.layout))


@pytest.fixture
def own(here: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Own]:
    monkeypatch.setenv("OPORA_PG_FSYNC", "on")
    empty = tmp_path / "empty.zip"
    assert here.call("backup", empty).returncode == 0
    with temporary_home() as home:
        made = Own(home)
        with home.client():
            with pointed_at(made.conninfo):
                restore.put_back(empty)
            yield made


class Serving:
    """``opora serve --with-worker`` on a home."""

    def __init__(self, own: Own) -> None:
        self.own, self.port = own, free_port()
        self.process = subprocess.Popen(
            own.installation.command("serve", "--with-worker", "--port", self.port),
            env=own.installation.environment,
            stderr=subprocess.DEVNULL,
        )

    def wait_until_up(self) -> None:
        wait_for(lambda: get(f"http://127.0.0.1:{self.port}/readyz")[0] == 200, 60)
        wait_for(lambda: bool(self.workers()))

    def processes(self) -> dict[int, str]:
        """Command lines of everything that was started, by process id."""
        found = {}
        for pid in descendants(self.process.pid):
            try:
                found[pid] = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
        return found

    def workers(self) -> list[int]:
        return [pid for pid, line in self.processes().items() if "opora.config.cli work" in line]

    def web(self) -> list[int]:
        """The web server first, then the processes that answer."""
        return sorted(pid for pid, line in self.processes().items() if "granian" in line)

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(30)


def blows(serving: Serving, chance: random.Random) -> Iterator[Callable[[], None]]:
    """The faults in turn; a web server is killed as a whole seldom enough not to be given up for broken."""

    def strike(victims: Callable[[], list[int]], number: int = signal.SIGKILL) -> Callable[[], None]:
        def blow() -> None:
            deadline = time.monotonic() + 30
            while True:  # what has just been killed may not be back yet
                with contextlib.suppress(OSError, IndexError, ValueError):
                    for pid in victims():
                        os.kill(pid, number)
                    return
                assert time.monotonic() < deadline, "nobody to kill"
                time.sleep(0.05)

        return blow

    home = serving.own.home
    return itertools.cycle(
        [
            strike(lambda: [home.server_pid]),
            strike(lambda: [chance.choice(serving.web()[1:]), *serving.workers()]),
            strike(lambda: [home.server_pid], signal.SIGQUIT),  # immediate stop
            strike(lambda: [*serving.web(), *serving.workers(), home.server_pid]),
            strike(lambda: [home.supervisor_pid]),
            strike(lambda: [serving.web()[0]]),
        ]
    )


@pytest.mark.parametrize(
    ("kills", "people"), [(4, 60), pytest.param(60, 1500, marks=[pytest.mark.soak, pytest.mark.timeout(1800)])]
)
def test_a_rush_through_killed_processes(own: Own, kills: int, people: int) -> None:
    with pointed_at(own.conninfo):
        opening = open_now(people, groups=max(3, people // 100))
    serving = Serving(own)
    try:
        serving.wait_until_up()
        rush = Rush([serving.port], opening.tasks, pace=0.2)
        rush.start()
        for blow in itertools.islice(blows(serving, random.Random(7)), kills):
            rush.wait_for_more(max(2, people // kills // 4))
            blow()
        rush.finish()
        with pointed_at(own.conninfo):
            kept = dict(Application.objects.values_list("child__public_id", "pk"))
            assert {str(child): pk for child, pk in kept.items()} == rush.acknowledged
            assert Application.objects.count() == people, "doubled or lost"
            assert invariants.broken() == []
            job = Job.objects.create(task="opora.core.housekeeping.clean")
            wait_for(lambda: Job.objects.get(pk=job.pk).state == "done", 60)
            assert [one for one in installation.check() if not one.ok] == []
        assert serving.process.poll() is None, "it had to be started again by hand"
    finally:
        serving.end()


@pytest.mark.parametrize(
    ("kills", "people"), [(2, 24), pytest.param(40, 300, marks=[pytest.mark.soak, pytest.mark.timeout(1800)])]
)
def test_a_month_turn_through_killed_processes(own: Own, kills: int, people: int) -> None:
    with pointed_at(own.conninfo), clock.frozen(REQUEST_DAY):
        world = make_world()
        group = world.group(capacity=people, price="1800.00", normative_cost="1620.00")
        for one in families(world, people):
            done = services.apply(one.actor, child=one.child, group=group, funding="certificate")
            services.confirm(world.manager, application=done.application_id)
            contract = Contract.objects.get(pk=done.contract_id)
            services.accept_contract(one.actor, contract=contract, text_hash=services.terms_hash(contract))
    chance = random.Random(11)
    for number in range(kills):
        turn = start_turn(own)
        assert turn.stdout is not None
        for _ in range(chance.randrange(1, 3)):
            turn.stdout.readline()  # so many batches are through
        if number % 2:
            before = own.home.server_pid
            os.kill(before, chance.choice([signal.SIGKILL, signal.SIGQUIT]))
            wait_for(lambda gone=before: not own.home.server_lives(gone))
        turn.kill()
        turn.communicate()
        own.home.connect_when_back().close()
        with pointed_at(own.conninfo):
            assert invariants.broken() == [], number
    turn = start_turn(own)
    turn.communicate(timeout=120)
    assert turn.returncode == 0
    with pointed_at(own.conninfo):
        assert invariants.broken() == []
        spent = ContractMonth.objects.filter(state="spent")
        assert spent.count() == 3 * people, "October, November and December of each contract, once"
        assert services.month_turn(TURN_DAY.date()) == 0


TURN_DAY = REQUEST_DAY.replace(month=12)
TURN = """
import sys, time, django
django.setup()
import datetime as dt
from opora.core import clock, installation
from opora.enrolment.services import month
from django.db import connection

month.BATCH = int(sys.argv[2])
turned = connection.execute_wrapper

def tell(execute, sql, params, many, context):
    done = execute(sql, params, many, context)
    if "month_turn(" in sql:
        print("batch", flush=True)
        time.sleep(0.02)  # still inside the transaction: the kill comes here
    return done

with clock.frozen(dt.datetime.fromisoformat(sys.argv[1])), turned(tell):
    month.month_turn_everywhere()
"""


def start_turn(own: Own) -> subprocess.Popen[str]:
    """The turn of the month in a process of its own, a few certificates per transaction."""
    return subprocess.Popen(
        [sys.executable, "-c", TURN, TURN_DAY.isoformat(), "3"],
        env=own.installation.environment | {"OPORA_BATCH": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
