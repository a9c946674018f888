"""What governance puts on the office home: decisions, answers and results that wait (K7)."""

from __future__ import annotations

from collections.abc import Iterator

from opora.core.access import Actor
from opora.core.office import work
from opora.core.office.work import WorkItem
from opora.governance import policy, queries
from opora.providers.queries import today_of

OF_COUNCIL = "meeting__council__region__time_zone"
OF_CENTRE = "centre__municipality__time_zone"


@work.register
def decisions(actor: Actor) -> Iterator[WorkItem]:
    """Decisions of councils that the actor keeps or answers for; those whose term is over stand apart."""
    if actor.system or actor.account_id is None or not actor.is_staff:
        return
    rows = queries.open_decisions(actor)
    today = today_of(actor)
    late = rows.filter(queries.overdue(today))
    yield WorkItem(
        "Просроченные решения советов",
        late.count(),
        "/office/decisions/?control=overdue",
        queries.nearest(late, "due_on", OF_COUNCIL),
    )
    mine = rows.filter(account_id=actor.account_id, due_on__gte=today)
    yield WorkItem(
        "Исполнить решения советов",
        mine.count(),
        "/office/decisions/?control=mine",
        queries.nearest(mine, "due_on", OF_COUNCIL),
    )


@work.register
def proposals(actor: Actor) -> Iterator[WorkItem]:
    """Proposals whose answer or execution is awaited; groups of the centre without a result."""
    if actor.system or not policy.proposals.allowed(actor, "change"):
        return
    waiting = queries.unanswered(actor).filter(answer_due__isnull=False)
    yield WorkItem(
        "Ждём ответа органа власти",
        waiting.count(),
        "/office/proposals/?state=sent",
        queries.nearest(waiting, "answer_due", OF_CENTRE),
    )
    accepted = queries.to_carry_out(actor)
    yield WorkItem(
        "Предложения приняты, ждут исполнения",
        accepted.count(),
        "/office/proposals/?state=accepted",
        queries.nearest(accepted, "carry_out_by", OF_CENTRE),
    )
    yield WorkItem(
        "Записать результат временных групп", queries.ended_without_result(actor).count(),
        "/office/centre_units/?working=0",
    )  # fmt: skip
