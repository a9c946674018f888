"""The state of pupils and the outcome of invitations as expressions of the database: one query for any number of rows.

A pupil's child is the record others are merged into; a provisional record of the same child counts as that child, as in
coverage (:mod:`opora.monitoring.indicators.coverage`).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    DateTimeField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from opora.certificates.models import Certificate
from opora.core import clock
from opora.enrolment.models import Application, Enrolment
from opora.enrolment.queries import in_force
from opora.outreach import rules
from opora.outreach.models import Invitation, Pupil
from opora.outreach.rules import Outcome, Status

LIVING = (
    Application.State.SUBMITTED,
    Application.State.CONFIRMED,
    Application.State.WAITING,
    Application.State.PLACE_OFFERED,
)
HELD = (Certificate.State.APPLIED, Certificate.State.ISSUED, Certificate.State.ACTIVE, Certificate.State.FROZEN)
ZONE = "class_list__municipality__time_zone"


class Moment(Value):
    """The moment at which the query runs, for expressions that are declared once and asked for years."""

    def __init__(self) -> None:
        super().__init__(None, output_field=DateTimeField())

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [clock.now()]


class DayIn(Func):
    """Today in a zone named by a column."""

    template = "timezone(%(expressions)s)::date"
    output_field = DateField()


class FullYears(Func):
    """Age in full years, the same convention as :func:`opora.people.rules.full_years`."""

    template = "date_part('year', age(%(expressions)s))::int"
    output_field = IntegerField()


def today(zone: Any) -> DayIn:
    """Today where the row is; `zone` an F or OuterRef of the municipality's time zone."""
    return DayIn(zone, Moment())


def _of_child(rows: QuerySet[Any], child: str) -> Q:
    """Is there such a row of the child itself or of a provisional record that repeats it?"""
    return Q(Exists(rows.filter(child_id=OuterRef(child)))) | Q(
        Exists(rows.filter(child__matched_to_id=OuterRef(child)))
    )


def status(day: dt.date | None = None) -> Case:
    """The state of a pupil (:class:`rules.Status`) on a date, by default today where its school is."""
    inner: Any = day if day is not None else today(OuterRef(ZONE))
    outer: Any = Value(day, output_field=DateField()) if day is not None else today(F(ZONE))
    age = FullYears(outer, F("birth_date"))
    covered = _of_child(Enrolment.objects.filter(in_force(inner)), "child_id")
    waiting = _of_child(Application.objects.filter(state__in=LIVING), "child_id")
    certified = _of_child(Certificate.objects.filter(state__in=HELD), "child_id")
    return Case(
        When(_between(age), then=Value(Status.OUT_OF_AGE.value)),
        When(match=Pupil.Match.UNDECIDED, then=Value(Status.UNDECIDED.value)),
        When(child__isnull=True, then=Value(Status.UNKNOWN.value)),
        When(covered, then=Value(Status.COVERED.value)),
        When(waiting, then=Value(Status.WAITING.value)),
        When(certified, then=Value(Status.CERTIFICATE.value)),
        default=Value(Status.KNOWN.value),
        output_field=CharField(),
    )


def _between(age: FullYears) -> Q:
    from django.db.models.lookups import GreaterThan, LessThan

    return Q(LessThan(age, rules.AGE_FROM)) | Q(GreaterThan(age, rules.AGE_TO))


def has_status(codes: tuple[str, ...] | list[str], day: dt.date | None = None) -> Q:
    """Pupils in one of the states."""
    from django.db.models.lookups import In

    return Q(In(status(day), [str(code) for code in codes]))


def latest(field: str) -> Subquery:
    """A value of the pupil's latest invitation."""
    rows = Invitation.objects.filter(pupil=OuterRef("pk")).order_by("-invited_at", "-id")
    return Subquery(rows.values(field)[:1])


def outcome(until: dt.date | None = None) -> Case:
    """What came of an invitation (:class:`rules.Outcome`): of the invited child's own later acts, else what was told.

    A study counts when its application came after the invitation, or when it has none (entered by an order).
    """
    studies = Enrolment.objects.filter(starts_on__gte=OuterRef("invited_on"))
    studies = studies.filter(Q(application__isnull=True) | Q(application__submitted_at__gte=OuterRef("invited_at")))
    if until is not None:
        studies = studies.filter(starts_on__lte=until)
    applied = Application.objects.filter(submitted_at__gte=OuterRef("invited_at"))
    return Case(
        When(~Q(frozen=""), then=F("frozen")),
        When(_of_child(studies, "pupil__child_id"), then=Value(Outcome.ENROLLED.value)),
        When(_of_child(applied, "pupil__child_id"), then=Value(Outcome.APPLIED.value)),
        When(~Q(answer=""), then=F("answer")),
        default=Value(Outcome.NONE.value),
        output_field=CharField(),
    )


def latest_outcome() -> Coalesce:
    """The outcome of the pupil's latest invitation, empty without one."""
    rows = Invitation.objects.filter(pupil=OuterRef("pk")).annotate(result=outcome()).order_by("-invited_at", "-id")
    return Coalesce(Subquery(rows.values("result")[:1]), Value(""), output_field=CharField())
