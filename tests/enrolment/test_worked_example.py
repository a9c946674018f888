"""The worked example of spec/financing.md through the services, to the kopeck, on the real database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from opora.catalogue.models import GroupPlaces
from opora.certificates import ledger
from opora.certificates.models import CertificateEntry
from opora.certificates.rules import Totals
from opora.core import clock
from opora.core.reasons import Refused
from opora.enrolment import invariants, services
from opora.enrolment.models import Application, Contract, Enrolment

from .world import Family, World


def at(year: int, month: int, day: int, hour: int = 9) -> dt.datetime:
    return dt.datetime(year, month, day, hour, tzinfo=dt.UTC)


def activated(world: World, family: Family) -> Contract:
    """The history up to activation in October."""
    group = world.group()
    with clock.frozen(at(2026, 10, 12)):
        shown = services.quote(family.actor, child=family.child, group=group, funding="certificate")
        assert not shown.reasons
        assert (shown.total, shown.certificate, shown.guardian) == tuple(map(Decimal, ("5629.34", "5066.40", "562.94")))
        assert [(m.certificate, m.guardian) for m in shown.months] == [
            (Decimal("1250.98"), Decimal("139.00")),
            (Decimal("1907.71"), Decimal("211.97")),
            (Decimal("1907.71"), Decimal("211.97")),
        ]
        applied = services.apply(
            family.actor,
            child=family.child,
            group=group,
            funding="certificate",
            expected_guardian_sum=shown.guardian,
            idempotency_key="one",
        )
    assert applied.state == "submitted"
    contract = Contract.objects.get(pk=applied.contract_id)
    assert contract.state == "requested"
    assert ledger.totals(contract.certificate_id, contract.period_id) == Totals(600000, 93360, 506640, 0)
    with clock.frozen(at(2026, 10, 13)):
        services.confirm(world.manager, application=applied.application_id)
        contract.refresh_from_db()
        assert contract.state == "offered"
        assert contract.number == "2026/1"
        assert contract.accept_until is not None
        services.accept_contract(family.actor, contract=contract, text_hash=services.terms_hash(contract))
    contract.refresh_from_db()
    assert contract.state == "active"
    assert contract.application.state == "enrolled"
    assert Enrolment.objects.get(application=contract.application).starts_on == dt.date(2026, 10, 12)
    assert ledger.totals(contract.certificate_id, contract.period_id) == Totals(600000, 93360, 381542, 125098)
    return contract


def test_request_and_activation(world: World) -> None:
    family = world.family()
    world.certificate(family.child)
    contract = activated(world, family)
    acts = CertificateEntry.objects.filter(source_kind="contract", source_id=contract.pk)
    assert list(acts.order_by("pk").values_list("act", "d_reserve")) == [
        ("request", Decimal("5066.40")),
        ("month", Decimal("-1250.98")),
    ]


def test_notice_in_november_returns_december(world: World) -> None:
    family = world.family()
    world.certificate(family.child)
    contract = activated(world, family)
    services.month_turn(dt.date(2026, 11, 1))
    with clock.frozen(at(2026, 11, 10)):
        services.terminate(family.actor, contract=contract)
    contract.refresh_from_db()
    assert contract.terminates_on == dt.date(2026, 11, 30)
    assert contract.state == "active"
    totals = ledger.totals(contract.certificate_id, contract.period_id)
    assert totals == Totals(600000, 284131, 0, 125098 + 190771)
    assert GroupPlaces.objects.get(group_id=contract.group_id).places_taken == 1
    assert services.expire_due(at(2026, 11, 30))["ended"] == 0
    assert services.expire_due(at(2026, 12, 1))["ended"] == 1
    contract.refresh_from_db()
    assert (contract.state, contract.application.state) == ("closed", "withdrawn")
    assert GroupPlaces.objects.get(group_id=contract.group_id).places_taken == 0


def test_notice_before_the_start_cancels_everything(world: World) -> None:
    family = world.family()
    world.certificate(family.child)
    group = world.group()
    with clock.frozen(at(2026, 10, 12)):
        applied = services.apply(
            family.actor, child=family.child, group=group, funding="certificate", starts_on=dt.date(2026, 11, 9)
        )
        services.confirm(world.manager, application=applied.application_id)
        contract = Contract.objects.get(pk=applied.contract_id)
        services.accept_contract(family.actor, contract=contract, text_hash=services.terms_hash(contract))
    assert ledger.totals(contract.certificate_id, contract.period_id).spent == 0
    services.month_turn(dt.date(2026, 11, 1))
    assert ledger.totals(contract.certificate_id, contract.period_id).spent > 0
    with clock.frozen(at(2026, 11, 5)):
        services.terminate(family.actor, contract=contract)
    assert ledger.totals(contract.certificate_id, contract.period_id) == Totals(600000, 600000, 0, 0)
    assert GroupPlaces.objects.get(group_id=group.pk).places_taken == 0
    assert Application.objects.get(pk=applied.application_id).state == "withdrawn"
    assert not Enrolment.objects.exists()


def test_another_group_takes_the_rest_of_the_balance(world: World) -> None:
    family = world.family()
    world.certificate(family.child)
    activated(world, family)
    other = world.group(starts_on=dt.date(2026, 9, 1), price=Decimal("27000.00"), normative_cost=Decimal("24000.00"))
    with clock.frozen(at(2026, 10, 20)):
        applied = services.apply(
            family.actor, child=family.child, group=other, funding="certificate", starts_on=dt.date(2026, 11, 1)
        )
    contract = Contract.objects.get(pk=applied.contract_id)
    assert (contract.total_sum, contract.certificate_sum, contract.guardian_sum) == tuple(
        map(Decimal, ("6032.96", "933.60", "5099.36"))
    )
    assert list(contract.months.values_list("certificate_sum", "guardian_sum")) == [
        (Decimal("459.15"), Decimal("2507.89")),
        (Decimal("474.45"), Decimal("2591.47")),
    ]


def test_one_month_in_december(world: World) -> None:
    family = world.family()
    world.certificate(family.child)
    group = world.group()
    with clock.frozen(at(2026, 12, 5)):
        applied = services.apply(family.actor, child=family.child, group=group, funding="certificate")
    contract = Contract.objects.get(pk=applied.contract_id)
    assert (contract.total_sum, contract.certificate_sum, contract.guardian_sum) == tuple(
        map(Decimal, ("1876.44", "1688.80", "187.64"))
    )


@pytest.mark.parametrize("day", [dt.date(2026, 11, 1), dt.date(2026, 12, 1)])
def test_a_month_is_spent_once(world: World, day: dt.date) -> None:
    family = world.family()
    world.certificate(family.child)
    contract = activated(world, family)
    assert services.month_turn(day) == (day.month - 10)
    assert services.month_turn(day) == 0
    spent = 125098 + 190771 * (day.month - 10)
    assert ledger.totals(contract.certificate_id, contract.period_id) == Totals(600000, 93360, 506640 - spent, spent)


def test_prolongation_over_new_year(world: World) -> None:
    """Both sides agreed, so on 1 January the second contract is offered by itself and the place is kept."""
    family = world.family()
    world.certificate(family.child)
    group = world.group(capacity=1)
    with clock.frozen(at(2026, 10, 12)):
        applied = services.apply(family.actor, child=family.child, group=group, funding="certificate")
        services.confirm(world.manager, application=applied.application_id, prolongation=True)
        first = Contract.objects.get(pk=applied.contract_id)
        services.accept_contract(family.actor, contract=first, text_hash=services.terms_hash(first), prolongation=True)
    services.month_turn(dt.date(2026, 12, 1))
    assert services.expire_due(at(2026, 12, 31, 12))["prolonged"] == 0
    done = services.expire_due(at(2026, 12, 31, 22))  # already 1 January in Moscow
    assert (done["prolonged"], done["ended"]) == (1, 0)
    second = Contract.objects.exclude(pk=first.pk).get()
    assert (second.state, second.starts_on, second.ends_on) == ("offered", dt.date(2027, 1, 1), dt.date(2027, 5, 31))
    assert (second.total_sum, second.certificate_sum, second.guardian_sum) == tuple(
        map(Decimal, ("10494.20", "9444.78", "1049.42"))
    )
    months = list(second.months.values_list("certificate_sum", "guardian_sum"))
    assert months == [(Decimal("1939.02"), Decimal("215.46"))] + [(Decimal("1876.44"), Decimal("208.49"))] * 4
    assert GroupPlaces.objects.get(group_id=group.pk).places_taken == 1
    with clock.frozen(at(2027, 1, 12)):
        services.accept_contract(family.actor, contract=second, text_hash=services.terms_hash(second))
    assert ledger.totals(second.certificate_id, world.period_b.pk).spent == 193902
    assert [row.ends_on for row in Enrolment.objects.order_by("pk")] == [dt.date(2026, 12, 31), None]
    assert not invariants.broken()


def test_contract_nobody_answers_expires_and_a_late_one_is_refused(world: World) -> None:
    families = [world.family(), world.family()]
    for family in families:
        world.certificate(family.child)
    group = world.group()
    contracts = []
    for family in families:
        with clock.frozen(at(2026, 10, 12)):
            applied = services.apply(family.actor, child=family.child, group=group, funding="certificate")
            contracts.append(Contract.objects.get(pk=applied.contract_id))
    with clock.frozen(at(2026, 10, 14)):
        services.confirm(world.manager, application=contracts[0].application_id)
    # five working days after Wednesday 14 October: up to Wednesday 21 October
    assert services.expire_due(at(2026, 10, 21, 20))["contracts"] == 0
    assert services.expire_due(at(2026, 10, 21, 21))["contracts"] == 1
    contracts[0].refresh_from_db()
    assert (contracts[0].state, contracts[0].application.state) == ("expired", "expired")
    with clock.frozen(at(2026, 11, 30)):
        services.confirm(world.manager, application=contracts[1].application_id)
    with clock.frozen(at(2026, 12, 2)), pytest.raises(Refused) as late:
        services.accept_contract(families[1].actor, contract=contracts[1], text_hash=services.terms_hash(contracts[1]))
    assert late.value.reasons[0].code == "too_late_to_activate"
    contracts[1].refresh_from_db()
    assert (contracts[1].state, contracts[1].application.state) == ("refused", "refused")
    for contract in contracts:
        assert ledger.totals(contract.certificate_id, contract.period_id) == Totals(600000, 600000, 0, 0)
    assert not invariants.broken()
