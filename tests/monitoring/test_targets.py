"""Target values: of a municipality and of an organisation, with a basis, once a day, shown beside what is reached."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from opora.core import clock
from opora.core.access import SYSTEM
from opora.core.reasons import Refused
from opora.monitoring import dashboard
from opora.monitoring.indicators import get
from opora.monitoring.models import IndicatorTarget
from opora.monitoring.services_targets import own_scope, save_target
from tests.access.world import Access, make_access

NOW = dt.datetime(2026, 10, 14, 9, 0, tzinfo=dt.UTC)
END = dt.date(2026, 12, 31)
pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Access:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return make_access()


def keep(world: Access, **more: Any) -> IndicatorTarget:
    data = {"municipality": world.own.world.municipality, "organisation": None, "code": "coverage", "due": END,
            "value": Decimal(40), "source": "Приказ № 7", "act": None, "is_active": True}  # fmt: skip
    return save_target(SYSTEM, IndicatorTarget(), data | more)


def codes(error: Any) -> set[str]:
    return {reason.code for reason in error.value.reasons}


def test_what_a_target_cannot_be(world: Access) -> None:
    for more, code in (
        ({"code": "happiness"}, "indicator_unknown"),
        ({"value": Decimal(101)}, "target_value"),
        ({"value": Decimal(-1), "code": "learners"}, "target_value"),
        ({"source": " "}, "target_basis"),
        ({"organisation": world.foreign.organisation, "code": "learners"}, "target_place"),
        ({"organisation": world.own.organisation, "code": "population"}, "target_own"),
    ):
        with pytest.raises(Refused) as error:
            keep(world, **more)
        assert codes(error) == {code}, more
    assert keep(world, source="", act=world.own.objects["legal_act"]).source.startswith(
        str(world.own.objects["legal_act"])
    )
    with pytest.raises(Refused) as error:
        keep(world)
    assert codes(error) == {"target_repeated"}
    concept = IndicatorTarget.objects.create(
        municipality=world.own.world.municipality, code="funded_share", due=END, value=10, source="К", by_concept=True
    )
    with pytest.raises(Refused, match="задано концепцией"):
        save_target(SYSTEM, concept, {"value": Decimal(11)})
    with pytest.raises(Refused, match="задано концепцией"):
        keep(world, code="funded_share")


def test_an_organisation_sees_its_own_targets_with_what_it_reached(world: Access, client: Client) -> None:
    own = world.own.organisation
    IndicatorTarget.objects.all().delete()
    keep(world)
    keep(world, organisation=own, code="learners", value=Decimal(1))
    keep(world, organisation=own, code="free_places", value=Decimal(5000))
    keep(world, organisation=own, code="attendance", value=Decimal(90), is_active=False)
    keep(world, organisation=world.sibling.organisation, code="learners", value=Decimal(2))
    scope = own_scope(own)
    with CaptureQueriesContext(connection) as asked:
        found = dashboard.own_targets(scope)
    assert len(asked) == 2
    assert {one.code: one.reached for one in found} == {
        code: get(code).figure(scope).value for code in ("learners", "free_places")
    }
    client.force_login(world.accounts["provider_manager"], backend="opora.people.backends.AccountBackend")
    page = client.get("/office/figures/").content.decode()
    assert "План и факт" in page
    assert "5\u00a0000" in page
    # the municipality's own dashboard shows what is set for the whole of it
    from opora.monitoring.queries import scope_of

    whole = dashboard.targets(scope_of(world.own.world.municipality.oktmo, None))
    assert [(one.code, one.planned) for one in whole] == [("coverage", Decimal(40))]
