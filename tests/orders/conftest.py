"""Pieces of the provider's road: the small district of the enrolment tests, people of each role, a full group."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from opora.catalogue.models import Slot
from opora.core import clock
from opora.people.models import Account, RoleAssignment
from opora.providers.models import Signatory, Staff
from tests.enrolment.world import World, make_world

NOW = dt.datetime(2026, 10, 12, 9, 0, tzinfo=dt.UTC)  # a Monday


@pytest.fixture
def world(db: None, settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with clock.frozen(NOW):
        yield make_world()


def account(role: str, kind: str, place: int | None, name: str) -> Account:
    made = Account.objects.create(email=f"{role}-{name}@example.org", last_name="Лесная", first_name="Вера")
    RoleAssignment.objects.create(
        account=made, role=role, place_kind=kind, place_id=place, starts_on=dt.date(2026, 1, 1)
    )
    return made


def client(of: Account) -> Client:
    made = Client()
    made.force_login(of)
    return made


@pytest.fixture
def manager(world: World) -> Client:
    return client(account("provider_manager", "organisation", world.organisation.pk, "own"))


@pytest.fixture
def stranger(world: World) -> Client:
    other = make_world()
    return client(account("provider_manager", "organisation", other.organisation.pk, "other"))


@pytest.fixture
def methodologist(world: World) -> Client:
    return client(account("methodologist", "municipality", world.municipality.pk, "centre"))


@pytest.fixture
def guardian(world: World) -> Client:
    return client(Account.objects.create(email="parent@example.org"))


@pytest.fixture
def signatory(world: World) -> Signatory:
    return Signatory.objects.create(
        organisation=world.organisation, name="Орлова Мария Ивановна", post="Директор", starts_on=dt.date(2020, 1, 1)
    )


@pytest.fixture
def staff(world: World) -> Staff:
    own = Account.objects.create(email="teacher-own@example.org", last_name="Белый", first_name="Илья")
    made = Staff.objects.create(
        organisation=world.organisation, account=own, last_name="Белый", first_name="Илья", post="Педагог"
    )
    RoleAssignment.objects.create(
        account=own,
        role="teacher",
        place_kind="organisation",
        place_id=world.organisation.pk,
        starts_on=dt.date(2026, 1, 1),
    )
    return made


@pytest.fixture
def taught(world: World, staff: Staff):
    """An open group of the teacher with a lesson each Monday 15:00."""
    group = world.group(teacher=staff, name="Первая группа", capacity=5)
    Slot.objects.create(
        group=group, weekday=1, starts_at=dt.time(15), ends_at=dt.time(16, 30), academic_hours=Decimal(2)
    )
    return group
