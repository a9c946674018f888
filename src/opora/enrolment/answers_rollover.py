"""What the letter of a change of school year asks: will the child go on (E6)."""

from __future__ import annotations

from opora.core import clock, russian
from opora.core.access import Actor
from opora.core.reasons import Hidden
from opora.enrolment import policy, wording
from opora.enrolment.models import RolloverLearner
from opora.enrolment.rules.rollover import school_year_title
from opora.enrolment.services import rollover_ask
from opora.people.answers import Choice, Data, Decided, Kind, Question, register

YES, NO = "yes", "no"


def _row(actor: Actor, pk: int) -> RolloverLearner:
    policy.ROLLOVER_LEARNER.get(actor, "answer", pk=pk)
    related = ("child", "rollover__municipality", "rollover__organisation", "line__module__programme")
    row = RolloverLearner.objects.select_related(*related).get(pk=pk)
    if row.rollover.asked_at is None or row.line.module is None:
        raise Hidden("rollover_learner")
    return row


def ask_next_year(actor: Actor, pk: int) -> Question | Decided:
    row = _row(actor, pk)
    batch, line = row.rollover, row.line
    assert line.module is not None and batch.answer_until is not None
    url, title = f"/cabinet/next-year/{row.public_id}/", school_year_title(batch.to_year)
    if row.answer:
        agreed = row.answer == YES
        head = "Вы ответили: продолжает" if agreed else "Вы ответили: не продолжает"
        return Decided(head, f"Группа «{line.name}». Подробности и срок – в личном кабинете.", url, good=agreed)
    if not rollover_ask.may_answer(row):
        return Decided("Срок ответа прошёл", f"Группа «{line.name}», {title} учебный год.", url)
    zone = batch.municipality.time_zone
    silent = "ребёнок останется в списке группы" if batch.silence == YES else "место отдадут другим"
    return Question(
        f"Продолжит ли {row.child.first_name} занятия в {title} учебном году?",
        f"Ответьте не позже {wording.until(batch.answer_until, zone)}:"
        f" {wording.time_left(batch.answer_until, clock.now())}.",
        row,
        (
            Choice(YES, "Да, продолжает"),
            Choice(NO, "Нет, не продолжает", "danger", "Отказаться от места? Его займёт другой ребёнок."),
        ),
        facts=(
            ("Кружок", line.module.programme.name),
            ("Группа", line.name),
            ("Организация", batch.organisation.short_name),
            ("Занятия", russian.period(line.starts_on, line.ends_on)),
        ),
        effects=(
            "Если продолжить: ребёнка запишут в группу следующего года. По сертификату придёт договор с суммами, его"
            " нужно будет принять отдельно.",
            f"Если не ответить: {silent}. Ответ можно изменить в личном кабинете до последнего дня.",
        ),
    )


def answer_next_year(actor: Actor, pk: int, choice: str, data: Data) -> None:
    rollover_ask.answer(actor, learner=pk, agrees=choice == YES, channel=RolloverLearner.Channel.LINK)


register(Kind("next_year", "Ответить: продолжает или нет", ask_next_year, answer_next_year))
