"""What reports give to the office: menu entries, and the self-assessment that waits for its organisation."""

from __future__ import annotations

from collections.abc import Iterator

from opora.core.access import Actor
from opora.core.office import menu, work
from opora.core.office.work import WorkItem, end_of
from opora.reporting import policy, queries_own, rules
from opora.territory.queries import served_zone

menu.add("Отчёты", "/office/reports/", section="monitoring", icon="file-text", order=30, roles=policy.READERS)
menu.add(
    "Самообследование",
    "/office/assessments/",
    section="monitoring",
    icon="clipboard-check",
    order=31,
    roles=(*policy.ASSESSORS, *policy.LOOKERS),
)


@work.register
def assessments(actor: Actor) -> Iterator[WorkItem]:
    """From January until it is published: the report of the year before."""
    if actor.system or not actor.has(*policy.ASSESSORS):
        return
    year = queries_own.last_year(served_zone())
    rows = queries_own.narrowed(queries_own.subjects(actor, year, action="assess"), "missing")
    count = rows.count()
    if count:
        due = end_of(rules.publish_by(year), served_zone())
        yield WorkItem("Опубликовать отчёт о самообследовании", count, f"/office/assessments/?year={year}", due)
