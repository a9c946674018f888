"""Letters of enrolment in plain Russian: what happened and why, what comes next and when, a button where one answers.

Subjects name the group alone: they stand on a locked screen. Paragraphs are parted by an empty line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from opora.core import clock, russian
from opora.core.reasons import Reason
from opora.enrolment.models import Application, Contract, Order, OrderLine
from opora.enrolment.wording import club
from opora.people.letters import to_guardians


def moment(value: dt.datetime, zone: str) -> str:
    """«12 октября 2026, 18:30» in the municipality's zone."""
    return russian.date_time(value.astimezone(clock.zone(zone)))


def last_day(value: dt.datetime, zone: str) -> str:
    """The last day in time of a deadline whose first late moment is `value`."""
    return russian.date_full((value - dt.timedelta(seconds=1)).astimezone(clock.zone(zone)).date())


@dataclass(frozen=True, slots=True)
class Text:
    """One letter: `kind` goes into its key, so that a letter of one event is written once.

    `answer`: what one click answers («place:15»); `link`: another page than that of the application.
    """

    kind: str
    subject: str
    body: str
    answer: str = ""
    link: str = ""


def tell_guardians(application: Application, text: Text, *, once: str = "", about: str = "") -> None:
    """Write the letter to every living guardian of the child (and to the learner's own account).

    `about`: what the event is of when it is not this application alone; a guardian gets one letter of it.
    """
    to_guardians(
        application.child_id,
        kind=text.kind,
        subject=text.subject,
        body=text.body,
        link=text.link or card_of(application),
        answer=text.answer,
        dedup=f"{about or f'application:{application.pk}'}:{text.kind}:{once}",
    )


def card_of(application: Application) -> str:
    """The page of the application in the cabinet."""
    return f"/cabinet/applications/{application.public_id}/"


def placed(child: str, group: str, deadline: dt.datetime | None, zone: str) -> tuple[str, str]:
    """Subject and body: the application is taken, the place is held."""
    until = f" и ответит не позже {last_day(deadline, zone)}" if deadline else ""
    return (
        f"Заявка принята: «{group}»",
        f"Мы приняли заявку ({child}) в кружок «{group}» и держим за вами место.\n\n"
        f"Теперь организация проверит документы{until}. Мы напишем, что она решила. Состояние заявки видно в личном"
        " кабинете, там же её можно отозвать.",
    )


def waiting(child: str, group: str) -> tuple[str, str]:
    """Subject and body: all places are taken, the child waits."""
    return (
        f"Вы в листе ожидания: «{group}»",
        f"Свободных мест в кружке «{group}» сейчас нет, {child} в листе ожидания. Номер в очереди виден в личном"
        " кабинете.\n\nКогда место освободится и подойдёт ваша очередь, мы напишем; на ответ будет двое суток."
        " Пока вы ждёте, деньги сертификата не откладываются и можно записаться в другие кружки.",
    )


def place_offered(application: Application, child: str, until: dt.datetime, zone: str, guardian_sum: int) -> Text:
    name = club(application.group)
    return Text(
        "place_offered",
        f"Для вас есть место: «{name}»",
        f"В кружке «{name}» освободилось место, и подошла ваша очередь ({child})."
        f" Занятия с {russian.date_full(application.starts_on)}.{_pays(guardian_sum)}\n\n"
        f"Ответьте до {moment(until, zone)}. Если не ответить, место предложат следующему, а заявка закроется.",
        answer=f"place:{application.pk}",
    )


def place_soon_over(application: Application, until: dt.datetime, zone: str) -> Text:
    name = club(application.group)
    return Text(
        "place_soon_over",
        f"Предложение места скоро закончится: «{name}»",
        f"Мы предложили место в кружке «{name}» и ждём вашего ответа.\n\n"
        f"Ответьте до {moment(until, zone)}. Потом место предложат следующему, а заявка закроется.",
        answer=f"place:{application.pk}",
    )


