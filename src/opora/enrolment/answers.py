"""What the letters of enrolment ask: a place, a contract, going on after New Year, a message, an absence.

Each question shows what its letter said and no more; each answer runs the ordinary service. The frame, the link and
its end are in :mod:`opora.people.answers`.
"""

from __future__ import annotations

from typing import Any

from opora.core import clock, russian
from opora.core.access import Actor
from opora.core.reasons import Hidden, Reason, Refused
from opora.enrolment import policy, services, wording
from opora.enrolment import queries_talk as talk
from opora.enrolment.asking import money
from opora.enrolment.models import AbsenceNotice, Application, Contract
from opora.enrolment.services import absence, prolong
from opora.enrolment.services.messages import mark_read
from opora.people import policy as people
from opora.people.answers import Choice, Data, Decided, Kind, Question, Tick, register

YES, NO = "yes", "no"


def _application(actor: Actor, pk: int) -> Application:
    policy.APPLICATION.get(actor, "answer", pk=pk)
    related = ("child", "group__programme", "organisation", "municipality")
    return Application.objects.select_related(*related).get(pk=pk)


def _contract(actor: Actor, pk: int) -> Contract:
    policy.CONTRACT.get(actor, "accept", pk=pk)
    related = ("child", "group", "programme", "organisation", "municipality", "certificate", "application__group")
    return Contract.objects.select_related(*related, "application__municipality").get(pk=pk)


def ask_place(actor: Actor, pk: int) -> Question | Decided:
    row = _application(actor, pk)
    zone, until = row.municipality.time_zone, row.offer_expires_at
    if row.state != "place_offered" or until is None or clock.now() >= until:
        return _place_over(row)
    return Question(
        "Для ребёнка есть место",
        f"Ответьте до {wording.moment(until, zone)}: {wording.time_left(until, clock.now())}.",
        row,
        (
            Choice(YES, "Согласиться на место"),
            Choice(NO, "Отказаться", "danger", "Отказаться от места? Его предложат следующему в очереди."),
        ),
        facts=(
            ("Ребёнок", row.child.first_name),
            ("Кружок", row.group.programme.name),
            ("Группа", row.group.name),
            ("Организация", row.organisation.short_name),
            ("Начало занятий", russian.date_full(row.starts_on)),
            ("Оплата", wording.split_sentence(row.certificate_sum, row.guardian_sum)),
        ),
        effects=(
            "Если согласиться: место за ребёнком, организация проверит документы и ответит. Сумма не изменится.",
            "Если отказаться или не ответить: место предложат следующему, заявка закроется. Новая встанет в конец"
            " очереди.",
        ),
        carried={"sum": str(row.guardian_sum)},
    )


def _place_over(row: Application) -> Decided:
    url, name = f"/cabinet/applications/{row.public_id}/", row.group.name
    if row.state in ("submitted", "confirmed", "enrolled", "finished"):
        text = f"Группа «{name}». {wording.what_next(row, None, None)}"
        return Decided("Вы согласились на место", text, url, good=True)
    if row.state == "withdrawn":
        return Decided(
            "Вы отказались от места", f"Место в группе «{name}» предложили следующему. Можно подать новую заявку.", url
        )
    if row.state == "refused":
        return Decided("По заявке отказано", f"Группа «{name}». Причина видна в личном кабинете.", url)
    return Decided(
        "Срок ответа прошёл", f"Место в группе «{name}» предложили следующему. Можно подать новую заявку.", url
    )


def answer_place(actor: Actor, pk: int, choice: str, data: Data) -> None:
    if choice == YES:
        shown = money(data.get("sum", ""))
        if shown is None:
            raise Refused(Reason("sum_required", "Откройте ссылку ещё раз: страница не передала сумму."))
        services.accept_place(actor, application=pk, expected_guardian_sum=shown)
    else:
        services.decline_place(actor, application=pk, reason="Семья отказалась от места.")


def ask_contract(actor: Actor, pk: int) -> Question | Decided:
    row = _contract(actor, pk)
    until = row.accept_until
    if row.state != "offered" or until is None or clock.now() >= until:
        return _contract_over(row)
    prolongs = bool(row.acceptance.get("provider_prolongs")) and prolong.may_go_on(row)
    tick = Tick(
        "prolongation",
        "Продолжить занятия после Нового года",
        "Следующий договор придёт сам, его тоже нужно будет принять",
    )
    return Question(
        f"Договор № {row.number} ждёт вашего согласия",
        f"Ответьте не позже {wording.until(until, row.municipality.time_zone)}:"
        f" {wording.time_left(until, clock.now())}.",
        row,
        (
            Choice(YES, "Принять договор"),
            Choice(NO, "Отказаться", "danger", "Отказаться от договора? Заявка закроется, место отдадут следующему."),
        ),
        facts=(
            ("Ребёнок", row.child.first_name),
            ("Кружок", row.programme.name),
            ("Группа", row.group.name),
            ("Организация", row.organisation.short_name),
            ("Срок", russian.period(row.starts_on, row.ends_on)),
            ("Стоимость", russian.money(row.total_sum)),
            ("Оплата", wording.split_sentence(row.certificate_sum, row.guardian_sum)),
        ),
        effects=(
            "Если принять: договор заключён, ребёнок зачислен, деньги сертификата списываются по месяцам. Мы запишем"
            " время и отпечаток текста.",
            "Если отказаться или не ответить: договор и заявка закроются, деньги вернутся на сертификат, место отдадут"
            " следующему.",
        ),
        text=services.terms_in_letter(row),
        text_title="Текст договора (без фамилии и номера сертификата, целиком – в личном кабинете)",
        carried={"text_hash": services.terms_hash(row)},
        ticks=(tick,) if prolongs else (),
    )


