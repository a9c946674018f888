"""The self-diagnosis can fail: every kind of damage that the constraints let through is named."""

from __future__ import annotations

import pytest
from django.db import connection

from opora.core import clock
from opora.enrolment import invariants, services
from opora.enrolment.models import Contract

from .world import REQUEST_DAY, World

DAMAGE = {
    "places.counted": "UPDATE group_places SET places_taken = places_taken + 1",
    "places.waiting": "UPDATE group_places SET waiting = 1",
    "places.row_of_group": "UPDATE learning_group SET capacity = capacity + 1",
    "certificate.entries": "UPDATE certificate_balance SET nominal = nominal + 1, balance = balance + 1",
    "certificate.reserve_of_contracts": "UPDATE contract_month SET state = 'spent'",
    "contract.months": "UPDATE contract_month SET guardian_sum = guardian_sum + 0.01",
    "contract.spent_once": "UPDATE contract_month SET state = 'spent' WHERE state = 'reserved'",
    "contract.agreed": "UPDATE contract SET acceptance = '{}', accepted_at = NULL",
    "contract.reserve_of_living": "UPDATE contract SET state = 'refused'",
    "contract.application": "UPDATE application SET state = 'confirmed'",
    "application.contract": "(a second application without a contract)",
    "application.enrolment": "UPDATE application SET state = 'withdrawn'",
    "application.acknowledged": "UPDATE idempotent_call SET response = '{\"application\": 0}'",
    "certificate_group.money": "UPDATE certificate_group SET limit_money = 1",
    "certificate_group.certificates": "UPDATE certificate_group SET limit_certificates = 0",
}
ELSEWHERE = {
    "contract.split", "contract.parties", "certificate.entry_source", "certificate.closed_balance", "waitlist.order",
    "numbers.contracts", "numbers.orders",
}  # fmt: skip
"""Tried with the guards of the database asleep: tests/survival/test_planted.py."""
GUARDED = {"places.never_oversold", "certificate.sums", "certificate.entry_balanced"}
"""A CHECK of the table refuses this damage by itself."""


def test_every_check_is_tried() -> None:
    assert {one.name for one in invariants.CHECKS} == set(DAMAGE) | GUARDED | ELSEWHERE


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_found(world: World, name: str) -> None:
    family = world.family()
    world.certificate(family.child)
    with clock.frozen(REQUEST_DAY):
        done = services.apply(
            family.actor, child=family.child, group=world.group(), funding="certificate", idempotency_key="k"
        )
        services.confirm(world.manager, application=done.application_id)
        contract = Contract.objects.get(pk=done.contract_id)
        services.accept_contract(family.actor, contract=contract, text_hash=services.terms_hash(contract))
    assert invariants.broken() == []
    with connection.cursor() as cursor:
        if name == "application.contract":
            cursor.execute(
                "INSERT INTO application (public_id, child_id, group_id, organisation_id, municipality_id, source,"
                " funding, state, priority_class, starts_on, total_sum, certificate_sum, guardian_sum, submitted_at,"
                " reason_code, reason, comment) SELECT gen_random_uuid(), child_id, group_id, organisation_id,"
                " municipality_id, source, funding, 'finished', 100, starts_on, 0, 0, 0, submitted_at, '', '', ''"
                " FROM application"
            )
            cursor.execute("UPDATE application SET state = 'withdrawn' WHERE state = 'enrolled'")
            cursor.execute("UPDATE application SET state = 'submitted' WHERE state = 'finished'")
        else:
            cursor.execute(DAMAGE[name])
    found = {one.name: one for one in invariants.check()}[name]
    assert not found.ok and found.figure >= 1 and found.sample and found.advice


def test_a_frozen_certificate_gives_its_place_of_the_group_back(world: World) -> None:
    """The limit counts what the payer counts: a frozen certificate's place passes to the queue."""
    first, second = world.family(), world.family()
    world.certificate(first.child, state="frozen")
    world.certificate(second.child)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE certificate_group SET limit_certificates = 1")
    assert invariants.broken() == []
