"""Reminders of payments: before the day and after it, each once. A repeat of the job writes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from opora.core import clock, russian
from opora.core.models import Letter
from opora.core.outbox import write_letter
from opora.settlement import queries_family as queries
from opora.settlement.models import PersonalAccount
from opora.settlement.services.family_letters import guardians
from opora.territory.models import Municipality

if TYPE_CHECKING:
    from opora.settlement.queries_family import Standing

DAYS_BEFORE = 3
"""A letter goes out this many days before the last day of payment, and one on the day after it."""
FIRST_HOUR, LAST_HOUR = 9, 20
"""Letters are written by day, in the municipality's own time."""
AT_ONCE = 500
BEFORE = "Скоро срок оплаты занятий"
LATE = "Срок оплаты занятий прошёл"


def remind_families() -> int:
    """Write the reminders that are due; returns how many letters."""
    written = 0
    for place in Municipality.objects.order_by("pk"):
        if FIRST_HOUR <= clock.now().astimezone(clock.zone(place.time_zone)).hour < LAST_HOUR:
            for standings in _chunks(place.pk):
                written += _write(standings)
    return written


def _chunks(municipality_id: int) -> Iterator[list[Standing]]:
    """Accounts that owe, in blocks by ascending id: memory stays small in a large district."""
    last = 0
    while True:
        rows = PersonalAccount.objects.filter(municipality=municipality_id, owed__gt=0, pk__gt=last)
        block = list(rows.select_related(*queries.WITH).order_by("pk")[:AT_ONCE])
        if not block:
            return
        last = block[-1].pk
        yield queries.standings(block)


def due_of(one: Standing) -> Iterator[tuple[str, dt.date]]:
    """(kind, month) of what this account is reminded of today."""
    late = [month.month for month in one.months if month.days_late(one.today)]
    if late:
        yield "late", max(late)
    for month in one.months:
        if month.left and 0 <= (month.due_on - one.today).days <= DAYS_BEFORE:
            yield "before", month.month


def _write(standings: Iterable[Standing]) -> int:
    due = [(one, kind, month) for one in standings for kind, month in due_of(one)]
    people = guardians(sorted({one.account.child_id for one, _, _ in due}))
    wanted = {
        f"settlement:payment_{kind}:{one.account.pk}:{month:%Y-%m}:{pk}": (one, kind, month, pk, email)
        for one, kind, month in due
        for pk, email in people.get(one.account.child_id, [])
    }
    known = set(Letter.objects.filter(dedup__in=wanted).values_list("dedup", flat=True))
    for dedup, (one, kind, month, pk, email) in wanted.items():
        if dedup not in known:
            subject, body = _text(one, kind, month)
            write_letter(
                account_id=pk,
                address=email,
                kind=f"settlement.payment_{kind}",
                subject=subject,
                body=body,
                link=f"/cabinet/payments/{one.account.public_id}/",
                dedup=dedup,
            )
    return len(wanted) - len(known)


def _text(one: Standing, kind: str, month: dt.date) -> tuple[str, str]:
    programme = russian.quoted(one.account.group.programme.name)
    if kind == "late":
        body = (
            f"За занятия по программе {programme} не оплачено {russian.money(one.late)}: срок прошёл."
            " Оплатить можно по QR-коду на странице счёта. Если вы уже заплатили, ничего делать не нужно:"
            " деньги станут видны, когда организация прочитает реестр банка."
        )
        return LATE, body
    found = next(row for row in one.months if row.month == month)
    body = (
        f"Оплатите занятия по программе {programme} до {russian.date_long(found.due_on)}: всего"
        f" {russian.money(one.to_pay)}. QR-код и реквизиты – на странице счёта."
    )
    return BEFORE, body
