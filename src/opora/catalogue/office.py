"""What the catalogue puts on the office: menu items and what waits (K7)."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse_lazy

from opora.catalogue import policy
from opora.catalogue import queries_office as queries
from opora.core.access import CENTRE_ROLES, Actor
from opora.core.office import menu, shortcuts, work
from opora.core.office.work import WorkItem


def _waiting(actor: Actor) -> int:
    return queries.waiting_programmes(actor).count() + queries.waiting_revisions(actor).count()


menu.add(
    "Модерация",
    lambda: str(reverse_lazy("catalogue:moderation")),
    section="catalogue",
    icon="clipboard-check",
    order=5,
    allowed=lambda actor: policy.programmes.allowed(actor, "moderate"),
    count=_waiting,
)


@work.register
def moderation_work(actor: Actor) -> Iterator[WorkItem]:
    """Programmes that the centre has to look at, and those that the provider has to mend."""
    if policy.programmes.allowed(actor, "moderate"):
        yield WorkItem("Проверить программы", _waiting(actor), str(reverse_lazy("catalogue:moderation")))
    if actor.has("provider_manager") and not actor.system:
        returned = policy.programmes.rows(actor, "submit").filter(state="returned").count()
        yield WorkItem(
            "Исправить программы по замечаниям центра",
            returned,
            f"{reverse_lazy('register_list', args=['programmes'])}?state=returned",
        )
        changes = policy.revisions.rows(actor, "submit").filter(state="returned").count()
        yield WorkItem(
            "Исправить изменения программ", changes, f"{reverse_lazy('register_list', args=['programmes'])}?returned=1"
        )


shortcuts.add(
    "/office/moderation/", "Программы на проверке и качество карточек", roles=("centre_head", "methodologist"), order=12
)
shortcuts.add("/office/programmes/", "Описания, модули, цены, состояние", roles=("provider_manager",), order=18)
shortcuts.add(
    "/office/programmes/",
    "Все программы территории",
    roles=(*CENTRE_ROLES, "coordinator", "regional_operator"),
    order=28,
)
shortcuts.add("/office/groups/", "Составы, места, расписание, бумаги", roles=("teacher",), order=14)
shortcuts.add(
    "/office/groups/",
    "Места, расписание, открытие записи",
    roles=("provider_manager", "organiser"),
    order=22,
)
shortcuts.add("/office/groups/", "Где есть места и когда занятия", roles=("desk_operator",), order=24)
