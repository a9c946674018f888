"""The whole road of a batch by its services: draft, editing, answers, carrying out, orders, money that comes later."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.db import connection, transaction
from docx import Document

from opora.catalogue.models import Group, GroupPlaces
from opora.certificates import ledger
from opora.certificates.models import CertificateGroup, FundingPeriod, PaymentAgreement
from opora.certificates.rules import to_kopecks
from opora.certificates.rules.ledger import Totals, set_nominal
from opora.core import clock, doctor, files
from opora.core.access import SYSTEM, Actor, Reach
from opora.core.models import Letter, Outbox
from opora.core.reasons import Forbidden, Hidden, Refused
from opora.core.transactions import act
from opora.enrolment import invariants, invariants_rollover, services
from opora.enrolment.models import Application, Enrolment, Order, Rollover, RolloverGroup, RolloverLearner, SafetyCard
from opora.enrolment.services import rollover_ask, rollover_draft, rollover_edit, rollover_learners, rollover_run
from opora.people.models import Consent
from tests.enrolment.world import make_world

from .conftest import DRAFT_DAY, LAST_DAY, RUN_DAY, School


def sound() -> None:
    broken = [one for one in (*invariants.broken(), *doctor.run(invariants_rollover.CHECKS)) if not one.ok]
    assert broken == []


def codes(row: RolloverLearner) -> list[str]:
    return [one["code"] for one in row.reasons]


def test_the_draft_knows_groups_and_learners(school: School):
    goes, too_old = school.learner(), school.learner(birth_date=dt.date(2009, 3, 1))
    ends = school.learner(school.last)
    taken_back = school.learner()
    Consent.objects.filter(child=taken_back.child).update(withdrawn_at=DRAFT_DAY)
    batch = school.draft()
    line = RolloverGroup.objects.get(from_group=school.first)
    assert (line.plan, line.module, line.name) == ("next_module", school.following, "Роботы 2027/2028")
    assert (line.starts_on, line.ends_on) == (dt.date(2027, 9, 15), dt.date(2028, 5, 31))
    assert (line.age_from, line.age_to, line.capacity) == (6, 18, 10)
    assert line.slots[0]["starts_at"] == "15:00" and line.slots[0]["room"] == "7"
    assert RolloverGroup.objects.get(from_group=school.last).plan == "ends"
    assert school.row(batch, goes).included and not codes(school.row(batch, goes))
    assert codes(school.row(batch, too_old)) == ["of_age"]
    assert codes(school.row(batch, taken_back)) == ["consent_withdrawn"]
    assert codes(school.row(batch, ends)) == ["last_module"] and not school.row(batch, ends).included


def test_one_batch_a_year_and_only_of_ones_own(school: School):
    school.learner()
    batch = school.draft()
    with pytest.raises(Refused, match="уже составлен"):
        school.draft()
    with clock.frozen(DRAFT_DAY):
        with pytest.raises(Hidden):
            rollover_draft.prepare(make_world().manager, organisation=school.world.organisation, from_year=2026)
        with pytest.raises(Forbidden):
            rollover_draft.prepare(
                Actor(account_id=1, reaches=(Reach(role="teacher"),)),
                organisation=school.world.organisation,
                from_year=2026,
            )
        rollover_draft.cancel(school.world.manager, rollover=batch)
    assert school.draft().pk != batch.pk


def test_a_year_without_groups_makes_no_batch(school: School):
    with clock.frozen(DRAFT_DAY), pytest.raises(Refused, match="нет групп"):
        rollover_draft.prepare(school.world.manager, organisation=school.world.organisation, from_year=2020)
    assert not Rollover.objects.exists()


def test_plans_change_in_bulk_and_learners_are_judged_anew(school: School):
    one = school.learner(school.last)
    batch = school.draft()
    lines = list(batch.lines.values_list("pk", flat=True))
    changed = rollover_edit.set_plan(school.world.manager, rollover=batch, lines=lines, plan="next_module")
    assert changed.done == 1 and changed.left == (("Роботы, второй год 2026/2027", rollover_edit.NO_NEXT),)
    changed = rollover_edit.set_plan(school.world.manager, rollover=batch, lines=lines, plan="next_group")
    assert changed.done == 2
    line = RolloverGroup.objects.get(from_group=school.last)
    assert line.module == school.following and (line.age_from, line.age_to) == (5, 17)
    assert school.row(batch, one).included


def test_a_person_leaves_out_and_takes_in_but_not_against_the_rules(school: School):
    fits, old = school.learner(), school.learner(birth_date=dt.date(2009, 3, 1))
    batch = school.draft()
    rows = [school.row(batch, one).public_id for one in (fits, old)]
    manager = school.world.manager
    assert rollover_edit.include(manager, rollover=batch, learners=rows, included=False).done == 1
    rollover_edit.refresh(manager, rollover=batch)
    assert not school.row(batch, fits).included  # a person's word outlives a new look
    changed = rollover_edit.include(manager, rollover=batch, learners=rows, included=True)
    assert changed.done == 1 and changed.left[0][0] == old.child.full_name


def test_a_new_look_takes_newcomers_in_and_lets_leavers_go(school: School):
    stays, leaves = school.learner(), school.learner()
    batch = school.draft()
    late = school.learner()
    with clock.frozen(DRAFT_DAY):
        services.leave(school.world.manager, application=leaves.child.applications.get(), on=dt.date(2027, 4, 12))
    with clock.frozen(DRAFT_DAY + dt.timedelta(days=2)):
        rollover_edit.refresh(school.world.manager, rollover=batch)
    assert set(batch.learners.values_list("child_id", flat=True)) == {stays.child.pk, late.child.pk}


def test_editing_refuses_what_cannot_be(school: School):
    school.learner()
    school.draft()
    line = RolloverGroup.objects.get(from_group=school.first)
    slot = {"weekday": 3, "starts_at": dt.time(16), "ends_at": dt.time(17), "academic_hours": Decimal(1), "room": ""}
    values = {"plan": "next_module", "name": "Роботы-2", "teacher": None, "capacity": 12, "age_from": 7, "age_to": 12}
    right = {"starts_on": dt.date(2027, 9, 20), "ends_on": dt.date(2028, 5, 25)}
    with pytest.raises(Refused) as refused:
        rollover_edit.edit_line(
            school.world.manager,
            line=line,
            slots=[],
            starts_on=dt.date(2027, 5, 1),
            ends_on=dt.date(2029, 1, 1),
            **values,
        )
    assert {"starts_early", "outside_year", "no_timetable"} <= {one.code for one in refused.value.reasons}
    rollover_edit.edit_line(school.world.manager, line=line, slots=[slot], **values, **right)
    line.refresh_from_db()
    assert line.name == "Роботы-2" and line.age_to == 12 and line.slots[0]["weekday"] == 3
    with pytest.raises(Hidden):
        rollover_edit.edit_line(make_world().manager, line=line, slots=[slot], **values, **right)


def test_families_are_asked_once_by_letter_and_fact(school: School):
    asked, ends = school.learner(), school.learner(school.last)
    batch = school.asked()
    row = school.row(batch, asked)
    letter = Letter.objects.get(kind="rollover_asked")
    assert letter.account_id == asked.account.pk and letter.link == f"/cabinet/next-year/{row.public_id}/"
    assert "место отдадут другим" in letter.body and "30\u00a0апреля" in letter.body
    fact = Outbox.objects.get(kind="rollover.asked")
    assert fact.object_id == row.pk and fact.payload["public_id"] == str(row.public_id)
    with pytest.raises(Refused, match="состав перехода не меняется"):
        rollover_edit.refresh(school.world.manager, rollover=batch)
    with clock.frozen(DRAFT_DAY), pytest.raises(Refused, match="нельзя"):
        rollover_ask.answer(ends.actor, learner=school.row(batch, ends), agrees=True)


def test_asking_says_what_is_wrong_with_the_plan(school: School):
    school.learner()
    school.following.normative_cost = None
    school.following.save()
    batch = school.draft()
    with clock.frozen(DRAFT_DAY), pytest.raises(Refused) as refused:
        rollover_ask.ask(school.world.manager, rollover=batch, last_day=dt.date(2027, 4, 13))
    assert {one.code for one in refused.value.reasons} == {"deadline_near", "no_normative_cost"}


def test_answers_change_until_the_last_day_and_strangers_are_hidden(school: School):
    one, other = school.learner(), school.learner()
    batch = school.asked()
    school.answer(batch, one, True)
    school.answer(batch, one, False)
    school.answer(batch, one, True)
    assert Outbox.objects.filter(kind="rollover.answered").count() == 3
    with clock.frozen(DRAFT_DAY), pytest.raises(Hidden):
        rollover_ask.answer(other.actor, learner=school.row(batch, one), agrees=False)
    with clock.frozen(DRAFT_DAY), pytest.raises(Forbidden):
        rollover_ask.answer(school.world.manager, learner=school.row(batch, one), agrees=False)
    with clock.frozen(RUN_DAY):
        with pytest.raises(Refused, match="нельзя"):
            rollover_ask.answer(other.actor, learner=school.row(batch, other), agrees=True)
        rollover_ask.answer(one.actor, learner=school.row(batch, one), agrees=False)  # a place becomes free
    assert school.row(batch, one).answer == "no"


def test_paper_answers_leave_the_families_own_words(school: School):
    own, paper, silent = school.learner(), school.learner(), school.learner()
    batch = school.asked()
    school.answer(batch, own, False)
    rows = [school.row(batch, one).public_id for one in (own, paper)]
    with clock.frozen(DRAFT_DAY):
        changed = rollover_ask.answer_on_paper(school.world.manager, rollover=batch, learners=rows, agrees=True)
    assert changed.done == 1 and changed.left == ((own.child.full_name, "семья уже ответила сама"),)
    assert school.row(batch, own).answer == "no" and school.row(batch, paper).channel == "paper"
    assert school.row(batch, silent).answer == ""


def test_nothing_starts_before_the_answers_are_in(school: School):
    one = school.learner()
    batch = school.draft()
    with clock.frozen(DRAFT_DAY), pytest.raises(Refused, match="ещё не спрошены"):
        rollover_run.start(school.world.manager, rollover=batch, signatory=school.signatory)
    with clock.frozen(DRAFT_DAY):
        rollover_ask.ask(school.world.manager, rollover=batch, last_day=LAST_DAY)
        with pytest.raises(Refused, match="не ответили: 1"):
            rollover_run.start(school.world.manager, rollover=batch, signatory=school.signatory)
    school.answer(batch, one, True)
    with clock.frozen(DRAFT_DAY):
        with pytest.raises(Refused, match="кто подписывает"):
            rollover_run.start(school.world.manager, rollover=batch, signatory=None)
        rollover_run.start(school.world.manager, rollover=batch, signatory=school.signatory)  # all have answered


def test_the_batch_is_carried_out(school: School):
    yes, no, silent = school.learner(), school.learner(), school.learner()
    ends, old = school.learner(school.last), school.learner(birth_date=dt.date(2009, 3, 1))
    batch = school.asked()
    school.answer(batch, yes, True)
    school.answer(batch, no, False)
    batch = school.carry_out(batch)
    assert batch.state == "done"
    wanted = {"enrolled": yes, "refused": no, "silent": silent, "completed": ends, "left_out": old}
    for outcome, family in wanted.items():
        assert school.row(batch, family).outcome == outcome
    made = RolloverGroup.objects.get(from_group=school.first).to_group
    assert made is not None and made.state == "open" and made.module == school.following
    assert made.slots.get().room == "7" and made.price == Decimal("18000.00")
    assert made.window_from == dt.datetime(2027, 8, 31, 21, tzinfo=dt.UTC)
    assert GroupPlaces.objects.get(group_id=made.pk).places_taken == 1
    new = Application.objects.get(group=made)
    assert (new.child, new.state, new.source) == (yes.child, "enrolled", "rollover")
    assert Enrolment.objects.get(application=new).starts_on == dt.date(2027, 9, 15)
    for family in (yes, no, silent, ends, old):
        assert Enrolment.objects.get(application__child=family.child, ends_on__isnull=False).ends_on == dt.date(
            2027, 5, 31
        )
    assert RolloverGroup.objects.get(from_group=school.last).to_group is None
    sound()


def test_old_studies_are_closed_as_finished_on_their_day(school: School):
    yes = school.learner()
    batch = school.asked()
    school.answer(batch, yes, True)
    school.carry_out(batch)
    with clock.frozen(dt.datetime(2027, 6, 1, 3, tzinfo=dt.UTC)):
        services.expire_due()
    old = Application.objects.get(group=school.first)
    assert old.state == "finished" and old.enrolment.end_reason == "Переведён на следующий год"
    assert GroupPlaces.objects.get(group_id=school.first.pk).places_taken == 0
    assert Application.objects.get(child=yes.child, source="rollover").state == "enrolled"
    sound()


def text_of(order: Order) -> str:
    document = Document(io.BytesIO(files.read(order.file)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells]).replace("\xa0", " ")


def test_orders_are_issued_for_those_who_went_on_and_those_who_ended(school: School):
    yes, ends = school.learner(last_name="Ёлкин"), school.learner(school.last, last_name="Арбузов")
    batch = school.asked()
    school.answer(batch, yes, True)
    school.carry_out(batch)
    moved, completed = (Order.objects.get(kind=kind) for kind in ("next_year", "completion"))
    assert (moved.number, completed.number) == ("1-пг", "1-ок") and not Order.objects.filter(state="draft").exists()
    for wanted in (
        "следующий год обучения",
        "Ёлкин",
        "Роботы 2026/2027",
        "Роботы 2027/2028",
        "15.09.2027",
        "Орлова М.",
    ):
        assert wanted in text_of(moved), wanted
    for wanted in ("окончанием обучения", "Арбузов", "второй год 2026/2027", "31.05.2027"):
        assert wanted in text_of(completed), wanted
    assert school.row(batch, yes).order == moved and school.row(batch, ends).order == completed


def test_silence_may_count_as_consent(school: School):
    silent = school.learner()
    batch = school.draft()
    with clock.frozen(DRAFT_DAY):
        rollover_draft.settle(school.world.manager, rollover=batch, silence="yes", opens_on=None)
        rollover_ask.ask(school.world.manager, rollover=batch, last_day=LAST_DAY)
    assert "останется в списке" in Letter.objects.get(kind="rollover_asked").body
    school.carry_out(batch)
    assert school.row(batch, silent).outcome == "enrolled"


def test_places_are_never_oversold_and_the_first_answer_comes_first(school: School):
    families = [school.learner() for _ in range(3)]
    batch = school.draft()
    line = RolloverGroup.objects.get(from_group=school.first)
    RolloverGroup.objects.filter(pk=line.pk).update(capacity=1)
    with clock.frozen(DRAFT_DAY):
        rollover_ask.ask(school.world.manager, rollover=batch, last_day=LAST_DAY)
    for day, family in enumerate((families[2], families[0], families[1]), start=1):
        with clock.frozen(DRAFT_DAY + dt.timedelta(days=day)):
            rollover_ask.answer(family.actor, learner=school.row(batch, family), agrees=True)
    school.carry_out(batch)
    assert [school.row(batch, one).outcome for one in families] == ["queued", "queued", "enrolled"]
    line.refresh_from_db()
    queue = Application.objects.filter(group=line.to_group, state="waiting").order_by("submitted_at", "pk")
    assert [one.child for one in queue] == [families[0].child, families[1].child]
    sound()


def test_others_wait_for_the_day_on_which_the_group_opens(school: School):
    yes, other = school.learner(), school.world.family()
    batch = school.asked()
    school.answer(batch, yes, True)
    school.carry_out(batch)
    made = RolloverGroup.objects.get(from_group=school.first).to_group
    with clock.frozen(RUN_DAY), pytest.raises(Refused, match="Запись откроется"):
        services.apply(other.actor, child=other.child, group=made, funding="budget")
    with clock.frozen(dt.datetime(2027, 9, 1, 9, tzinfo=dt.UTC)):
        assert services.apply(other.actor, child=other.child, group=made, funding="budget").state == "submitted"


def next_period(school: School, family) -> None:
    """The payer approves the autumn of the next year, signs with the provider, gives the certificate its nominal."""
    world = school.world
    period = FundingPeriod.objects.create(
        programme=world.period_a.programme,
        municipality=world.municipality,
        name="В",
        starts_on=dt.date(2027, 9, 1),
        ends_on=dt.date(2027, 12, 31),
        state="approved",
    )
    group = CertificateGroup.objects.create(
        period=period, code="main", name="Все", nominal=6000, limit_certificates=100, limit_money=Decimal("900000.00")
    )
    PaymentAgreement.objects.create(
        period=period,
        municipality=world.municipality,
        organisation=world.organisation,
        number="3",
        date=dt.date(2027, 6, 1),
        state="signed",
    )
    certificate = family.child.certificates.get()
    with act(SYSTEM):
        ledger.post(
            set_nominal(Totals(), to_kopecks("6000.00")),
            certificate_id=certificate.pk,
            period_id=period.pk,
            source_kind="certificate",
            source_id=certificate.pk,
            certificate_group_id=group.pk,
            month=period.starts_on,
        )


def test_certificate_money_waits_for_its_period_and_the_family_is_told(school: School):
    family = school.learner(funding="certificate")
    batch = school.asked()
    school.answer(batch, family, True)
    school.carry_out(batch)
    row = school.row(batch, family)
    assert row.outcome == "waits" and "ещё нет утверждённого периода" in row.outcome_reason
    assert Letter.objects.filter(kind="rollover_waits_money", account_id=family.account.pk).count() == 1
    with clock.frozen(RUN_DAY + dt.timedelta(days=1)):
        assert rollover_learners.take_up_waiting() == 0
    assert Letter.objects.filter(kind="rollover_waits_money").count() == 1
    next_period(school, family)
    with clock.frozen(dt.datetime(2027, 6, 10, 9, tzinfo=dt.UTC)):
        assert rollover_learners.take_up_waiting() == 1
        assert rollover_learners.take_up_waiting() == 0
    row.refresh_from_db()
    assert row.outcome == "offered" and row.application is not None
    contract = row.application.contract
    assert contract.state == "offered" and contract.starts_on == dt.date(2027, 9, 15)
    with clock.frozen(dt.datetime(2027, 6, 11, 9, tzinfo=dt.UTC)):
        services.accept_contract(family.actor, contract=contract, text_hash=services.terms_hash(contract))
    assert school.row(batch, family).outcome == "enrolled"
    sound()


def test_with_an_approved_period_the_contract_is_offered_at_once(school: School):
    family = school.learner(funding="certificate")
    next_period(school, family)
    batch = school.asked()
    school.answer(batch, family, True)
    school.carry_out(batch)
    assert school.row(batch, family).outcome == "offered"
    sound()


def test_one_refusal_stops_nobody_and_may_be_tried_again(school: School):
    good, bad = school.learner(), school.learner()
    batch = school.asked()
    for one in (good, bad):
        school.answer(batch, one, True)
    Consent.objects.filter(child=bad.child).update(withdrawn_at=RUN_DAY)
    school.carry_out(batch)
    row = school.row(batch, bad)
    assert school.row(batch, good).outcome == "enrolled" and row.outcome == "failed"
    assert "Согласие на обработку" in row.outcome_reason
    Consent.objects.filter(child=bad.child).update(withdrawn_at=None)
    with clock.frozen(RUN_DAY):
        rollover_run.try_again(school.world.manager, rollover=batch)
        while not rollover_run.run(batch.pk):
            pass
    assert school.row(batch, bad).outcome == "enrolled" and Group.objects.filter(module=school.following).count() == 2
    assert Order.objects.filter(kind="next_year").count() == 2
    sound()


def test_a_group_that_cannot_open_says_why_and_opens_later(school: School):
    yes = school.learner()
    batch = school.asked()
    school.answer(batch, yes, True)
    school.world.programme.state = "moderation"
    school.world.programme.save()
    school.carry_out(batch)
    line = RolloverGroup.objects.get(from_group=school.first)
    assert line.to_group is None and "не опубликована" in line.problem
    assert school.row(batch, yes).outcome == "failed"
    school.world.programme.state = "published"
    school.world.programme.save()
    with clock.frozen(RUN_DAY):
        rollover_run.try_again(school.world.manager, rollover=batch)
        while not rollover_run.run(batch.pk):
            pass
        with pytest.raises(Refused, match="повторять нечего"):
            rollover_run.try_again(school.world.manager, rollover=batch)
    assert school.row(batch, yes).outcome == "enrolled"
    sound()


class Killed(BaseException):
    """The worker dies: nothing catches it."""


def test_a_worker_that_dies_in_the_middle_is_followed_by_another(school: School, monkeypatch):
    families = [school.learner() for _ in range(4)] + [school.learner(school.last) for _ in range(2)]
    batch = school.asked()
    for one in families[:4]:
        school.answer(batch, one, True)
    school.start(batch)
    enrol, seen = rollover_learners.enrol_into, []

    def dies(actor, row, line):
        if len(seen) == 2:
            raise Killed
        seen.append(row.pk)
        enrol(actor, row, line)

    with clock.frozen(RUN_DAY):
        monkeypatch.setattr(rollover_learners, "enrol_into", dies)
        with pytest.raises(Killed):
            rollover_run.run(batch.pk)
        assert not Application.objects.filter(source="rollover").exists() and not Order.objects.exists()
        monkeypatch.setattr(rollover_learners, "enrol_into", enrol)
        while not rollover_run.run(batch.pk):
            pass
        rollover_run.run(batch.pk)  # a job that is taken once more does nothing
    assert Application.objects.filter(source="rollover").count() == 4
    assert Group.objects.filter(module=school.following).count() == 2
    assert sorted(Order.objects.values_list("kind", flat=True)) == ["completion", "next_year"]
    sound()


def test_the_doctor_finds_what_is_wrong(school: School):
    yes = school.learner()
    batch = school.asked()
    school.answer(batch, yes, True)
    batch = school.carry_out(batch)
    sound()
    row = RolloverLearner.objects.get(rollover=batch, child=yes.child)
    for statement, check in (
        (f"UPDATE application SET source = 'desk' WHERE id = {row.application_id}", "rollover.once"),
        (f"DELETE FROM enrolment_order_line WHERE order_id = {row.order_id}", "rollover.orders"),
    ):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            assert [one.name for one in doctor.run(invariants_rollover.CHECKS) if not one.ok] == [check]
            transaction.set_rollback(True)
    RolloverLearner.objects.filter(rollover=batch, child=yes.child).update(application=None)
    assert [one.name for one in doctor.run(invariants_rollover.CHECKS) if not one.ok] == ["rollover.counts"]
    RolloverLearner.objects.filter(rollover=batch, child=yes.child).update(outcome="", done_at=None)
    assert "rollover.finished" in [one.name for one in doctor.run(invariants_rollover.CHECKS) if not one.ok]


def test_a_medical_admission_is_waited_for_and_asked_for(school: School):
    family = school.learner()
    Group.objects.filter(pk=school.first.pk).update(needs_medical=True)
    batch = school.asked()
    assert "медицинский допуск" in Letter.objects.get(kind="rollover_asked").body
    school.answer(batch, family, True)
    school.carry_out(batch)
    assert school.row(batch, family).outcome == "waits"
    assert Letter.objects.filter(kind="rollover_waits_medical").count() == 1
    SafetyCard.objects.create(child=family.child, medical_until=dt.date(2028, 1, 1))
    with clock.frozen(RUN_DAY + dt.timedelta(days=1)):
        assert rollover_learners.take_up_waiting() == 1
    assert school.row(batch, family).outcome == "enrolled"
    sound()
