"""A whole year of a small district, month by month: every rouble has its order and the sums reconcile to zero."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from opora.catalogue.models import Group
from opora.certificates.models import PaymentAgreement
from opora.certificates.rules.months import add_months
from opora.core import clock
from opora.enrolment import services as enrolment
from opora.enrolment.models import Contract, ContractMonth
from opora.settlement import queries_money, services
from opora.settlement.invariants import broken
from opora.settlement.models import PaymentOrder, SettlementDocument, SettlementRow
from tests.enrolment.world import Family

from .town import Town, at, tuesdays

SEPTEMBER, JANUARY, MAY = dt.date(2026, 9, 1), dt.date(2027, 1, 1), dt.date(2027, 5, 1)
STARTS = (
    dt.date(2026, 9, 16),
    dt.date(2026, 9, 28),
    dt.date(2026, 10, 12),
    dt.date(2026, 11, 20),
    dt.date(2026, 12, 5),
)


def test_a_year(town: Town) -> None:
    group = town.world.group(capacity=50)
    town.timetable(group, 2, 4)
    families: list[Family] = []
    month = SEPTEMBER
    while month <= MAY:
        _month(town, group, month, families)
        month = add_months(month, 1)
    _settle(town, "invoice", MAY)
    _give_back(town)
    _reconciled()


def _month(town: Town, group: Group, month: dt.date, families: list[Family]) -> None:
    if month == JANUARY:
        _go_on(town, families)
    town.turn(month)
    if month not in (SEPTEMBER, JANUARY):
        _settle(town, "invoice", add_months(month, -1))
    for day in STARTS:
        if day.replace(day=1) == month:
            family = town.world.family()
            town.world.certificate(family.child)
            families.append(family)
            town.contract(group, day, family, prolongation=len(families) != 2)
    _settle(town, "advance_request", month)
    for number, day in enumerate(_lesson_days(month)):
        if day >= group.starts_on:
            town.lesson(group, day, "cancelled" if (number + month.month) % 5 == 0 else "held")
    if month == dt.date(2026, 11, 1):
        with clock.frozen(at(2026, 11, 25)):
            enrolment.terminate(families[0].actor, contract=Contract.objects.get(child=families[0].child))
    if month.month == 12:
        _settle(town, "invoice", month)


def _lesson_days(month: dt.date) -> list[dt.date]:
    days = [*tuesdays(month), *(day + dt.timedelta(days=2) for day in tuesdays(month))]
    return sorted(day for day in days if day.month == month.month)


def _go_on(town: Town, families: list[Family]) -> None:
    """New Year: contracts of those who want to go on are offered in the next period and accepted."""
    with clock.frozen(at(2027, 1, 1)):
        enrolment.expire_due()
        for contract in Contract.objects.filter(state="offered"):
            family = next(one for one in families if one.child.pk == contract.child_id)
            enrolment.accept_contract(family.actor, contract=contract, text_hash=enrolment.terms_hash(contract))
    assert Contract.objects.filter(period=town.world.period_b, state="active").count() >= 2


def _settle(town: Town, kind: str, month: dt.date) -> None:
    """Prepared, issued, approved, ordered, paid. December's invoice on its 21st, with lessons still ahead."""
    if kind == "advance_request":
        moment = at(month.year, month.month, 26)
    elif month.month == 12:
        moment = at(month.year, 12, 30)
    else:
        later = add_months(month, 1)
        moment = at(later.year, later.month, 5)
    with clock.frozen(moment):
        made = services.prepare(town.manager, kind=kind, month=month)
        if made:
            services.issue(town.manager, documents=made)
            services.approve(town.payer, documents=made)
            _pay(town, made, moment)


def _pay(town: Town, made: list[int], moment: dt.datetime) -> None:
    due = list(SettlementDocument.objects.filter(pk__in=made, payable__gt=0))
    if due:
        services.make_orders(town.payer, documents=due)
        text = services.bank_file(town.payer).decode("cp1251")
        text = text.replace("\r\nСумма=", f"\r\nДатаСписано={moment:%d.%m.%Y}\r\nСумма=")
        place = town.world.municipality.pk
        services.read_statement(town.payer, municipality_id=place, name=f"{made[0]}.txt", data=text.encode("cp1251"))


def _give_back(town: Town) -> None:
    """What no later invoice takes in is given back: each period's last document."""
    for agreement in PaymentAgreement.objects.all():
        last = SettlementDocument.objects.filter(agreement=agreement, kind="invoice").order_by("-month").first()
        if last is not None and last.carried_out:
            with clock.frozen(at(2027, 9, 1)):
                draft = services.refund(town.manager, document=last, reason="Период окончен")
                issued = services.issue(town.manager, documents=[draft])
                services.approve(town.payer, documents=issued)


def _reconciled() -> None:
    assert broken() == []
    assert not SettlementDocument.objects.filter(state__in=("draft", "issued")).exists()
    spent = set(ContractMonth.objects.filter(state="spent").values_list("contract_id", "month"))
    settled = SettlementRow.objects.exclude(document__kind="advance_request").exclude(document__state="returned")
    assert set(settled.values_list("contract_id", "month")) == spent
    assert sum(row.plan - row.accrual for row in settled) > 0, "some lessons failed"
    for agreement in PaymentAgreement.objects.all():
        found = queries_money.reconciliation(_system(), agreement)
        assert (found.settled, found.open_advances, found.carried) == (0, 0, 0)
        # all that the payer has paid, less what comes back, is what was delivered
        refunds = sum((one.refund for one in SettlementDocument.objects.filter(agreement=agreement)), Decimal(0))
        assert found.paid - refunds == found.accrual
        assert found.balance == -refunds
    orders = PaymentOrder.objects.order_by("number").values_list("number", "date__year")
    for year in (2026, 2027):
        numbers = [number for number, made in orders if made == year]
        assert numbers == list(range(1, len(numbers) + 1))
    cash = {
        year: queries_money.cash(_system(), SettlementDocument.objects.first().municipality_id, year)  # type: ignore[union-attr]
        for year in (2026, 2027)
    }
    assert sum(one.total("paid") for one in cash.values()) == sum(one.executed for one in PaymentOrder.objects.all())


def _system():  # type: ignore[no-untyped-def]
    from opora.core.access import SYSTEM

    return SYSTEM
