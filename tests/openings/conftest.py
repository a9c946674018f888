"""The scene of the cabinet's tests with a group of next term and a coordinator of the municipality."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from opora.catalogue.models import EnrolmentOpening, Group
from opora.core.access import Actor, Reach
from opora.navigator import openings
from opora.people.models import Account, RoleAssignment
from tests.api.conftest import Caller
from tests.cabinet.conftest import Scene, day, scene

__all__ = ["day", "scene"]
OPENS = dt.datetime(2026, 11, 16, 7, 0, tzinfo=dt.UTC)
"""16 November 2026, 10:00 in Moscow."""


@pytest.fixture(autouse=True)
def fresh_figures() -> Iterator[None]:
    openings.kept.forget()
    yield
    openings.kept.forget()


@pytest.fixture
def later(scene: Scene) -> Group:
    """A group whose lessons begin after the opening."""
    return scene.world.group(name="Новая группа", starts_on=dt.date(2026, 12, 1), capacity=2)


@pytest.fixture
def coordinator(scene: Scene) -> Actor:
    account = Account.objects.create(email="coordinator@example.org", first_name="Ольга", last_name="Дубова")
    place = scene.world.municipality.pk
    RoleAssignment.objects.create(
        account=account, role="coordinator", place_kind="municipality", place_id=place, starts_on=dt.date(2020, 1, 1)
    )
    return Actor(account_id=account.pk, reaches=(Reach(role="coordinator", municipalities=frozenset({place})),))


@pytest.fixture
def office(coordinator: Actor) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=coordinator.account_id))
    return client


Draft = Callable[..., EnrolmentOpening]


@pytest.fixture
def draft(scene: Scene) -> Draft:
    def make(**fields: Any) -> EnrolmentOpening:
        values = {"name": "Набор на весну", "opens_at": OPENS, "municipality": scene.world.municipality}
        return EnrolmentOpening.objects.create(**values | fields)

    return make


@pytest.fixture
def guardian(scene: Scene) -> Caller:
    return Caller(scene.family.account)
