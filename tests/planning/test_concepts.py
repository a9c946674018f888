"""Concepts with their targets, what the dashboards know of them, and the founding checklist."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from opora.core.reasons import Forbidden, Hidden, Refused
from opora.monitoring.models import IndicatorTarget
from opora.planning import queries, queries_concepts, services
from opora.planning.models import Concept, ConceptStage, ConceptTarget, FoundingStep
from opora.planning.rules.sections import FOUNDING_STEPS
from opora.planning.services.evidence import Paper

from .world import TODAY, Town

END = dt.date(2026, 12, 31)


@pytest.fixture
def concept(town: Town) -> Concept:
    data = {"centre": town.centre, "title": "Концепция центра", "starts_on": dt.date(2026, 1, 1)}
    return services.save_concept(town.head, Concept(), data | {"ends_on": dt.date(2029, 12, 31)})


def target(town: Town, concept: Concept, **values: Any) -> ConceptTarget:
    data = {"title": "Результат", "due_on": END, "operator": "ge", "amount": Decimal(6), "unit": "программ"} | values
    return services.save_target(town.head, ConceptTarget(concept=concept), data)


def reached(concept: Concept, one: ConceptTarget) -> tuple[str, bool]:
    counter = queries_concepts.target_counter(concept)
    proof = queries.proofs([one.pk], "target").get(one.pk, queries.NO_PROOF)
    shown, done = counter.target(one, proof)
    return (shown.text if shown else ""), done


def test_targets_of_indicators_stand_on_the_dashboards_too(town: Town, concept: Concept) -> None:
    share = target(town, concept, title="Сертификаты", measure="certificates_share", amount=Decimal(25), unit="%")
    target(town, concept, title="Рост", operator="increase", amount=Decimal(10), unit="%", measure="unique_children",
           baseline=Decimal(3761), baseline_on=dt.date(2026, 1, 1))  # fmt: skip
    rows = IndicatorTarget.objects.filter(municipality=town.own.world.municipality, by_concept=True)
    assert list(rows.values_list("code", "due", "value")) == [("certificates_share", END, Decimal(25))]
    services.save_target(town.head, share, {"amount": Decimal(30), "due_on": dt.date(2027, 12, 31)})
    assert list(rows.values_list("due", "value")) == [(dt.date(2027, 12, 31), Decimal(30))]
    services.save_target(town.head, share, {"measure": ""})
    assert not rows.exists()


def test_an_increase_needs_its_baseline(town: Town, concept: Concept) -> None:
    with pytest.raises(Refused) as error:
        target(town, concept, operator="increase", measure="coverage", unit="%", amount=None, baseline=Decimal(1))
    assert {reason.code for reason in error.value.reasons} == {"amount_required", "baseline_date"}
    with pytest.raises(Refused) as error:
        target(town, concept, operator="increase", measure="coverage", unit="%")
    assert {reason.code for reason in error.value.reasons} == {"baseline_required"}
    with pytest.raises(Refused):
        target(town, concept, measure="no_such_measure")


def test_ten_per_cent_of_3761_are_376_persons(town: Town, concept: Concept) -> None:
    one = target(town, concept, operator="increase", amount=Decimal(10), unit="%", measure="unique_children",
                 baseline=Decimal(3761), baseline_on=dt.date(2026, 1, 1))  # fmt: skip
    text, done = reached(concept, one)
    assert text.endswith("из 376\u00a0чел.")
    assert not done


def test_a_target_without_a_measure_is_proved_by_hand(town: Town, concept: Concept) -> None:
    one = target(town, concept)
    assert reached(concept, one) == ("0 из 6 программ", False)
    services.add_evidence(town.head, target=one, date=TODAY, text="Шесть программ", amount=Decimal(6))
    assert reached(concept, one) == ("6 из 6 программ", True)
    words = target(town, concept, title="Взаимодействие", operator="", amount=None, unit="")
    assert reached(concept, words) == ("", False)
    services.add_evidence(town.head, target=words, date=TODAY, text="Протокол", closes=True)
    assert reached(concept, words) == ("", True)
    foreign = town.access.foreign.objects["concept_target"]
    with pytest.raises(Hidden):
        services.add_evidence(town.head, target=foreign, date=TODAY, text="Чужое")


def test_stages_lie_within_the_concept(town: Town, concept: Concept) -> None:
    data = {"number": 1, "title": "Первый", "starts_on": dt.date(2026, 1, 1), "ends_on": END}
    services.save_stage(town.head, ConceptStage(concept=concept), data)
    with pytest.raises(Refused, match="за срок"):
        services.save_stage(town.head, ConceptStage(concept=concept), data | {"ends_on": dt.date(2031, 1, 1)})
    with pytest.raises(Refused, match="раньше"):
        services.save_stage(town.head, ConceptStage(concept=concept), data | {"ends_on": dt.date(2025, 1, 1)})


def test_a_step_is_closed_by_its_document(town: Town) -> None:
    centre = town.centre
    FoundingStep.objects.filter(centre=centre).delete()
    assert services.begin_founding(town.head, centre=centre) == len(FOUNDING_STEPS) == 18
    with pytest.raises(Refused, match="уже есть"):
        services.begin_founding(town.head, centre=centre)
    step = queries_concepts.step(town.head, FoundingStep.objects.filter(centre=centre)[0].pk)
    with pytest.raises(Refused) as error:
        services.close_step(town.head, step=step, done_on=TODAY, document="Приказ")
    assert {reason.code for reason in error.value.reasons} == {"document_required"}
    with pytest.raises(Refused, match="не наступил"):
        services.close_step(
            town.head, step=step, done_on=TODAY + dt.timedelta(days=2), document="", paper=Paper("a.pdf", b"%PDF")
        )
    with pytest.raises(Forbidden):
        services.close_step(town.actor("observer"), step=step, done_on=TODAY, document="Приказ")
    act = town.own.objects["legal_act"]
    closed = services.close_step(town.head, step=step, done_on=TODAY, document="", legal_act=act)
    assert closed.document == str(act)
    centres = {one.pk: (one.steps, one.done) for one in queries_concepts.centres_of(town.head)}
    assert centres[centre.pk] == (18, 1)
    foreign = queries_concepts.step(town.actor("administrator"), town.access.foreign.objects["founding_step"].pk)
    with pytest.raises(Hidden):
        services.close_step(town.head, step=foreign, done_on=TODAY, document="", legal_act=act)
