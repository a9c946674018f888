"""Siblings together, budget places, transfers, leaving, a certificate that is frozen or closed, reads."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from opora.catalogue.models import GroupPlaces, Slot
from opora.certificates import dependants, ledger, services_life
from opora.certificates.models import ProgrammeRegisterEntry
from opora.certificates.rules import Totals
from opora.core import clock
from opora.core.access import SYSTEM, Actor, Reach
from opora.core.models import StoredFile
from opora.core.reasons import Busy, Forbidden, Hidden, Refused
from opora.enrolment import invariants, queries, queries_office, services
from opora.enrolment.models import Application, Contract, Enrolment, SafetyCard
from opora.territory.models import Locality, Municipality

from .world import REQUEST_DAY, Family, World

DAY = dt.timedelta(days=1)


def enrolled_on_budget(world: World, family: Family, group: object) -> Application:
    with clock.frozen(REQUEST_DAY):
        done = services.apply(family.actor, child=family.child, group=group, funding="budget")
        services.confirm(world.manager, application=done.application_id)
        services.enrol(world.manager, application=done.application_id)
    return done.application


def active_contract(world: World, family: Family, group: object) -> Contract:
    with clock.frozen(REQUEST_DAY):
        done = services.apply(family.actor, child=family.child, group=group, funding="certificate")
        services.confirm(world.manager, application=done.application_id)
        contract = Contract.objects.get(pk=done.contract_id)
        services.accept_contract(family.actor, contract=contract, text_hash=services.terms_hash(contract))
    return Contract.objects.get(pk=done.contract_id)


def test_siblings_get_places_together_or_wait_together(world: World) -> None:
    group = world.group(capacity=2)
    holder, family = world.family(), world.family(children=2)
    first = enrolled_on_budget(world, holder, group)
    wishes = [services.Wish(child.pk, group.pk, "budget") for child in family.children]
    with clock.frozen(REQUEST_DAY):
        done = services.apply_together(family.actor, wishes=wishes, all_or_nothing=True, idempotency_key="both")
        assert [one.state for one in done] == ["waiting", "waiting"]
        again = services.apply_together(family.actor, wishes=wishes, all_or_nothing=True, idempotency_key="both")
        assert [one.application_id for one in again] == [one.application_id for one in done]
        late = world.family()
        # one place is free and the bundle does not fit, so it goes to the next; the bundle keeps its position
        taken = services.apply(late.actor, child=late.child, group=group, funding="budget")
        assert taken.state == "submitted"
        assert services.position(done[0].application) == 1
        services.leave(world.manager, application=first, on=dt.date(2026, 10, 13))
        services.withdraw(late.actor, application=taken.application_id)
    assert services.expire_due(REQUEST_DAY + 2 * DAY)["ended"] == 1
    assert {one.application.state for one in done} == {"place_offered"}
    assert not invariants.broken()


def test_siblings_in_two_groups_and_a_refusal_of_one_refuses_all(world: World) -> None:
    family = world.family(children=2)
    groups = [world.group(capacity=1), world.group(capacity=1, age_from=12)]
    wishes = [services.Wish(child.pk, group.pk, "budget") for child, group in zip(family.children, groups, strict=True)]
    with clock.frozen(REQUEST_DAY), pytest.raises(Refused) as refused:
        services.apply_together(family.actor, wishes=wishes, all_or_nothing=True)
    assert [reason.code for reason in refused.value.reasons] == ["age"]
    assert family.children[1].first_name in refused.value.reasons[0].message
    assert not Application.objects.exists()
    with clock.frozen(REQUEST_DAY):
        alone = services.apply_together(family.actor, wishes=wishes, all_or_nothing=False)
    assert len(alone) == 1
    assert not invariants.broken()


def test_budget_quota_of_the_register(world: World) -> None:
    ProgrammeRegisterEntry.objects.create(
        programme=world.programme,
        municipality=world.municipality,
        register="significant",
        decision="Решение 2",
        starts_on=dt.date(2026, 1, 1),
    )
    world.period_a.parameters = {"budget_quotas": {"significant": 1}}
    world.period_a.save()
    family = world.family()
    world.certificate(family.child, kind="accounting", nominals={})
    enrolled_on_budget(world, family, world.group())
    with clock.frozen(REQUEST_DAY), pytest.raises(Refused) as refused:
        services.apply(family.actor, child=family.child, group=world.group(), funding="budget")
    assert [reason.code for reason in refused.value.reasons] == ["budget_quota"]


def test_limits_of_contracts_count_the_living_ones(world: World) -> None:
    world.period_a.parameters = {"simultaneous_limit": 1}
    world.period_a.save()
    family = world.family()
    world.certificate(family.child)
    contract = active_contract(world, family, world.group(price=Decimal(100), normative_cost=Decimal(100)))
    other = world.group(price=Decimal(100), normative_cost=Decimal(100))
    with clock.frozen(REQUEST_DAY):
        with pytest.raises(Refused) as refused:
            services.apply(family.actor, child=family.child, group=other, funding="certificate")
        assert [reason.code for reason in refused.value.reasons] == ["limit_contracts"]
        services.terminate(family.actor, contract=contract)
        services.apply(family.actor, child=family.child, group=other, funding="certificate")


def test_transfer_takes_the_place_along_and_frees_the_old_one(world: World) -> None:
    old, new = world.group(capacity=1), world.group(capacity=1)
    family, waiting = world.family(), world.family()
    application = enrolled_on_budget(world, family, old)
    with clock.frozen(REQUEST_DAY):
        behind = services.apply(waiting.actor, child=waiting.child, group=old, funding="budget")
        services.transfer(world.manager, application=application, group=new)
        with pytest.raises(Refused):
            services.transfer(world.manager, application=application, group=new)
    assert Enrolment.objects.get().group_id == new.pk
    assert behind.application.state == "place_offered"
    assert GroupPlaces.objects.get(group_id=new.pk).places_taken == 1
    assert not invariants.broken()


def test_freezing_refuses_requests_and_not_contracts(world: World) -> None:
    family = world.family()
    certificate = world.certificate(family.child)
    group, full = world.group(), world.group(capacity=1)
    enrolled_on_budget(world, world.family(), full)
    with clock.frozen(REQUEST_DAY):
        asked = services.apply(family.actor, child=family.child, group=group, funding="certificate")
        queued = services.apply(family.actor, child=family.child, group=full, funding="certificate")
        services_life.freeze(family.actor, certificate=certificate, reason="Уезжаем на лето.")
    assert {asked.application.state, queued.application.state} == {"refused"}
    assert ledger.totals(certificate.pk, world.period_a.pk) == Totals(600000, 600000, 0, 0)
    assert dependants.contract_states(certificate.pk) == []
    assert dependants.use_of(certificate.pk) == (False, dt.date(2026, 10, 12))
    assert not invariants.broken()


def test_closing_a_certificate_ends_its_contracts_with_the_month(world: World) -> None:
    family = world.family()
    certificate = world.certificate(family.child)
    contract = active_contract(world, family, world.group())
    town = Municipality.objects.create(
        region=world.municipality.region, oktmo="99999998", name="Соседний", is_served=True
    )
    locality = Locality.objects.create(municipality=town, name="Озёрный")
    with clock.frozen(REQUEST_DAY + DAY):
        with pytest.raises(Refused):
            services_life.freeze(family.actor, certificate=certificate, reason="Нельзя.")
        services_life.move(SYSTEM, certificate=certificate, locality=locality)
    contract.refresh_from_db()
    assert (contract.state, contract.terminates_on) == ("active", dt.date(2026, 10, 31))
    assert ledger.totals(certificate.pk, world.period_a.pk) == Totals(125098, 0, 0, 125098)
    assert not invariants.broken()


def test_a_desk_needs_the_paper_and_the_notice(world: World) -> None:
    family = world.family()
    world.certificate(family.child)
    desk = Actor(
        account_id=world.manager.account_id,
        reaches=(Reach(role="desk_operator", municipalities=frozenset({world.municipality.pk})),),
    )
    group = world.group()
    with clock.frozen(REQUEST_DAY):
        done = services.apply(desk, child=family.child, group=group, funding="certificate", source="desk")
        services.confirm(desk, application=done.application_id)
        contract = Contract.objects.get(pk=done.contract_id)
        with pytest.raises(Refused) as refused:
            services.accept_contract(desk, contract=contract, text_hash="x")
        assert refused.value.reasons[0].code == "paper_required"
        paper = StoredFile.objects.create(
            sha256="a" * 64,
            name="договор.pdf",
            content_type="application/pdf",
            size=1,
            owner_kind="contract",
            owner_id=1,
        )
        services.accept_contract(desk, contract=contract, paper=paper)
        with pytest.raises(Refused) as notice:
            services.terminate(desk, contract=contract)
        assert notice.value.reasons[0].code == "notice_required"
        with pytest.raises(Refused) as ground:
            services.terminate(world.manager, contract=contract, ground="because")
        assert ground.value.reasons[0].code == "ground_required"
    contract.refresh_from_db()
    assert contract.acceptance["channel"] == "desk"
    assert not invariants.broken()


def test_reads_take_the_actor(world: World) -> None:
    group = world.group(capacity=1)
    Slot.objects.create(
        group=group, weekday=1, starts_at=dt.time(15), ends_at=dt.time(16, 30), academic_hours=Decimal(2)
    )
    family, stranger = world.family(), world.family()
    certificate = world.certificate(family.child)
    active_contract(world, family, group)
    with clock.frozen(REQUEST_DAY):
        services.apply(stranger.actor, child=stranger.child, group=group, funding="budget")
    assert queries.applications_of_child(family.actor, family.child).count() == 1
    assert queries.applications_of_child(stranger.actor, family.child).count() == 0
    assert [row.place for row in queries.waiting_list(world.manager, group=group)] == [1]
    assert queries.free_places([group.pk]) == {group.pk: 0}
    rows = queries.statement(family.actor, certificate=certificate, period=world.period_a)
    assert (rows[-1].balance, rows[-1].reserve, rows[-1].spent) == tuple(map(Decimal, ("933.60", "3815.42", "1250.98")))
    with pytest.raises(Hidden):
        queries.statement(stranger.actor, certificate=certificate, period=world.period_a)
    week = queries.child_timetable(
        family.actor, child=family.child, first=dt.date(2026, 10, 12), last=dt.date(2026, 10, 25)
    )
    assert [one.lesson.date for one in week] == [dt.date(2026, 10, 12), dt.date(2026, 10, 19)]
    with pytest.raises(Forbidden):
        queries.waiting_list(family.actor, group=group)
    assert queries.overdue(world.manager).count() == 0
    observer = Actor(reaches=(Reach(role="observer", everything=True),))
    with pytest.raises(Forbidden):
        queries.applications(observer)


def test_an_act_notices_that_the_child_was_transferred_while_it_waited_for_the_lock(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The group read before the lock may be another one after it: the act starts again with the right locks."""
    from opora.enrolment.services import ending, holding

    old, new = world.group(), world.group()
    family = world.family()
    application = enrolled_on_budget(world, family, old)
    take = holding.lock

    def lock_late(group_ids: list[int], *rest: object, **options: object) -> list[int]:
        # the transfer of somebody else commits between the look and the lock
        Application.objects.filter(pk=application.pk).update(group=new)
        return take(group_ids, *rest, **options)

    with monkeypatch.context() as patch:
        patch.setattr(holding, "lock", lock_late)
        with pytest.raises(Busy), ending.held(SYSTEM, application.pk, frees=True):
            pass
        with pytest.raises(Busy):
            services.transfer(world.manager, application=application, group=world.group())
    with ending.held(SYSTEM, application.pk, frees=True) as (fresh, groups):
        assert fresh.group_id == old.pk and groups == [old.pk]


