"""Real concurrent connections: never oversold, nothing doubled, no deadlock, order of arrival kept."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection

from opora.catalogue.models import GroupPlaces
from opora.certificates import services_life
from opora.certificates.models import Certificate
from opora.core.access import SYSTEM
from opora.core.reasons import Busy, Refused
from opora.enrolment import invariants, services
from opora.enrolment.models import Application, Contract
from opora.enrolment.rules import ORDER_BY
from tests.enrolment.world import Family, make_world

from .crowd import families, together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def apply_to(group_id: int, family: Family, **options: object) -> services.Applied:
    return services.apply(family.actor, child=family.child, group=group_id, funding="certificate", **options)


@contextmanager
def lock_taken_out() -> Iterator[None]:
    """place_take() as if it read the counter, thought about it, and then wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('place_take'::regproc)")
        source = cursor.fetchone()[0]
        locked = "WHERE group_id = v_group FOR NO KEY UPDATE;"
        assert locked in source
        cursor.execute(source.replace(locked, "WHERE group_id = v_group; PERFORM pg_sleep(0.01);"))
        try:
            yield
        finally:
            cursor.execute(source)


def test_one_hot_group_of_twenty_places() -> None:
    world = make_world()
    group = world.group(capacity=20)
    people = families(world, 100)
    results = together(lambda one: apply_to(group.pk, one), people)
    assert [one for one in results if isinstance(one, Exception)] == []
    assert sum(one.state == "submitted" for one in results) == 20
    waiting = [one for one in results if one.state == "waiting"]
    assert sorted(one.position for one in waiting) == list(range(1, 81))
    in_order = list(Application.objects.filter(state="waiting").order_by(*ORDER_BY).values_list("pk", flat=True))
    assert in_order == [one.application_id for one in sorted(waiting, key=lambda one: one.position)]
    assert Contract.objects.count() == 20
    assert invariants.broken() == []


def test_without_the_lock_the_same_rush_oversells_and_the_check_refuses() -> None:
    """The negative control: the test above can fail. The lock is taken out of this test's database only."""
    world = make_world()
    group = world.group(capacity=20)
    people = families(world, 60)
    with lock_taken_out():
        results = together(lambda one: apply_to(group.pk, one), people)
    refused = [one for one in results if isinstance(one, IntegrityError)]
    assert refused, "the race did not happen"
    assert "group_places_never_oversold" in str(refused[0])
    assert GroupPlaces.objects.get(group_id=group.pk).places_taken == 20


def test_many_groups_and_brothers_at_once_without_deadlock() -> None:
    world = make_world()
    groups = [world.group(capacity=3, price=1800, normative_cost=1620) for _ in range(8)]
    people = families(world, 30)
    chance = random.Random(1)
    wishes = [(one, group.pk) for one in people for group in chance.sample(groups, 3)]
    chance.shuffle(wishes)
    results = together(lambda wish: apply_to(wish[1], wish[0]), wishes)
    assert [one for one in results if isinstance(one, Exception)] == []
    assert Application.objects.count() == 90
    assert sum(row.places_taken for row in GroupPlaces.objects.all()) == 24
    assert invariants.broken() == []


def test_one_child_cannot_spend_the_same_balance_twice() -> None:
    world = make_world()
    groups = [world.group() for _ in range(6)]
    family = families(world, 1)[0]
    results = together(lambda group: apply_to(group.pk, family), groups)
    taken = [one for one in results if isinstance(one, services.Applied)]
    refused = [one for one in results if isinstance(one, Refused)]
    assert len(taken) + len(refused) == 6, results
    assert sum(row.certificate_sum for row in Contract.objects.all()) == 6000
    assert invariants.broken() == []


def test_the_same_key_twenty_times_is_one_application() -> None:
    world = make_world()
    group = world.group(capacity=5)
    family = families(world, 1)[0]
    results = together(lambda _: apply_to(group.pk, family, idempotency_key="submit"), range(20), threads=20)
    assert {type(one) for one in results} == {services.Applied}, results
    assert len({one.application_id for one in results}) == 1
    assert Application.objects.count() == 1
    assert invariants.broken() == []


def test_withdrawals_promotions_and_newcomers_at_once() -> None:
    world = make_world()
    groups = [world.group(capacity=5) for _ in range(2)]
    people = families(world, 30)
    for number, one in enumerate(people):
        together(lambda family, number=number: apply_to(groups[number % 2].pk, family), [one])
    newcomers = families(world, 12)
    steps: list[tuple[str, object]] = [("withdraw", one) for one in people[:10]]
    steps += [("withdraw", one) for one in people[14:20]]
    steps += [("apply", one) for one in newcomers]
    random.Random(3).shuffle(steps)

    def step(item: tuple[str, Family]) -> object:
        kind, family = item
        if kind == "apply":
            return apply_to(groups[family.child.pk % 2].pk, family)
        application = Application.objects.get(child=family.child)
        return services.withdraw(family.actor, application=application)

    results = together(step, steps)
    assert [one for one in results if isinstance(one, Exception)] == []
    assert invariants.broken() == []
    for row in GroupPlaces.objects.all():
        assert row.places_taken == row.capacity, "a freed place was not offered"
    offered = Application.objects.filter(state="place_offered")
    assert offered.exists()

    def answer(application: Application) -> object:
        return services.decline_place(SYSTEM, application=application)

    assert [one for one in together(answer, list(offered)) if isinstance(one, Exception)] == []
    assert invariants.broken() == []


def test_a_freeze_in_the_middle_of_applying_leaves_nothing_requested() -> None:
    world = make_world()
    groups = [world.group(price=1800, normative_cost=1620) for _ in range(5)]
    people = families(world, 6)
    steps: list[tuple[Family, object]] = [(one, group) for one in people for group in groups]
    steps[::6] = [(one, None) for one, _ in steps[::6]]  # one freeze among the applications of each family

    def step(item: tuple[Family, Any]) -> object:
        family, group = item
        if group is not None:
            return apply_to(group.pk, family)
        certificate = family.child.certificates.get()
        for _ in range(10):
            try:
                return services_life.freeze(family.actor, certificate=certificate, reason="Уезжаем.")
            except Busy:  # an application came in between: "please try again"
                continue
        return None

    results = together(step, steps)
    assert {type(one) for one in results} <= {services.Applied, Refused, Certificate}, results
    frozen = Certificate.objects.filter(state="frozen")
    assert frozen.count() == len(steps[::6])
    living = Application.objects.filter(state__in=("submitted", "waiting", "place_offered"))
    assert not living.filter(child__certificates__in=frozen).exists()
    assert invariants.broken() == []
