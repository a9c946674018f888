"""A draft tried on the children of the district and on the contracts of a past period."""

import datetime as dt
import time
from decimal import Decimal

import numpy as np
import pytest

from opora.certificates import past, queries_simulation, services_simulation
from opora.certificates.models import CertificateGroup, FocusAreaLimit, FundingPeriod, FundingQueue
from opora.certificates.models_funding import SimulationVariant
from opora.certificates.rules.behaviour import Settings, assumed
from opora.certificates.rules.simulation import Children, Plan, PlanGroup, simulate
from opora.certificates.services_simulation import Limits
from opora.core import clock
from opora.core.access import Actor, Reach
from opora.core.jobs.worker import drain
from opora.core.models import Job
from opora.core.reasons import Forbidden, Hidden, Refused
from opora.enrolment.models import Application, Contract
from opora.people.models import ChildCategory
from tests.enrolment.world import World, make_world

pytestmark = pytest.mark.django_db
LATER = dt.datetime(2027, 1, 20, 9, tzinfo=dt.UTC)


@pytest.fixture
def world():
    with clock.frozen(LATER):
        yield make_world()


@pytest.fixture
def payer(world):
    return Actor(reaches=(Reach("payer", municipalities=frozenset({world.municipality.pk})),))


def draft(world: World, **group) -> FundingPeriod:
    period = FundingPeriod.objects.create(
        programme=world.period_a.programme,
        municipality=world.municipality,
        name="Осень 2027",
        starts_on=dt.date(2027, 9, 1),
        ends_on=dt.date(2027, 12, 31),
    )
    values = {"nominal": 6000, "limit_certificates": 100, "limit_money": 600_000} | group
    CertificateGroup.objects.create(period=period, code="main", name="Все дети", **values)
    return period


def contract(world: World, group, child, certificate, **fields) -> Contract:
    """18 000.00 over 259 days, the certificate's part at most 16 200.00."""
    values = {
        "starts_on": dt.date(2026, 10, 12),
        "ends_on": dt.date(2026, 12, 31),
        "state": "active",
        "requested_at": dt.datetime(2026, 10, 12, 9, tzinfo=dt.UTC),
    } | fields
    application = Application.objects.create(
        child=child,
        group=group,
        organisation=world.organisation,
        municipality=world.municipality,
        funding="certificate",
        state="enrolled" if values["state"] == "active" else "refused",
        starts_on=values["starts_on"],
    )
    return Contract.objects.create(
        application=application,
        certificate=certificate,
        period=world.period_a,
        child=child,
        group=group,
        programme=world.programme,
        organisation=world.organisation,
        municipality=world.municipality,
        focus_area="technical",
        price=Decimal("18000.00"),
        normative_cost=Decimal("16200.00"),
        total_sum=Decimal("100.00"),
        certificate_sum=Decimal("100.00"),
        guardian_sum=0,
        **values,
    )


def past_autumn(world: World, certificates=4, born=dt.date(2016, 4, 2)):
    """Children with money in the autumn of 2026; the first had a contract, the second left it, the third was refused."""
    group = world.group()
    made = []
    for _ in range(certificates):
        child = world.family(birth_date=born).child
        made.append((child, world.certificate(child, nominals={world.period_a.pk: "6000.00"})))
    contract(world, group, *made[0])
    contract(world, group, *made[1], state="closed", terminates_on=dt.date(2026, 10, 31))
    contract(world, group, *made[2], state="refused")
    return made


def test_the_behaviour_is_read_from_contracts_and_requests(world):
    past_autumn(world)
    world.family(birth_date=dt.date(2016, 4, 3))  # the same age, never asked
    period = draft(world)
    behaviour = queries_simulation.behaviour_for(period, queries_simulation.plan_of(period))
    assert not behaviour.assumed and behaviour.base == "А" and behaviour.seen_until == dt.date(2026, 12, 31)
    assert behaviour.asked == {10: 4} and behaviour.children == {10: 5} and behaviour.take_up(10) == 0.8
    first, second, third, fourth = behaviour.histories
    one = first.contracts[0]
    assert (one.start, one.days, one.need, one.stays, one.to_end) == (41, 81, 506_640, 81, True)
    assert second.contracts[0].stays == 20 and third.contracts == () and third.refused == 41
    assert fourth.contracts == () and fourth.refused is None
    assert behaviour.idle_percent == 50 and behaviour.early_percent == 50


