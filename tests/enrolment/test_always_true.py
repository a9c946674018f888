"""Any sequence of acts keeps every "Always true" line: a state machine over the real services and database."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from opora.catalogue.models import GroupPlaces
from opora.certificates import services_life
from opora.certificates.models import Certificate
from opora.core import clock
from opora.core.access import SYSTEM
from opora.core.reasons import Reason, Refused
from opora.enrolment import invariants, services
from opora.enrolment.models import Application, Contract
from opora.enrolment.services import place_offers

from .world import REQUEST_DAY, Family, make_world

INDEX = st.integers(0, 30)


class Enrolment(RuleBasedStateMachine):
    """Three families with certificates, two small groups, a clock that only goes forward."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = contextlib.ExitStack()
        self.stack.enter_context(transaction.atomic())
        self.stack.callback(transaction.set_rollback, True)
        self.now = REQUEST_DAY

    def teardown(self) -> None:
        self.stack.close()

    @initialize(capacities=st.tuples(st.integers(1, 2), st.integers(1, 3)), price=st.integers(1, 3_000_000))
    def begin(self, capacities: tuple[int, int], price: int) -> None:
        self.world = make_world()
        cost = {"price": Decimal(price) / 100, "normative_cost": Decimal(price * 9 // 10) / 100}
        self.groups = [self.world.group(capacity=size, **cost) for size in capacities]
        self.families: list[Family] = [self.world.family(children=2) for _ in range(2)]
        self.children = [(one, child) for one in self.families for child in one.children]
        for _, child in self.children:
            self.world.certificate(child)

    @contextlib.contextmanager
    def attempt(self) -> Iterator[None]:
        """A refusal is an answer; anything else is a fault."""
        with clock.frozen(self.now), contextlib.suppress(Refused):
            yield

    def pick(self, index: int) -> Application | None:
        rows = list(Application.objects.order_by("pk"))
        return rows[index % len(rows)] if rows else None

    def guardian(self, application: Application) -> Family:
        return next(one for one, child in self.children if child.pk == application.child_id)

    @rule(index=INDEX, group=st.integers(0, 1), funding=st.sampled_from(["certificate", "certificate", "budget"]))
    def apply(self, index: int, group: int, funding: str) -> None:
        family, child = self.children[index % len(self.children)]
        with self.attempt():
            services.apply(family.actor, child=child, group=self.groups[group], funding=funding)

    @rule(index=INDEX, group=st.integers(0, 1), split=st.booleans())
    def apply_together(self, index: int, group: int, split: bool) -> None:
        family = self.families[index % len(self.families)]
        wishes = [
            services.Wish(child.pk, self.groups[(group + number * split) % 2].pk, "certificate")
            for number, child in enumerate(family.children)
        ]
        with self.attempt():
            services.apply_together(family.actor, wishes=wishes, all_or_nothing=True)

    @rule(index=INDEX)
    def confirm(self, index: int) -> None:
        if one := self.pick(index):
            with self.attempt():
                services.confirm(self.world.manager, application=one, prolongation=True)

    @rule(index=INDEX)
    def accept(self, index: int) -> None:
        one = self.pick(index)
        contract = Contract.objects.filter(application=one).first() if one else None
        if one and contract:
            with self.attempt():
                services.accept_contract(
                    self.guardian(one).actor,
                    contract=contract,
                    text_hash=services.terms_hash(contract),
                    prolongation=True,
                )

    @rule(index=INDEX)
    def enrol(self, index: int) -> None:
        if one := self.pick(index):
            with self.attempt():
                services.enrol(self.world.manager, application=one)

    @rule(index=INDEX)
    def all_the_way(self, index: int) -> None:
        """Apply, confirm and accept or enrol in one go, so that many sequences go on from there."""
        self.apply(index, index // 4 % 2, "certificate" if index % 3 else "budget")
        one = Application.objects.order_by("pk").last()
        if one is not None and one.state == "submitted":
            services.confirm(self.world.manager, application=one, prolongation=True)
            position = Application.objects.count() - 1
            self.accept(position)
            self.enrol(position)

    @rule(index=INDEX)
    def refuse(self, index: int) -> None:
        if one := self.pick(index):
            with self.attempt():
                services.refuse(self.world.manager, application=one, reasons=[Reason("documents", "Нет справки.")])

    @rule(index=INDEX)
    def withdraw(self, index: int) -> None:
        if one := self.pick(index):
            with self.attempt():
                services.withdraw(self.guardian(one).actor, application=one)

    @rule(index=INDEX)
    def accept_place(self, index: int) -> None:
        if one := self.pick(index):
            with self.attempt():
                services.accept_place(self.guardian(one).actor, application=one)

    @rule(index=INDEX)
    def terminate(self, index: int) -> None:
        one = self.pick(index)
        contract = Contract.objects.filter(application=one).first() if one else None
        if one and contract:
            with self.attempt():
                services.terminate(self.guardian(one).actor, contract=contract)

    @rule(index=INDEX, days=st.integers(0, 20))
    def leave(self, index: int, days: int) -> None:
        if one := self.pick(index):
            with self.attempt():
                day = (self.now + dt.timedelta(days=days)).date()
                services.leave(self.world.manager, application=one, on=day)

    @rule(index=INDEX, group=st.integers(0, 1))
    def transfer(self, index: int, group: int) -> None:
        if one := self.pick(index):
            with self.attempt():
                services.transfer(self.world.manager, application=one, group=self.groups[group])

    @rule(group=st.integers(0, 1), capacity=st.integers(1, 4))
    def set_capacity(self, group: int, capacity: int) -> None:
        with self.attempt():
            services.set_capacity(self.world.manager, group=self.groups[group], capacity=capacity)

    @rule(index=INDEX, priority=st.integers(1, 3))
    def set_priority(self, index: int, priority: int) -> None:
        if one := self.pick(index):
            with self.attempt():
                services.set_priority(self.world.manager, application=one, priority_class=priority)

    @rule(index=INDEX)
    def freeze(self, index: int) -> None:
        _, child = self.children[index % len(self.children)]
        certificate = Certificate.objects.get(child=child)
        with self.attempt():
            services_life.freeze(SYSTEM, certificate=certificate, reason="Просьба семьи.")

    @rule(index=INDEX)
    def annul(self, index: int) -> None:
        if index % 4 == 0:
            _, child = self.children[index % len(self.children)]
            with self.attempt():
                services_life.annul(SYSTEM, certificate=Certificate.objects.get(child=child), reason="Ошибка.")

    @rule(hours=st.sampled_from([1, 49, 24 * 8, 24 * 33]))
    def time_passes(self, hours: int) -> None:
        self.now += dt.timedelta(hours=hours)
        services.expire_due(self.now)
        with clock.frozen(self.now):
            services.month_turn_everywhere()

    @invariant()
    def always_true(self) -> None:
        if not hasattr(self, "world"):
            return
        assert invariants.broken() == []

    @invariant()
    def no_place_lies_free_while_somebody_who_fits_waits(self) -> None:
        if not hasattr(self, "world"):
            return
        rooms = {row.group_id: row.capacity - row.places_taken for row in GroupPlaces.objects.all()}
        rows = Application.objects.select_related("group", "child", "municipality")
        for one in rows.filter(state="waiting", bundle__isnull=True):
            if rooms[one.group_id] > 0:
                with clock.frozen(self.now):
                    assert not place_offers.fits(one)


@pytest.mark.django_db
def test_every_sequence_of_acts_keeps_what_is_always_true() -> None:
    run_state_machine_as_test(
        Enrolment,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
