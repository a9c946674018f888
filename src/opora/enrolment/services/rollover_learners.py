"""Change of school year: one learner's way into the next group by the ordinary services of enrolment (E6)."""

from __future__ import annotations

from django.db import transaction

from opora.certificates.models import Certificate, FundingPeriod
from opora.core import clock, russian
from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.enrolment.models import Application, Funding, Rollover, RolloverGroup, RolloverLearner
from opora.enrolment.services import letters
from opora.enrolment.services.apply import apply
from opora.enrolment.services.decide import confirm_and_enrol

Outcome = RolloverLearner.Outcome
LATER = frozenset({"no_period", "start_before_period", "no_payment_agreement", "medical"})
"""Reasons that pass: the payer approves the period and signs the agreement, the family brings the admission."""
BATCH = 200


def settle(row: RolloverLearner, outcome: str, reason: str = "", application: int | None = None) -> None:
    """Keep what came of a learner. The caller holds its row."""
    row.outcome, row.outcome_reason, row.done_at = outcome, reason[:1000], clock.now()
    row.application_id = application
    row.save(update_fields=["outcome", "outcome_reason", "done_at", "application"])


def enrol_into(actor: Actor, row: RolloverLearner, line: RolloverGroup) -> None:
    """Apply, confirm and enrol (budget, paid) or offer the contract (certificate); a refusal is kept as the outcome.

    Money of a period that is not approved yet, and a medical admission, are waited for without a place of one's own:
    the group opens for others only on the day that the batch names. The caller holds the learner's row and certificate.
    """
    try:
        with transaction.atomic():
            _enrol(actor, row, line)
    except Refused as refused:
        codes = {reason.code for reason in refused.reasons}
        text = " ".join(reason.message for reason in refused.reasons)
        if codes <= LATER:
            _wait(row, line, text, "medical" if codes == {"medical"} else "money")
        else:
            settle(row, Outcome.FAILED, text)


def _enrol(actor: Actor, row: RolloverLearner, line: RolloverGroup) -> None:
    assert line.to_group is not None
    if row.funding == Funding.CERTIFICATE and not _paid_from_the_start(row, line):
        raise Refused(
            Reason("no_period", f"На {line.starts_on:%d.%m.%Y} ещё нет утверждённого периода финансирования.")
        )
    made = apply(
        actor, child=row.child_id, group=line.to_group, funding=row.funding, source=Application.Source.ROLLOVER
    )
    if made.state == "waiting":
        settle(row, Outcome.QUEUED, "Мест в новой группе не хватило, ребёнок в листе ожидания.", made.application_id)
        return
    confirm_and_enrol(actor, application=made.application_id)
    if row.funding == Funding.CERTIFICATE:
        text = "Договор предложен семье: она принимает его в кабинете или в пункте приёма."
        settle(row, Outcome.OFFERED, text, made.application_id)
    else:
        settle(row, Outcome.ENROLLED, "", made.application_id)


def _paid_from_the_start(row: RolloverLearner, line: RolloverGroup) -> bool:
    """An approved period of the certificate's payer holds on the first day; a child without a certificate is judged
    by the ordinary rules."""
    start = max(line.starts_on, clock.today(line.rollover.municipality.time_zone))
    payer = (
        Certificate.objects.filter(child_id=row.child_id, state__in=("applied", "issued", "active", "frozen"))
        .values_list("municipality_id", flat=True)
        .first()
    )
    if payer is None:
        return True
    periods = FundingPeriod.objects.filter(municipality_id=payer, state="approved")
    return periods.filter(starts_on__lte=start, ends_on__gte=start).exists()


def _wait(row: RolloverLearner, line: RolloverGroup, text: str, what: str) -> None:
    settle(row, Outcome.WAITS, f"{text} Запишем, как только это изменится.")
    old = row.enrolment.application
    if old is not None:
        letter = (waits_for_admission if what == "medical" else waits_for_money)(row, line)
        letters.tell_guardians(old, letter, about=f"rollover:{row.pk}")  # each of the two once


def waits_for_money(row: RolloverLearner, line: RolloverGroup) -> letters.Text:
    """The family is told why nothing has happened yet."""
    return letters.Text(
        "rollover_waits_money",
        f"Продолжение занятий ждёт решения о деньгах: «{line.name}»",
        f"Вы согласились продолжить занятия с {russian.date_full(line.starts_on)}, группа «{line.name}». Деньги"
        " сертификата на это время ещё не распределены: плательщик пока не утвердил период финансирования."
        "\n\nДелать ничего не нужно: когда это случится, мы подготовим договор и напишем вам.",
        link=f"/cabinet/next-year/{row.public_id}/",
    )


def waits_for_admission(row: RolloverLearner, line: RolloverGroup) -> letters.Text:
    """The family is told what is missing and where to enter it."""
    return letters.Text(
        "rollover_waits_medical",
        f"Нужен медицинский допуск: «{line.name}»",
        f"Вы согласились продолжить занятия с {russian.date_full(line.starts_on)}, группа «{line.name}». Для них нужен"
        " медицинский допуск, который действует в этот день.\n\nПолучите справку у врача и внесите её срок в личном"
        " кабинете, в карточке безопасности ребёнка: мы запишем его сами.",
        link=f"/cabinet/children/{row.child.public_id}/safety/",
    )


def take_up_waiting() -> int:
    """Learners whose money or admission has come by now are enrolled; the rest wait on. Returns how many went on."""
    moved = 0
    rows = RolloverLearner.objects.filter(
        outcome=Outcome.WAITS,
        rollover__state=Rollover.State.DONE,
        line__ends_on__gt=clock.today(clock.WESTERNMOST),
    )
    for pk in list(rows.order_by("answered_at", "pk").values_list("pk", flat=True)[:BATCH]):
        moved += _take_up(pk)
    return moved


def _take_up(pk: int) -> bool:
    from opora.enrolment.services.rollover_run import performer

    found = RolloverLearner.objects.select_related("rollover").get(pk=pk)
    actor = performer(found.rollover)
    with act(actor):
        rows = RolloverLearner.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        row = (
            rows.filter(pk=pk, outcome=Outcome.WAITS)
            .select_related("child", "enrolment__application", "line__to_group", "line__rollover__municipality")
            .first()
        )
        if row is None or row.line.to_group is None:
            return False
        enrol_into(actor, row, row.line)
        return row.outcome != Outcome.WAITS
