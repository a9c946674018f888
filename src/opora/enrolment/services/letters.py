"""Letters of enrolment in plain Russian: what happened, what to do, until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from opora.certificates.rules import Kopecks
from opora.core import clock
from opora.core.outbox import write_letter
from opora.enrolment.models import Application
from opora.people.models import Guardianship

NBSP = "\u00a0"
_MONTHS = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)


def day(value: dt.date) -> str:
    """«12 октября 2026 года»."""
    return f"{value.day}{NBSP}{_MONTHS[value.month - 1]} {value.year}{NBSP}года"


def moment(value: dt.datetime, zone: str) -> str:
    """«12 октября 2026 года, 18:30» in the municipality's zone."""
    local = value.astimezone(clock.zone(zone))
    return f"{day(local.date())}, {local:%H:%M}"


def last_day(value: dt.datetime, zone: str) -> str:
    """The last day in time of a deadline whose first late moment is `value`."""
    return day((value - dt.timedelta(seconds=1)).astimezone(clock.zone(zone)).date())


def roubles(amount: Kopecks) -> str:
    """«1 250,98 ₽»."""
    whole = f"{amount // 100:,}".replace(",", NBSP)
    return f"{whole},{amount % 100:02d}{NBSP}₽"


@dataclass(frozen=True, slots=True)
class Text:
    """One letter: `kind` goes into its key, so that a letter of one event is written once."""

    kind: str
    subject: str
    body: str


def tell_guardians(application: Application, text: Text, *, once: str = "") -> None:
    """Write the letter to every living guardian of the child (and to the learner's own account)."""
    rows = Guardianship.objects.filter(child_id=application.child_id, ended_at__isnull=True)
    for account_id, address in rows.values_list("account_id", "account__email"):
        write_letter(
            account_id=account_id,
            address=address,
            kind=text.kind,
            subject=text.subject,
            body=text.body,
            link="/cabinet/",
            dedup=f"application:{application.pk}:{text.kind}:{once}:{account_id}",
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
    pays = f" Семья платит {roubles(guardian_sum)}." if guardian_sum else ""
    return Text(
        "place_offered",
        f"Для вас есть место: «{application.group.name}»",
        f"В группе «{application.group.name}» освободилось место ({child}). Занятия с {day(application.starts_on)}."
        f"{pays} Согласитесь на него в личном кабинете до {moment(until, zone)}: потом место предложат следующему.",
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
    pays = f" Семья доплачивает {roubles(guardian_sum)}." if guardian_sum else " Доплачивать не нужно."
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
        f"Ребёнок зачислен в группу «{application.group.name}». Занятия с {day(application.starts_on)},"
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
    back = f" На сертификат вернулось {roubles(returned)}." if returned else ""
    return Text(
        "terminated",
        f"Обучение прекращается: «{application.group.name}»",
        f"Обучение в группе «{application.group.name}» заканчивается {day(end)}.{back}",
    )
