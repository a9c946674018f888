"""Each clause of spec/financing.md, "Certificate", that acts on money, contracts and queues at once."""

import datetime as dt
from decimal import Decimal

import pytest

from opora.certificates import (
    ledger,
    queries,
    services_amendments,
    services_funding,
    services_idle,
    services_life,
    services_periods,
)
from opora.certificates.models import Certificate, CertificateGroup, FundingPeriod, FundingQueue
from opora.certificates.rules import PeriodParameters
from opora.certificates.rules.ledger import Totals
from opora.certificates.services_acts import Ground
from opora.core import clock
from opora.core.access import SYSTEM
from opora.core.models import Letter
from opora.core.reasons import Refused
from opora.enrolment import invariants, services
from opora.enrolment.models import Contract
from opora.territory.models import Locality, Municipality
from tests.enrolment.world import REQUEST_DAY, World, make_world

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
ACT = Ground(number="5", date=dt.date(2026, 8, 1))


@pytest.fixture
def world():
    with clock.frozen(REQUEST_DAY):
        yield make_world()


def codes(error) -> set[str]:
    return {reason.code for reason in error.value.reasons}


def limits(world: World, **values) -> CertificateGroup:
    row = world.certificate_groups[world.period_a.pk]
    CertificateGroup.objects.filter(pk=row.pk).update(**values)
    row.refresh_from_db()
    return row


def funded(world: World):
    """A family whose certificate asked for its money and got it now."""
    family = world.family()
    row = world.certificate(family.child, nominals={}, kind="accounting")
    assert services_funding.request_funding(SYSTEM, certificate=row).state == "served"
    row.refresh_from_db()
    return family, row


def ask(family, group):
    return services.apply(family.actor, child=family.child, group=group, funding="certificate")


def activated(world, family, group):
    asked = ask(family, group)
    services.confirm(world.manager, application=asked.application_id)
    contract = Contract.objects.get(pk=asked.contract_id)
    services.accept_contract(family.actor, contract=contract, text_hash=services.terms_hash(contract))
    return Contract.objects.get(pk=asked.contract_id)


def on(days: int):
    return clock.frozen(REQUEST_DAY + days * DAY)


def test_over_commitment_gives_nominals_beyond_the_money_and_checks_the_request(world):
    group = limits(world, limit_money=Decimal("8000.00"))
    FundingPeriod.objects.filter(pk=world.period_a.pk).update(parameters={"over_commitment": True})
    first, second = funded(world), funded(world)
    assert sum(ledger.totals(row.pk, world.period_a.pk).nominal for _, row in (first, second)) == 1_200_000
    club = world.group()
    ask(first[0], club)
    with pytest.raises(Refused) as error:
        ask(second[0], club)
    assert codes(error) == {"group_money_exhausted"}
    assert queries.used_of(group) == Decimal("5066.40") and not invariants.broken()
    # the switch cannot be thrown back above the limit, the limit not below what is used
    world.period_a.refresh_from_db()
    with pytest.raises(Refused) as error:
        services_amendments.amend_parameters(SYSTEM, period=world.period_a, parameters=PeriodParameters(), ground=ACT)
    assert codes(error) == {"over_given"}
    fields = services_periods.GroupData.__dataclass_fields__
    data = services_periods.GroupData(
        **{**{name: getattr(group, name) for name in fields}, "nominal": Decimal(5000), "limit_money": Decimal(5066)}
    )
    with pytest.raises(Refused) as error:
        services_amendments.amend_group(SYSTEM, group=group, data=data, ground=ACT)
    assert codes(error) == {"money_used"}


def test_the_queue_is_in_order_of_request_and_a_place_left_is_lost(world):
    limits(world, limit_certificates=1)
    _, holder = funded(world)
    waiting = []
    for minutes in range(3):
        row = world.certificate(world.family().child, nominals={}, kind="accounting")
        with clock.frozen(REQUEST_DAY + dt.timedelta(minutes=minutes)):
            waiting.append(services_funding.request_funding(SYSTEM, certificate=row))
    assert [queries.queue_position(one) for one in waiting] == [1, 2, 3]
    services_funding.leave_queue(SYSTEM, certificate=waiting[0].certificate)
    with on(1):
        again = services_funding.request_funding(SYSTEM, certificate=waiting[0].certificate)
        assert queries.queue_position(again) == 3 and queries.queue_position(waiting[1]) == 1
        services_funding.to_accounting(SYSTEM, certificate=holder, reason="Отказалась семья.")
    waiting[1].refresh_from_db()
    waiting[2].refresh_from_db()
    assert (waiting[1].state, waiting[2].state) == ("served", "waiting")


