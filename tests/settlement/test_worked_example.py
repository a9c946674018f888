"""The settlement rows of the worked example (spec/financing.md) through the services, to the kopeck."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from opora.core import clock
from opora.enrolment import services as enrolment
from opora.settlement import services
from opora.settlement.models import SettlementDocument

from .town import Town, at, tuesdays

OCTOBER, NOVEMBER, DECEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 1), dt.date(2026, 12, 1)


def autumn(town: Town) -> SettlementDocument:
    """One contract from 12 October; the lessons of October are held, of November three of four."""
    group = town.world.group()
    town.timetable(group, 2)
    for day in tuesdays(OCTOBER):
        town.lesson(group, day)
    for number, day in enumerate(tuesdays(NOVEMBER)):
        town.lesson(group, day, "cancelled" if number == 1 else "held")
    town.contract(group)
    first = town.made("advance_request", OCTOBER, at(2026, 10, 14))
    assert (first.number, first.payable, first.contracts) == (1, Decimal("1000.78"), 1)
    town.turn(NOVEMBER)
    invoice = town.made("invoice", OCTOBER, at(2026, 11, 2))
    assert (invoice.accrual, invoice.advance, invoice.payable) == tuple(map(Decimal, ("1250.98", "1000.78", "250.20")))
    second = town.made("advance_request", NOVEMBER, at(2026, 11, 3))
    assert (second.number, second.payable) == (2, Decimal("1526.17"))
    return invoice


def test_october_and_november(town: Town) -> None:
    october = autumn(town)
    invoice = town.made("invoice", NOVEMBER, at(2026, 12, 1))
    [row] = invoice.rows.all()
    assert (row.plan, row.planned, row.delivered) == (Decimal("1907.71"), 8, 6)
    assert (row.accrual, row.advance, row.amount) == tuple(map(Decimal, ("1430.78", "1526.17", "-95.39")))
    assert (invoice.total, invoice.payable, invoice.carried_out) == (Decimal("-95.39"), 0, Decimal("95.39"))
    assert (invoice.number, invoice.previous_id) == (2, october.pk)


def test_december_takes_the_rest_in(town: Town) -> None:
    """December's invoice is issued within December: the lessons ahead count as delivered."""
    autumn(town)
    town.made("invoice", NOVEMBER, at(2026, 12, 1))
    town.turn(DECEMBER)
    town.made("advance_request", DECEMBER, at(2026, 12, 2))
    group = SettlementDocument.objects.filter(kind="invoice")[0].rows.get().group
    for day in tuesdays(DECEMBER)[:3]:
        town.lesson(group, day)
    invoice = town.made("invoice", DECEMBER, at(2026, 12, 21))
    [row] = invoice.rows.all()
    assert (row.planned, row.delivered) == (10, 10)
    assert (row.accrual, row.advance) == (Decimal("1907.71"), Decimal("1526.17"))
    assert (invoice.carried_in, invoice.payable, invoice.carried_out) == (
        Decimal("95.39"), Decimal("286.15"), 0,
    )  # fmt: skip
    # a lesson of 29 December failed: the refund of January for the old year
    town.lesson(group, dt.date(2026, 12, 22))
    town.lesson(group, dt.date(2026, 12, 29), "cancelled")
    with clock.frozen(at(2027, 1, 12)):
        services.prepare_due()
        draft = SettlementDocument.objects.get(kind="refund")
        services.prepare_due()
        assert SettlementDocument.objects.filter(kind="refund").count() == 1
        [back] = services.issue(town.manager, documents=[draft])
    assert (back.kind, back.refers_to_id, back.number) == ("refund", invoice.pk, 1)
    assert (back.accrual, back.refund, back.payable) == (Decimal("-381.54"), Decimal("381.54"), 0)


def test_notice_in_november_ends_the_payments(town: Town) -> None:
    autumn(town)
    contract = SettlementDocument.objects.filter(kind="invoice")[0].rows.get().contract
    with clock.frozen(at(2026, 11, 10)):
        family = next(one for one in town.world.children)
        enrolment.terminate(_guardian(family), contract=contract)
    town.turn(DECEMBER)
    with clock.frozen(at(2026, 12, 2)):
        assert services.prepare(town.manager, kind="advance_request", month=DECEMBER) == []
    invoice = town.made("invoice", NOVEMBER, at(2026, 12, 3))
    assert invoice.carried_out == Decimal("95.39")
    with clock.frozen(at(2026, 12, 4)):
        draft = services.refund(town.manager, document=invoice, reason="Договоров больше нет")
        [back] = services.issue(town.manager, documents=[draft])
    assert (back.carried_in, back.total, back.refund) == (Decimal("95.39"), Decimal("-95.39"), Decimal("95.39"))


def _guardian(child):  # type: ignore[no-untyped-def]
    from opora.core.access import Actor, Reach

    account = child.guardianships.first().account
    return Actor(account_id=account.pk, reaches=(Reach(role="guardian"),), children=frozenset({child.pk}))
