"""The set-based counting equals the pure rules, whatever timetable, journal, sums and percent."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from opora.catalogue.models import Group, LessonException, Slot
from opora.catalogue.rules import Change, WeeklySlot, lessons, planned_hours
from opora.certificates.models import FundingPeriod
from opora.certificates.rules import settlement as pure
from opora.certificates.rules import to_kopecks
from opora.core import clock
from opora.core.workdays import official_calendar
from opora.enrolment.models import Application, Contract, ContractMonth, Lesson
from opora.settlement import services
from opora.settlement.invariants import broken
from opora.settlement.models import Completeness, SettlementDocument, SettlementRow

from .town import Town, at

NOVEMBER = dt.date(2026, 11, 1)
HOURS = tuple(map(Decimal, ("1", "2", "1.5", "2.25", "0.67", "3")))


def a_group(rng: Random, town: Town) -> Group:
    starts, ends = rng.choice([(1, 30), (1, 30), (9, 30), (1, 18)])
    group = town.world.group(
        starts_on=dt.date(2026, 11, starts) if starts > 1 else dt.date(2026, 9, 15),
        ends_on=dt.date(2026, 11, ends) if ends < 30 else dt.date(2027, 5, 31),
    )
    for number, weekday in enumerate(rng.sample(range(1, 8), rng.randint(0, 4))):
        slot = Slot.objects.create(
            group=group,
            weekday=weekday,
            starts_at=dt.time(10 + number),
            ends_at=dt.time(11 + number),
            academic_hours=rng.choice(HOURS),
            valid_from=rng.choice((None, None, dt.date(2026, 11, 11))),
            valid_to=rng.choice((None, None, dt.date(2026, 11, 20))),
        )
        _changes(rng, group, slot)
    return group


def _changes(rng: Random, group: Group, slot: Slot) -> None:
    for day in range(1, 31):
        date = dt.date(2026, 11, day)
        if date.isoweekday() != slot.weekday or rng.random() > 0.4:
            continue
        kind = rng.choice(("cancelled", "moved", "substitute"))
        moved = {"new_date": date + dt.timedelta(days=rng.randint(0, 12))} if kind == "moved" else {}
        if kind == "moved" and rng.random() < 0.5:
            moved |= {"new_starts_at": dt.time(19), "new_ends_at": dt.time(20)}
        owner = slot if rng.random() < 0.7 else None
        LessonException.objects.create(group=group, slot=owner, date=date, kind=kind, **moved)


def journal(rng: Random, town: Town, group: Group, until: dt.date) -> None:
    """Held and cancelled lessons of the plan up to a day, and sometimes one made up."""
    for one in planned(group):
        if one.date <= until and rng.random() < 0.8:
            state = "held" if not one.cancelled and rng.random() < 0.9 else "cancelled"
            Lesson.objects.get_or_create(
                group=group,
                date=one.date,
                starts_at=one.starts_at,
                defaults={
                    "organisation": group.organisation,
                    "municipality": group.municipality,
                    "ends_at": one.ends_at,
                    "academic_hours": one.academic_hours,
                    "for_month": one.for_month,
                    "state": state,
                },
            )
    if rng.random() < 0.3:
        town.lesson(group, dt.date(2026, 11, 28), starts_at=dt.time(8), for_month=NOVEMBER)


def planned(group: Group):  # type: ignore[no-untyped-def]
    slots = [
        WeeklySlot(
            one.pk,
            one.weekday,
            one.starts_at,
            one.ends_at,
            one.academic_hours,
            valid_from=one.valid_from,
            valid_to=one.valid_to,
        )
        for one in group.slots.order_by("pk")
    ]
    changes = [
        Change(one.kind, one.date, one.slot_id, one.new_date, one.new_starts_at, one.new_ends_at)
        for one in LessonException.objects.filter(group=group).order_by("pk")
    ]
    first, last = max(NOVEMBER, group.starts_on), min(dt.date(2026, 11, 30), group.ends_on)
    return lessons(slots, first, last, is_holiday=official_calendar().is_festive, changes=changes)


def a_contract(rng: Random, town: Town, group: Group, number: int) -> Contract:
    family = town.world.family()
    certificate = town.world.certificate(family.child)
    plan = Decimal(rng.randint(1, 400_000)) / 100
    common = {
        "child": family.child,
        "group": group,
        "organisation": group.organisation,
        "municipality": group.municipality,
        "starts_on": dt.date(2026, 11, 1),
        "total_sum": plan,
        "certificate_sum": plan,
    }
    application = Application.objects.create(funding="certificate", state="enrolled", **common)
    contract = Contract.objects.create(
        application=application, certificate=certificate, period=town.world.period_a, programme=group.programme,
        focus_area="technical", state="active", ends_on=dt.date(2026, 11, 30), price=plan, normative_cost=plan,
        guardian_sum=0, number=f"д-{number}", accepted_at=at(2026, 10, 25), acceptance={"channel": "desk"}, **common,
    )  # fmt: skip
    late = rng.random() < 0.3
    ContractMonth.objects.create(
        contract=contract, month=NOVEMBER, certificate_sum=plan, guardian_sum=0, state="spent",
        moved_at=at(2026, 11, 16) if late else at(2026, 11, 1, 0),
    )  # fmt: skip
    return contract


@pytest.mark.parametrize("seed", range(8))
def test_rows_equal_the_pure_rules(town: Town, seed: int) -> None:
    rng = Random(seed)
    percent = rng.choice(("80", "33.33", "0", "100", "66.667"))
    FundingPeriod.objects.filter(pk=town.world.period_a.pk).update(parameters={"advance_percent": percent})
    groups = [a_group(rng, town) for _ in range(6)]
    contracts = {one.pk: one for one in (a_contract(rng, town, rng.choice(groups), n) for n in range(12))}
    advance = town.made("advance_request", NOVEMBER, at(2026, 11, 5))
    given = {row.contract_id: row for row in advance.rows.all()}
    for pk, row in given.items():
        assert to_kopecks(row.advance) == pure.advance(to_kopecks(contracts[pk].certificate_sum), Decimal(percent))
    for group in groups:
        journal(rng, town, group, dt.date(2026, 12, 15))
    invoice = town.made("invoice", NOVEMBER, at(2026, 12, 1))
    shares = {}
    held: dict[int, Decimal] = defaultdict(Decimal)
    for lesson in Lesson.objects.filter(state="held", for_month=NOVEMBER):
        held[lesson.group_id] += lesson.academic_hours
    for one in Completeness.objects.filter(document=invoice):
        group = next(group for group in groups if group.pk == one.group_id)
        plan = planned_hours(planned(group), NOVEMBER)
        assert (one.planned, one.delivered) == (plan, held[group.pk])
        shares[group.pk] = pure.completeness(int(held[group.pk] * 100), int(plan * 100))
    rows = []
    for row in SettlementRow.objects.filter(document=invoice):
        contract = contracts[row.contract_id]
        accrual = pure.accrual(to_kopecks(contract.certificate_sum), shares[contract.group_id])
        before = to_kopecks(given[contract.pk].advance) if contract.pk in given else 0
        assert (to_kopecks(row.accrual), to_kopecks(row.advance)) == (accrual, before)
        assert isinstance(shares[contract.group_id], Fraction)
        rows.append(pure.InvoiceRow(accrual, before))
    totals = pure.invoice_totals(rows)
    assert to_kopecks(invoice.total) == totals.invoice
    assert (to_kopecks(invoice.payable), to_kopecks(invoice.carried_out)) == (totals.payable, totals.carried_out)
    assert len(rows) == len(contracts)
    assert {one.name for one in broken()} <= {
        "places.counted", "application.enrolment", "certificate.reserve_of_contracts", "contract.spent_once",
        "contract.months",
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_a_december_invoice_counts_what_is_ahead(town: Town, seed: int) -> None:
    """Held until the invoice date, planned and not cancelled after it."""
    rng = Random(seed)
    groups = [a_group(rng, town) for _ in range(5)]
    for number, group in enumerate(groups):
        a_contract(rng, town, group, number)
    today = dt.date(2026, 11, 17)
    for group in groups:
        journal(rng, town, group, today)
    with clock.frozen(at(2026, 11, 17)):
        services.prepare(town.manager, kind="invoice", month=NOVEMBER)
    document = SettlementDocument.objects.get(kind="invoice")
    for one in document.completeness.all():
        group = next(group for group in groups if group.pk == one.group_id)
        noted = {(row.date, row.starts_at): row.state for row in Lesson.objects.filter(group=group, for_month=NOVEMBER)}
        held = sum(row.academic_hours for row in Lesson.objects.filter(group=group, state="held", for_month=NOVEMBER))
        ahead = sum(
            row.academic_hours
            for row in planned(group)
            if not row.cancelled
            and today < row.date <= dt.date(2026, 11, 30)
            and noted.get((row.date, row.starts_at), "planned") == "planned"
        )
        assert one.delivered == held + ahead
