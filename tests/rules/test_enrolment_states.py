"""State machines of applications and contracts, places, deadlines."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.catalogue.rules import PROGRAMME, REVISION
from opora.certificates.rules import CERTIFICATE
from opora.core.access import ROLES
from opora.core.reasons import Refused
from opora.core.workdays import official_calendar
from opora.enrolment.models import Application, Contract
from opora.enrolment.rules import (
    APPLICATION,
    APPLICATION_OF_CONTRACT,
    CONTRACT,
    HOLDING_STATES,
    LIVING_CONTRACT_STATES,
    Places,
    application_after_contract,
    capacity_reasons,
    contract_acceptance,
    contract_label,
    counts_in_limits,
    goes_to_queue,
    holds_place,
    place_offer,
    provider_answer,
)

MACHINES = [APPLICATION, CONTRACT, CERTIFICATE, PROGRAMME, REVISION]
ZONE = ZoneInfo("Europe/Moscow")


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.subject)
def test_machines_are_whole(machine) -> None:
    for transition in machine.transitions:
        assert transition.sources <= set(machine.states)
        assert transition.target in machine.states
        assert transition.actors <= {*ROLES, "system"}
    pairs = [(t.code, source) for t in machine.transitions for source in t.sources]
    assert len(pairs) == len(set(pairs))


def test_states_are_those_of_the_tables() -> None:
    assert set(APPLICATION.states) == set(Application.State.values)
    assert set(CONTRACT.states) == set(Contract.State.values)
    assert set(Application.HOLDING) == HOLDING_STATES
    assert set(Contract.LIVING) == LIVING_CONTRACT_STATES


def test_roads_of_an_application() -> None:
    assert APPLICATION.next_state("submitted", "confirm", "provider_manager") == "confirmed"
    assert APPLICATION.next_state("waiting", "offer_place", "system") == "place_offered"
    assert APPLICATION.next_state("place_offered", "accept_place", "guardian") == "submitted"
    assert APPLICATION.next_state("place_offered", "decline_place", "guardian") == "withdrawn"
    assert APPLICATION.next_state("place_offered", "expire", "system") == "expired"
    assert APPLICATION.final_states() == {"refused", "withdrawn", "expired", "finished"}
    with pytest.raises(Refused):
        APPLICATION.next_state("waiting", "enrol")


def test_a_contract_becomes_active_only_by_the_family() -> None:
    activate = CONTRACT.find("offered", "activate")
    assert activate is not None and activate.actors == {"guardian", "desk_operator"}
    assert CONTRACT.find("requested", "activate") is None
    assert CONTRACT.final_states() == {"closed", "refused", "withdrawn", "expired"}


def test_application_follows_its_contract() -> None:
    for act in ("offer", "refuse", "withdraw", "expire"):
        before = "requested"
        after = CONTRACT.next_state(before, act)
        assert APPLICATION_OF_CONTRACT[after] in APPLICATION.states
    assert application_after_contract(ended_by_notice=True) == "withdrawn"
    assert application_after_contract(ended_by_notice=False) == "finished"


def test_who_holds_a_place() -> None:
    day = date(2026, 11, 30)
    assert holds_place("enrolled", None, day) and holds_place("enrolled", day, day)
    assert not holds_place("enrolled", day, date(2026, 12, 1))
    assert holds_place("place_offered", None, day) and not holds_place("waiting", None, day)
    assert counts_in_limits("offered", None) and counts_in_limits("active", None)
    assert not counts_in_limits("active", day) and not counts_in_limits("closed", None)
    assert contract_label("active", day) == "Расторгается 30.11.2026"
    assert contract_label("active", None) == "Действует"


@given(st.integers(0, 50), st.lists(st.sampled_from([1, -1]), max_size=60))
def test_places_are_never_oversold(capacity, steps) -> None:
    places = Places(capacity)
    for step in steps:
        try:
            places = places.take() if step > 0 else places.give_back()
        except ValueError:
            assert places.free == 0 or places.taken == 0
        assert 0 <= places.taken <= places.capacity


def test_capacity_and_queue() -> None:
    assert capacity_reasons(10, 10) == []
    assert capacity_reasons(9, 10)[0].code == "capacity_below_taken"
    assert goes_to_queue(Places(10, 10))
    assert goes_to_queue(Places(10, 9), waiting_that_fit=1)
    assert not goes_to_queue(Places(10, 9))


def test_deadlines() -> None:
    calendar = official_calendar()
    friday = datetime(2026, 10, 30, 9, tzinfo=UTC)
    assert provider_answer(friday, calendar, ZONE).day == date(2026, 11, 5)  # over 4 November
    assert provider_answer(friday, calendar, ZONE, entrance_tests=True).day > date(2026, 12, 30)
    assert contract_acceptance(friday, calendar, ZONE).day == date(2026, 11, 9)
    offer = place_offer(friday, ZONE)
    assert (offer.day, offer.at) == (date(2026, 11, 1), datetime(2026, 11, 1, 9, tzinfo=UTC))
