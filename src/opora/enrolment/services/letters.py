"""Letters of enrolment in plain Russian: what happened, what to do, until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from opora.core import clock, russian
from opora.core.outbox import write_letter
from opora.enrolment.models import Application
from opora.people.models import Guardianship


def moment(value: dt.datetime, zone: str) -> str:
    """«12 октября 2026, 18:30» in the municipality's zone."""
    return russian.date_time(value.astimezone(clock.zone(zone)))


def last_day(value: dt.datetime, zone: str) -> str:
    """The last day in time of a deadline whose first late moment is `value`."""
    return russian.date_full((value - dt.timedelta(seconds=1)).astimezone(clock.zone(zone)).date())


@dataclass(frozen=True, slots=True)
class Text:
    """One letter: `kind` goes into its key, so that a letter of one event is written once."""

    kind: str
    subject: str
    body: str


def tell_guardians(application: Application, text: Text, *, once: str = "", about: str = "") -> None:
    """Write the letter to every living guardian of the child (and to the learner's own account).

    `about`: what the event is of when it is not this application alone; a guardian gets one letter of it.
    """
    rows = Guardianship.objects.filter(child_id=application.child_id, ended_at__isnull=True)
    for account_id, address in rows.values_list("account_id", "account__email"):
        write_letter(
            account_id=account_id,
            address=address,
            kind=text.kind,
            subject=text.subject,
            body=text.body,
            link="/cabinet/",
            dedup=f"{about or f'application:{application.pk}'}:{text.kind}:{once}:{account_id}",
        )


def placed(child: str, group: str, deadline: dt.datetime | None, zone: str) -> tuple[str, str]:
    """Subject and body: the application is taken, the place is held."""
    until = f" Организация ответит не позже {last_day(deadline, zone)}." if deadline else ""
    return (
        f"Заявка принята: «{group}»",
        f"Мы приняли заявку ({child}) в группу «{group}» и держим за вами место.{until}"
        " Состояние заявки видно в личном кабинете.",
    )


def waiting(child: str, group: str) -> tuple[str, str]:
    """Subject and body: all places are taken, the child waits."""
    return (
        f"Вы в листе ожидания: «{group}»",
        f"Свободных мест в группе «{group}» сейчас нет, {child} в листе ожидания. Номер в очереди виден в личном"
        " кабинете. Когда место освободится, мы напишем.",
    )


def place_offered(application: Application, child: str, until: dt.datetime, zone: str, guardian_sum: int) -> Text:
    name = application.group.name
    pays = f" Семья платит {russian.money_kopecks(guardian_sum)}." if guardian_sum else ""
    return Text(
        "place_offered",
        f"Для вас есть место: «{name}»",
        f"В группе «{name}» освободилось место ({child})."
        f" Занятия с {russian.date_full(application.starts_on)}.{pays}"
        f" Согласитесь на него в личном кабинете до {moment(until, zone)}:"
        " потом место предложат следующему.",
    )


def bundle_passed_over(application: Application) -> Text:
    return Text(
        "bundle_passed_over",
        f"Место есть, но не для всех детей: «{application.group.name}»",
        "Вы просили записать детей только вместе, а мест для всех сразу пока нет. Ваше место в очереди сохраняется.",
    )


def confirmed(application: Application) -> Text:
    return Text(
        "confirmed",
        f"Документы подтверждены: «{application.group.name}»",
        f"Организация подтвердила документы для группы «{application.group.name}». Осталось зачисление.",
    )


def contract_offered(application: Application, number: str, until: dt.datetime, zone: str, guardian_sum: int) -> Text:
    pays = f" Семья доплачивает {russian.money_kopecks(guardian_sum)}." if guardian_sum else " Доплачивать не нужно."
    return Text(
        "contract_offered",
        f"Договор ждёт вашего согласия: «{application.group.name}»",
        f"Организация подготовила договор № {number}.{pays} Прочитайте его и примите в личном кабинете"
        f" не позже {last_day(until, zone)}, иначе договор и заявка закроются.",
    )


def enrolled(application: Application) -> Text:
    return Text(
        "enrolled",
        f"Зачисление: «{application.group.name}»",
        f"Ребёнок зачислен в группу «{application.group.name}». Занятия с {russian.date_full(application.starts_on)},"
        " расписание – в личном кабинете.",
    )


def refused(application: Application, messages: Iterable[str]) -> Text:
    return Text(
        "refused",
        f"Отказ по заявке: «{application.group.name}»",
        f"По заявке в группу «{application.group.name}» отказано. Причина: {' '.join(messages)}",
    )


def expired(application: Application) -> Text:
    return Text(
        "expired",
        f"Заявка закрыта: «{application.group.name}»",
        f"Срок ответа по заявке в группу «{application.group.name}» прошёл, она закрыта. Можно подать новую заявку.",
    )


def terminated(application: Application, end: dt.date, returned: int) -> Text:
    back = f" На сертификат вернулось {russian.money_kopecks(returned)}." if returned else ""
    return Text(
        "terminated",
        f"Обучение прекращается: «{application.group.name}»",
        f"Обучение в группе «{application.group.name}» заканчивается {russian.date_full(end)}.{back}",
    )


def prolonged(application: Application, guardian_sum: int) -> Text:
    pays = f" Семья доплачивает {russian.money_kopecks(guardian_sum)}." if guardian_sum else ""
    return Text(
        "prolonged",
        f"Обучение продолжается: «{application.group.name}»",
        f"Вы и организация договорились продолжить занятия в группе «{application.group.name}». Начался новый период,"
        f" и для него подготовлен новый договор.{pays} Примите его в личном кабинете.",
    )


def transferred(application: Application, before: str, on: dt.date) -> Text:
    return Text(
        "transferred",
        f"Перевод в группу «{application.group.name}»",
        f"С {russian.date_full(on)} ребёнок переведён из группы «{before}» в группу «{application.group.name}».",
    )
