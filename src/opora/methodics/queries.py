"""Reading agreements and staff development: what ends soon, who has a deficit, who is trained."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from opora.core import clock
from opora.core.access import Actor
from opora.core.localtime import local_today
from opora.methodics import policy, rules
from opora.methodics.models import Agreement, Deficit, DeficitSurvey, Training
from opora.providers.models import Staff

SOON = dt.timedelta(days=max(rules.REMIND_DAYS))


def signed_between(
    start: dt.date, end: dt.date, *, municipalities: frozenset[int] | None = None, kind: str = "", topic: str = ""
) -> QuerySet[Agreement]:
    """Agreements signed in a period (both days included), by partner kind and topic when named."""
    rows = Agreement.objects.exclude(state=Agreement.State.DRAFT).filter(signed_on__gte=start, signed_on__lte=end)
    if municipalities is not None:
        rows = rows.filter(centre__municipality__in=municipalities)
    rows = rows.filter(partner__kind=kind) if kind else rows
    return rows.filter(topic=topic) if topic else rows


def in_force(day: dt.date) -> Q:
    """Signed agreements whose term covers the day."""
    ends = Q(ends_on__isnull=True) | Q(ends_on__gte=day)
    return Q(state=Agreement.State.SIGNED, starts_on__lte=day) & ends


def ending(actor: Actor) -> QuerySet[Agreement]:
    """Agreements that the actor keeps and that end within sixty days."""
    today = local_today("centre__municipality__time_zone")
    rows: QuerySet[Agreement] = policy.agreements.rows(actor, "change")
    last = clock.today(clock.EASTERNMOST) + SOON
    return rows.filter(state=Agreement.State.SIGNED, ends_on__gte=today, ends_on__lte=last)


def without_certificate(actor: Actor) -> QuerySet[Training]:
    """Finished training of the actor's staff whose certificate nobody entered; placements need none."""
    rows: QuerySet[Training] = policy.trainings.rows(actor, "change")
    finished = rows.filter(state=Training.State.FINISHED, certificate_number="")
    return finished.exclude(kind=Training.Kind.PLACEMENT)


def working(day: dt.date) -> QuerySet[Staff]:
    """Staff of working organisations on a day."""
    rows = Staff.objects.filter(organisation__state="active")
    rows = rows.filter(Q(left_on__isnull=True) | Q(left_on__gt=day))
    return rows.filter(Q(hired_on__isnull=True) | Q(hired_on__lte=day))


def trained(day: dt.date) -> Q:
    """Staff with a training finished within three years before the day."""
    done = Training.objects.filter(
        staff_id=OuterRef("pk"),
        state=Training.State.FINISHED,
        finished_on__gt=rules.trained_since(day),
        finished_on__lte=day,
    )
    return Q(Exists(done))


def identified(day: dt.date) -> QuerySet[Deficit]:
    """Deficits found by the latest survey of each municipality on or before the day."""
    latest = DeficitSurvey.objects.filter(
        municipality_id=OuterRef("survey__municipality_id"), held_on__lte=day
    ).order_by("-held_on", "-pk")
    rows = Deficit.objects.exclude(level=Deficit.Level.NONE)
    return rows.filter(survey_id=Subquery(latest.values("pk")[:1]))


def with_deficit(day: dt.date) -> QuerySet[Staff]:
    """Working teachers in whom the latest survey found a deficit."""
    return working(day).filter(kind=Staff.Kind.TEACHER, pk__in=identified(day).values("staff_id"))


def _learned(day: dt.date) -> Exists:
    """A finding of a deficit: its worker finished a training for that competence since the survey."""
    return Exists(
        Training.objects.filter(
            staff_id=OuterRef("staff_id"),
            competence_id=OuterRef("competence_id"),
            state=Training.State.FINISHED,
            finished_on__gte=OuterRef("survey__held_on"),
            finished_on__lte=day,
        )
    )


def closed_findings(survey: DeficitSurvey, day: dt.date) -> QuerySet[Deficit]:
    """Ids of a survey's deficits that training has closed by the day."""
    rows = Deficit.objects.exclude(level=Deficit.Level.NONE).filter(_learned(day), survey=survey)
    return rows.order_by().values("pk")  # type: ignore[return-value]


def deficit_closed(day: dt.date) -> QuerySet[Staff]:
    """Teachers with a deficit who since the survey finished a training for a competence that they lacked."""
    closed = identified(day).filter(_learned(day))
    return with_deficit(day).filter(pk__in=closed.values("staff_id"))
