"""The primary dies during a rush: no acknowledged application lost, none doubled, service back within 30 s.

Three nodes with a synchronous standby, two web nodes and a worker behind HAProxy; three kills. ``make cluster-test``.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from opora.enrolment import invariants
from opora.enrolment.models import Application
from tests.cluster.cluster import Cluster
from tests.support.homes import wait_for
from tests.survival.conftest import Installation
from tests.survival.openings import Rush, get, open_now, pointed_at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.cluster, pytest.mark.timeout(900)]
KILLS = 3
PEOPLE = 700
BACK_WITHIN = 30.0


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    made = Cluster()
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def nodes(cluster: Cluster, here: Installation, tmp_path: Path) -> Iterator[Installation]:
    """The structure comes by backup and restore; two web nodes and a worker run on the cluster."""
    empty = tmp_path / "empty.zip"
    assert here.call("backup", empty).returncode == 0
    installation = Installation(tmp_path / "node", cluster.url)
    installation.home.mkdir()
    done = installation.run("restore", empty)
    assert done.returncode == 0, done.stderr
    commands = [installation.command("serve", "--port", port) for port in cluster.web_ports]
    commands.append(installation.command("work"))
    started = []
    with open(tmp_path / "nodes.log", "wb") as log:
        started += [subprocess.Popen(one, env=installation.environment, stderr=log, stdout=log) for one in commands]
    try:
        wait_for(lambda: all(get(f"http://127.0.0.1:{port}/readyz")[0] == 200 for port in cluster.web_ports), 90)
        yield installation
        assert [one.poll() for one in started] == [None] * 3, "a node had to be started again by hand"
    finally:
        for one in started:
            one.terminate()
        for one in started:
            one.wait(30)


def test_failover_during_a_rush_loses_nothing(cluster: Cluster, nodes: Installation) -> None:
    with pointed_at(cluster.url):
        opening = open_now(PEOPLE, groups=10, capacity=50)
    rush = Rush([cluster.web_port], opening.tasks, clients=4, pace=0.3)
    rush.start()
    waits = []
    for _ in range(KILLS):
        rush.wait_for_more(20)
        fallen = cluster.primary()
        struck = time.monotonic()
        cluster.kill(fallen)
        rush.wait_for_more(40, seconds=90)
        waits.append(rush.longest_silence(struck))
        assert cluster.primary() is not fallen
        cluster.start_node(fallen)
        cluster.wait_until_whole()
    rush.finish()
    sys.stderr.write(f"\nwaiting at each failover, s: {', '.join(f'{one:.1f}' for one in waits)}\n")
    sys.stderr.write(f"answers by status: {rush.statuses}\n")
    with pointed_at(cluster.url):
        kept = {str(child): pk for child, pk in Application.objects.values_list("child__public_id", "pk")}
        assert kept == rush.acknowledged
        assert Application.objects.count() == PEOPLE, "doubled or lost"
        assert invariants.broken() == []
    doctor = nodes.run("doctor", "--json")
    assert doctor.returncode == 0, [one for one in json.loads(doctor.stdout)["checks"] if not one["ok"]]
    assert max(waits) < BACK_WITHIN, waits
