"""Snapshots: once a month for every place, whole figures, trends that say when months do not compare."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from opora.core import clock
from opora.core.reasons import Forbidden
from opora.monitoring import snapshots
from opora.monitoring.models import Snapshot
from opora.people.actors import actor_of
from opora.territory.models import Population
from tests.access.world import Access, make_access

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 10, 14, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def world() -> Access:
    with clock.frozen(NOW):
        return make_access()


def test_every_place_is_frozen_once_a_month(world: Access) -> None:
    with clock.frozen(NOW):
        made = snapshots.freeze_everything()
        assert made == Snapshot.objects.filter(kind="monthly").count() > 0
        assert snapshots.freeze_everything() == 0
    levels = Snapshot.objects.filter(kind="monthly")
    assert levels.filter(organisation=world.own.organisation).exists()
    assert levels.filter(municipality=world.own.world.municipality, organisation=None).exists()
    assert levels.filter(municipality=None, region=world.own.world.municipality.region).exists()
    with clock.frozen(NOW + dt.timedelta(days=31)):
        assert snapshots.freeze_everything() == made


def test_a_trend_tells_when_the_denominator_changed(world: Access) -> None:
    municipality = world.own.world.municipality
    place = snapshots.place_of_municipality(municipality)
    row = Population.objects.filter(municipality=municipality).first()
    assert row is not None
    for month, count in ((9, 100), (10, 100), (11, 120)):
        Population.objects.filter(pk=row.pk).update(age=10, year=2026, count=count)
        with clock.frozen(NOW.replace(month=month)):
            assert snapshots.freeze_month(place)
    points = snapshots.trend(place, "coverage")
    assert [point.date.month for point in points] == [9, 10, 11]
    assert snapshots.comparability(points[:2]) == ""
    assert "знаменатель" in snapshots.comparability(points)


def test_who_freezes(world: Access) -> None:
    here = snapshots.place_of_municipality(world.own.world.municipality)
    there = snapshots.place_of_municipality(world.foreign.world.municipality)
    with clock.frozen(NOW):
        head = actor_of(world.accounts["centre_head"])
        assert snapshots.freeze(head, place=here).kind == "demand"
        for actor, place in ((head, there), (actor_of(world.accounts["observer"]), here)):
            with pytest.raises(Forbidden):
                snapshots.freeze(actor, place=place)


def test_pages_open(world: Access) -> None:
    client = Client()
    client.force_login(world.accounts["centre_head"], backend="opora.people.backends.AccountBackend")
    snapshot = Snapshot.objects.filter(
        municipality=world.own.world.municipality, centre=None, organisation=None
    ).first()
    assert snapshot is not None
    for address in ("/office/snapshots/", f"/office/snapshots/{snapshot.pk}/", "/office/compare/", "/office/forecast/"):
        assert client.get(address).status_code == 200


def test_tables_are_downloaded_as_books(world: Access) -> None:
    client = Client()
    client.force_login(world.accounts["centre_head"], backend="opora.people.backends.AccountBackend")
    for address in ("/office/compare/?format=xlsx", "/office/forecast/?format=xlsx", "/office/figures/?xlsx=focus"):
        answer = client.get(address)
        assert answer.content.startswith(b"PK"), address


def test_parameters_of_the_forecast_are_kept_or_refused(world: Access) -> None:
    client = Client()
    client.force_login(world.accounts["coordinator"], backend="opora.people.backends.AccountBackend")
    values = {"births": "12", "survival": "99.9", "migration": "-0.5", "coverage": "", "source": "Статистика"}
    assert "от 90 до 100" in client.post("/office/forecast/parameters/", values | {"survival": "5"}).content.decode()
    assert client.post("/office/forecast/parameters/", values).status_code == 302
    assert "Статистика" in client.get("/office/forecast/").content.decode()
