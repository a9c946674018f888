"""Fairness of the waiting list: hypothesis drives the real services and looks after every act for one who was overtaken."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from opora.catalogue.models import Group, GroupPlaces
from opora.core import clock
from opora.core.models import Letter
from opora.core.reasons import Reason, Refused
from opora.enrolment import invariants, queries, rules, services
from opora.enrolment.models import Application
from opora.enrolment.services import waitlist

from .world import REQUEST_DAY, Family, World, make_world

GROUPS = 2
HOLDING = ("submitted", "confirmed", "place_offered", "enrolled")
MINUTE = dt.timedelta(minutes=1)
NOTICES = 8
"""Expiries in one run: each moves the clock by two days, and contracts of October must stay possible."""
Key = tuple[int, dt.datetime, int]


@dataclass(frozen=True)
class Seen:
    """An application as the oracle sees it: by its own rules, not by those of the service."""

    pk: int
    group: int
    state: str
    key: Key
    bundle: object
    fits: bool


def look() -> dict[int, Seen]:
    rows = Application.objects.prefetch_related("child__certificates").order_by("pk")
    return {
        one.pk: Seen(
            one.pk,
            one.group_id,
            one.state,
            (one.priority_class, one.submitted_at, one.pk),
            one.bundle,
            one.funding == "budget" or any(row.state == "active" for row in one.child.certificates.all()),
        )
        for one in rows
    }


def free_places() -> dict[int, int]:
    return {row.group_id: row.capacity - row.places_taken for row in GroupPlaces.objects.all()}


def units(seen: dict[int, Seen]) -> list[list[Seen]]:
    """Those who wait and fit: alone, or all members of a bundle (one who does not fit holds the whole bundle)."""
    found: dict[object, list[Seen]] = defaultdict(list)
    for one in seen.values():
        if one.state == "waiting":
            found[one.bundle or one.pk].append(one)
    return [unit for unit in found.values() if all(one.fits for one in unit)]


def overtaken(before: dict[int, Seen], after: dict[int, Seen], free: dict[int, int]) -> list[str]:
    """Whom this act passed by: places given to later equals, with what is free, would have been enough for them.

    In each of its groups a unit may count on the free places and on those given just now to keys behind its last member.
    """
    given = [
        one
        for one in after.values()
        if one.state in HOLDING and (one.pk not in before or before[one.pk].state == "waiting")
    ]
    wrong = []
    for unit in units(after):
        needs = Counter(one.group for one in unit)
        last = {group: max(one.key for one in unit if one.group == group) for group in needs}
        later = Counter(one.group for one in given if one.group in last and one.key > last[one.group])
        if all(free[group] + later[group] >= count for group, count in needs.items()):
            wrong.append(f"{[one.pk for one in unit]} waits, free {free}, given {[(one.pk, one.key) for one in given]}")
    return wrong


class FairQueue(RuleBasedStateMachine):
    """Families, siblings, benefits, refusals, declines, silence and raised capacity in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.sandbox = transaction.atomic()
        self.sandbox.__enter__()
        self.now = REQUEST_DAY
        self.silences = 0
        self.families: dict[int, Family] = {}

    def teardown(self) -> None:
        try:
            assert not invariants.broken()
        finally:
            transaction.set_rollback(True)
            self.sandbox.__exit__(None, None, None)

    @initialize(capacities=st.tuples(*[st.integers(1, 3)] * GROUPS))
    def begin(self, capacities: tuple[int, ...]) -> None:
        self.world: World = make_world()
        self.groups: list[Group] = [self.world.group(capacity=capacity) for capacity in capacities]

    @contextmanager
    def act(self, serves: bool = True) -> Iterator[None]:
        """One act a minute later than the last; then nobody who fits may have been overtaken."""
        self.now += MINUTE
        before = look()
        with clock.frozen(self.now):
            yield
        after = look()
        if serves:
            assert not overtaken(before, after, free_places())
        gone = [pk for pk, one in before.items() if one.state in HOLDING and after[pk].state == "waiting"]
        assert not gone, "a place that was given is never taken back"

    def family(self, children: int, funded: bool) -> Family:
        made = self.world.family(children=children)
        for child in made.children:
            if funded:
                self.world.certificate(child)
            self.families[child.pk] = made
        return made

    def some(self, data: Any, *states: str, label: str) -> Application:
        rows = Application.objects.filter(state__in=states).order_by("pk")
        return data.draw(st.sampled_from(list(rows)), label=label)

    def has(self, *states: str) -> bool:
        return Application.objects.filter(state__in=states).exists()

    @rule(group=st.integers(0, GROUPS - 1), funded=st.booleans())
    def apply(self, group: int, funded: bool) -> None:
        one = self.family(1, funded)
        with self.act():
            services.apply(
                one.actor, child=one.child, group=self.groups[group], funding="certificate" if funded else "budget"
            )

    @rule(wishes=st.lists(st.integers(0, GROUPS - 1), min_size=2, max_size=3), funded=st.booleans())
    def apply_together(self, wishes: list[int], funded: bool) -> None:
        one = self.family(len(wishes), funded)
        asked = [
            services.Wish(child.pk, self.groups[number].pk, "certificate" if funded else "budget")
            for child, number in zip(one.children, wishes, strict=True)
        ]
        with self.act():
            done = services.apply_together(one.actor, wishes=asked, all_or_nothing=True)
        assert len({row.state for row in done}) == 1, "together they get places or together they wait"

    @precondition(lambda self: self.has("waiting"))
    @rule(data=st.data(), priority=st.sampled_from([10, 50, 100]))
    def prioritise(self, data: Any, priority: int) -> None:
        one = self.some(data, "waiting", label="who")
        with self.act(serves=False):
            services.set_priority(self.world.manager, application=one, priority_class=priority)

    @precondition(lambda self: self.has("waiting"))
    @rule(data=st.data())
    def certificate_freezes_or_thaws(self, data: Any) -> None:
        """Out of the services: whoever fits again is asked at the next act of the queue, not before."""
        certificates = self.some(data, "waiting", label="whose").child.certificates
        state = certificates.values_list("state", flat=True).first()
        certificates.update(state="frozen" if state == "active" else "active")

    def ends(self, one: Application, how: Callable[..., object], **more: object) -> None:
        with self.act():
            how(self.families[one.child_id].actor, application=one, **more)

    @precondition(lambda self: self.has("submitted", "waiting", "place_offered"))
    @rule(data=st.data())
    def withdraw(self, data: Any) -> None:
        self.ends(self.some(data, "submitted", "waiting", "place_offered", label="who"), services.withdraw)

    @precondition(lambda self: self.has("place_offered"))
    @rule(data=st.data())
    def decline(self, data: Any) -> None:
        self.ends(self.some(data, "place_offered", label="who"), services.decline_place)

    @precondition(lambda self: self.has("place_offered"))
    @rule(data=st.data())
    def accept(self, data: Any) -> None:
        one = self.some(data, "place_offered", label="who")
        if one.funding == "budget" or one.child.certificates.filter(state="active").exists():
            with self.act(serves=False):
                services.accept_place(self.families[one.child_id].actor, application=one)

    @precondition(lambda self: self.has("submitted", "waiting", "place_offered"))
    @rule(data=st.data())
    def refuse(self, data: Any) -> None:
        one = self.some(data, "submitted", "waiting", "place_offered", label="whom")
        with self.act():
            services.refuse(self.world.manager, application=one, reasons=[Reason("documents", "Нет справки.")])

    @precondition(lambda self: self.silences < NOTICES and self.has("place_offered"))
    @rule()
    def silence(self) -> None:
        """Two days pass; every unanswered offer expires in an act of its own, as the minute job does it."""
        self.silences += 1
        self.now += dt.timedelta(hours=48)
        due = Application.objects.filter(state="place_offered", offer_expires_at__lte=self.now + MINUTE)
        for pk in list(due.order_by("offer_expires_at", "pk").values_list("pk", flat=True)):
            with self.act():
                waitlist.expire_place(pk, self.now)

    @rule(group=st.integers(0, GROUPS - 1), capacity=st.integers(1, 6))
    def capacity(self, group: int, capacity: int) -> None:
        taken = GroupPlaces.objects.get(group_id=self.groups[group].pk).places_taken
        with self.act():
            try:
                services.set_capacity(self.world.manager, group=self.groups[group], capacity=capacity)
            except Refused as refused:
                assert capacity < taken and [one.code for one in refused.reasons] == ["capacity_below_taken"]

    @invariant()
    def counters_are_the_rows(self) -> None:
        rows = Counter(Application.objects.filter(state__in=HOLDING).values_list("group_id", flat=True))
        for place in GroupPlaces.objects.all():
            assert place.places_taken == rows[place.group_id] <= place.capacity

    @invariant()
    def one_order_for_everybody(self) -> None:
        seen = look()
        for group in getattr(self, "groups", []):
            queue = sorted((one for one in seen.values() if (one.group, one.state) == (group.pk, "waiting")),
                           key=lambda one: one.key)  # fmt: skip
            shown = [row.application.pk for row in queries.waiting_list(self.world.manager, group=group)]
            assert shown == [one.pk for one in queue]


