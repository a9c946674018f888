"""Change of school year, third part: carrying the batch out, group by group, exactly once (E6).

Each group is one transaction: the new group, its learners, their answers' meaning, the ends of the old studies. A
worker that dies leaves whole groups done or untouched; whoever runs next takes the first group that is not done and
that nobody holds. Locks: the line, its learners by id, then as everywhere places → certificates → numbers.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from opora.catalogue import services as catalogue
from opora.catalogue.models import Group
from opora.certificates import ledger
from opora.certificates.models import Certificate
from opora.core import clock
from opora.core.access import Actor
from opora.core.outbox import emit
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.enrolment.models import Rollover, RolloverGroup, RolloverLearner
from opora.enrolment.rules import rollover as rules
from opora.enrolment.services import groups, rollover_learners, rollover_orders
from opora.enrolment.services.orders import complete
from opora.enrolment.services.rollover_ask import asked_rows, line_problems
from opora.enrolment.services.rollover_draft import locked
from opora.providers.models import Signatory

State = Rollover.State
Plan = RolloverGroup.Plan
Outcome = RolloverLearner.Outcome
Verdict = rules.Verdict
OUTCOMES = {
    Verdict.COMPLETED: (Outcome.COMPLETED, "Группа закончила обучение."),
    Verdict.REFUSED: (Outcome.REFUSED, "Семья ответила, что ребёнок не продолжает."),
    Verdict.SILENT: (Outcome.SILENT, "Семья не ответила в срок, а без ответа ребёнок не переводится."),
}


def start(actor: Actor, *, rollover: Rollover | int, signatory: Signatory | None) -> Rollover:
    """Begin to carry the batch out; the worker goes on. Repeated, it wakes the work that stopped half-way.

    Families must have answered, or their time is over; a batch in which all groups end needs no answers. Raises
    Forbidden, Hidden, Refused.
    """
    from opora.enrolment.jobs import carry_out_rollover

    with act(actor):
        batch = locked(actor, rollover, "start")
        if batch.state != State.RUNNING:
            if reasons := _start_reasons(batch, signatory):
                raise Refused(reasons)
            batch.state, batch.started_at = State.RUNNING, clock.now()
            batch.signatory, batch.started_by_id = signatory, actor.account_id
            batch.save(update_fields=["state", "started_at", "signatory", "started_by"])
            emit("rollover.started", "rollover", batch.pk, municipality_id=batch.municipality_id)
        carry_out_rollover.enqueue(batch.pk)
    return batch


def _start_reasons(batch: Rollover, signatory: Signatory | None) -> list[Reason]:
    reasons = []
    if batch.state not in (State.DRAFT, State.ASKING):
        reasons.append(Reason("not_ready", "Этот переход уже выполнен или отменён."))
    elif batch.state == State.DRAFT and asked_rows(batch).exists():
        reasons.append(
            Reason("not_asked", "Семьи ещё не спрошены.", hint="Сначала разошлите вопрос и дождитесь ответов.")
        )
    elif waiting := _awaited(batch):
        reasons.append(
            Reason(
                "waiting_answers",
                f"Срок ответа ещё не прошёл, не ответили: {waiting}.",
                hint="Дождитесь последнего дня или внесите ответы, полученные на бумаге.",
            )
        )
    if signatory is None or signatory.organisation_id != batch.organisation_id:
        reasons.append(Reason("signatory", "Выберите, кто подписывает приказы.", field="signatory"))
    return reasons


def _awaited(batch: Rollover) -> int:
    """Families that may still answer."""
    if batch.answer_until is None or clock.now() >= batch.answer_until:
        return 0
    return asked_rows(batch).filter(answer="").count()


def performer(batch: Rollover) -> Actor:
    """On whose behalf the worker acts: the account that started it, whatever becomes of its role meanwhile."""
    return Actor(account_id=batch.started_by_id, system=True, name="Переход на новый учебный год")


def step(rollover_id: int) -> bool:
    """Carry out one group that nobody holds. False when there is none (left)."""
    batch = Rollover.objects.select_related("municipality").get(pk=rollover_id)
    if batch.state != State.RUNNING:
        return False
    actor = performer(batch)
    with act(actor):
        rows = RolloverGroup.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        line = (
            rows.filter(rollover=batch, done_at__isnull=True)
            .select_related("from_group__programme", "module__programme", "teacher")
            .order_by("pk")
            .first()
        )
        if line is None:
            return False
        line.rollover = batch
        _carry_out(actor, line)
    return True


def _carry_out(actor: Actor, line: RolloverGroup) -> None:
    learners = _locked_learners(line)
    going = [row for row in learners if _verdict(line, row) == Verdict.GOES]
    if line.plan != Plan.ENDS and line.to_group_id is None:
        _publish(actor, line)
    ledger.lock(
        Certificate.objects.filter(
            child_id__in=[row.child_id for row in going], state__in=("applied", "issued", "active", "frozen")
        ).values_list("pk", flat=True)
    )
    # those who answered first have the better right where places are short
    for row in sorted(going, key=lambda one: (one.answered_at or clock.now(), one.pk)):
        if line.to_group is None:
            rollover_learners.settle(row, Outcome.FAILED, f"Новая группа не открыта. {line.problem}")
        else:
            rollover_learners.enrol_into(actor, row, line)
    for row in learners:
        if row not in going:
            rollover_learners.settle(row, *_without(line, row))
        _end_study(line, row)
    line.done_at = clock.now()
    line.save(update_fields=["done_at", "to_group", "problem"])


def _locked_learners(line: RolloverGroup) -> list[RolloverLearner]:
    """The line's open learners, locked by ascending id: a family that answers now waits for the end of the step."""
    rows = RolloverLearner.objects.select_for_update(no_key=True, of=("self",)).filter(line=line, done_at__isnull=True)
    return list(rows.select_related("child", "enrolment__application").order_by("pk"))


