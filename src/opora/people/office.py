"""What people add to the office: the queue of possible duplicates, the administrator's session."""

from __future__ import annotations

from collections.abc import Iterable

from opora.core.access import Actor
from opora.core.office import menu, panels, shortcuts, work
from opora.core.office.panels import Panel, Row
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


def system_state(actor: Actor) -> Iterable[Panel]:
    """What an administrator looks at first: work in the background, letters, roles about to end, the open session."""
    if not actor.has("administrator") or actor.system:
        return
    state = queries.installation_state()
    rows = [
        Row(
            title="Фоновые задания с ошибкой за сутки",
            lead=str(state.failed_jobs),
            note="" if state.failed_jobs else "Всё выполняется",
            tag="проверьте журнал сервера" if state.failed_jobs else "",
            state="danger",
        ),
        Row(
            title="Письма ждут отправки дольше часа",
            lead=str(state.late_letters),
            note="" if state.late_letters else "Почта уходит вовремя",
            tag="проверьте почтовый сервер" if state.late_letters else "",
            state="warning",
        ),
        Row(
            title="Роли заканчиваются в ближайшие 30 дней",
            url=f"/office/roles/?ends_on_from={state.today.isoformat()}&ends_on_to={state.soon.isoformat()}",
            lead=str(state.ending_roles),
        ),
        Row(
            title="Сеанс с персональными данными",
            url="/office/personal-session/",
            lead="открыт" if policy.in_personal_session(actor) else "закрыт",
        ),
    ]
    yield Panel("Состояние системы", rows)


panels.register(system_state, order=30)

shortcuts.add("/office/accounts/", "Кто может войти в систему", roles=("administrator",), order=10)
shortcuts.add("/office/roles/", "Кто какую роль где исполняет", roles=("administrator",), order=12)
shortcuts.add("/office/children/", "Карточки детей территории", roles=("desk_operator", "centre_head"), order=30)
shortcuts.add(
    "/office/children/", "Карточки тех, кто у вас учится или подал заявку", roles=("provider_manager",), order=30
)
