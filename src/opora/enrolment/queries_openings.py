"""What an opening of enrolment has come to: sums over its groups, nothing about anybody."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from opora.catalogue.models import EnrolmentOpening, Group
from opora.catalogue.policy import openings as policy
from opora.core import clock
from opora.core.access import VISITOR
from opora.core.reasons import Hidden

LATELY = dt.timedelta(minutes=1)


class OpeningFigures(NamedTuple):
    """Counted at one moment. `taken`: applications since the opening, whatever became of them; `lately`: of the last
    minute; `waiting`: children in the queues now; `free` and `capacity`: places."""

    groups: int
    programmes: int
    capacity: int
    free: int
    waiting: int
    taken: int
    lately: int


_FIGURES = """
SELECT count(*), count(DISTINCT g.programme_id), coalesce(sum(p.capacity), 0),
       coalesce(sum(p.capacity - p.places_taken), 0), coalesce(sum(p.waiting), 0),
       coalesce(sum(a.taken), 0), coalesce(sum(a.lately), 0)
  FROM learning_group g JOIN group_places p ON p.group_id = g.id
  CROSS JOIN LATERAL (SELECT count(*) AS taken, count(*) FILTER (WHERE w.submitted_at > %(lately)s) AS lately
      FROM application w WHERE w.group_id = g.id AND w.submitted_at >= %(since)s AND w.submitted_at <= %(until)s) a
 WHERE g.opening_id = %(opening)s
"""


def announced() -> QuerySet[EnrolmentOpening]:
    """Openings that families may see, the latest moment first."""
    rows = EnrolmentOpening.objects.filter(policy.scope(VISITOR, "read")).select_related("municipality", "organisation")
    return rows.filter(Exists(Group.objects.filter(opening=OuterRef("pk")))).order_by("-opens_at", "-pk")


def opening(pk: int) -> EnrolmentOpening:
    """One announced opening, or Hidden."""
    row = announced().filter(pk=pk).first()
    if row is None:
        raise Hidden("opening")
    return row


def figures(row: EnrolmentOpening) -> OpeningFigures:
    """Count now: one statement."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _FIGURES,
            {
                "opening": row.pk,
                "since": row.opens_at,
                "until": row.finished_at or now + LATELY,
                "lately": now - LATELY,
            },
        )
        return OpeningFigures._make(int(value) for value in cursor.fetchone() or ())