def test_a_request_nobody_answered_until_it_became_too_late_returns_its_money(world: World) -> None:
    """No activation later than the month after the start: then it is refused, also when it was never offered."""
    asked, offered = world.family(), world.family()
    for family in (asked, offered):
        world.certificate(family.child)
    group = world.group()
    with clock.frozen(REQUEST_DAY):
        first = services.apply(asked.actor, child=asked.child, group=group, funding="certificate")
    last_day = dt.datetime(2026, 11, 30, 9, tzinfo=dt.UTC)
    assert services.expire_due(last_day)["contracts"] == 0
    with clock.frozen(last_day):  # offered on the last day with five working days to think
        second = services.apply(
            offered.actor, child=offered.child, group=group, funding="certificate", starts_on=last_day.date()
        )
        services.confirm(world.manager, application=first.application_id)
    assert services.expire_due(dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC))["contracts"] == 1
    contract = Contract.objects.get(pk=first.contract_id)
    assert (contract.state, first.application.state) == ("refused", "refused")
    assert ledger.totals(contract.certificate_id, contract.period_id).reserve == 0
    assert second.application.state == "submitted"
    assert services.expire_due(dt.datetime(2027, 1, 1, 9, tzinfo=dt.UTC))["contracts"] == 1
    assert second.application.state == "refused"
    assert not invariants.broken()


