"""Cards of the navigator stand on kept rows: they must equal rows read anew after every change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opora.catalogue.models import Group, GroupPlaces, Programme, Slot
from opora.core import clock
from opora.navigator import card_rows
from tests.api.test_programme_cards import CHANGES, world
from tests.enrolment.world import REQUEST_DAY, World

__all__ = ["world"]
pytestmark = pytest.mark.django_db(transaction=True)

MORE: dict[str, Callable[[], object]] = {
    "window": lambda: Group.objects.update(window_to=REQUEST_DAY),
    "lesson until": lambda: Slot.objects.filter(weekday=2).update(valid_to=(REQUEST_DAY - dt.timedelta(days=1)).date()),
    "full": lambda: GroupPlaces.objects.update(places_taken=20),
    "special needs": lambda: Programme.objects.update(special_needs=["hearing"]),
}


@pytest.mark.parametrize("change", (CHANGES | MORE).values(), ids=CHANGES | MORE)
def test_a_change_is_seen_by_the_next_page(world: World, change: Callable[[], object]) -> None:
    with clock.frozen(REQUEST_DAY):
        before = card_rows.rows([world.programme.pk])
        assert card_rows.rows([world.programme.pk]) == before
        change()
        after = card_rows.rows([world.programme.pk])
        assert after == card_rows._read([world.programme.pk])
    assert after != before


def test_kept_rows_cost_one_statement_and_gone_programmes_are_left_out(world: World) -> None:
    with clock.frozen(REQUEST_DAY):
        card_rows.rows([world.programme.pk])
        with CaptureQueriesContext(connection) as statements:
            assert card_rows.rows([world.programme.pk, 10**9]).keys() == {world.programme.pk}
        assert len(statements) == 1
        Programme.objects.update(state="archived")
        assert card_rows.rows([world.programme.pk]) == {}
