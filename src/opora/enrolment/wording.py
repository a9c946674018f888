"""Plain words of enrolment for families: what a state means, what happens next, what can be done about a refusal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from opora.catalogue.models import Group, Slot
from opora.core import clock, russian
from opora.core.reasons import Reason
from opora.enrolment import rules
from opora.enrolment.models import Application, Contract
from opora.people.models import Child

NBSP = russian.NBSP
FUNDING_TITLES = {
    rules.BUDGET: "Бесплатно, за счёт бюджета",
    rules.CERTIFICATE: "По сертификату",
    rules.PAID: "Платно",
}
FUNDING_MEANINGS = {
    rules.BUDGET: "Занятия оплачивает муниципалитет. С вас и с сертификата ничего не спишется.",
    rules.CERTIFICATE: "Платит сертификат ребёнка, а если денег на нём не хватит, остаток доплачиваете вы.",
    rules.PAID: "Вы оплачиваете занятия сами, деньги сертификата не тратятся.",
}
TAGS = {
    "submitted": ("info", "clock"),
    "confirmed": ("info", "circle-check"),
    "enrolled": ("positive", "circle-check"),
    "waiting": ("neutral", "hourglass"),
    "place_offered": ("warning", "bell"),
    "refused": ("danger", "circle-x"),
    "withdrawn": ("neutral", "undo-2"),
    "expired": ("neutral", "clock"),
    "finished": ("neutral", "graduation-cap"),
}
CONTRACT_TAGS = {
    "requested": ("info", "clock"),
    "offered": ("warning", "bell"),
    "active": ("positive", "circle-check"),
    "closed": ("neutral", "archive"),
    "refused": ("danger", "circle-x"),
    "withdrawn": ("neutral", "undo-2"),
    "expired": ("neutral", "clock"),
}


def club(group: Group) -> str:
    """«Робототехника, группа 2»: what a family calls it, inside quotes."""
    return club_name(group.programme.name, group.name)


def club_name(programme: str, group: str) -> str:
    """The same from names; a proper first word of the group keeps its capital."""
    own = f"г{group[1:]}" if group.startswith("Группа") else group
    return f"{programme}, {own}"


def local(moment: dt.datetime, zone: str) -> dt.datetime:
    """A moment in the municipality's zone."""
    return moment.astimezone(clock.zone(zone))


def until(deadline: dt.datetime, zone: str) -> str:
    """«16 октября, пт» – the last day in time of a deadline whose first late moment is `deadline`."""
    return russian.date(local(deadline - dt.timedelta(seconds=1), zone).date())


def moment(value: dt.datetime, zone: str) -> str:
    """«14 октября, ср, 18:30»."""
    shown = local(value, zone)
    return f"{russian.date(shown.date())}, {russian.time(shown)}"