def steps(examples: int, *phases: Phase) -> None:
    """Explaining is left out (it traces every line of the database layer), shrinking is for the soak."""
    run_state_machine_as_test(
        FairQueue,
        settings=settings(
            max_examples=examples,
            stateful_step_count=12,
            phases=(Phase.generate, *phases),
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_nobody_is_overtaken_by_a_later_equal(db: None) -> None:
    steps(20)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_nobody_is_overtaken_in_many_histories(db: None) -> None:
    steps(200, Phase.shrink)


def test_the_oracle_sees_an_overtaking(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: with the queue served from its tail the oracle names whoever was passed by."""
    group = world.group(capacity=1)
    people = [world.family() for _ in range(3)]
    with clock.frozen(REQUEST_DAY):
        made = [services.apply(one.actor, child=one.child, group=group, funding="budget") for one in people]
        before = look()
        promote = waitlist.rules.promote

        def from_the_tail(entries: Any, free: Any, fits: Any) -> Any:
            return promote(sorted(entries, key=rules.waitlist_key)[1:], free, fits)

        monkeypatch.setattr(waitlist.rules, "promote", from_the_tail)
        services.withdraw(people[0].actor, application=made[0].application)
    assert made[2].application.state == "place_offered"
    assert len(overtaken(before, look(), free_places())) == 1


def test_siblings_who_do_not_fit_are_told_once(world: World) -> None:
    group = world.group(capacity=1)
    holder, together, alone = world.family(), world.family(children=2), world.family()
    with clock.frozen(REQUEST_DAY):
        first = services.apply(holder.actor, child=holder.child, group=group, funding="budget")
        wishes = [services.Wish(child.pk, group.pk, "budget") for child in together.children]
        both = services.apply_together(together.actor, wishes=wishes, all_or_nothing=True)
        behind = services.apply(alone.actor, child=alone.child, group=group, funding="budget")
        services.withdraw(holder.actor, application=first.application)
        assert [services.position(one.application) for one in both] == [1, 2]
        assert behind.application.state == "place_offered"
        services.decline_place(alone.actor, application=behind.application)
    told = Letter.objects.filter(kind="bundle_passed_over", account_id=together.account.pk)
    assert told.count() == 1
    with clock.frozen(REQUEST_DAY + MINUTE):
        services.set_capacity(world.manager, group=group, capacity=2)
    assert {one.application.state for one in both} == {"place_offered"}
