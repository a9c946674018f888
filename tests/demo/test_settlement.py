"""The settlement of the demo: a finished half-year, a running one in every state, sums that reconcile."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db.models import F, Sum

from opora.certificates.models import FundingPeriod, PaymentAgreement
from opora.core import clock
from opora.core.access import SYSTEM
from opora.settlement import anomalies, queries_family, queries_money
from opora.settlement.models import FamilyRefund, PaymentOrder, PersonalAccount, SettlementDocument, TaxCertificate
from opora.settlement.queries_assignment import executed

pytestmark = pytest.mark.usefixtures("loaded")


@pytest.mark.parametrize(("place", "wanted"), [(0, {9, 10, 11, 12}), (1, {1, 2, 3, 4, 5})])
def test_a_finished_year(place: int, wanted: set[int]) -> None:
    past = FundingPeriod.objects.order_by("starts_on")[place]
    assert past.state == "closed"
    months = SettlementDocument.objects.filter(period=past, kind="invoice", state="paid").values_list(
        "month", flat=True
    )
    assert {month.month for month in months} == wanted
    agreements = PaymentAgreement.objects.filter(period=past, settlements__isnull=False).distinct()
    assert agreements.count() >= 3
    for one in agreements:
        found = queries_money.reconciliation(SYSTEM, one)
        assert (found.settled, found.balance, found.open_advances) == (0, 0, 0)


def test_an_autumn_in_progress(loaded: dt.date) -> None:
    running = SettlementDocument.objects.filter(month=loaded.replace(day=1))
    assert set(running.values_list("state", flat=True)) >= {"draft", "issued", "returned", "paid"}
    october = SettlementDocument.objects.filter(kind="invoice", month=dt.date(2026, 10, 1))
    assert set(october.values_list("state", flat=True)) == {"paid"}
    assert october.aggregate(sum=Sum("accrual"))["sum"] > 0


def test_lessons_that_failed_are_not_paid() -> None:
    incomplete = SettlementDocument.objects.filter(kind="invoice", rows__accrual__lt=F("rows__plan"))
    assert incomplete.exists()


def test_every_order_was_executed() -> None:
    assert PaymentOrder.objects.exclude(state="executed").count() == 0
    assert PaymentOrder.objects.count() > 40


def test_assignments_show_their_fact() -> None:
    found = executed(SYSTEM, 2026)
    assert len(found) == 3
    assert all(one.execution.actual > one.execution.planned / 2 for one in found)


def test_the_lists_of_anomalies_have_something_to_show(loaded: dt.date) -> None:
    """All but those that would mean that an invariant is broken: spent without an act, spent after the end."""
    with clock.frozen(dt.datetime(loaded.year, loaded.month, loaded.day, 9, tzinfo=dt.UTC)):
        shown = {kind.code for kind, found, _ in anomalies.counts(SYSTEM) if 0 < found < 20}
    assert shown == {kind.code for kind in anomalies.KINDS} - {"no_act", "after_end"}


def test_families_have_debts_of_all_ages_refunds_and_papers(loaded: dt.date) -> None:
    with clock.frozen(dt.datetime(loaded.year, loaded.month, loaded.day, 9, tzinfo=dt.UTC)):
        owing = queries_family.standings(
            PersonalAccount.objects.filter(owed__gt=0).select_related(*queries_family.WITH)
        )
        ages = dict(queries_family.ages(owing))
    assert all(ages[age] > 0 for age in ("до 30 дней", "31–60 дней", "61–90 дней"))
    assert set(FamilyRefund.objects.values_list("state", flat=True)) == {"asked", "approved", "paid"}
    assert set(TaxCertificate.objects.values_list("state", flat=True)) == {"asked", "issued"}