def test_a_period_that_goes_on_says_so_and_leaves_the_fresh_ones_out(world):
    made = past_autumn(world)
    FundingQueue.objects.create(
        certificate=made[3][1],
        period=world.period_a,
        certificate_group=world.certificate_groups[world.period_a.pk],
        requested_at=dt.datetime(2026, 11, 10, 9, tzinfo=dt.UTC),
        state="served",
    )
    period = draft(world)
    with clock.frozen(dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)):
        behaviour = queries_simulation.behaviour_for(period, queries_simulation.plan_of(period))
    assert behaviour.seen_until == dt.date(2026, 11, 20)
    assert len(behaviour.histories) == 3, "ten days are too few to call it unused"


def test_without_a_past_the_assumptions_are_stated(world, payer):
    world.family()
    row = services_simulation.save_variant(payer, period=draft(world), name="Как в проекте")
    assert row.state == "ready" and row.source["assumed"] and row.source["children"] == 1
    assert row.source["idle_percent"] == 15


def test_the_mean_cost_of_the_assumptions_is_that_of_the_catalogue(world):
    world.module.price, world.module.normative_cost = Decimal("20000.00"), Decimal("15000.00")
    world.module.save()
    assert queries_simulation.mean_cost(world.municipality.pk) == 1_500_000


def test_children_belong_to_the_first_group_that_fits(world):
    period = draft(world, nominal=6000)
    CertificateGroup.objects.create(
        period=period,
        code="special",
        name="ОВЗ",
        category="special_needs",
        nominal=9000,
        limit_certificates=5,
        limit_money=45_000,
    )
    CertificateGroup.objects.create(
        period=period, code="small", name="Младшие", age_to=7, nominal=7000, limit_certificates=5, limit_money=45_000
    )
    special = world.family(birth_date=dt.date(2016, 4, 2)).child
    ChildCategory.objects.create(child=special, code="special_needs", starts_on=dt.date(2020, 1, 1))
    world.family(birth_date=dt.date(2016, 4, 2))
    world.family(birth_date=dt.date(2021, 4, 2))
    world.family(birth_date=dt.date(2024, 1, 2))  # 3 years: no group
    world.family(birth_date=dt.date(2009, 9, 2))  # 17 on the day before the birthday
    world.family(birth_date=dt.date(2009, 9, 1))  # 18 on the first day
    plan = queries_simulation.plan_of(period)
    found = queries_simulation.children_of(
        plan, world.municipality.pk, assumed(period.starts_on, period.ends_on, {}, None)
    )
    names = [plan.groups[n].code if n >= 0 else "" for n in found.groups]
    assert names == ["special", "main", "small", "", "main"]


def test_the_plan_reads_limits_and_switches(world):
    period = draft(world)
    FundingPeriod.objects.filter(pk=period.pk).update(
        parameters={"over_commitment": True, "idle_days_after_issue": 20, "simultaneous_limit": 2}
    )
    period.refresh_from_db()
    FocusAreaLimit.objects.create(period=period, focus_area="sport", allowed=False)
    FocusAreaLimit.objects.create(period=period, focus_area="technical", contracts_per_certificate=1)
    plan = queries_simulation.plan_of(period)
    assert plan.over_commitment and plan.idle_days == 20 and plan.simultaneous == 2
    assert "sport" not in plan.areas and plan.area_limits == {"technical": 1}


