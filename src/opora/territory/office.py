"""What the territory adds to the office home: the links that those who look at whole territories use most."""

from __future__ import annotations

from collections.abc import Iterable

from opora.core.access import Actor
from opora.core.office import shortcuts, work
from opora.core.office.work import WorkItem
from opora.territory import queries_acts
from opora.territory.policy import KEEPERS

shortcuts.add("/office/municipalities/", "Районы и округа региона", roles=("regional_operator", "observer"), order=25)
shortcuts.add(
    "/office/centres/", "Опорные центры и кого они обслуживают", roles=("regional_operator", "observer"), order=27
)
shortcuts.add("/office/population/", "Сколько детей какого возраста живёт на территории", roles=("observer",), order=34)
shortcuts.add("/office/legal_acts/", "Постановления, приказы, соглашения", roles=("observer", "coordinator"), order=45)


@work.register
def acts_to_publish(actor: Actor) -> Iterable[WorkItem]:
    """Acts of the municipality and of the centre that are published nowhere."""
    if actor.system or not actor.has(*KEEPERS):
        return []
    count = queries_acts.unpublished_for(actor).count()
    return [WorkItem("Опубликовать акты", count, "/office/legal_acts/?published=0")]
