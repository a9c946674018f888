"""A change of school year under way twice at once, families who refuse meanwhile, a worker killed by the system (E6)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from opora.catalogue.models import Group
from opora.core import clock, doctor
from opora.core.reasons import Busy, Refused
from opora.enrolment import invariants, invariants_rollover
from opora.enrolment.models import Application, Order, Rollover, RolloverLearner
from opora.enrolment.services import rollover_ask, rollover_run
from tests.enrolment.world import Family
from tests.rollover.conftest import ENROL_DAY, RUN_DAY, School, make_school

from .crowd import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]


def asked_school(settings, tmp_path, count: int) -> tuple[School, Rollover, list[Family]]:
    settings.MEDIA_ROOT = tmp_path / "files"
    with clock.frozen(ENROL_DAY):
        school = make_school()
        families = [school.learner() for _ in range(count)] + [school.learner(school.last) for _ in range(3)]
    batch = school.asked()
    for one in families[:count]:
        school.answer(batch, one, True)
    school.start(batch)
    return school, batch, families[:count]


def patiently(work: Callable[[], object]) -> object:
    """As the worker does: what is busy is tried again."""
    for _ in range(40):
        try:
            with clock.frozen(RUN_DAY):
                return work()
        except Busy:
            time.sleep(0.1)
    raise AssertionError("busy for ever")


def finish(batch: Rollover) -> None:
    for _ in range(40):
        patiently(lambda: rollover_run.run(batch.pk))
        batch.refresh_from_db()
        if batch.state == "done":
            return
        time.sleep(0.1)
    raise AssertionError("never done")


def sound() -> None:
    assert invariants.broken() == []
    assert [one for one in doctor.run(invariants_rollover.CHECKS) if not one.ok] == []


def test_two_workers_carry_out_one_batch_once(settings, tmp_path):
    school, batch, families = asked_school(settings, tmp_path, 8)
    results = together(lambda _: patiently(lambda: rollover_run.run(batch.pk)), range(4), threads=4)
    assert [one for one in results if isinstance(one, BaseException)] == []
    finish(batch)
    assert Application.objects.filter(source="rollover").count() == len(families)
    assert Group.objects.filter(module=school.following).count() == 2
    assert sorted(Order.objects.values_list("kind", "number")) == [("completion", "1-ок"), ("next_year", "1-пг")]
    sound()


def test_a_refusal_during_the_work_counts_or_is_told_that_it_came_too_late(settings, tmp_path):
    _, batch, families = asked_school(settings, tmp_path, 8)
    rows = {one.child.pk: RolloverLearner.objects.get(rollover=batch, child=one.child) for one in families}

    def deed(number: int) -> object:
        if number == 0:
            return patiently(lambda: rollover_run.run(batch.pk))
        family = families[number - 1]
        return patiently(lambda: rollover_ask.answer(family.actor, learner=rows[family.child.pk], agrees=False))

    results = together(deed, range(9), threads=9)
    late = {families[n - 1].child.pk for n, one in enumerate(results) if n and isinstance(one, Refused)}
    assert [one for one in results if isinstance(one, BaseException) and not isinstance(one, Refused)] == []
    finish(batch)
    for one in families:
        row = RolloverLearner.objects.get(rollover=batch, child=one.child)
        assert row.outcome == ("enrolled" if one.child.pk in late else "refused")
    assert Application.objects.filter(source="rollover").count() == len(late)
    sound()


def test_kill_9_in_the_middle_leaves_nothing_half_done(settings, tmp_path, database_url: str):
    school, batch, families = asked_school(settings, tmp_path, 10)
    command = [sys.executable, "-m", "tests.races.carrier", str(batch.pk), RUN_DAY.isoformat()]
    environment = os.environ | {"DATABASE_URL": database_url}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(4)]
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert said == ["1\n", "2\n", "3\n", "4\n"]
    assert Application.objects.filter(source="rollover").count() in (0, len(families))  # whole groups or nothing
    finish(batch)
    assert Application.objects.filter(source="rollover").count() == len(families)
    assert Group.objects.filter(module=school.following).count() == 2
    sound()
