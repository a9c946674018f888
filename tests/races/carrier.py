"""A program that carries a change of school year out and says each learner who went on: `carrier BATCH MOMENT`."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Any

import django

django.setup()

from opora.core import clock  # noqa: E402
from opora.enrolment.services import rollover_learners, rollover_run  # noqa: E402

enrol_into = rollover_learners.enrol_into
count = 0


def told(*args: Any) -> None:
    global count
    enrol_into(*args)
    count += 1
    sys.stdout.write(f"{count}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    rollover_learners.enrol_into = told
    with clock.frozen(dt.datetime.fromisoformat(sys.argv[2])):
        rollover_run.run(int(sys.argv[1]))
