"""What comes next for a certificate and when, in plain words for the family's page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from opora.certificates.models import Certificate, FundingPeriod
from opora.certificates.queries import parameters_of
from opora.certificates.rules.life import identity_deadline
from opora.core import clock, russian
from opora.people.rules import certificate_last_day


@dataclass(frozen=True, slots=True)
class Ahead:
    """One coming event: when (words), what, what it means."""

    when: str
    what: str
    note: str = ""


def ahead(
    row: Certificate, period: FundingPeriod | None, *, confirmed: bool, waits: bool, has_money: bool
) -> list[Ahead]:
    """In order of time; empty for a closed certificate. `waits`: it stands in the queue for money."""
    state, today = row.state, clock.today(row.municipality.time_zone)
    if state == Certificate.State.APPLIED:
        due = f"Не позже {russian.date(row.answer_due)}" if row.answer_due else "Скоро"
        return [
            Ahead(due, "Рассмотрим заявление", "Пришлём письмо: номер сертификата или причину отказа."),
            Ahead("После выдачи", "Один раз подтвердите личность ребёнка", "В пункте приёма, с документом ребёнка."),
        ]
    found: list[Ahead] = []
    if state == Certificate.State.ISSUED and not confirmed and row.issued_at is not None:
        issued_on = row.issued_at.astimezone(clock.zone(row.municipality.time_zone)).date()
        last = identity_deadline(issued_on, parameters_of(period).identity_days)
        note = "Иначе сертификат закроется, и нужно будет новое заявление."
        found.append(Ahead(f"Не позже {_day(last, today)}", "Подтвердите личность ребёнка в пункте приёма", note))
    elif state == Certificate.State.ISSUED:
        found.append(Ahead("Сейчас", "Активируйте сертификат", "После этого по нему можно записываться в кружки."))
    if waits:
        found.append(
            Ahead(
                "Когда подойдёт очередь", "Деньги придут сами", "Мы напишем и скажем, за сколько дней выбрать кружок."
            )
        )
    if state == Certificate.State.FROZEN and period is not None:
        found.append(
            Ahead(
                f"После {_day(period.ends_on, today)}",
                "Сертификат можно возобновить",
                "Раньше, в этом же периоде, нельзя.",
            )
        )
    elif period is not None and has_money and period.starts_on <= today:
        note = "На следующий период деньги выделяются заново."
        found.append(
            Ahead(
                _day(period.ends_on, today),
                f"Заканчивается период «{period.name}»",
                f"Неиспользованный остаток сгорит. {note}",
            )
        )
    if state in ("issued", "active", "frozen"):
        last = certificate_last_day(row.child.birth_date)
        found.append(Ahead(russian.date_full(last), "Последний день сертификата", "Ребёнку исполнится 18 лет."))
    return found


def _day(day: dt.date, today: dt.date) -> str:
    """With the year when it is another one."""
    return russian.date(day) if day.year == today.year else russian.date_full(day)