def place_accepted(application: Application, zone: str) -> Text:
    name = club(application.group)
    until = f" не позже {last_day(application.deadline, zone)}" if application.deadline else ""
    return Text(
        "place_accepted",
        f"Место за вами: «{name}»",
        f"Вы согласились на место в кружке «{name}», оно закреплено за ребёнком.\n\n"
        f"Организация проверит документы и ответит{until}. Мы напишем.",
    )


def place_declined(application: Application) -> Text:
    name = club(application.group)
    return Text(
        "place_declined",
        f"Вы отказались от места: «{name}»",
        f"Место в кружке «{name}» предложат следующему в очереди, ваша заявка закрыта. Если место было по"
        " сертификату, отложенные деньги вернулись на него.\n\nЕсли планы изменятся, подайте новую заявку: она"
        " встанет в конец очереди.",
    )


def withdrawn(application: Application) -> Text:
    name = club(application.group)
    return Text(
        "withdrawn",
        f"Заявка отозвана: «{name}»",
        f"Заявка в кружок «{name}» отозвана. Место свободно, отложенные деньги сертификата вернулись на него.\n\n"
        "Подать новую заявку можно в любой день.",
    )


def bundle_passed_over(application: Application) -> Text:
    return Text(
        "bundle_passed_over",
        f"Место есть, но не для всех детей: «{club(application.group)}»",
        "Вы просили записать детей только вместе, а мест для всех сразу пока нет.\n\nВаше место в очереди"
        " сохраняется: как только мест хватит всем, мы напишем.",
    )


def confirmed(application: Application) -> Text:
    return Text(
        "confirmed",
        f"Документы подтверждены: «{club(application.group)}»",
        f"Организация проверила документы для кружка «{club(application.group)}», место за ребёнком.\n\n"
        f"Осталось зачисление, мы напишем о нём. Занятия с {russian.date_full(application.starts_on)}.",
    )


def contract_offered(
    application: Application, contract_id: int, number: str, until: dt.datetime, zone: str, guardian_sum: int
) -> Text:
    return Text(
        "contract_offered",
        f"Договор ждёт вашего согласия: «{club(application.group)}»",
        f"Организация подготовила договор № {number}.{_pays(guardian_sum) or ' Доплачивать не нужно.'}\n\n"
        f"Прочитайте его и ответьте не позже {last_day(until, zone)}, иначе договор и заявка закроются, а место"
        " отдадут следующему.",
        answer=f"contract:{contract_id}",
    )


def contract_soon_over(application: Application, contract_id: int, until: dt.datetime, zone: str) -> Text:
    return Text(
        "contract_soon_over",
        f"Срок согласия с договором заканчивается: «{club(application.group)}»",
        f"Договор для кружка «{club(application.group)}» ждёт вашего согласия. Последний день – {last_day(until, zone)}."
        "\n\nЕсли не ответить, договор и заявка закроются, деньги вернутся на сертификат, а место отдадут"
        " следующему.",
        answer=f"contract:{contract_id}",
    )


def enrolled(application: Application) -> Text:
    return Text(
        "enrolled",
        f"Зачисление: «{club(application.group)}»",
        f"Ребёнок зачислен в кружок «{club(application.group)}». Занятия с {russian.date_full(application.starts_on)}."
        "\n\nРасписание – в личном кабинете, его можно добавить в календарь телефона. Если ребёнок заболеет,"
        " предупредите педагога там же.",
    )


def refused(application: Application, reasons: Iterable[Reason]) -> Text:
    """With the reason, its ground and what can be done."""
    listed = list(reasons)
    grounds = sorted({one.ground for one in listed if one.ground})
    parts = [
        f"По заявке в кружок «{club(application.group)}» отказано. Причина: {_sentences(one.message for one in listed)}",
        f"Основание: {_sentences(['; '.join(grounds)])}" if grounds else "",
        f"Что можно сделать: {_sentences(one.hint for one in listed)}" if any(one.hint for one in listed) else "",
        "Место и отложенные деньги сертификата освобождены. Можно подать заявку ещё раз или выбрать другую группу."
        " Если причина непонятна, позвоните в организацию.",
    ]
    subject = f"Отказ по заявке: «{club(application.group)}»"
    return Text("refused", subject, "\n\n".join(part for part in parts if part))


