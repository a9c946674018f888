"""Life of documents: return with remarks, corrections, late activation, order of issuing, frozen after issue."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from opora.certificates.models import FundingPeriod
from opora.core import clock
from opora.core.models import Counter, Outbox
from opora.core.reasons import Forbidden, Hidden, Refused
from opora.enrolment import services as enrolment
from opora.settlement import services
from opora.settlement.invariants import broken
from opora.settlement.models import SettlementDocument, SettlementRow

from .town import Town, at, make_town, tuesdays

SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = (dt.date(2026, month, 1) for month in (9, 10, 11, 12))


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


def refused_issue(town: Town, document: SettlementDocument, when: dt.datetime) -> set[str]:
    with clock.frozen(when), pytest.raises(Refused) as refused:
        services.issue(town.manager, documents=[document])
    return codes(refused)


def test_advance_is_asked_for_from_the_second_working_day(town: Town) -> None:
    group = town.world.group()
    town.contract(group)
    town.turn(NOVEMBER)
    draft = town.draft("advance_request", NOVEMBER, at(2026, 11, 2))
    assert refused_issue(town, draft, at(2026, 11, 2)) == {"too_early"}
    assert refused_issue(town, draft, at(2026, 12, 1)) == {"too_late"}
    town.issue(draft, at(2026, 11, 3))
    draft.refresh_from_db()
    assert (draft.state, draft.number, draft.date) == ("issued", 1, dt.date(2026, 11, 3))


def test_percent_is_a_parameter_of_the_period(town: Town) -> None:
    FundingPeriod.objects.filter(pk=town.world.period_a.pk).update(parameters={"advance_percent": "33.33"})
    town.contract(town.world.group())
    found = town.made("advance_request", OCTOBER, at(2026, 10, 14))
    assert found.payable == Decimal("416.95")  # 1250.98 × 0.3333 = 416.951…


def test_contract_activated_after_the_request_is_paid_whole(town: Town) -> None:
    group = town.world.group()
    town.contract(group)
    first = town.made("advance_request", OCTOBER, at(2026, 10, 14))
    town.contract(group, dt.date(2026, 10, 20))
    invoice = town.made("invoice", OCTOBER, at(2026, 11, 2))
    assert (first.contracts, invoice.contracts) == (1, 2)
    early, late = invoice.rows.order_by("contract_id")
    assert (early.advance, late.advance) == (Decimal("1000.78"), 0)
    assert late.amount == late.accrual == late.plan


def test_started_in_october_activated_in_november(town: Town) -> None:
    """Late activation: one full row for October, in the invoice of November when October's is out."""
    group = town.world.group()
    town.contract(group)
    town.made("advance_request", OCTOBER, at(2026, 10, 14))
    late = town.world.family()
    town.world.certificate(late.child)
    with clock.frozen(at(2026, 10, 26)):
        applied = enrolment.apply(late.actor, child=late.child, group=group, funding="certificate")
    october = town.made("invoice", OCTOBER, at(2026, 11, 2))
    with clock.frozen(at(2026, 11, 3)):
        enrolment.confirm(town.manager, application=applied.application_id)
        contract = applied.application.contract
        enrolment.accept_contract(late.actor, contract=contract, text_hash=enrolment.terms_hash(contract))
    town.turn(NOVEMBER)
    town.made("advance_request", NOVEMBER, at(2026, 11, 5))
    november = town.made("invoice", NOVEMBER, at(2026, 12, 1))
    assert october.contracts == 1
    rows = november.rows.filter(contract=contract).order_by("month")
    assert [(row.month, row.advance > 0) for row in rows] == [(OCTOBER, False), (NOVEMBER, True)]
    assert rows[0].amount == rows[0].plan == contract.months.get(month=OCTOBER).certificate_sum
    assert broken() == []


