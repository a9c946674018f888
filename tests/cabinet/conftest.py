"""A family with a funded certificate, signed in, on the day of the worked example."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from opora.catalogue.models import Group, Slot
from opora.core import clock
from opora.people.models import Account, RoleAssignment
from tests.enrolment.world import REQUEST_DAY, Family, World, make_world


@dataclass
class Scene:
    """The world, one family with its certificate, its browser, a group of the worked example."""

    world: World
    family: Family
    client: Client
    group: Group

    @property
    def child(self) -> Any:
        return self.family.child

    def browser(self, family: Family) -> Client:
        client = Client()
        client.force_login(family.account)
        return client


@pytest.fixture(autouse=True)
def day() -> Iterator[None]:
    """The clock stands at the day of the request: 12 October 2026."""
    with clock.frozen(REQUEST_DAY):
        yield


@pytest.fixture
def scene(db: None) -> Scene:
    world = make_world()
    family = world.family()
    world.certificate(family.child)
    client = Client()
    client.force_login(family.account)
    group = world.group()
    Slot.objects.create(
        group=group, weekday=2, starts_at=dt.time(16, 30), ends_at=dt.time(17, 15), academic_hours=1, room="14"
    )
    RoleAssignment.objects.create(
        account=Account.objects.get(pk=world.manager.account_id),
        role="provider_manager",
        place_kind="organisation",
        place_id=world.organisation.pk,
        starts_on=dt.date(2020, 1, 1),
    )
    return Scene(world, family, client, group)
