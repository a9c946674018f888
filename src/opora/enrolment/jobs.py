"""Periodic work of enrolment: answers every minute; ends of studies and the turn of the month every hour.

Days and months begin at midnight of each municipality's own zone.
"""

from __future__ import annotations

import datetime as dt

from django_tasks import task

from opora.core.jobs.periodic import periodic
from opora.enrolment import services
from opora.enrolment.services import lesson_letters, reminders, rollover_learners, rollover_run


@periodic("enrolment.expire", every=dt.timedelta(minutes=1))
@task()
def expire_due() -> dict[str, int]:
    """Unanswered place offers and contracts expire; freed places go to the queues."""
    return services.expire_answers()


@periodic("enrolment.close_ended", every=dt.timedelta(hours=1))
@task()
def close_ended() -> dict[str, int]:
    """Ended studies are closed, contracts prolonged: it happens at a local midnight and looks at every learner."""
    done = services.expire_due()
    if done["ended"] or done["prolonged"]:
        close_ended.enqueue()  # a school year ends for many at once: the rest comes next, other work in between
    return done


@periodic("enrolment.month_turn", every=dt.timedelta(hours=1))
@task()
def month_turn() -> int:
    """Spend the months that have begun; where nothing is due it costs one look per municipality."""
    return services.month_turn_everywhere()


@periodic("enrolment.lesson_letters", every=dt.timedelta(minutes=1))
@task()
def tell_lesson_changes() -> int:
    """Letters to families about lessons that were cancelled, moved, added or got a substitute."""
    return lesson_letters.tell_lesson_changes()


@task()
def carry_out_rollover(rollover: int) -> bool:
    """A change of school year, some groups at a time, so that other work comes in between; safe to run again."""
    done = rollover_run.run(rollover)
    if not done:
        carry_out_rollover.enqueue(rollover)
    return done


@periodic("enrolment.rollover_money", every=dt.timedelta(hours=1))
@task()
def take_up_rollover_money() -> int:
    """Learners of the ending year who waited for an approved period."""
    return rollover_learners.take_up_waiting()


@periodic("enrolment.remind", every=dt.timedelta(hours=1))
@task()
def remind() -> dict[str, int]:
    """A letter before an offer lapses, and the question whether to go on after New Year."""
    return reminders.remind()