def test_a_safety_card_opens_to_those_who_teach_the_child_now(world: World) -> None:
    """Health and contacts are for the present teacher: not for another role of the same person, not for ever."""
    family = world.family()
    application = enrolled_on_budget(world, family, world.group())
    row = Enrolment.objects.get(application=application)
    SafetyCard.objects.create(child=family.child, contacts="бабушка", updated_at=REQUEST_DAY)
    found = queries_office.safety_card(world.manager, row)
    assert found is not None and found.contacts == "бабушка"
    elsewhere = Actor(
        account_id=world.manager.account_id,
        reaches=(
            Reach(role="teacher"),
            Reach(role="coordinator", municipalities=frozenset({world.municipality.pk})),
        ),
    )
    assert queries_office.enrolment_of(elsewhere, row.pk)
    with pytest.raises(Hidden):
        queries_office.safety_card(elsewhere, row)
    with clock.frozen(REQUEST_DAY):
        services.leave(world.manager, application=application)
    row.refresh_from_db()
    with clock.frozen(REQUEST_DAY + 2 * DAY), pytest.raises(Hidden):
        queries_office.safety_card(world.manager, row)


def test_a_list_never_enrols_the_child_of_a_mistyped_snils(world: World) -> None:
    from opora.enrolment.services.desk import ListRow, apply_list

    family = world.family(children=2)
    child = family.child
    child.snils = "11223344595"
    child.save()
    group = world.group()
    twin = family.children[1]
    twin.first_name = "Пётр"
    twin.save()
    good = ListRow(2, child.last_name, child.first_name, birth_date=child.birth_date, snils=child.snils)
    slip = ListRow(3, twin.last_name, twin.first_name, birth_date=twin.birth_date, snils=child.snils)
    with clock.frozen(REQUEST_DAY):
        report = apply_list(world.manager, group=group, rows=[slip], funding="budget")
        assert not report.written and [row for row, _, _ in report.errors] == [3]
        assert "другим ребёнком" in report.errors[0][2]
        assert apply_list(world.manager, group=group, rows=[good], funding="budget").placed == 1
    assert [one.child_id for one in Application.objects.all()] == [child.pk]


def test_the_minute_job_does_not_look_at_every_learner(world: World, django_assert_num_queries) -> None:
    from opora.enrolment import jobs

    with clock.frozen(REQUEST_DAY), django_assert_num_queries(2):
        assert jobs.expire_due.func() == {"place_offers": 0, "contracts": 0}
    with clock.frozen(REQUEST_DAY):
        assert set(jobs.close_ended.func()) == {"place_offers", "contracts", "prolonged", "ended"}


def test_a_school_year_that_ends_for_many_is_closed_batch_after_batch(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from opora.core.jobs import worker
    from opora.enrolment import jobs
    from opora.enrolment.services import expiry

    group = world.group()
    for _ in range(3):
        enrolled_on_budget(world, world.family(), group)
    monkeypatch.setattr(expiry, "BATCH", 1)
    with clock.frozen(dt.datetime(2027, 6, 1, 9, tzinfo=dt.UTC)):
        jobs.close_ended.enqueue()
        assert worker.drain() == 4  # three batches and the look that finds nothing
    assert set(Application.objects.values_list("state", flat=True)) == {"finished"}
