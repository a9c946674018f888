"""Periodic work of enrolment: it is known to the worker, and months turn at midnight of the municipality."""

from __future__ import annotations

import datetime as dt

from opora.core import clock
from opora.core.jobs import registered
from opora.enrolment import jobs, services
from opora.enrolment.models import Application, Contract

from .conftest import Scene


def test_worker_knows_the_jobs() -> None:
    assert {"enrolment.expire", "enrolment.month_turn"} <= {one.code for one in registered()}


def test_month_turns_in_the_zone_of_the_municipality(scene: Scene) -> None:
    scene.world.municipality.time_zone = "Europe/Kaliningrad"  # UTC+2
    scene.world.municipality.save()
    done = services.apply(scene.family.actor, child=scene.child, group=scene.group, funding="certificate")
    services.confirm(scene.world.manager, application=done.application_id)
    contract = Contract.objects.get()
    services.accept_contract(scene.family.actor, contract=contract, text_hash=services.terms_hash(contract))
    with clock.frozen(dt.datetime(2026, 10, 31, 21, 59, tzinfo=dt.UTC)):
        assert jobs.month_turn.func() == 0
    with clock.frozen(dt.datetime(2026, 10, 31, 22, 0, tzinfo=dt.UTC)):
        assert jobs.month_turn.func() == 1 and jobs.month_turn.func() == 0
    assert contract.months.filter(state="spent").count() == 2


def test_unanswered_place_passes_on_after_48_hours(scene: Scene) -> None:
    group = scene.world.group(capacity=1)
    first, last = scene.world.family(), scene.world.family()
    held = services.apply(first.actor, child=first.child, group=group, funding="budget")
    mine = services.apply(scene.family.actor, child=scene.child, group=group, funding="budget")
    after = services.apply(last.actor, child=last.child, group=group, funding="budget")
    services.withdraw(first.actor, application=held.application_id)
    with clock.frozen(clock.now() + dt.timedelta(hours=47, minutes=59)):
        assert jobs.expire_due.func()["place_offers"] == 0
    with clock.frozen(clock.now() + dt.timedelta(hours=48)):
        assert jobs.expire_due.func()["place_offers"] == 1
    states = [Application.objects.get(pk=one.application_id).state for one in (mine, after)]
    assert states == ["expired", "place_offered"]
