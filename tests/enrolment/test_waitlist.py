"""The waiting list: order, timed offers that hold place and sum, passing on, capacity, the family's answers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from opora.catalogue.models import Group, GroupPlaces
from opora.certificates import ledger
from opora.certificates.rules import Totals
from opora.core import clock
from opora.core.access import Actor, Reach
from opora.core.models import Letter
from opora.core.reasons import Forbidden, Hidden, Reason, Refused
from opora.enrolment import invariants, services
from opora.enrolment.models import Application, Contract

from .world import REQUEST_DAY, Family, World

DAY = dt.timedelta(days=1)


def apply_all(families: list[Family], group: Group, funding: str = "certificate") -> list[Application]:
    with clock.frozen(REQUEST_DAY):
        return [
            services.apply(one.actor, child=one.child, group=group, funding=funding).application for one in families
        ]


def families(world: World, count: int) -> list[Family]:
    made = [world.family() for _ in range(count)]
    for one in made:
        world.certificate(one.child)
    return made


def states(applications: list[Application]) -> list[str]:
    return [Application.objects.get(pk=one.pk).state for one in applications]


def test_positions_follow_arrival_and_priority(world: World) -> None:
    group = world.group(capacity=1)
    made = apply_all(families(world, 4), group)
    assert states(made) == ["submitted", "waiting", "waiting", "waiting"]
    assert [services.position(one) for one in made] == [None, 1, 2, 3]
    services.set_priority(world.manager, application=made[3], priority_class=10)
    assert [services.position(Application.objects.get(pk=one.pk)) for one in made] == [None, 2, 3, 1]
    assert not Contract.objects.filter(application__in=made[1:]).exists()
    assert not invariants.broken()


def test_refusal_offers_the_place_with_its_sum_to_the_head(world: World) -> None:
    group = world.group(capacity=1)
    people = families(world, 3)
    made = apply_all(people, group)
    with clock.frozen(REQUEST_DAY + DAY):
        services.refuse(world.manager, application=made[0], reasons=[Reason("documents", "Нет справки.")])
    assert states(made) == ["refused", "place_offered", "waiting"]
    offered = Contract.objects.get(application=made[1])
    assert offered.starts_on == dt.date(2026, 10, 13)
    assert ledger.totals(offered.certificate_id, offered.period_id).reserve > 0
    first = Contract.objects.get(application=made[0])
    assert ledger.totals(first.certificate_id, first.period_id) == Totals(600000, 600000, 0, 0)
    assert Letter.objects.filter(kind="place_offered", account_id=people[1].account.pk).exists()
    with clock.frozen(REQUEST_DAY + 2 * DAY):
        with pytest.raises(Refused) as changed:
            services.accept_place(people[1].actor, application=made[1], expected_guardian_sum=Decimal("1.00"))
        assert changed.value.reasons[0].code == "sum_changed"
        accepted = services.accept_place(
            people[1].actor, application=made[1], expected_guardian_sum=offered.guardian_sum
        )
    assert accepted.state == "submitted"
    assert accepted.deadline is not None
    assert not invariants.broken()


def test_unanswered_offer_passes_on_and_the_money_returns(world: World) -> None:
    group = world.group(capacity=1)
    people = families(world, 3)
    made = apply_all(people, group)
    with clock.frozen(REQUEST_DAY):
        services.withdraw(people[0].actor, application=made[0])
    assert services.expire_due(REQUEST_DAY + dt.timedelta(hours=47))["place_offers"] == 0
    assert services.expire_due(REQUEST_DAY + dt.timedelta(hours=48))["place_offers"] == 1
    assert states(made) == ["withdrawn", "expired", "place_offered"]
    contract = Contract.objects.get(application=made[1])
    assert contract.state == "expired"
    assert ledger.totals(contract.certificate_id, contract.period_id) == Totals(600000, 600000, 0, 0)
    with clock.frozen(REQUEST_DAY + 3 * DAY), pytest.raises(Refused):
        services.accept_place(people[1].actor, application=made[1])
    with clock.frozen(REQUEST_DAY + 3 * DAY):
        services.decline_place(people[2].actor, application=made[2])
    assert GroupPlaces.objects.get(group_id=group.pk).places_taken == 0
    assert not invariants.broken()


def test_those_who_do_not_fit_are_passed_over_and_keep_their_position(world: World) -> None:
    group = world.group(capacity=1)
    people = families(world, 9)
    made = apply_all(people, group)
    for one in people[1:8]:
        one.child.certificates.update(state="frozen")
    with clock.frozen(REQUEST_DAY):
        services.withdraw(people[0].actor, application=made[0])
    assert states(made) == ["withdrawn", *["waiting"] * 7, "place_offered"]
    people[1].child.certificates.update(state="active")
    newcomer = families(world, 1)[0]
    with clock.frozen(REQUEST_DAY):
        services.decline_place(people[8].actor, application=made[8])
        assert states(made)[1] == "place_offered"
        services.decline_place(people[1].actor, application=made[1])
        people[2].child.certificates.update(state="active")
        # the place is free, nobody fitted; now one does, and goes before the newcomer
        applied = services.apply(newcomer.actor, child=newcomer.child, group=group, funding="certificate")
    assert states(made)[2] == "place_offered"
    assert applied.state == "waiting"
    assert not invariants.broken()


def test_raising_capacity_serves_the_queue_and_never_goes_below_the_taken(world: World) -> None:
    group = world.group(capacity=2)
    made = apply_all(families(world, 5), group)
    with clock.frozen(REQUEST_DAY):
        with pytest.raises(Refused) as below:
            services.set_capacity(world.manager, group=group, capacity=1)
        assert below.value.reasons[0].code == "capacity_below_taken"
        services.set_capacity(world.manager, group=group, capacity=4)
    assert states(made) == ["submitted"] * 2 + ["place_offered"] * 2 + ["waiting"]
    assert not invariants.broken()


def test_full_group_without_queue_is_refused_at_once(world: World) -> None:
    group = world.group(capacity=1)
    apply_all(families(world, 1), group)
    other = families(world, 1)[0]
    with clock.frozen(REQUEST_DAY), pytest.raises(Refused) as full:
        services.apply(other.actor, child=other.child, group=group, funding="certificate", join_waitlist=False)
    assert [reason.code for reason in full.value.reasons] == ["no_place"]


def test_all_reasons_are_told_at_once(world: World) -> None:
    group = world.group(sex="f", age_from=12, age_to=14)
    family = world.family()
    with clock.frozen(REQUEST_DAY):
        shown = services.quote(family.actor, child=family.child, group=group, funding="certificate")
        with pytest.raises(Refused) as refused:
            services.apply(family.actor, child=family.child, group=group, funding="certificate")
    codes = {reason.code for reason in refused.value.reasons}
    assert {"sex", "age", "no_certificate"} <= codes
    assert codes == {reason.code for reason in shown.reasons}


def test_repeat_gives_the_first_answer_and_another_body_is_refused(world: World) -> None:
    family = families(world, 1)[0]
    group = world.group()
    with clock.frozen(REQUEST_DAY):
        wish = {"child": family.child, "group": group, "funding": "certificate", "idempotency_key": "k"}
        first = services.apply(family.actor, **wish)
        assert services.apply(family.actor, **wish) == first
        with pytest.raises(Refused) as reused:
            services.apply(family.actor, **{**wish, "funding": "paid"})
    assert reused.value.reasons[0].code == "key_reused"
    assert Application.objects.count() == 1


def test_strangers_see_nothing_and_staff_without_a_role_may_not(world: World) -> None:
    family, stranger = families(world, 2)
    group = world.group()
    made = apply_all([family], group)[0]
    with clock.frozen(REQUEST_DAY):
        with pytest.raises(Hidden):
            services.apply(stranger.actor, child=family.child, group=group, funding="paid")
        with pytest.raises(Hidden):
            services.withdraw(stranger.actor, application=made)
        with pytest.raises(Forbidden):
            services.confirm(stranger.actor, application=made)
        with pytest.raises(Forbidden):
            services.confirm(Actor(reaches=(Reach(role="observer", everything=True),)), application=made)
        foreign = Actor(reaches=(Reach(role="provider_manager", organisations=frozenset({0})),))
        with pytest.raises(Hidden):
            services.confirm(foreign, application=made)
        services.confirm(world.manager, application=made)
