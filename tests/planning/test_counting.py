"""A page of a plan asks as often for many measures as for one; the numbers are those of one measure at a time."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opora.core import measures
from opora.core.measures import Span
from opora.planning import queries
from opora.planning.models import ConceptTarget, PlanItem

from .world import TODAY, Town

CODES = ("programmes_published", "coverage", "staff_trained", "agreements_signed", "certificates_share", "acts_adopted")


def asked(town: Town) -> int:
    with CaptureQueriesContext(connection) as found:
        queries.plan_view(town.plan)
    return len(found)


def test_the_number_of_queries_does_not_grow_with_measures(town: Town) -> None:
    for number, code in enumerate(CODES, 1):
        item = town.item(f"1.{number}", quantity="не менее 100", due="октябрь")
        PlanItem.objects.filter(pk=item.pk).update(measure=code if number == 1 else "")
    asked(town)  # the municipality is read once
    before = asked(town)
    for number, code in enumerate(CODES, 1):
        PlanItem.objects.filter(plan=town.plan, number=f"1.{number}").update(measure=code)
    assert asked(town) == before
    # items past their day ask once more for what came late, all of them together
    PlanItem.objects.filter(plan=town.plan).update(starts_on=None, due_on=dt.date(2026, 9, 30))
    assert asked(town) == before + 1


def test_many_counted_at_once_are_each_counted_alone(town: Town) -> None:
    places = frozenset({town.own.world.municipality.pk})
    spans = [Span(places, dt.date(2020, 1, 1), TODAY), Span(places, dt.date(2020, 1, 1), dt.date(2020, 2, 1)),
             Span(frozenset(), dt.date(2020, 1, 1), TODAY)]  # fmt: skip
    asks = [(measure, span, {}) for measure in measures.every() for span in spans]
    with CaptureQueriesContext(connection) as found:
        together = measures.count_all(asks)
    assert len(found) <= 1 + sum(1 for one in found if "population" in one["sql"].lower())
    assert [one for one in together if one is not None and one.numerator] != []
    for (measure, span, _), one in zip(asks, together, strict=True):
        assert one == measure.counted(span), measure.code
    unknown = measures.get("programmes_published")
    assert measures.count_all([(unknown, spans[0], {"level": "galaxy"})]) == [None]


@pytest.mark.parametrize("code", ["coverage", "programmes_published"])
def test_a_concept_counts_its_targets_together(town: Town, code: str) -> None:
    from opora.planning import queries_concepts

    target = town.own.objects["concept_target"]
    ConceptTarget.objects.filter(pk=target.pk).update(measure=code)
    one = queries_concepts.target(town.head, target.pk)
    counter = queries_concepts.target_counter(one.concept)
    days = [TODAY - dt.timedelta(days=30 * step) for step in range(12)]
    with CaptureQueriesContext(connection) as found:
        counter.prepare_targets((one, day) for day in days)
    assert len(found) == 1
    with CaptureQueriesContext(connection) as found:
        for day in days:
            counter.target(one, queries.NO_PROOF, day)
    assert not found
