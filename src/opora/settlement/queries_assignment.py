"""Execution of municipal assignments: learner-hours out of the journal, money by quarter (A7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from opora.core.access import Actor
from opora.settlement import policy
from opora.settlement.models import MunicipalAssignment
from opora.settlement.rules.assignment import Execution

ZERO = Decimal(0)
_BY_ENROLMENT = """
SELECT l.organisation_id, extract(year FROM l.date)::int, extract(quarter FROM l.date)::int,
       sum(l.academic_hours * e.learners)
  FROM lesson l CROSS JOIN LATERAL (
       SELECT count(*) AS learners FROM enrolment e
        WHERE e.group_id = l.group_id AND e.starts_on <= l.date AND (e.ends_on IS NULL OR e.ends_on >= l.date)) e
 WHERE l.state = 'held' AND l.organisation_id = ANY(%s) AND l.date BETWEEN make_date(%s, 1, 1) AND make_date(%s, 12, 31)
 GROUP BY 1, 2, 3
"""
_BY_ATTENDANCE = """
SELECT l.organisation_id, extract(year FROM l.date)::int, extract(quarter FROM l.date)::int, sum(l.academic_hours)
  FROM lesson l JOIN attendance a ON a.lesson_id = l.id AND a.mark = 'present'
 WHERE l.state = 'held' AND l.organisation_id = ANY(%s) AND l.date BETWEEN make_date(%s, 1, 1) AND make_date(%s, 12, 31)
 GROUP BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Executed:
    """An assignment with its fact; `quarters`: (number, hours, money planned, money received)."""

    assignment: MunicipalAssignment
    execution: Execution
    quarters: tuple[tuple[int, Decimal, Decimal, Decimal], ...]

    @property
    def planned_money(self) -> Decimal:
        return sum((row[2] for row in self.quarters), ZERO)

    @property
    def received(self) -> Decimal:
        return sum((row[3] for row in self.quarters), ZERO)


def executed(actor: Actor, year: int) -> list[Executed]:
    """Assignments of the year that the actor sees, by organisation, with their facts; two queries for any number."""
    policy.ASSIGNMENT.require(actor, "view")
    rows = policy.ASSIGNMENT.rows(actor, "view").filter(year=year).select_related("organisation")
    found = list(rows.order_by("organisation__sort_name", "pk"))
    hours = _hours(_BY_ENROLMENT, (one.organisation_id for one in found if not one.by_attendance), year)
    hours |= _hours(_BY_ATTENDANCE, (one.organisation_id for one in found if one.by_attendance), year)
    return [_executed(one, hours) for one in found]


def years(actor: Actor) -> list[int]:
    """Years with assignments, newest first."""
    rows = policy.ASSIGNMENT.rows(actor, "view").order_by("-year").values_list("year", flat=True)
    return list(rows.distinct())


def _hours(sql: str, organisations: Iterable[int], year: int) -> dict[tuple[int, int], Decimal]:
    ids = sorted(set(organisations))
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(sql, [ids, year, year])
        return {(organisation, number): hours for organisation, _, number, hours in cursor.fetchall()}


def _executed(one: MunicipalAssignment, hours: dict[tuple[int, int], Decimal]) -> Executed:
    quarters = tuple(
        (
            number,
            hours.get((one.organisation_id, number), ZERO),
            getattr(one, f"plan_q{number}"),
            getattr(one, f"fact_q{number}"),
        )
        for number in range(1, 5)
    )
    actual = sum((row[1] for row in quarters), ZERO)
    return Executed(one, Execution(one.planned_hours, actual, one.deviation_percent), quarters)
