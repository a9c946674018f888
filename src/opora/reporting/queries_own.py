"""Reading self-assessments: who published and who did not, and what everybody may read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from opora.core import clock
from opora.core.access import Actor
from opora.providers.models import Organisation
from opora.reporting import policy, rules
from opora.reporting.models import Report, ReportVersion
from opora.reporting.queries import finished_files, whole

KINDS = ("supplementary", "sport", "arts")
"""Organisations that report by annex 5; others report by the annexes of their own kind."""
STATES = {"published": "Опубликован", "signed": "Утверждён", "draft": "В работе", "": "Не начат"}
SHOW = {"": "Все", "missing": "Не опубликовали", "published": "Опубликовали"}


@dataclass(frozen=True, slots=True)
class Counted:
    """How many organisations have to publish and how many have."""

    total: int
    published: int

    @property
    def missing(self) -> int:
        return self.total - self.published


def subjects(actor: Actor, year: int, *, action: str = "view") -> QuerySet[Any]:
    """Organisations that report by annex 5 with how far the report of the year is: one query."""
    policy.subjects.require(actor, action)
    one = Report.objects.filter(kind=Report.Kind.SELF, organisation_id=OuterRef("pk"), year=year)
    rows = policy.subjects.rows(actor, action).filter(kind__in=KINDS, state=Organisation.State.ACTIVE, is_branch=False)
    rows = rows.annotate(
        report_id=Subquery(one.values("pk")[:1]),
        report_state=Subquery(one.values("state")[:1]),
        report_published=Subquery(one.values("published_at")[:1]),
    )
    found: QuerySet[Any] = rows.select_related("municipality").order_by("sort_name", "pk")
    return found


def narrowed(rows: QuerySet[Any], show: str) -> QuerySet[Any]:
    """Only those who published, or only those who did not."""
    if show == "missing":
        return rows.filter(report_published__isnull=True)
    return rows.filter(report_published__isnull=False) if show == "published" else rows


def counted(rows: QuerySet[Any]) -> Counted:
    return Counted(rows.count(), rows.filter(report_published__isnull=False).count())


def state_of(one: Any) -> str:
    """A code of STATES for a row of :func:`subjects`."""
    if one.report_published:
        return "published"
    return one.report_state or ""


def last_year(zone: str | None) -> int:
    """The year that is reported now: the one before this."""
    return clock.today(zone).year - 1


def is_late(year: int, today: dt.date) -> bool:
    return today > rules.publish_by(year)


def published(slug: str, year: int) -> Report | None:
    """The report that everybody may read."""
    rows = whole().filter(organisation__slug=slug, year=year, published_at__isnull=False)
    return rows.filter(organisation__state=Organisation.State.ACTIVE).first()


def published_of(organisation_id: int) -> list[Report]:
    """Published reports of an organisation for its public page, the latest first: one query."""
    rows = Report.objects.filter(organisation_id=organisation_id, published_at__isnull=False)
    return list(rows.only("year", "kind", "organisation_id").order_by("-year"))


def public_files(report: Report) -> ReportVersion | None:
    """The files of exactly what is published; None until they are made."""
    return finished_files(report)