def _verdict(line: RolloverGroup, row: RolloverLearner) -> rules.Verdict:
    return rules.verdict(
        ends=line.plan == Plan.ENDS, included=row.included, answer=row.answer, silence=line.rollover.silence
    )


def _without(line: RolloverGroup, row: RolloverLearner) -> tuple[str, str]:
    """Outcome and reason of a learner who does not go on."""
    found = _verdict(line, row)
    if found == Verdict.LEFT_OUT:
        own = " ".join(one["message"] for one in row.reasons)
        return Outcome.LEFT_OUT, own or "Организация не предложила перевод."
    return OUTCOMES[found]


def _publish(actor: Actor, line: RolloverGroup) -> None:
    """The next year's group by the catalogue's own services, or the reason why it could not be opened."""
    try:
        if reasons := line_problems(line):
            raise Refused(reasons)
        with transaction.atomic():
            line.to_group = _group(actor, line)
            line.problem = ""
    except Refused as refused:
        line.to_group = None
        line.problem = " ".join(f"{one.message} {one.hint}".strip() for one in refused.reasons)[:500]


def _group(actor: Actor, line: RolloverGroup) -> Group:
    old, batch = line.from_group, line.rollover
    assert line.module is not None
    opens = batch.opens_on
    same = ("venue_id", "sex", "residents_only", "needs_medical", "has_entrance_tests")
    made = catalogue.create_group(
        actor,
        module=line.module,
        capacity=line.capacity,
        name=line.name,
        teacher=line.teacher,
        starts_on=line.starts_on,
        ends_on=line.ends_on,
        age_from=line.age_from,
        age_to=line.age_to,
        for_budget=old.for_budget,
        for_certificate=old.for_certificate,
        for_paid=old.for_paid,
        window_from=dt.datetime.combine(opens, dt.time(), clock.zone(batch.municipality.time_zone)) if opens else None,
        **{name: getattr(old, name) for name in same},
    )
    catalogue.set_timetable(actor, group=made, slots=[_slot(one) for one in line.slots])
    return groups.open_group(actor, group=made)


def _slot(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "weekday": one["weekday"],
        "starts_at": dt.time.fromisoformat(one["starts_at"]),
        "ends_at": dt.time.fromisoformat(one["ends_at"]),
        "academic_hours": one["academic_hours"],
        "venue_id": one["venue"],
        "room": one["room"],
        "teacher_id": one["teacher"],
    }


def _end_study(line: RolloverGroup, row: RolloverLearner) -> None:
    """The study of this year ends with its group; it is closed by the hourly job when that day is over."""
    application = row.enrolment.application
    if application is not None:
        goes_on = row.outcome in (Outcome.ENROLLED, Outcome.OFFERED)
        complete(application, line.from_group.ends_on, "Переведён на следующий год" if goes_on else "Обучение окончено")


def run(rollover_id: int, most: int = 10) -> bool:
    """Up to `most` groups, then, when all are done, orders and the end. True when nothing is left for this worker."""
    done = 0
    while done < most and step(rollover_id):
        done += 1
    batch = Rollover.objects.get(pk=rollover_id)
    if batch.state != State.RUNNING:
        return True
    if batch.lines.filter(done_at__isnull=True).exists():
        return done == 0  # another worker holds the rest and will finish
    while rollover_orders.issue_next(batch, performer(batch)):
        pass
    return _finish(rollover_id)


def _finish(rollover_id: int) -> bool:
    with act(performer(Rollover.objects.get(pk=rollover_id))):
        batch = Rollover.objects.select_for_update(no_key=True, of=("self",)).get(pk=rollover_id)
        if batch.state == State.RUNNING:
            batch.state, batch.finished_at = State.DONE, clock.now()
            batch.save(update_fields=["state", "finished_at"])
            emit("rollover.done", "rollover", batch.pk, municipality_id=batch.municipality_id)
    return True


def try_again(actor: Actor, *, rollover: Rollover | int) -> Rollover:
    """Take up again what did not work out, after the cause was mended: groups not opened, learners refused."""
    from opora.enrolment.jobs import carry_out_rollover

    with act(actor):
        batch = locked(actor, rollover, "start")
        if batch.state != State.DONE:
            raise Refused(Reason("not_done", "Повторить можно после того, как переход выполнен."))
        failed = RolloverLearner.objects.filter(rollover=batch, outcome=Outcome.FAILED)
        lines = batch.lines.filter(to_group__isnull=True).exclude(plan=Plan.ENDS)
        if not failed.exists() and not lines.exists():
            raise Refused(Reason("nothing_failed", "Всё получилось, повторять нечего."))
        again = set(failed.values_list("line_id", flat=True)) | set(lines.values_list("pk", flat=True))
        failed.update(outcome="", outcome_reason="", done_at=None)
        batch.lines.filter(pk__in=again).update(done_at=None, problem="")
        batch.state, batch.finished_at = State.RUNNING, None
        batch.save(update_fields=["state", "finished_at"])
        carry_out_rollover.enqueue(batch.pk)
    return batch
