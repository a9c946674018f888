"""Consent that was taken back, the text that was agreed to, limits under locks, periods that do not overlap."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import Error, IntegrityError, connection, transaction

from opora.certificates import services_periods, services_registers
from opora.certificates.models import FundingPeriod, PeriodAmendment, ProgrammeLimit
from opora.certificates.services_acts import Ground
from opora.core import clock, history_guard
from opora.core.access import SYSTEM, Actor, Reach
from opora.core.reasons import Busy, Refused
from opora.core.transactions import act
from opora.enrolment import services
from opora.enrolment.models import Contract
from opora.enrolment.services import facts as reading
from opora.people import services_consents
from opora.people.models import ConsentText
from opora.territory.models import LegalAct

from .test_families import active_contract, enrolled_on_budget
from .world import REQUEST_DAY, World


def codes(refused: Any) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


@pytest.mark.parametrize("funding", ["budget", "certificate", "paid"])
def test_nobody_applies_after_the_consent_was_taken_back(world: World, funding: str) -> None:
    family = world.family()
    world.certificate(family.child)
    group = world.group()
    with clock.frozen(REQUEST_DAY):
        given = services_consents.give_consent(family.actor, child=family.child, kind=ConsentText.Kind.PROCESSING)
        services_consents.withdraw_consent(family.actor, consent=given)
        for full in (group, world.group(capacity=0)):
            with pytest.raises(Refused) as refused:
                services.apply(family.actor, child=family.child, group=full, funding=funding)
            assert codes(refused) == ["consent_withdrawn"]
        services_consents.give_consent(family.actor, child=family.child, kind=ConsentText.Kind.PROCESSING)
        assert services.apply(family.actor, child=family.child, group=group, funding=funding).state == "submitted"


def test_a_child_without_any_consent_on_record_applies(world: World) -> None:
    family = world.family()
    with clock.frozen(REQUEST_DAY):
        assert services.apply(family.actor, child=family.child, group=world.group(), funding="budget").application_id


def test_the_accepted_text_is_kept_and_shown_whatever_changes(world: World) -> None:
    family = world.family()
    world.certificate(family.child)
    contract = active_contract(world, family, world.group())
    agreed = services.terms(contract)
    assert contract.accepted_text == agreed and family.child.full_name in agreed
    assert services.terms_hash(contract) == contract.acceptance["text_sha256"]
    world.organisation.full_name = "Совсем другое учреждение"
    world.organisation.save()
    again = Contract.objects.get(pk=contract.pk)
    assert services.terms(again) == agreed and services.terms_hash(again) == again.acceptance["text_sha256"]
    with pytest.raises(Error, match="stays as it is"), transaction.atomic():
        Contract.objects.filter(pk=contract.pk).update(accepted_text="Другой текст")
    with act(SYSTEM):
        history_guard.erase(SYSTEM, contract, keys=["accepted_text"], ground="Заявление семьи")
        Contract.objects.filter(pk=contract.pk).update(accepted_text="")


def test_prolongation_looks_at_the_limits_under_the_lock(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last contract that the next period allows was taken after the values were read."""
    family, other = world.family(), world.family()
    for one in (family, other):
        world.certificate(one.child)
    group = world.group(capacity=5)
    with clock.frozen(REQUEST_DAY):
        for one in (family, other):
            applied = services.apply(one.actor, child=one.child, group=group, funding="certificate")
            services.confirm(world.manager, application=applied.application_id, prolongation=True)
            first = Contract.objects.get(pk=applied.contract_id)
            text = services.terms_hash(first)
            services.accept_contract(one.actor, contract=first, text_hash=text, prolongation=True)
    services.month_turn(dt.date(2026, 12, 1))
    ProgrammeLimit.objects.create(period=world.period_b, programme=world.programme, contracts=1)
    monkeypatch.setattr(reading, "reasons_of", lambda *args: [])
    done = services.expire_due(dt.datetime(2026, 12, 31, 22, tzinfo=dt.UTC))
    assert done["prolonged"] == 1
    assert Contract.objects.filter(period=world.period_b).count() == 1


