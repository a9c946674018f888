"""The coverage cube: the same cells as a direct count, recounted only when its sources changed, never stale."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opora.core import clock
from opora.enrolment.models import Enrolment
from opora.monitoring import coverage, dashboard, kept, office
from opora.monitoring.indicators import Scope, get
from opora.monitoring.models import CubeRefresh, IndicatorTarget
from opora.territory.models import Municipality, Population
from tests.enrolment.world import World, make_world

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = dt.date(2026, 10, 12)


def enrol(world: World, children: int) -> None:
    group = world.group()
    for _ in range(children):
        child = world.family().child
        for focus_area in ("technical", "sport"):
            Enrolment.objects.create(
                child=child,
                group=group if focus_area == "technical" else world.group(),
                organisation=world.organisation,
                municipality=world.municipality,
                focus_area=focus_area,
                funding="budget",
                starts_on=dt.date(2026, 9, 15),
            )


def settled() -> None:
    """The server tells others about a session's changes when the session has been quiet for a moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
    time.sleep(0.01)


def test_the_cube_is_the_direct_count_and_follows_the_sources() -> None:
    world = make_world()
    enrol(world, 3)
    settled()
    region, ids = world.municipality.region_id, frozenset({world.municipality.pk})
    assert coverage.refresh_cube(region, ids, TODAY) is True
    assert coverage.refresh_cube(region, ids, TODAY) is False
    cells, _ = coverage.cells(region, ids, TODAY)
    assert cells == coverage.compute(ids, TODAY)
    whole = next(cell for cell in cells if cell.level == "")
    assert (whole.enrolments, whole.children) == (6, 3)
    enrol(world, 1)
    settled()
    assert coverage.refresh_cube(region, ids, TODAY) is True
    cells, _ = coverage.cells(region, ids, TODAY)
    assert next(cell for cell in cells if cell.level == "").children == 4


def test_an_old_cube_or_one_of_other_municipalities_is_not_believed() -> None:
    world = make_world()
    enrol(world, 1)
    region, ids = world.municipality.region_id, frozenset({world.municipality.pk})
    coverage.refresh_cube(region, ids, TODAY)
    CubeRefresh.objects.update(cube={"cells": [], "sources": "", "municipalities": sorted(ids)})
    assert coverage.cells(region, ids, TODAY)[0] == []
    assert coverage.cells(region, ids | {0}, TODAY)[0] == coverage.compute(ids, TODAY)
    CubeRefresh.objects.update(counted_at=clock.now() - coverage.FRESH - dt.timedelta(seconds=1))
    assert coverage.cells(region, ids, TODAY)[0] == coverage.compute(ids, TODAY)


def test_head_figures_come_from_the_cells_and_equal_the_indicators_own() -> None:
    world = make_world()
    enrol(world, 2)
    ids = frozenset({world.municipality.pk})
    Population.objects.create(
        municipality=world.municipality, year=2026, age=9, count=7, source="Росстат", source_date=TODAY
    )
    IndicatorTarget.objects.create(municipality=world.municipality, code="coverage", due=TODAY, value=25)
    scope = Scope(TODAY, ids, "Район", world.municipality.oktmo)
    cells = coverage.compute(ids, TODAY)
    expected = [dashboard.shown(get(code).figure(scope), scope) for code in dashboard.HEAD]
    with CaptureQueriesContext(connection) as asked:
        assert dashboard.stats(scope, cells) == expected
        [target] = dashboard.targets(scope, cells)
    assert target.reached == get("coverage").figure(scope).value and target.done
    counted = [one["sql"] for one in asked.captured_queries if 'FROM "enrolment"' in one["sql"]]
    assert len(counted) == 1 and "IS NULL" in counted[0]  # only those whose residence is unknown


def test_only_regions_with_several_served_municipalities_have_a_cube() -> None:
    world = make_world()
    Municipality.objects.update(is_served=True)
    assert kept.refresh_regions(dashboard.KEPT) == 0
    Municipality.objects.create(region=world.municipality.region, oktmo="00000099", name="Второй", is_served=True)
    assert kept.refresh_regions(dashboard.KEPT) == 1
    assert CubeRefresh.objects.get().region_id == world.municipality.region_id


def test_head_figures_of_a_whole_region_are_kept_for_a_minute() -> None:
    world = make_world()
    enrol(world, 2)
    second = Municipality.objects.create(region=world.municipality.region, oktmo="00000099", name="Второй")
    Municipality.objects.update(is_served=True)
    with clock.frozen(dt.datetime(2026, 10, 12, 9, tzinfo=dt.UTC)):
        scope = Scope(TODAY, frozenset({world.municipality.pk, second.pk}), "Область", "")
        expected = dashboard.figures_of(dashboard.KEPT, scope)
        assert kept.refresh_regions(dashboard.KEPT) == 1
        with CaptureQueriesContext(connection) as asked:
            assert dashboard.figures_of(dashboard.KEPT, scope) == expected
        assert len(asked) == 1
        part = Scope(TODAY, frozenset({world.municipality.pk}), "Район", "")
        assert not kept.figures(part) and not kept.figures(Scope(TODAY, scope.municipalities, filters=(("age", 9),)))
        enrol(world, 1)
        settled()
        assert kept.refresh_regions(dashboard.KEPT) == 1
        assert dashboard.figures_of(["unique_children"], scope)[0].value == 3
    with clock.frozen(dt.datetime(2026, 10, 12, 9, 2, tzinfo=dt.UTC)):
        assert not kept.figures(scope), "older than a minute and a half"


def test_what_a_region_sees_first_is_kept() -> None:
    for role in ("regional_operator", "observer", "administrator", "coordinator", "payer"):
        assert set(office.HOME[role]) <= set(dashboard.KEPT), role