def _contract_over(row: Contract) -> Decided:
    url, name = f"/cabinet/contracts/{row.public_id}/", row.group.name
    if row.state in ("active", "closed"):
        when = wording.moment(row.accepted_at, row.municipality.time_zone) if row.accepted_at else ""
        text = f"Договор № {row.number}, группа «{name}», принят {when}. Занятия с {russian.date_full(row.starts_on)}."
        return Decided("Договор принят", text, url, good=True)
    if row.state == "withdrawn":
        return Decided("Вы отказались от договора", f"Группа «{name}». Деньги вернулись на сертификат.", url)
    if row.state == "refused":
        return Decided("Договор закрыт", f"Группа «{name}». Причина видна в личном кабинете.", url)
    return Decided("Срок согласия прошёл", f"Договор для группы «{name}» закрыт, деньги вернулись на сертификат.", url)


def answer_contract(actor: Actor, pk: int, choice: str, data: Data) -> None:
    row = _contract(actor, pk)
    if choice == YES:
        services.accept_contract(
            actor, contract=row, text_hash=data.get("text_hash", ""), prolongation="prolongation" in data
        )
    else:
        services.withdraw(actor, application=row.application_id, reason="Семья отказалась от договора.")


def ask_prolong(actor: Actor, pk: int) -> Question | Decided:
    row = _contract(actor, pk)
    url, name, said = f"/cabinet/contracts/{row.public_id}/", row.group.name, prolong.answer_of(row)
    if said is not None:
        text = (
            "Новый договор придёт в начале следующего периода." if said else "Обучение закончится вместе с договором."
        )
        title = "Вы хотите продолжить занятия" if said else "Вы не продолжаете занятия"
        return Decided(title, f"Группа «{name}». {text} Передумать можно в личном кабинете.", url, good=said)
    if row.state != "active" or not prolong.may_go_on(row):
        return Decided("Вопрос больше не нужен", f"Договор для группы «{name}» завершён или расторгается.", url)
    return Question(
        "Продолжить занятия после Нового года?",
        f"Договор действует до {russian.date_full(row.ends_on)}, группа занимается до"
        f" {russian.date_full(row.group.ends_on)}. Организация готова продолжить.",
        row,
        (Choice(YES, "Хотим продолжить"), Choice(NO, "Не продолжать", "secondary")),
        facts=(("Ребёнок", row.child.first_name), ("Кружок", row.programme.name), ("Группа", name)),
        effects=(
            "Если продолжить: в начале следующего периода придёт новый договор с суммами, его нужно будет принять."
            " До этого вы ничем не связаны.",
            "Если не продолжать: обучение закончится вместе с договором.",
        ),
    )


def answer_prolong(actor: Actor, pk: int, choice: str, data: Data) -> None:
    prolong.agree(actor, contract=pk, agrees=choice == YES)


def ask_message(actor: Actor, pk: int) -> Question | Decided:
    reader = talk.message_for(actor, pk)
    one = reader.message
    zone = one.municipality.time_zone
    said = f"{one.author_name}, {wording.moment(one.sent_at, zone)}"
    if reader.read_at is not None:
        return Decided(
            "Вы прочитали сообщение",
            f"Кружок «{wording.club(one.group)}». {said}.",
            f"/cabinet/group-messages/{one.public_id}/",
            good=True,
            body=one.text,
        )
    return Question(
        f"Сообщение семьям кружка «{wording.club(one.group)}»",
        said,
        one,
        (Choice(YES, "Отметить прочитанным"),),
        effects=("Педагог увидит, что вы прочитали. Если приложен файл, он открывается в личном кабинете.",),
        text=one.text,
    )


def answer_message(actor: Actor, pk: int, choice: str, data: Data) -> None:
    mark_read(actor, reader=talk.message_for(actor, pk))


def ask_absence(actor: Actor, pk: int) -> Question | Decided:
    row = _absence(actor, pk)
    url, days = f"/cabinet/children/{row.child.public_id}/absence/", absence.days_of(row)
    if row.withdrawn_at is not None:
        return Decided("Сообщение отменено", f"Педагог знает, что ребёнок придёт: {days}.", url, good=True)
    if row.last_day < clock.today(row.child.municipality.time_zone if row.child.municipality else None):
        return Decided("Эти дни уже прошли", f"Педагог знал, что ребёнка не будет: {days}.", url)
    return Question(
        "Ребёнок всё-таки придёт?",
        f"Педагога предупредили, что ребёнок пропустит занятия: {days}.",
        row,
        (Choice(YES, "Да, ребёнок придёт"),),
        facts=(
            ("Ребёнок", row.child.first_name),
            ("Где", row.group.name if row.group else "Все кружки"),
            ("Причина", row.get_cause_display()),
        ),
        effects=("Если нажать: сообщение отменится, педагог узнает. Если всё верно, закройте страницу.",),
    )


def _absence(actor: Actor, pk: int) -> AbsenceNotice:
    row = AbsenceNotice.objects.select_related("child__municipality", "group").filter(pk=pk).first()
    if row is None:
        raise Hidden("absence_notice")
    people.CHILD.get(actor, "edit", pk=row.child_id)
    return row


def answer_absence(actor: Actor, pk: int, choice: str, data: Data) -> Any:
    return absence.withdraw(actor, notice=_absence(actor, pk))


register(Kind("place", "Ответить: согласиться или отказаться", ask_place, answer_place))
register(Kind("contract", "Прочитать договор и ответить", ask_contract, answer_contract))
register(Kind("prolong", "Ответить: продолжить или нет", ask_prolong, answer_prolong))
register(Kind("message", "Отметить, что прочитали", ask_message, answer_message))
register(Kind("absence", "Ребёнок всё-таки придёт", ask_absence, answer_absence, main=False))