def time_left(deadline: dt.datetime, now: dt.datetime) -> str:
    """«остался 1 день 5 часов», «осталось 40 минут», «время вышло»."""
    minutes = int((deadline - now).total_seconds() // 60)
    if minutes <= 0:
        return "время вышло"
    days, hours = minutes // 1440, minutes % 1440 // 60
    parts = []
    if days:
        parts.append((days, russian.plural(days, "день", "дня", "дней")))
    if hours and days < 3:
        parts.append((hours, russian.plural(hours, "час", "часа", "часов")))
    if not parts:
        parts.append((minutes, russian.plural(minutes, "минута", "минуты", "минут")))
    verb = russian.plural_form(parts[0][0], "остался", "осталось", "осталось")
    if not days and not hours:
        verb = russian.plural_form(minutes, "осталась", "осталось", "осталось")
    return f"{verb} {' '.join(text for _, text in parts)}"


def schedule(slots: Iterable[Slot]) -> str:
    """«вт, чт 16:30–17:15; сб 10:00–11:30»."""
    days: dict[tuple[dt.time, dt.time], list[int]] = {}
    for slot in slots:
        days.setdefault((slot.starts_at, slot.ends_at), []).append(slot.weekday)
    parts = [
        f"{', '.join(russian.WEEKDAYS_SHORT[day - 1] for day in sorted(found))} {start:%H:%M}–{end:%H:%M}"
        for (start, end), found in sorted(days.items(), key=lambda item: (min(item[1]), item[0]))
    ]
    return "; ".join(parts)


def split_sentence(certificate: object, guardian: object) -> str:
    """«Сертификат платит 5 066,40 ₽, вы платите 562,94 ₽»."""
    if not certificate and not guardian:
        return "Вы ничего не платите"
    if not certificate:
        return f"Вы{NBSP}платите {russian.money(guardian)}"  # type: ignore[arg-type]
    if not guardian:
        return f"Сертификат платит {russian.money(certificate)}, вы ничего не доплачиваете"  # type: ignore[arg-type]
    return f"Сертификат платит {russian.money(certificate)}, вы{NBSP}платите {russian.money(guardian)}"  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Remedy:
    """A reason as a family reads it, with one thing to do about it."""

    reason: Reason
    url: str = ""
    action: str = ""


def remedies(reasons: Iterable[Reason], child: Child, group: Group, back: str = "") -> list[Remedy]:
    """Each reason with the page where it can be mended. `back`: address to return to from there."""
    card = f"/cabinet/children/{child.public_id}/"
    programme = f"/navigator/{group.programme.slug}-{group.programme_id}/"
    pages = {
        "no_certificate": (f"{card}certificate/", "Получить сертификат"),
        "certificate_not_active": (f"{card}certificate/", "Открыть сертификат"),
        "certificate_not_funded": (f"{card}certificate/", "Открыть сертификат"),
        "no_balance": (f"{card}certificate/", "Посмотреть сертификат"),
        "residence_unknown": (f"{card}edit/", "Указать место жительства"),
        "residence": (f"{card}edit/", "Изменить место жительства"),
        "medical": (f"{card}safety/", "Внести медицинский допуск"),
        "same_group": ("/cabinet/applications/", "Посмотреть заявки"),
        "age": ("/navigator/", "Найти кружок по возрасту"),
        "window_closed": (programme, "Другие группы программы"),
        "window_not_open": (programme, "Подписаться на открытие"),
        "programme_not_published": ("/navigator/", "Похожие программы"),
    }
    found = []
    for reason in reasons:
        url, action = pages.get(reason.code, ("", ""))
        if not url and reason.field == "starts_on" and back:
            url, action = back, "Выбрать другую дату"
        found.append(Remedy(reason, url, action))
    return found


def steps_of(application: Application) -> tuple[tuple[str, ...], int] | None:
    """Titles of the road and where the application is on it, from 1; None when it has ended."""
    last = ("Договор", "Зачисление") if application.funding == rules.CERTIFICATE else ("Зачисление",)
    road: tuple[str, ...] = ("Заявка", "Проверка", *last)
    if application.state in ("waiting", "place_offered"):
        road = ("Очередь", "Место", "Проверка", *last)
    places = {
        "waiting": 1,
        "place_offered": 2,
        "submitted": 2,
        "confirmed": 3,
        "enrolled": len(road),
    }
    here = places.get(application.state)
    return (road, here) if here else None


def what_next(application: Application, contract: Contract | None, position: int | None) -> str:
    """One or two sentences: what happens now, who acts, until when."""
    zone = application.municipality.time_zone
    state = application.state
    if state == "submitted":
        by = f" не позже {until(application.deadline, zone)}" if application.deadline else ""
        return f"Место за ребёнком. Организация проверит заявку и ответит{by}."
    if state == "confirmed" and contract is not None and contract.accept_until:
        by = until(contract.accept_until, zone)
        return f"Договор готов. Прочитайте и примите его не позже {by}, иначе заявка закроется."
    if state == "confirmed":
        return "Организация подтвердила заявку. Осталось зачисление, мы напишем."
    if state == "waiting":
        place = f"Ваше место в очереди: {position}. " if position else ""
        return f"{place}Когда место освободится и подойдёт ваша очередь, мы напишем. На ответ будет двое суток."
    if state == "place_offered" and application.offer_expires_at:
        by = moment(application.offer_expires_at, zone)
        return f"Для ребёнка есть место. Согласитесь или откажитесь до {by}: потом место предложат следующему."
    if state == "enrolled":
        return f"Ребёнок зачислен, занятия с {russian.date_full(application.starts_on)}."
    return {
        "refused": "Организация отказала в заявке.",
        "withdrawn": "Заявка отозвана.",
        "expired": "Срок ответа прошёл, заявка закрыта. Можно подать новую.",
        "finished": "Обучение окончено.",
    }[state]
