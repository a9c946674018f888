"""Life of a settlement document, its deadlines and what may be issued when (spec/financing.md, Settlement)."""

from __future__ import annotations

import datetime as dt

from opora.certificates.rules.months import month_end, month_start, next_month
from opora.core.reasons import Reason
from opora.core.transitions import Machine, transition
from opora.core.workdays import WorkCalendar, nth_workday_of_month

GROUND = "Правила персонифицированного финансирования, порядок расчётов"
DOCUMENT = Machine(
    "Расчётный документ",
    {
        "draft": "Черновик",
        "issued": "На проверке",
        "returned": "Возвращён с замечаниями",
        "approved": "Проверен",
        "paid": "Оплачен",
    },
    (
        transition("issue", "Выставить", "draft", "issued", "provider_manager"),
        transition("approve", "Проверен", "issued", "approved", "payer"),
        transition("return", "Вернуть с замечаниями", "issued", "returned", "payer"),
        transition("pay", "Оплачен", "approved", "paid", "payer"),
    ),
)
ORDER = Machine(
    "Платёжное поручение",
    {
        "issued": "К отправке",
        "exported": "Отправлено в банк",
        "partial": "Исполнено частично",
        "executed": "Исполнено",
        "cancelled": "Отменено",
    },
    (
        transition("export", "Выгрузить", "issued exported", "exported", "payer"),
        transition("part", "Исполнить часть", "issued exported partial", "partial", "payer"),
        transition("execute", "Исполнить", "issued exported partial", "executed", "payer"),
        transition("cancel", "Отменить", "issued exported", "cancelled", "payer"),
    ),
)


def advance_from(month: dt.date, workday: int, calendar: WorkCalendar) -> dt.date:
    """The first day of an advance request of `month`: its `workday`-th working day."""
    return nth_workday_of_month(month, workday, calendar)


def invoice_from(month: dt.date) -> dt.date:
    """The first day of the invoice: after the month, in December within it (from the 1st on)."""
    return month_start(month) if month.month == 12 else next_month(month)


def approve_until(kind: str, month: dt.date, day: int, calendar: WorkCalendar) -> dt.date | None:
    """Until when the payer answers: the `day`-th of the next month, for December the last working day of the year.

    An advance request has no day of its own in the rules: None.
    """
    if kind == "advance_request":
        return None
    if kind == "invoice" and month.month == 12:
        last = dt.date(month.year, 12, 31)
        return last if calendar.is_working_day(last) else add_back(last, calendar)
    return next_month(month).replace(day=day)


def add_back(day: dt.date, calendar: WorkCalendar) -> dt.date:
    """The last working day before `day`."""
    while not calendar.is_working_day(day):
        day -= dt.timedelta(days=1)
    return day


def counted_on(month: dt.date, today: dt.date) -> dt.date:
    """The day on which hours are counted: the end of the month, earlier when it has not come yet."""
    return min(month_end(month), today)


def time_reasons(kind: str, month: dt.date, today: dt.date, workday: int, calendar: WorkCalendar) -> list[Reason]:
    """Whether today is a day for this document."""
    if kind == "advance_request":
        first, last = advance_from(month, workday, calendar), month_end(month)
        if today < first:
            hint = f"Заявку на аванс подают с {first:%d.%m.%Y}."
            return [Reason("too_early", "Подавать заявку на аванс ещё рано.", GROUND, hint)]
        if today > last:
            hint = "Месяц окончен: его сумма войдёт в счёт целиком. Удалите черновик."
            return [Reason("too_late", "Заявку на аванс подают в своём месяце.", GROUND, hint)]
    if kind == "invoice" and today < invoice_from(month):
        hint = f"Счёт выставляют с {invoice_from(month):%d.%m.%Y}."
        return [Reason("too_early", "Выставлять счёт ещё рано: месяц не окончен.", GROUND, hint)]
    if kind == "refund" and today <= month_end(month):
        return [Reason("too_early", "Возврат оформляют, когда месяц окончен.", GROUND)]
    return []


__all__ = ["DOCUMENT", "ORDER", "advance_from", "approve_until", "counted_on", "invoice_from", "time_reasons"]
