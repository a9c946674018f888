"""Outreach in the office: its page in the menu, pupils who wait for a decision, the usual links."""

from __future__ import annotations

from collections.abc import Iterator

from opora.core.access import Actor
from opora.core.office import menu, shortcuts, work
from opora.core.office.work import WorkItem
from opora.outreach import policy, queries

MATCHES = "/office/pupil-matches/"
OVERVIEW = "/office/uncovered/"

menu.add(
    "Неохваченные дети",
    OVERVIEW,
    section="monitoring",
    icon="user-x",
    order=45,
    allowed=lambda actor: policy.pupils.allowed(actor, "view"),
)
menu.add(
    "Похожи на известных детей",
    MATCHES,
    section="monitoring",
    icon="merge",
    order=49,
    allowed=lambda actor: policy.matches.allowed(actor, "decide"),
    count=queries.undecided_count,
)
shortcuts.add(
    OVERVIEW, "Кто из учеников нигде не занимается", roles=("centre_head", "methodologist", "coordinator"), order=35
)


@work.register
def waiting(actor: Actor) -> Iterator[WorkItem]:
    """Pupils that may be one of several children."""
    if not actor.system:
        yield WorkItem("Ученики, похожие на известных детей: решить, кто это", queries.undecided_count(actor), MATCHES)