def expired(application: Application) -> Text:
    return Text(
        "expired",
        f"Заявка закрыта: «{club(application.group)}»",
        f"Срок ответа по заявке в кружок «{club(application.group)}» прошёл, поэтому она закрыта, а место отдано"
        " следующему. Отложенные деньги вернулись на сертификат.\n\nМожно подать новую заявку.",
    )


def terminated(application: Application, end: dt.date, returned: int, *, cancelled: bool = False) -> Text:
    back = f" На сертификат вернулось {russian.money_kopecks(returned)}." if returned else ""
    name = club(application.group)
    if cancelled:
        return Text(
            "terminated",
            f"Договор отменён до начала занятий: «{name}»",
            f"Договор для кружка «{name}» отменён до первого занятия, платить по нему не нужно.{back}\n\n"
            "Место свободно. Можно выбрать другой кружок.",
        )
    return Text(
        "terminated",
        f"Обучение прекращается: «{name}»",
        f"Обучение в кружке «{name}» заканчивается {russian.date_full(end)}, до этого дня включительно ребёнок может"
        f" ходить на занятия.{back}\n\nПосле этого дня место отдадут следующему.",
    )


def finished(application: Application, last: dt.date) -> Text:
    name = club(application.group)
    return Text(
        "finished",
        f"Обучение окончено: «{name}»",
        f"Занятия в кружке «{name}» закончились {russian.date_full(last)}, обучение завершено. Делать ничего не"
        " нужно.\n\nСледующий кружок можно выбрать в навигаторе.",
    )


def prolong_asked(application: Application, contract: Contract) -> Text:
    name = club(application.group)
    return Text(
        "prolong_asked",
        f"Продолжить занятия после {russian.date_full(contract.ends_on)}: «{name}»",
        f"Договор для кружка «{name}» действует до {russian.date_full(contract.ends_on)}, а группа занимается до"
        f" {russian.date_full(contract.group.ends_on)}. Организация готова продолжить.\n\n"
        "Скажите, хотите ли вы. Если да, в начале следующего периода придёт новый договор с суммами, его нужно будет"
        " принять. Если не ответить, обучение закончится вместе с договором.",
        answer=f"prolong:{contract.pk}",
        link=f"/cabinet/contracts/{contract.public_id}/",
    )


def prolonged(application: Application, guardian_sum: int) -> Text:
    return Text(
        "prolonged",
        f"Обучение продолжается: «{club(application.group)}»",
        f"Вы и организация договорились продолжить занятия в кружке «{club(application.group)}». Начался новый период,"
        f" и для него подготовлен новый договор.{_pays(guardian_sum)}\n\nПримите его: письмо с кнопкой пришло"
        " отдельно, договор есть и в личном кабинете.",
    )


def transferred(application: Application, before: str, on: dt.date) -> Text:
    return Text(
        "transferred",
        f"Перевод в «{club(application.group)}»",
        f"С {russian.date_full(on)} ребёнок переведён из «{before}» в «{club(application.group)}»."
        "\n\nНовое расписание – в личном кабинете.",
    )


def ordered(line: OrderLine, order: Order) -> Text:
    """The order records what the family knows already: its number and date are for papers."""
    group = line.to_group or line.from_group
    name = f": «{club(group)}»" if group else ""
    assert order.date is not None
    return Text(
        "order_issued",
        f"Издан приказ {order.get_kind_display().lower()}{name}",
        f"Организация издала приказ № {order.number} от {russian.date_full(order.date)}"
        f" {order.get_kind_display().lower()}, ваш ребёнок в нём назван. Действует с"
        f" {russian.date_full(line.effective_on)}.\n\nДелать ничего не нужно. Номер и дата пригодятся, если"
        " понадобится справка.",
    )


def _sentences(texts: Iterable[str]) -> str:
    """Each with its full stop."""
    said = (text.strip() for text in texts)
    return " ".join(text if text.endswith((".", "…")) else f"{text}." for text in said if text)


def _pays(guardian_sum: int) -> str:
    return f" Семья платит {russian.money_kopecks(guardian_sum)}." if guardian_sum else ""
