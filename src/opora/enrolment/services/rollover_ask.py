"""Change of school year, second part: families are asked by letter and in the cabinet, and answer (E6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from opora.core import clock, russian
from opora.core.access import Actor
from opora.core.models import Letter, Outbox
from opora.core.outbox import emit
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.enrolment import policy
from opora.enrolment.models import Rollover, RolloverGroup, RolloverLearner
from opora.enrolment.rules import rollover as rules
from opora.enrolment.services.holding import retried
from opora.enrolment.services.rollover_draft import locked, require_draft
from opora.enrolment.services.rollover_edit import Changed, lessons_of
from opora.people.models import Guardianship

State = Rollover.State
SHORTEST = dt.timedelta(days=3)
"""Families have at least three days to answer."""
CLOSED = Reason(
    "answer_closed",
    "Ответить уже нельзя: срок прошёл или переход отменён.",
    hint="Позвоните в организацию: если место ещё свободно, вас запишут.",
)
DONE = Reason(
    "answer_done",
    "Перевод этого ребёнка уже выполнен.",
    hint="Отказаться можно в заявке на новый учебный год: её видно в кабинете.",
)


def asked_rows(batch: Rollover) -> Any:
    """Learners about whom families are asked: proposed ones of groups that go on."""
    return RolloverLearner.objects.filter(rollover=batch, included=True).exclude(line__plan=RolloverGroup.Plan.ENDS)


def ask(actor: Actor, *, rollover: Rollover | int, last_day: dt.date) -> Rollover:
    """Write to the families and wait for their answers up to the end of `last_day`.

    Raises Hidden, Forbidden; Refused when the day is too near or a next year's group cannot be opened as planned.
    """
    with act(actor):
        batch = locked(actor, rollover)
        require_draft(batch)
        zone = batch.municipality.time_zone
        if reasons := [*_day_reasons(last_day, clock.today(zone)), *problems(batch)]:
            raise Refused(reasons)
        batch.state, batch.asked_at = State.ASKING, clock.now()
        batch.answer_until = dt.datetime.combine(last_day + dt.timedelta(days=1), dt.time(), clock.zone(zone))
        batch.save(update_fields=["state", "asked_at", "answer_until"])
        rows = asked_rows(batch).select_related("child", "line__module__programme", "line__from_group__programme")
        _tell(batch, list(rows.order_by("pk")))
    return batch


def _day_reasons(last_day: dt.date, today: dt.date) -> list[Reason]:
    if last_day < today + SHORTEST:
        return [Reason("deadline_near", "Дайте семьям на ответ хотя бы три дня.", field="last_day")]
    return []


def problems(batch: Rollover) -> list[Reason]:
    """Why planned groups could not be opened: said before anybody is asked."""
    found = []
    lines = batch.lines.exclude(plan=RolloverGroup.Plan.ENDS).select_related(
        "module__programme", "from_group__programme", "teacher"
    )
    for line in lines.order_by("from_group__name", "pk"):
        found += [
            Reason(one.code, f"{line.from_group.name}: {one.message}", hint=one.hint) for one in line_problems(line)
        ]
    return found


def line_problems(line: RolloverGroup) -> list[Reason]:
    """What stands in the way of opening one planned group."""
    reasons = []
    if line.module is None:
        return [Reason("no_module", "Не выбран модуль.")]
    if line.module.programme.state != "published":
        reasons.append(Reason("programme_not_published", "Программа не опубликована."))
    if line.from_group.for_certificate and line.module.normative_cost is None:
        reasons.append(
            Reason("no_normative_cost", "У модуля нет нормативной стоимости, а группа принимает по сертификату.")
        )
    if line.starts_on <= line.from_group.ends_on:
        reasons.append(Reason("starts_early", "Новая группа начинается раньше, чем закончится прежняя."))
    low, high = line.module.programme.age_from, line.module.programme.age_to
    if (low is not None and line.age_from < low) or (high is not None and line.age_to > high):
        reasons.append(Reason("ages_outside", f"Возраст новой группы выходит за возраст программы ({low}–{high})."))
    return reasons + rules.timetable_reasons(lessons_of(line))


def _tell(batch: Rollover, rows: Sequence[RolloverLearner]) -> None:
    """One letter to every guardian of every learner and one fact for each learner, in a few statements."""
    guardians: dict[int, list[tuple[int, str]]] = {}
    living = Guardianship.objects.filter(
        child_id__in=[row.child_id for row in rows], ended_at__isnull=True, account__is_active=True
    )
    for child, account, address in living.values_list("child_id", "account_id", "account__email"):
        guardians.setdefault(child, []).append((account, address))
    letters = [
        _letter(batch, row, account, address) for row in rows for account, address in guardians.get(row.child_id, ())
    ]
    Letter.objects.bulk_create(letters, batch_size=500, ignore_conflicts=True)
    Outbox.objects.bulk_create(
        (
            Outbox(
                kind="rollover.asked",
                object_kind="rollover_learner",
                object_id=row.pk,
                municipality_id=batch.municipality_id,
                payload={"rollover": batch.pk, "child": row.child_id, "public_id": str(row.public_id)},
            )
            for row in rows
        ),
        batch_size=500,
    )


def _letter(batch: Rollover, row: RolloverLearner, account: int, address: str) -> Letter:
    line = row.line
    assert batch.answer_until is not None and line.module is not None
    last = russian.date_full((batch.answer_until - dt.timedelta(seconds=1)).astimezone(_zone(batch)).date())
    title = rules.school_year_title(batch.to_year)
    silent = (
        "Если не ответить, ребёнок останется в списке группы."
        if batch.silence == Rollover.Silence.YES
        else "Если не ответить, место отдадут другим."
    )
    admission = " К началу занятий понадобится действующий медицинский допуск." if line.from_group.needs_medical else ""
    return Letter(
        account_id=account,
        address=address,
        kind="rollover_asked",
        subject=f"Продолжите занятия в {title} учебном году? «{line.module.programme.name}»"[:300],
        body=f"{row.child.first_name} занимается в группе «{line.from_group.name}». В следующем учебном году занятия"
        f" продолжатся с {russian.date_full(line.starts_on)}, группа «{line.name}»."
        f"\n\nОтветьте до {last} включительно, пойдёт ли ребёнок дальше. {silent}{admission}",
        link=f"/cabinet/next-year/{row.public_id}/",
        answer=f"next_year:{row.pk}",
        created_at=clock.now(),
        dedup=f"rollover:{row.pk}:asked:{account}",
    )


def _zone(batch: Rollover) -> Any:
    return clock.zone(batch.municipality.time_zone)


@retried
def answer(
    actor: Actor,
    *,
    learner: RolloverLearner | int,
    agrees: bool,
    channel: str = RolloverLearner.Channel.CABINET,
) -> RolloverLearner:
    """A guardian says whether the child goes on; it may be changed until the last day and before it is carried out.

    A refusal is taken after the last day too, as long as nothing has been done: it frees a place. The same answer
    again changes nothing. Raises Forbidden, Hidden; Refused (`answer_closed`, `answer_done`); Busy while the child's
    group is being carried out.
    """
    pk = learner if isinstance(learner, int) else learner.pk
    policy.ROLLOVER_LEARNER.get(actor, "answer", pk=pk)
    with act(actor):
        rows = RolloverLearner.objects.select_for_update(no_key=True, of=("self",))
        row = rows.select_related("rollover", "line").get(pk=pk)
        batch = row.rollover
        wanted = "yes" if agrees else "no"
        if row.answer == wanted:
            return row
        if row.done_at is not None:
            raise Refused(DONE)
        if not may_answer(row, agrees):
            raise Refused(CLOSED)
        _record(actor, row, wanted, channel)
        emit(
            "rollover.answered",
            "rollover_learner",
            row.pk,
            municipality_id=batch.municipality_id,
            rollover=batch.pk,
            child=row.child_id,
            answer=wanted,
            channel=channel,
        )
    return row


def may_answer(row: RolloverLearner, agrees: bool = True) -> bool:
    """Is an answer still taken? The row comes with its batch and its line."""
    batch = row.rollover
    open_ = batch.state in (State.ASKING, State.RUNNING) and row.done_at is None
    proposed = row.included and row.line.plan != RolloverGroup.Plan.ENDS
    in_time = batch.answer_until is not None and clock.now() < batch.answer_until
    return open_ and proposed and (in_time or not agrees)


def _record(actor: Actor, row: RolloverLearner, wanted: str, channel: str) -> None:
    row.answer, row.channel = wanted, channel
    row.answered_at, row.answered_by_id = clock.now(), actor.account_id
    row.save(update_fields=["answer", "channel", "answered_at", "answered_by"])


def answer_on_paper(actor: Actor, *, rollover: Rollover | int, learners: Iterable[Any], agrees: bool) -> Changed:
    """The manager records what families without a cabinet said or signed. Answers given by families stay."""
    with act(actor):
        batch = locked(actor, rollover)
        if batch.state != State.ASKING:
            raise Refused(Reason("not_asking", "Ответы принимают после того, как семьи спрошены, и до выполнения."))
        rows = RolloverLearner.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
        done, left = 0, []
        for row in rows.filter(rollover=batch, public_id__in=list(learners)).select_related("child", "line"):
            if not row.included or row.line.plan == RolloverGroup.Plan.ENDS:
                left.append((row.child.full_name, "этого ребёнка не спрашивали"))
            elif row.answer and row.channel != RolloverLearner.Channel.PAPER:
                left.append((row.child.full_name, "семья уже ответила сама"))
            else:
                _record(actor, row, "yes" if agrees else "no", RolloverLearner.Channel.PAPER)
                done += 1
    return Changed(done, tuple(left))
