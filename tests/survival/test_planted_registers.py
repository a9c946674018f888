"""Corruptions of the centre's registers planted in SQL: the doctor's check of the room names them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from opora.core import doctor
from opora.core.doctor import Finding
from opora.governance import invariants as governance
from opora.governance.models import CentreMember, CentreUnit, CouncilMember, Decision, Meeting, Presence
from opora.outreach import invariants as outreach
from opora.outreach.models import Pupil
from opora.people.models import Child
from opora.providers import invariants as providers
from opora.providers.models_inventory import InventoryLine, InventorySheet
from opora.territory import invariants as territory
from opora.territory.models import Centre, LegalAct
from tests.registers.samples import World, make, make_world
from tests.survival.test_planted import planted

pytestmark = [pytest.mark.django_db, pytest.mark.fault]

PLANTED = {
    "governance.quorum": "UPDATE meeting SET state = 'held', members_then = 6, present_then = 5",
    "governance.roster": "UPDATE council_member SET ends_on = starts_on - 1, starts_on = starts_on - 2",
    "governance.decisions": "UPDATE decision SET votes_for = 9",
    "governance.units": "UPDATE centre_member SET centre_id = (SELECT max(id) FROM centre)",
    "outreach.child": "UPDATE child SET state = 'merged' WHERE id IN (SELECT child_id FROM pupil)",
    "outreach.undecided": "UPDATE pupil SET match = 'undecided' WHERE child_id IS NULL",
    "outreach.erased": "UPDATE pupil SET state = 'erased'",
    "providers.inventory_whole": "UPDATE inventory_sheet SET state = 'sent'",
    "providers.inventory_place": "UPDATE inventory_campaign SET municipality_id = (SELECT max(id) FROM municipality)",
    "territory.act_chain": "UPDATE legal_act SET replaced_by_id = (SELECT max(a.id) + min(a.id) - legal_act.id FROM legal_act a)",
    "territory.act_term": "UPDATE legal_act SET in_force_from = '2026-02-01', in_force_to = '2026-01-01'",
}


def findings() -> Iterable[Finding]:
    yield from doctor.run(governance.CHECKS)
    yield from doctor.run(outreach.CHECKS)
    yield from providers.findings()
    yield from doctor.run(territory.CHECKS)


def wrong() -> set[str]:
    return {one.name for one in findings() if not one.ok}


@pytest.fixture
def world(db: None) -> World:
    found = make_world()
    unit = make(CentreUnit, found)
    make(CentreMember, found, unit=unit, centre=unit.centre)
    make(Centre, found)
    member = make(CouncilMember, found)
    meeting = make(Meeting, found, council=member.council, date=member.starts_on, members_then=1, present_then=1)
    make(Presence, found, meeting=meeting, member=member)
    make(Decision, found, meeting=meeting)
    make(InventoryLine, found, sheet=make(InventorySheet, found), present=None)
    for _ in range(2):
        make(LegalAct, found)
    make(Pupil, found)
    make(Pupil, found, child=make(Child, found), match="matched")
    return found


@pytest.mark.parametrize("check", PLANTED)
def test_what_is_planted_is_named(world: World, check: str) -> None:
    assert not wrong()
    with planted(PLANTED[check]):
        assert check in wrong()
