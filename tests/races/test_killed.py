"""A process is killed in the middle of applying: nothing acknowledged is lost, nothing is doubled."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from opora.enrolment import invariants, services
from opora.enrolment.models import Application
from tests.enrolment.world import make_world

from .crowd import families, together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]


def test_acknowledged_applications_survive_kill_9(database_url: str) -> None:
    world = make_world()
    group = world.group(capacity=60)
    people = families(world, 120)
    tasks = [{"account": one.account.pk, "child": one.child.pk, "group": group.pk} for one in people]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.races.applicant"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"DATABASE_URL": database_url},
    )
    assert process.stdin is not None and process.stdout is not None
    with process:
        process.stdin.write(json.dumps(tasks) + "\n")
        process.stdin.flush()
        said = [process.stdout.readline() for _ in range(40)]
        process.kill()
        said += process.stdout.readlines()
    acknowledged = dict(map(int, line.split()) for line in said if line.endswith("\n") and line.strip())
    assert 40 <= len(acknowledged) < 120
    kept = dict(Application.objects.values_list("child_id", "pk"))
    assert acknowledged.items() <= kept.items()
    assert invariants.broken() == []
    # everybody sends again, as a browser would: who was taken gets the first answer
    again = together(
        lambda one: services.apply(
            one.actor,
            child=one.child,
            group=group,
            funding="certificate",
            idempotency_key=f"child-{one.child.pk}",
        ),
        people,
    )
    assert [one for one in again if isinstance(one, Exception)] == []
    assert (
        acknowledged.items()
        <= {one.child.pk: done.application_id for one, done in zip(people, again, strict=True)}.items()
    )
    assert Application.objects.count() == 120
    assert invariants.broken() == []
