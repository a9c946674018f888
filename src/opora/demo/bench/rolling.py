"""``rollover``: the change of school year of a house with 2 000 learners: drafted, families asked, carried out."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from opora.core import clock
from opora.core.access import SYSTEM
from opora.demo.bench import machine
from opora.demo.bench.figures import Outcome, Repetition, Target
from opora.demo.bench.school import REPETITIONS
from opora.demo.bench.stage import Stage


def rollover(stage: Stage) -> Outcome:
    """Each repetition takes a house of its own and walks its whole road, every step committed as in life."""
    from opora.enrolment.models import Enrolment
    from opora.providers.models import Organisation

    houses = list(Organisation.objects.order_by("pk").values_list("pk", flat=True))
    learners = Enrolment.objects.filter(organisation_id=houses[0]).count()
    stage.spoil("school")  # a year changes once: the next run loads the houses again
    repetitions = [_changed(stage, house, learners) for house in houses[: min(stage.repetitions, REPETITIONS)]]
    return Outcome(
        dataset={"learners": learners, "houses": len(houses)},
        repetitions=repetitions,
        targets=[
            Target("draft processor s", 10),
            Target("carry out processor s", 60),
            Target("wrong", 0, worst=True),
        ],
        notes=[
            "processor s: этот процесс и сервер базы вместе; все семьи согласны, одна из пяти учится по сертификату",
            "wrong: дети, которые не записаны или не получили договора, и нарушенные правила",
        ],
    )


def _changed(stage: Stage, house: int, learners: int) -> Repetition:
    from opora.enrolment.models import RolloverLearner
    from opora.enrolment.services import rollover_ask, rollover_draft, rollover_run
    from opora.providers.models import Signatory

    year = clock.today().year
    figures: Repetition = {}
    with clock.frozen(dt.datetime(year + 1, 4, 12, 9, tzinfo=dt.UTC)):
        batch = _timed(
            stage, figures, "draft",
            lambda: rollover_draft.prepare(SYSTEM, organisation=house, from_year=year),
        )  # fmt: skip
        last = dt.date(year + 1, 4, 30)
        _timed(stage, figures, "ask", lambda: rollover_ask.ask(SYSTEM, rollover=batch, last_day=last))
        rows = RolloverLearner.objects.filter(rollover=batch)
        rows.update(answer="yes", channel="cabinet", answered_at=clock.now())
    with clock.frozen(dt.datetime(year + 1, 5, 3, 9, tzinfo=dt.UTC)):
        signatory = Signatory.objects.get(organisation_id=house)
        rollover_run.start(SYSTEM, rollover=batch, signatory=signatory)
        _timed(stage, figures, "carry out", lambda: _carry_out(batch.pk))
    figures["wrong"] = learners - rows.filter(outcome__in=("enrolled", "offered")).count() + _broken()
    return figures


def _carry_out(batch: int) -> None:
    from opora.enrolment.services import rollover_run

    while not rollover_run.run(batch):
        pass


def _broken() -> int:
    """Rules about applications, places and the change itself that do not hold."""
    from opora.core import doctor
    from opora.enrolment import invariants_rollover

    return sum(not one.ok for one in doctor.run(invariants_rollover.CHECKS))


def _timed(stage: Stage, figures: Repetition, name: str, work: Callable[[], Any]) -> Any:
    """Do the work; seconds by the clock and of the processor, and statements sent, go to the figures."""
    postmaster = stage.postmaster()
    sent = _Counter()
    began, own, server = time.monotonic(), time.process_time(), machine.processor_seconds(postmaster)
    with connection.execute_wrapper(sent):
        found = work()
    figures[f"{name} s"] = time.monotonic() - began
    figures[f"{name} processor s"] = time.process_time() - own + machine.processor_seconds(postmaster) - server
    figures[f"{name} statements"] = sent.count
    return found


class _Counter:
    """Counts what is sent to the database."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, *args: Any) -> Any:
        self.count += 1
        return execute(*args)