def test_variants_are_compared_on_the_same_families_and_taken_into_the_draft(world, payer):
    past_autumn(world, certificates=8)
    period = draft(world, limit_certificates=3, limit_money=18_000)
    as_is = services_simulation.save_variant(payer, period=period, name="Как в проекте")
    more = services_simulation.save_variant(
        payer,
        period=period,
        name="Ниже номинал",
        limits={"main": Limits(300_000, 6, 1_800_000)},
        settings=Settings(demand_percent=150),
    )
    again = services_simulation.recount(payer, variant=as_is)
    assert again.result == as_is.result, "the same draws"
    assert max(as_is.result["whole"]["given"]) <= 8 and as_is.result["whole"]["spent"][2] <= 1_800_000
    assert as_is.result["whole"]["out"]["percent"] > 0
    assert more.result["whole"]["given"][1] >= as_is.result["whole"]["given"][1]
    period = services_simulation.take_into_draft(payer, variant=more)
    group = CertificateGroup.objects.get(period=period)
    assert (group.nominal, group.limit_certificates, group.limit_money) == (Decimal(3000), 6, Decimal(18_000))
    FundingPeriod.objects.filter(pk=period.pk).update(state="approved")
    with pytest.raises(Refused):
        services_simulation.take_into_draft(payer, variant=as_is)
    services_simulation.delete_variant(payer, variant=more)
    assert list(SimulationVariant.objects.values_list("name", flat=True)) == ["Как в проекте"]


def test_wrong_variants_are_refused_by_the_field(world, payer):
    period = draft(world)
    services_simulation.save_variant(payer, period=period, name="Первый")
    with pytest.raises(Refused) as error:
        services_simulation.save_variant(
            payer, period=period, name="Первый", limits={"main": Limits(700_000, 5, 600_000)}
        )
    assert {reason.field for reason in error.value.reasons} == {"name", "limit_money__main"}
    CertificateGroup.objects.filter(period=period).delete()
    with pytest.raises(Refused) as error:
        services_simulation.save_variant(payer, period=period, name="Второй")
    assert error.value.reasons[0].code == "no_groups"


def test_strangers_and_watchers_do_not_simulate(world, payer):
    period = draft(world)
    row = services_simulation.save_variant(payer, period=period, name="Первый")
    stranger = Actor(reaches=(Reach("payer", municipalities=frozenset({world.municipality.pk + 999})),))
    head = Actor(reaches=(Reach("centre_head", municipalities=frozenset({world.municipality.pk})),))
    with pytest.raises(Hidden):
        queries_simulation.variant(stranger, row.pk)
    with pytest.raises(Hidden):
        services_simulation.save_variant(stranger, period=period, name="Чужой")
    with pytest.raises(Forbidden):
        services_simulation.save_variant(head, period=period, name="Чужой")


def test_many_children_are_counted_by_the_worker(world, payer, monkeypatch):
    monkeypatch.setattr(services_simulation, "INLINE_CHILDREN", 1)
    world.family(children=3)
    row = services_simulation.save_variant(payer, period=draft(world), name="Большой")
    assert row.state == "waiting" and row.result is None and Job.objects.count() == 1
    drain()
    row.refresh_from_db()
    assert row.state == "ready" and row.progress == 100 and row.result["runs"] == 200


def test_enrolment_is_the_source_of_contracts(world):
    past_autumn(world)
    rows = past.contracts_of(world.period_a.pk)
    assert [row.made for row in rows] == [True, True, False]
    assert [row.need for row in rows] == [506_640, 506_640, 506_640]
    assert rows[1].ended_on == dt.date(2026, 10, 31) and rows[0].ended_on is None


def test_a_district_takes_less_than_two_seconds():
    first, last = dt.date(2027, 9, 1), dt.date(2027, 12, 31)
    rng = np.random.default_rng(1)
    people = Children(rng.integers(5, 18, 8_468), (rng.random(8_468) < 0.1).astype(np.int64), np.ones(8_468))
    groups = (
        PlanGroup("main", "Все", "", 5, 17, 640_000, 1_500, 960_000_000),
        PlanGroup("special", "ОВЗ", "special_needs", 5, 17, 820_000, 150, 100_000_000),
    )
    behaviour = assumed(first, last, {}, None)
    spent = time.process_time()
    for over in (False, True):
        simulate(Plan(first, last, groups, over_commitment=over), people, behaviour, Settings())
    assert time.process_time() - spent < 4, "two simulations"