def test_returned_with_remarks_and_issued_again(town: Town) -> None:
    group = town.world.group()
    town.timetable(group, 2)
    town.contract(group)
    town.made("advance_request", OCTOBER, at(2026, 10, 14))
    document = town.issue(town.draft("invoice", OCTOBER, at(2026, 11, 2)), at(2026, 11, 2))
    assert document.carried_out == Decimal("1000.78")  # nobody noted the lessons
    with clock.frozen(at(2026, 11, 3)):
        with pytest.raises(Refused):
            services.send_back(town.payer, document=document, remarks="плохо")
        again = services.send_back(town.payer, document=document, remarks="Отметьте занятия в журнале.")
    for day in tuesdays(OCTOBER):
        town.lesson(group, day)
    town.issue(again, at(2026, 11, 4))
    again.refresh_from_db()
    document.refresh_from_db()
    assert (document.state, document.number, again.number, again.refers_to_id) == ("returned", 1, 2, document.pk)
    assert again.payable == Decimal("250.20")
    assert Outbox.objects.filter(kind="settlement.changed", payload__act="returned").count() == 1
    assert broken() == []


def test_issued_documents_never_change(town: Town) -> None:
    town.contract(town.world.group())
    document = town.made("advance_request", OCTOBER, at(2026, 10, 14))
    for sql in (
        "UPDATE settlement_document SET payable = payable + 1, total = total + 1",
        "UPDATE settlement_document SET state = 'draft'",
        "DELETE FROM settlement_document",
        "UPDATE settlement_row SET amount = 0",
        "DELETE FROM settlement_row",
        f"UPDATE settlement_row SET document_id = {document.pk}, plan = 1",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_correction_refers_to_the_old_document(town: Town) -> None:
    """A lesson noted after the approval is paid by a correction with the difference."""
    group = town.world.group()
    town.timetable(group, 2)
    town.contract(group)
    for day in tuesdays(OCTOBER)[:3]:
        town.lesson(group, day)
    town.made("advance_request", OCTOBER, at(2026, 10, 14))
    invoice = town.made("invoice", OCTOBER, at(2026, 11, 2))
    assert invoice.accrual == Decimal("938.24")  # 1250.98 × 3/4 = 938.235, a half goes up
    with clock.frozen(at(2026, 11, 10)), pytest.raises(Refused) as same:
        services.correct(town.manager, document=invoice, reason="Ошиблись в журнале")
    assert codes(same) == {"empty"}
    # the missed lesson is made up in November: a row of its own for October
    town.lesson(group, dt.date(2026, 11, 7), for_month=OCTOBER)
    with clock.frozen(at(2026, 11, 10)):
        draft = services.correct(town.manager, document=invoice, reason="Занятие отработано 7 ноября")
        [made] = services.issue(town.manager, documents=[draft])
    assert (made.refers_to_id, made.previous_id, made.accrual) == (invoice.pk, invoice.pk, Decimal("312.74"))
    assert made.carried_in == invoice.carried_out == Decimal("62.54")
    assert made.payable == Decimal("250.20")
    assert broken() == []


def test_never_over_the_whole_month(town: Town) -> None:
    group = town.world.group()
    town.timetable(group, 2)
    town.contract(group)
    for day in (*tuesdays(OCTOBER), dt.date(2026, 10, 31), dt.date(2026, 11, 1)):
        town.lesson(group, day, for_month=OCTOBER)
    invoice = town.made("invoice", OCTOBER, at(2026, 11, 2))
    [row] = invoice.rows.all()
    assert (row.planned, row.delivered, row.accrual) == (8, 8, row.plan)


def test_documents_follow_one_another(town: Town) -> None:
    group = town.world.group()
    town.contract(group)
    town.turn(NOVEMBER)
    draft = town.draft("invoice", NOVEMBER, at(2026, 12, 1))
    october = town.draft("invoice", OCTOBER, at(2026, 12, 1))
    assert refused_issue(town, draft, at(2026, 12, 1)) == {"earlier_draft"}
    town.issue(october, at(2026, 12, 1))
    assert refused_issue(town, draft, at(2026, 12, 1)) == {"previous_undecided"}
    assert refused_issue(town, draft, at(2026, 11, 20)) == {"too_early", "previous_undecided"}
    with clock.frozen(at(2026, 12, 2)):
        services.approve(town.payer, documents=[october])
    town.issue(draft, at(2026, 12, 2))


def test_a_repeat_prepares_nothing(town: Town) -> None:
    town.contract(town.world.group())
    with clock.frozen(at(2026, 10, 14)):
        assert len(services.prepare(town.manager, kind="advance_request", month=OCTOBER)) == 1
        assert services.prepare(town.manager, kind="advance_request", month=OCTOBER) == []
        assert services.prepare_due() == 0


def test_the_periodic_job_prepares_by_the_calendar(town: Town) -> None:
    town.contract(town.world.group())
    town.turn(NOVEMBER)
    with clock.frozen(at(2026, 11, 2)):
        services.prepare_due()
    assert {(one.kind, one.month) for one in SettlementDocument.objects.all()} == {("invoice", OCTOBER)}
    with clock.frozen(at(2026, 11, 3)):
        services.prepare_due()
    assert SettlementDocument.objects.filter(kind="advance_request", month=NOVEMBER).count() == 1
    town.turn(DECEMBER)
    with clock.frozen(at(2026, 12, 15)):
        services.prepare_due()
    assert SettlementDocument.objects.filter(kind="invoice", month=DECEMBER).count() == 1


def test_numbers_belong_to_issuer_series_and_year(town: Town) -> None:
    other = make_town()
    for one in (town, other):
        one.contract(one.world.group())
        one.made("advance_request", OCTOBER, at(2026, 10, 14))
    invoice = town.made("invoice", OCTOBER, at(2026, 11, 2))
    assert {row.number for row in SettlementDocument.objects.all()} == {1}
    assert invoice.number == 1
    counters = Counter.objects.filter(issuer_kind="organisation", series__in=("advance_request", "invoice"))
    assert sorted(counters.values_list("series", "year", "last")) == [
        ("advance_request", 2026, 1), ("advance_request", 2026, 1), ("invoice", 2026, 1),
    ]  # fmt: skip


def test_a_refused_issue_takes_no_number(town: Town) -> None:
    town.contract(town.world.group())
    draft = town.draft("invoice", OCTOBER, at(2026, 11, 2))
    refused_issue(town, draft, at(2026, 10, 20))
    assert not Counter.objects.filter(series="invoice").exists()
    draft.refresh_from_db()
    assert (draft.state, draft.number) == ("draft", None)


def test_strangers(town: Town) -> None:
    other = make_town()
    town.contract(town.world.group())
    draft = town.draft("advance_request", OCTOBER, at(2026, 10, 14))
    with pytest.raises(Hidden):
        services.issue(other.manager, documents=[draft])
    with pytest.raises(Forbidden):
        services.issue(town.payer, documents=[draft])
    with pytest.raises(Forbidden):
        services.approve(town.manager, documents=[draft])
    with pytest.raises(Hidden):
        services.approve(other.payer, documents=[draft])


def test_cancelled_before_the_start_gives_the_advance_back(town: Town) -> None:
    group = town.world.group()
    family = town.world.family()
    town.world.certificate(family.child)
    with clock.frozen(at(2026, 10, 1)):
        applied = enrolment.apply(
            family.actor, child=family.child, group=group, funding="certificate", starts_on=dt.date(2026, 10, 20)
        )
    with clock.frozen(at(2026, 10, 2)):
        enrolment.confirm(town.manager, application=applied.application_id)
        contract = applied.application.contract
        enrolment.accept_contract(family.actor, contract=contract, text_hash=enrolment.terms_hash(contract))
    paid = town.made("advance_request", OCTOBER, at(2026, 10, 5))
    with clock.frozen(at(2026, 10, 10)):
        enrolment.terminate(family.actor, contract=contract)
    town.contract(group)
    invoice = town.made("invoice", OCTOBER, at(2026, 11, 2))
    row = SettlementRow.objects.get(document=invoice, contract=contract)
    assert (row.plan, row.accrual, row.advance, row.amount) == (0, 0, paid.payable, -paid.payable)
    assert broken() == []


def test_undelivered_returns_where_the_period_says_so(town: Town) -> None:
    FundingPeriod.objects.filter(pk=town.world.period_a.pk).update(parameters={"return_undelivered": True})
    group = town.world.group()
    town.timetable(group, 2)
    contract = town.contract(group)
    for day in tuesdays(OCTOBER)[:2]:
        town.lesson(group, day)
    before = contract.certificate.balances.get(period=town.world.period_a)
    town.made("invoice", OCTOBER, at(2026, 11, 2))
    after = contract.certificate.balances.get(period=town.world.period_a)
    assert after.balance - before.balance == Decimal("625.49")
    assert after.spent == Decimal("625.49")
    assert broken() == []
