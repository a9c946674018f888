"""What the territory adds to the office home: the links that those who look at whole territories use most."""

from __future__ import annotations

from opora.core.office import shortcuts

shortcuts.add("/office/municipalities/", "Районы и округа региона", roles=("regional_operator", "observer"), order=25)
shortcuts.add(
    "/office/centres/", "Опорные центры и кого они обслуживают", roles=("regional_operator", "observer"), order=27
)
shortcuts.add("/office/population/", "Сколько детей какого возраста живёт на территории", roles=("observer",), order=34)
shortcuts.add("/office/legal_acts/", "Постановления, приказы, соглашения", roles=("observer", "coordinator"), order=45)
