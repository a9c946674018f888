"""What waits for keepers of organisations: what enrolment needs and the register lacks."""

from __future__ import annotations

from collections.abc import Iterable

from opora.core.access import Actor
from opora.core.office import work
from opora.core.office.work import WorkItem
from opora.providers import queries
from opora.providers.policy import KEEPERS

TITLES = {
    "venues": "Организации без площадки для занятий",
    "signatories": "Организации без подписанта договоров",
    "licence": "Организации без сведений о лицензии",
}


@work.register
def incomplete_organisations(actor: Actor) -> Iterable[WorkItem]:
    """Lines with links to the register narrowed to the same rows."""
    if not actor.has(*KEEPERS):
        return []
    counts = queries.lacking_counts(actor)
    return [WorkItem(TITLES[what], count, f"/office/organisations/?lacks={what}") for what, count in counts.items()]
