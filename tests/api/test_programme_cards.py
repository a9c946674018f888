"""Result lists are written from kept texts: they must equal the ordinary answers, and follow every change at once."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opora.catalogue import queries
from opora.catalogue.models import Group, GroupPlaces, Programme, Slot
from opora.core import clock
from opora.exchange.api import cards
from opora.exchange.api.catalogue import ProgrammeOut, programme_json
from opora.providers.models import Organisation, Staff, Venue
from tests.enrolment.world import REQUEST_DAY, World, make_world

# committed changes: within one transaction a row keeps its xmin, but nobody else sees it there either
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> World:
    made = make_world()
    venue = Venue.objects.create(
        organisation=made.organisation, name="Школа № 2", address="ул. Лесная, д. 3", latitude=57.1, longitude=39.2
    )
    teacher = Staff.objects.create(
        organisation=made.organisation, last_name="Сосна", first_name="Вера", post="педагог дополнительного образования"
    )
    for number in range(2):
        group = made.group(venue=venue, teacher=teacher if number else None, name=f"Группа «{number}»")
        for weekday in (4, 2):
            Slot.objects.create(
                group=group, weekday=weekday, starts_at=dt.time(16, 30), ends_at=dt.time(18), academic_hours=2
            )
    return made


def listed(programme: Programme) -> ProgrammeOut:
    with clock.frozen(REQUEST_DAY):
        [item] = json.loads(cards.programmes_json([(programme.pk, 1.25)]))
    return ProgrammeOut.model_validate(item)


def ordinary(programme: Programme) -> ProgrammeOut:
    with clock.frozen(REQUEST_DAY):
        row = queries.public_programme(programme.pk)
        value = programme_json(row, queries.places(group.pk for group in row.groups.all()))
    return ProgrammeOut.model_validate(value | {"distance_km": 1.25})


def test_a_listed_programme_equals_the_programme_itself(world: World) -> None:
    found = listed(world.programme)
    assert found == ordinary(world.programme)
    assert len(found.groups) == 2 and found.free == 40
    assert [slot.weekday for slot in found.groups[0].slots] == [2, 4]


CHANGES: dict[str, Callable[[], object]] = {
    "name": lambda: Programme.objects.update(name="Роботы"),
    "organisation": lambda: Organisation.objects.update(short_name="Дворец"),
    "group": lambda: Group.objects.update(price=1),
    "closed group": lambda: Group.objects.filter(name="Группа «1»").update(state="closed"),
    "ended group": lambda: Group.objects.filter(name="Группа «1»").update(state="finished"),
    "venue": lambda: Venue.objects.update(name="Клуб"),
    "teacher": lambda: Staff.objects.update(last_name="Ель"),
    "timetable": lambda: Slot.objects.filter(weekday=2).delete(),
    "moved lesson": lambda: Slot.objects.filter(weekday=2).update(weekday=3),
    "place taken": lambda: GroupPlaces.objects.update(places_taken=5, waiting=2),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_seen_by_the_next_answer(world: World, change: Callable[[], object]) -> None:
    before = listed(world.programme)
    change()
    after = listed(world.programme)
    assert after != before
    assert after == ordinary(world.programme)


def test_archived_programmes_leave_the_list_at_once(world: World) -> None:
    listed(world.programme)
    Programme.objects.update(state="archived")
    assert cards.programmes_json([(world.programme.pk, None)]) == "[]"


def test_what_is_kept_costs_one_statement(world: World) -> None:
    listed(world.programme)
    with CaptureQueriesContext(connection) as statements:
        listed(world.programme)
    assert len(statements) == 1


def test_the_least_recently_shown_are_forgotten(world: World) -> None:
    from opora.catalogue import queries_cards

    texts = cards.Texts(most=1)
    other = Programme.objects.create(
        organisation=world.organisation, municipality=world.municipality, slug="o", name="Другая", state="published",
        focus_area="sport",
    )  # fmt: skip
    states = queries_cards.states([world.programme.pk, other.pk])
    assert texts.of(states).keys() == states.keys()
    assert len(texts._kept) == 1