def test_the_clock_of_return_runs_from_becoming_funded(world):
    _, row = funded(world)
    assert services_idle.return_day(row, world.period_a) == dt.date(2026, 11, 12)
    with on(30):
        assert services_idle.return_idle() == 0
    with on(31):
        assert services_idle.return_idle() == 1
        assert services_idle.return_idle() == 0
    row.refresh_from_db()
    assert row.kind == "accounting" and ledger.totals(row.pk, world.period_a.pk) == Totals()


def test_the_family_is_told_a_week_before_and_on_the_day(world):
    funded(world)
    with on(23):
        services_idle.return_idle()
        assert not Letter.objects.filter(kind="certificate.idle_soon").exists()
    with on(24):
        services_idle.return_idle()
        services_idle.return_idle()
    letter = Letter.objects.get(kind="certificate.idle_soon")
    assert "12\u00a0ноября, чт" in letter.body
    with on(31):
        services_idle.return_idle()
    assert "Не было заявок в срок." in Letter.objects.get(kind="certificate.to_accounting").body


def test_an_application_stops_the_clock_and_its_refusal_starts_it_again(world):
    family, row = funded(world)
    with on(20):
        asked = ask(family, world.group())
    assert services_idle.return_day(row, world.period_a) is None
    with on(28):
        services.withdraw(family.actor, application=asked.application)
    # 9 November + 30 days, the next one is the day
    assert services_idle.return_day(row, world.period_a) == dt.date(2026, 12, 10)
    with on(58):
        assert services_idle.return_idle() == 0
    with on(59):
        assert services_idle.return_idle() == 1


def test_a_place_in_a_waiting_list_stops_the_clock(world):
    family, row = funded(world)
    full = world.group(capacity=1)
    other, _ = funded(world)
    ask(other, full)
    asked = ask(family, full)
    assert asked.application.state == "waiting"
    with on(40):
        assert services_idle.return_idle() == 0
    row.refresh_from_db()
    assert row.kind == "funded"


def test_a_used_certificate_never_returns_by_itself(world):
    family, row = funded(world)
    activated(world, family, world.group())
    with on(33):
        assert services_idle.return_idle() == 0
    row.refresh_from_db()
    assert row.kind == "funded" and ledger.totals(row.pk, world.period_a.pk).spent > 0


def test_money_given_before_the_period_waits_for_its_first_day(world):
    row = world.certificate(world.family().child, nominals={}, kind="accounting")
    services_funding.request_funding(SYSTEM, certificate=row, period=world.period_b)
    row.refresh_from_db()
    assert services_idle.return_day(row, world.period_b) == dt.date(2027, 2, 1)
    with clock.frozen(dt.datetime(2027, 1, 31, 9, tzinfo=dt.UTC)):
        assert services_idle.return_idle() == 0
    with clock.frozen(dt.datetime(2027, 2, 1, 9, tzinfo=dt.UTC)):
        assert services_idle.return_idle() == 1


def test_a_contract_cancelled_before_it_began_starts_the_clock_again(world):
    family, row = funded(world)
    group = world.group(starts_on=dt.date(2026, 11, 20))
    with on(1):
        contract = activated(world, family, group)
    with on(35):
        services.terminate(family.actor, contract=contract)
    assert ledger.totals(row.pk, world.period_a.pk).is_unused
    assert services_idle.return_day(row, world.period_a) == dt.date(2026, 11, 16) + 31 * DAY


def test_a_frozen_one_resumes_in_another_period_only_with_a_vacancy(world):
    limits(world, limit_certificates=2)
    group_b = world.certificate_groups[world.period_b.pk]
    CertificateGroup.objects.filter(pk=group_b.pk).update(limit_certificates=1)
    family = world.family()
    row = world.certificate(family.child)
    services_life.freeze(family.actor, certificate=row, reason="Уезжаем до Нового года.")
    with pytest.raises(Refused) as error:
        services_life.unfreeze(family.actor, certificate=row)
    assert codes(error) == {"same_period"}
    other = world.certificate(world.family().child, nominals={world.period_b.pk: "6000.00"})
    later = clock.frozen(dt.datetime(2027, 3, 1, 9, tzinfo=dt.UTC))
    with later, pytest.raises(Refused) as error:
        services_life.unfreeze(family.actor, certificate=row)
    assert codes(error) == {"no_vacancy"}
    services_life.annul(SYSTEM, certificate=other, reason="Отказ семьи.")
    with clock.frozen(dt.datetime(2027, 3, 1, 9, tzinfo=dt.UTC)):
        row = services_life.unfreeze(family.actor, certificate=row)
        assert row.state == "active"
        assert services_idle.return_day(row, world.period_b) == dt.date(2027, 4, 1), "the days begin again"


