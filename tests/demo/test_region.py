"""The region's generators: totals of the real size, and a small region in the database."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from django.db import transaction

from opora.catalogue.models import Programme
from opora.demo import region
from opora.enrolment.models import Enrolment
from opora.people.models import Child
from opora.providers.models import Organisation, ServedOrganisation
from opora.settlement.invariants import broken
from opora.territory.models import Centre, Municipality

from .conftest import DAY

SMALL = region.Size(
    municipalities=3, centres=4, children=13_000, organisations=70, programmes=700, enrolments=18_000, covered=0.75
)


def test_the_whole_region_has_the_sizes_of_the_mission() -> None:
    plan = [district for district, _ in region.districts()]
    organisations = [one for district in plan for one in district.organisations]
    idle = sum(count for _, shares in region.districts() for _, count in shares.idle)
    assert len(plan) == 42
    assert len(plan) + sum(district.second_centre for district in plan) == 49
    assert sum(sum(district.population) for district in plan) == 336_100
    assert len(organisations) == 1500
    assert sum(sum(one.enrolments.values()) for one in organisations) == 750_000
    assert sum(sum(one.programmes.values()) for one in organisations) + idle == 20_000
    assert len({district.oktmo for district in plan}) == len({district.name for district in plan}) == 42


def test_a_small_region_is_loaded_exactly(django_db_setup: None, django_db_blocker) -> None:  # type: ignore[no-untyped-def]
    with django_db_blocker.unblock(), transaction.atomic():
        region.load_region(DAY, SMALL)
        living = Enrolment.objects.filter(ends_on=None, starts_on__lte=DAY)
        assert Municipality.objects.count() == 3
        assert Centre.objects.count() == 4
        assert ServedOrganisation.objects.exists()
        assert Child.objects.filter(state="living").count() == 13_000
        assert Organisation.objects.count() == 70
        assert Programme.objects.count() == 700
        assert living.count() == 18_000
        showcase = living.filter(municipality__oktmo="62643000")
        assert (showcase.count(), showcase.values("child").distinct().count()) == (8352, 3761)
        assert broken() == []
        transaction.set_rollback(True)


@pytest.mark.parametrize("index", range(7))
def test_outlines_are_closed_rings_around_their_towns(index: int) -> None:
    district = region.districts()[index * 6][0]
    ring = district.outline
    assert ring[0] == ring[-1]
    assert _inside(district.lon, district.lat, ring)


def _inside(x: float, y: float, ring: list[list[float]]) -> bool:
    inside = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def test_dates_in_the_summer_show_the_end_of_may() -> None:
    from opora.demo.frame import shown_date

    assert shown_date(dt.date(2027, 7, 1)) == dt.date(2027, 5, 31)
    assert shown_date(dt.date(2027, 9, 1)) == dt.date(2027, 9, 1)
