"""What certificates add to the office: the desk, funding, applications with their deadlines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from opora.certificates import policy, queries
from opora.core import clock, russian
from opora.core.access import CENTRE_ROLES, Actor
from opora.core.office import menu, panels, shortcuts, work
from opora.core.office.panels import Panel, Row
from opora.core.workdays import end_of_day
from opora.people import policy as people


@work.register
def applications(actor: Actor) -> Iterable[work.WorkItem]:
    """Applications for certificates by the nearest due date."""
    if not policy.CERTIFICATE.allowed(actor, "work"):
        return
    rows = queries.to_answer(actor)
    first = rows.first()
    if first is None:
        return
    deadline = None
    if first.answer_due:
        deadline = end_of_day(first.answer_due, clock.zone(first.municipality.time_zone)) - dt.timedelta(minutes=1)
    yield work.WorkItem("Заявления на сертификат: ответить", rows.count(), "/office/desk/", deadline)


@work.register
def periods(actor: Actor) -> Iterable[work.WorkItem]:
    """Funding periods that wait for the coordinator."""
    if policy.PERIOD.allowed(actor, "approve"):
        count = queries.periods_in_review(actor)
        yield work.WorkItem("Периоды финансирования: утвердить", count, "/office/funding/")
    if actor.has("payer") and not actor.system:
        drafts = queries.periods_in_draft(actor)
        yield work.WorkItem("Периоды финансирования: закончить и отправить на утверждение", drafts, "/office/funding/")


STATES = {"draft": "neutral", "review": "warning", "approved": "positive", "closed": "neutral"}


def running_periods(actor: Actor) -> Iterable[Panel]:
    """Periods that are not over, for those who plan and approve the money."""
    if not actor.has(*policy.FUNDERS):
        return
    rows = [
        Row(
            title=row.name,
            url=f"/office/funding/periods/{row.pk}/",
            lead=f"до {russian.date_short(row.ends_on)}",
            note=f"{row.municipality}, {row.programme}",
            tag=row.get_state_display(),
            state=STATES[row.state],  # type: ignore[arg-type]
        )
        for row in queries.periods_ahead(actor)
    ]
    yield Panel("Периоды финансирования", rows, "/office/funding/", "Все программы")


panels.register(running_periods, order=20)

shortcuts.add(
    "/office/desk/",
    "Найти ребёнка, подтвердить личность, выдать сертификат",
    roles=(*CENTRE_ROLES, "desk_operator"),
    order=10,
)
shortcuts.add(
    "/office/certificates/",
    "Номера, виды и состояния сертификатов",
    roles=("desk_operator", "centre_head", "payer"),
    order=25,
)
shortcuts.add("/office/funding/", "Периоды, группы сертификатов, номиналы и пределы", roles=policy.FUNDERS, order=10)
shortcuts.add(
    "/office/payment_agreements/", "Соглашения с организациями об оплате обучения", roles=("payer",), order=15
)
shortcuts.add(
    "/office/programme_registers/", "Какие программы оплачивает сертификат", roles=("payer", "methodologist"), order=30
)
shortcuts.add("/office/normative_costs/", "Стоимость модулей для расчёта с сертификатов", roles=("payer",), order=35)


menu.add(
    "Пункт приёма",
    "/office/desk/",
    section="certificates",
    icon="ticket",
    order=10,
    allowed=lambda actor: people.CHILD.allowed(actor, "find"),
)
menu.add(
    "Программы финансирования",
    "/office/funding/",
    section="certificates",
    icon="wallet",
    order=20,
    allowed=lambda actor: policy.PROGRAMME.allowed(actor, "view"),
)
menu.add(
    "Реестры и стоимость программ",
    "/office/standings/",
    section="certificates",
    icon="badge-check",
    order=25,
    allowed=lambda actor: policy.STANDING.allowed(actor, "view"),
)