def test_annulment_lowers_the_nominal_at_once_and_by_each_sum_that_returns(world):
    family, row = funded(world)
    contract = activated(world, family, world.group())
    services_life.annul(family.actor, certificate=row, reason="Больше не нужен.")
    contract.refresh_from_db()
    totals = ledger.totals(row.pk, world.period_a.pk)
    # October is paid; November and December came back and left with the nominal
    assert contract.terminates_on == dt.date(2026, 10, 31) and contract.state == "active"
    assert totals == Totals(125_098, 0, 0, 125_098) and not invariants.broken()


def test_the_last_day_is_the_birthday_and_contracts_end_with_that_month(world):
    family = world.family(birth_date=dt.date(2008, 11, 5))
    row = world.certificate(family.child)
    contract = activated(world, family, world.group())
    assert contract.ends_on == dt.date(2026, 11, 30), "no contract runs past the month of the birthday"
    with clock.frozen(dt.datetime(2026, 11, 5, 12, tzinfo=dt.UTC)):
        assert services_life.age_out() == 0
    with clock.frozen(dt.datetime(2026, 11, 6, 12, tzinfo=dt.UTC)):
        assert services_life.age_out() == 1
        with pytest.raises(Refused):
            ask(family, world.group())
    row.refresh_from_db()
    contract.refresh_from_db()
    assert row.state == "aged_out" and contract.state == "active"
    assert (contract.terminates_on or contract.ends_on) == dt.date(2026, 11, 30)
    assert ledger.totals(row.pk, world.period_a.pk).balance == 0 and not invariants.broken()


def test_a_move_points_back_and_serves_the_queue_it_leaves(world):
    limits(world, limit_certificates=1)
    Municipality.objects.filter(pk=world.municipality.pk).update(is_served=True)
    town = Municipality.objects.create(
        region=world.municipality.region, oktmo="99999998", name="Соседний", is_served=True
    )
    locality = Locality.objects.create(municipality=town, name="Озёрный")
    _, leaving = funded(world)
    waiting = world.certificate(world.family().child, nominals={}, kind="accounting")
    services_funding.request_funding(SYSTEM, certificate=waiting)
    fresh = services_life.move(SYSTEM, certificate=leaving, locality=locality)
    leaving.refresh_from_db()
    waiting.refresh_from_db()
    assert (leaving.state, fresh.previous_id, fresh.municipality_id) == ("moved", leaving.pk, town.pk)
    assert fresh.kind == "accounting" and waiting.kind == "funded"
    assert ledger.totals(leaving.pk, world.period_a.pk).nominal == 0


def test_the_rest_of_a_period_does_not_pass_to_the_next(world):
    row = world.certificate(world.family().child)
    with clock.frozen(dt.datetime(2027, 1, 2, 9, tzinfo=dt.UTC)):
        found = {one.period_id: one.nominal for one in queries.balances_of(row)}
    assert found == {world.period_a.pk: Decimal("6000.00"), world.period_b.pk: Decimal("12000.00")}


def test_the_family_hears_of_every_change(world):
    limits(world, limit_certificates=1)
    family, row = funded(world)
    other = world.family()
    second = world.certificate(other.child, nominals={}, kind="accounting")
    services_funding.request_funding(SYSTEM, certificate=second)
    services_life.freeze(family.actor, certificate=row, reason="Уезжаем на зиму.")
    kinds = list(Letter.objects.order_by("pk").values_list("kind", "account_id"))
    assert ("certificate.funded", family.account.pk) in kinds
    assert ("certificate.queued", other.account.pk) in kinds
    assert ("certificate.frozen", family.account.pk) in kinds
    assert ("certificate.funded", other.account.pk) in kinds, "a frozen one frees its place for the queue"
    assert FundingQueue.objects.filter(state="waiting").count() == 0
    assert Certificate.objects.get(pk=second.pk).kind == "funded"
