"""What plans count by themselves: the value and its list are one query, in the territory and the period asked for."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest

from opora.catalogue.models import Programme
from opora.certificates.models import PaymentAgreement
from opora.core import clock, measures
from opora.core.access import SYSTEM
from opora.core.measures import Measure, Span
from opora.core.reasons import Refused
from opora.monitoring import queries
from opora.providers.models import Staff
from tests.access.world import Access, make_access

NOW = dt.datetime(2026, 10, 14, 9, 0, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Access:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return make_access()


def span(world: Access, starts: dt.date = dt.date(2026, 9, 1), ends: dt.date = dt.date(2026, 10, 14)) -> Span:
    return Span(frozenset({world.own.world.municipality.pk}), starts, ends)


def test_every_measure_counts_and_lists_the_same_rows(world: Access) -> None:
    for measure in measures.every():
        counted = measure.counted(span(world))
        rows = measure.found(span(world))
        if measure.make is not None:
            assert counted.numerator >= 0
            continue
        assert measure.take != "count" or counted.value == rows.count(), measure.code
        for row in rows.order_by("pk")[:1]:
            for path, _ in measure.columns:
                value = row
                for name in path.split("__"):
                    value = getattr(value, name)


def test_every_narrowing_is_a_field_of_its_rows(world: Access) -> None:
    for measure in measures.every():
        for narrowing in measure.narrowings:
            for value in narrowing.options:
                assert measure.counted(span(world), {narrowing.name: value}).numerator >= 0


def test_programmes_published_in_the_period_here(world: Access) -> None:
    ours = Programme.objects.get(pk=world.own.objects["programme"].pk)
    # the last minute of 14 October in the own municipality's zone is counted, the first of the 15th is not
    zone = clock.zone(ours.municipality.time_zone)
    last = dt.datetime(2026, 10, 14, 23, 59, tzinfo=zone)
    for programme, moment in ((ours, last), (world.foreign.objects["programme"], last)):
        Programme.objects.filter(pk=programme.pk).update(published_at=moment, level="basic")
    Programme.objects.exclude(pk=ours.pk).filter(municipality=ours.municipality).update(
        published_at=last + dt.timedelta(minutes=1)
    )
    measure = measures.get("programmes_published")
    assert [row.pk for row in measure.found(span(world))] == [ours.pk]
    assert measure.counted(span(world), {"level": "basic"}).value == 1
    assert measure.counted(span(world), {"level": "advanced"}).value == 0
    with pytest.raises(Refused, match="такого отбора нет"):
        measure.counted(span(world), {"level": "galaxy"})
    with pytest.raises(Refused):
        measure.counted(span(world), {"state": "draft"})


def test_drafts_of_agreements_are_not_agreements(world: Access) -> None:
    before = measures.get("payment_agreements").counted(span(world)).numerator
    agreement = world.own.objects["agreement"]
    PaymentAgreement.objects.filter(pk=agreement.pk).update(date=dt.date(2026, 9, 1), state="signed")
    assert measures.get("payment_agreements").counted(span(world)).numerator == before + 1
    PaymentAgreement.objects.filter(pk=agreement.pk).update(state="draft")
    assert measures.get("payment_agreements").counted(span(world)).numerator == before


def test_an_indicator_is_a_measure_with_both_its_parts(world: Access) -> None:
    oktmo = world.own.world.municipality.oktmo
    figure = queries.figure(SYSTEM, "coverage", oktmo, NOW.date())
    counted = measures.get("coverage").counted(span(world))
    assert (counted.value, counted.numerator, counted.denominator) == (
        figure.value,
        figure.numerator,
        figure.denominator,
    )


def test_a_share_of_nothing_has_no_value(world: Access) -> None:
    everybody = Staff.objects.filter(organisation=world.own.organisation)
    share = Measure(code="s", title="s", rows=lambda _: everybody, total=lambda _: everybody, digits=1)
    assert share.counted(span(world)).value == Decimal("100.0")
    nothing = Measure(code="s", title="s", rows=lambda _: everybody, total=lambda _: everybody.none())
    assert nothing.counted(span(world)).value is None


def test_a_code_is_declared_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        measures.declare("programmes_published", "Опять", lambda _: SimpleNamespace())
    assert measures.find("no_such_measure") is None
    with pytest.raises(Refused):
        measures.get("no_such_measure")
