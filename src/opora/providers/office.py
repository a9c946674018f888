"""What waits for keepers of organisations: what enrolment needs and the register lacks."""

from __future__ import annotations

from collections.abc import Iterable

from opora.core.access import CENTRE_ROLES, Actor
from opora.core.office import context, panels, shortcuts, work
from opora.core.office.panels import Panel, Row
from opora.core.office.work import WorkItem
from opora.providers import office_inventory as office_inventory
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


@context.places_named_by
def places(actor: Actor) -> list[str]:
    """Organisations, centres and territories where the actor's roles are held."""
    return queries.places_of(actor)


def own_organisations(actor: Actor) -> Iterable[Panel]:
    """An expert's organisations: whom it looks at."""
    if not actor.has("expert") or actor.system:
        return
    rows = [
        Row(
            title=row.short_name,
            url=f"/office/organisations/{row.pk}/",
            note=", ".join(part for part in (row.get_kind_display(), row.address) if part),
        )
        for row in queries.reached_by(actor, "expert")
    ]
    yield Panel("Мои организации", rows, "/office/organisations/", "Реестр организаций")


panels.register(own_organisations, order=15)

LOOKERS = (*CENTRE_ROLES, "coordinator", "regional_operator", "administrator", "payer")
shortcuts.add("/office/organisations/", "Реквизиты, лицензии, площадки, подписанты", roles=LOOKERS, order=32)
shortcuts.add("/office/organisations/", "Сведения об организации и её функции", roles=("expert", "observer"), order=20)
shortcuts.add("/office/venues/", "Адреса занятий и доступная среда", roles=("expert",), order=22)
shortcuts.add("/office/staff/", "Педагоги и другие работники", roles=("provider_manager", "coordinator"), order=50)
