"""Settlement of the demo: the months of the funding periods up to D, replayed through the services of settlement.

Finished months are paid; what is under way on D is left in every state that a payer and a provider can meet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from django.apps import apps
from django.db import connection

from opora.certificates.rules.months import add_months, month_start
from opora.core import clock
from opora.core.access import Actor
from opora.core.workdays import add_workdays, nth_workday_of_month, official_calendar
from opora.demo import family_money
from opora.demo.frame import Frame
from opora.settlement import services
from opora.settlement.models import PaymentOrder, SettlementDocument

FIRST_WORKDAY = 3
"""Advances are asked for on this working day of the month, invoices on it of the next."""
DECEMBER_DAY = 21
REMARK = "В реестре есть занятия без отметки в журнале. Отметьте их и выставьте документ снова."
Step = tuple[dt.date, str, dt.date, str]


def replay(frame: Frame) -> None:
    """All documents that the day D knows, in the order of their days."""
    account = apps.get_model("people.Account").objects.filter(email="payer@opora.demo").first()
    payer = Actor(account_id=account.pk if account else None, system=True, name="Плательщик")
    manager = Actor(system=True, name="Организация")
    deeds: dict[str, Callable[[str, dt.date], None]] = {
        "issue": lambda kind, month: _issue(manager, kind, month, frame),
        "approve": lambda kind, month: _approve(payer, kind, month, frame),
        "order": lambda kind, month: _order(payer, kind, month),
        "bank": lambda kind, month: _bank(payer),
    }
    first = min(apps.get_model("certificates.FundingPeriod").objects.values_list("starts_on", flat=True))
    for day, deed, month, kind in sorted(_steps(first, frame.date)):
        with clock.frozen(frame.moment(day, 11 + list(deeds).index(deed))):
            deeds[deed](kind, month)
    _drafts(manager, frame)
    family_money.replay(frame)
    with connection.cursor() as cursor:  # what was told long ago is not told again
        cursor.execute("DELETE FROM outbox WHERE kind = 'settlement.changed'")
        cursor.execute("DELETE FROM letter WHERE kind LIKE 'settlement.%'")


def _steps(first: dt.date, today: dt.date) -> Iterator[Step]:
    """(day, deed, month, kind) of everything that has happened by `today`."""
    calendar = official_calendar()
    month = month_start(first)
    while month <= today:
        opened = nth_workday_of_month(month, FIRST_WORKDAY, calendar)
        begun = [(opened, month, "advance_request")]
        if month.month != 1 and month > month_start(first):
            begun.append((opened, add_months(month, -1), "invoice"))
        if month.month == 12:
            begun.append((add_workdays(month.replace(day=DECEMBER_DAY - 1), 1, calendar), month, "invoice"))
        for day, about, kind in begun:
            for place, deed in enumerate(("issue", "approve", "order", "bank")):
                when = add_workdays(day, place, calendar) if place else day
                if when <= today:
                    yield when, deed, about, kind
        month = add_months(month, 1)


def _issue(manager: Actor, kind: str, month: dt.date, frame: Frame) -> None:
    made = services.prepare(manager, kind=kind, month=month)
    ready = SettlementDocument.objects.filter(pk__in=made, contracts__gt=0).order_by("organisation_id")
    chosen = [one.pk for place, one in enumerate(ready) if not (_is_last(kind, month, frame) and place == 0)]
    if chosen:
        services.issue(manager, documents=chosen)


def _approve(payer: Actor, kind: str, month: dt.date, frame: Frame) -> None:
    waiting = list(
        SettlementDocument.objects.filter(kind=kind, month=month, state="issued").order_by("organisation_id")
    )
    if _is_last(kind, month, frame) and len(waiting) > 2:
        services.send_back(payer, document=waiting[1], remarks=REMARK)
        del waiting[:2]
    if waiting:
        services.approve(payer, documents=waiting)


def _order(payer: Actor, kind: str, month: dt.date) -> None:
    ready = SettlementDocument.objects.filter(kind=kind, month=month, state="approved", payable__gt=0)
    if ready.exists():
        services.make_orders(payer, documents=list(ready))


def _bank(payer: Actor) -> None:
    """The file goes to the bank; the statement of the same day comes back with everything written off."""
    places = PaymentOrder.objects.filter(state="issued").order_by().values_list("municipality_id", flat=True)
    for place in list(places.distinct()):
        orders = PaymentOrder.objects.filter(state="issued", municipality_id=place)
        data = services.bank_file(payer, orders=list(orders))
        day = clock.today()
        text = data.decode("cp1251").replace("\r\nСумма=", f"\r\nДатаСписано={day:%d.%m.%Y}\r\nСумма=")
        name = f"kl_to_1c_{day:%Y%m%d}.txt"
        services.read_statement(payer, municipality_id=place, name=name, data=text.encode("cp1251"))


def _is_last(kind: str, month: dt.date, frame: Frame) -> bool:
    """The advance of the running month is left under way."""
    return kind == "advance_request" and month == month_start(frame.date)


def _drafts(manager: Actor, frame: Frame) -> None:
    """What the periodic job would have prepared by now."""
    with clock.frozen(frame.moment(frame.date, 0, 5)):
        services.prepare_due(manager)
