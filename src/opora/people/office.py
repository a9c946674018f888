"""What people add to the office: the queue of possible duplicates, the administrator's session."""

from __future__ import annotations

from collections.abc import Iterable

from opora.core.access import Actor
from opora.core.office import menu, work
from opora.people import policy, queries


@work.register
def duplicates(actor: Actor) -> Iterable[work.WorkItem]:
    """Pairs of records that wait for a decision."""
    count = queries.open_merge_count(actor)
    yield work.WorkItem("Возможные двойники: решить, один ребёнок или два", count, "/office/merge/")


menu.add(
    "Возможные двойники",
    "/office/merge/",
    section="people",
    icon="merge",
    order=30,
    allowed=lambda actor: policy.MERGE.allowed(actor, "view"),
    count=queries.open_merge_count,
)
menu.add(
    "Сеанс с персональными данными",
    "/office/personal-session/",
    section="system",
    icon="lock",
    order=10,
    allowed=lambda actor: "administrator" in actor.roles,
)
