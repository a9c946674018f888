"""A small district whose report can be made."""

from __future__ import annotations

import datetime as dt

import pytest

from opora.core import clock
from opora.core.access import SYSTEM, Actor, Reach
from opora.enrolment.models import Enrolment
from opora.reporting import services
from opora.reporting.models import Report
from opora.territory.models import Centre, CentreService, LegalAct, Locality, Population
from tests.enrolment.world import World, make_world

NOW = dt.datetime(2026, 10, 12, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def world(db: None) -> World:
    with clock.frozen(NOW):
        made = make_world()
        type(made.municipality).objects.update(is_served=True)
        made.municipality.refresh_from_db()
        town = Locality.objects.create(municipality=made.municipality, name="Лесной", kind="town", is_urban=True)
        Population.objects.bulk_create(
            Population(
                municipality=made.municipality, year=2026, age=age, count=10, source="Статистика",
                source_date=dt.date(2026, 1, 1),
            )
            for age in range(5, 18)
        )  # fmt: skip
        LegalAct.objects.create(
            municipality=made.municipality, kind="decree", issuer="Администрация", number="118-п",
            date=dt.date(2025, 3, 14), title="О создании опорного центра",
        )  # fmt: skip
        group = made.group()
        for _ in range(7):
            enrol(made, group, town)
        return made


def enrol(world: World, group: object, locality: Locality | None = None) -> Enrolment:
    child = world.family(locality=locality).child
    return Enrolment.objects.create(
        child=child, group=group, organisation=world.organisation, municipality=world.municipality,
        focus_area="technical", funding="budget", starts_on=dt.date(2026, 9, 15),
    )  # fmt: skip


@pytest.fixture
def centre(world: World) -> Centre:
    made = Centre.objects.create(
        slug="moc", name="Опорный центр", municipality=world.municipality, head_name="Лесная Анна Петровна"
    )
    CentreService.objects.create(centre=made, municipality=world.municipality, starts_on=dt.date(2024, 1, 1))
    return made


def actor(role: str, centre: Centre) -> Actor:
    """A role held at the centre or at its municipality."""
    if role in ("centre_head", "methodologist"):
        reach = Reach(
            role,
            municipalities=frozenset({centre.municipality_id}),
            centres=frozenset({centre.pk}),
            place_kind="centre",
        )
    elif role in ("regional_operator", "observer"):
        where = centre.municipality
        reach = Reach(role, municipalities=frozenset({where.pk}), place_kind="region", place_id=where.region_id)
    else:
        reach = Reach(role, municipalities=frozenset({centre.municipality_id}), place_kind="municipality")
    return Actor(name="Лесная Анна", reaches=(reach,))


@pytest.fixture
def report(centre: Centre) -> Report:
    with clock.frozen(NOW):
        made = services.open_report(SYSTEM, year=2026, centre=centre)
        made.snapshot = services.freeze(SYSTEM, report=made)
        return made