def test_a_transfer_counts_budget_places_under_the_lock(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.period_a.parameters = {"budget_quotas": {"significant": 2}}
    world.period_a.save()
    family = world.family()
    world.certificate(family.child)
    application = enrolled_on_budget(world, family, world.group())
    target = world.group()
    read = reading.read

    def stale(**wanted: Any) -> Any:
        known = read(**wanted)
        return known._replace(budget_places='{"*": 1}') if known else known

    with clock.frozen(REQUEST_DAY):
        with monkeypatch.context() as patch, pytest.raises(Busy):
            patch.setattr(reading, "read", stale)
            services.transfer(world.manager, application=application, group=target)
        application.refresh_from_db()
        assert application.group_id != target.pk
        assert services.transfer(world.manager, application=application, group=target).group_id == target.pk


# --- periods -------------------------------------------------------------------------------------------------


def coordinator(world: World) -> Actor:
    reach = Reach(role="coordinator", municipalities=frozenset({world.municipality.pk}))
    return Actor(account_id=world.manager.account_id, reaches=(reach,))


def test_approved_periods_of_a_municipality_do_not_overlap(world: World) -> None:
    legal_act = LegalAct.objects.create(
        municipality=world.municipality,
        kind="decree",
        issuer="Дума",
        number="7",
        date=dt.date(2026, 8, 1),
        title="О периоде",
    )
    beside = FundingPeriod.objects.create(
        programme=world.period_a.programme,
        municipality=world.municipality,
        name="Осень, вторая программа",
        starts_on=world.period_a.ends_on,
        ends_on=dt.date(2026, 12, 31),
        state="review",
    )
    with pytest.raises(Refused) as refused:
        services_periods.approve(coordinator(world), period=beside, legal_act=legal_act)
    assert codes(refused) == ["period_overlaps"] and world.period_a.name in refused.value.reasons[0].message
    with pytest.raises(IntegrityError, match="funding_period_approved_once"), transaction.atomic():
        FundingPeriod.objects.filter(pk=beside.pk).update(state="approved")
    FundingPeriod.objects.filter(pk=world.period_a.pk).update(state="closed")
    assert services_periods.approve(coordinator(world), period=beside, legal_act=legal_act).state == "approved"


def numbered(number: str) -> Ground:
    return Ground(number=number, date=dt.date(2026, 8, 1))


def test_a_limit_of_an_approved_period_changes_by_an_act_alone(world: World) -> None:
    actor = coordinator(world)
    data = {"period": world.period_a, "programme": world.programme, "contracts": 3}
    with act(actor):
        with pytest.raises(Refused) as refused:
            services_registers.save_programme_limit(actor, ProgrammeLimit(), data | {"ground": Ground(number=" ")})
        assert codes(refused) == ["act_missing"]
        row = services_registers.save_programme_limit(actor, ProgrammeLimit(), data | {"ground": numbered("12")})
        services_registers.save_programme_limit(actor, row, {"contracts": 5, "ground": numbered("15")})
        with pytest.raises(Refused) as refused:
            services_registers.save_programme_limit(actor, row, {"contracts": 5, "ground": numbered("16")})
        assert codes(refused) == ["nothing_changed"]
        with pytest.raises(Refused) as refused:
            other = data | {"period": world.period_b, "contracts": 6, "ground": numbered("17")}
            services_registers.save_programme_limit(actor, row, other)
        assert codes(refused) == ["approved"]
    kept = [
        (one.act_text, one.changes[0]["was"], one.changes[0]["now"]) for one in PeriodAmendment.objects.order_by("pk")
    ]
    assert kept == [
        ("Постановление от 01.08.2026 № 12", "без предела", 3),
        ("Постановление от 01.08.2026 № 15", 3, 5),
    ]
    assert ProgrammeLimit.objects.get().contracts == 5


def test_place_functions_are_asked_for_money(world: World) -> None:
    """Negative control of the two tests above: a request with a used-up limit does not hold."""
    from opora.enrolment.services.money_holds import money_holds

    request = {"programme": world.programme.pk, "period": world.period_b.pk, "programme_limit": 0}
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SELECT 1")
        assert not money_holds(request)
        assert money_holds(request | {"programme_limit": 1})
