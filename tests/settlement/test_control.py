"""Anomalies with their decisions (D7); execution of municipal assignments (A7)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opora.catalogue.models import Group
from opora.core import clock
from opora.core.access import SYSTEM, Actor
from opora.core.reasons import Forbidden, Hidden, Refused
from opora.enrolment.models import Application, Attendance, Contract, Enrolment
from opora.providers.models import Staff
from opora.settlement import anomalies, services
from opora.settlement.models import AnomalyDecision, MunicipalAssignment
from opora.settlement.queries_assignment import executed
from opora.settlement.rules.assignment import Execution, quarter

from .town import Town, at, tuesdays

OCTOBER = dt.date(2026, 10, 1)
TODAY = at(2026, 11, 3)
BUSY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no fault of the rule."""


def found(town: Town, code: str) -> list[str]:
    with clock.frozen(TODAY):
        return [row.seen for row in anomalies.rows(town.payer, code)[1]]


def learner(town: Town, group: Group) -> Enrolment:
    return Enrolment.objects.get(application=town.contract(group).application)


def test_nobody_comes(town: Town) -> None:
    group = town.world.group()
    absent, present = learner(town, group), learner(town, group)
    for day in [*tuesdays(OCTOBER)[2:], *(dt.date(2026, 10, number) for number in (15, 22, 29))]:
        lesson = town.lesson(group, day)
        Attendance.objects.create(lesson=lesson, enrolment=present, mark="present")
        Attendance.objects.create(lesson=lesson, enrolment=absent, mark="absent")
    assert found(town, "no_attendance") == ["Занятий за 30 дней: 5, отметок о присутствии нет"]
    assert found(town, "empty_journal") == []


def test_an_empty_journal(town: Town) -> None:
    town.contract(town.world.group(), dt.date(2026, 9, 20))
    assert len(found(town, "empty_journal")) == 1


def test_spent_without_an_act(town: Town) -> None:
    contract = town.contract(town.world.group())
    assert found(town, "no_act") == []
    Contract.objects.filter(pk=contract.pk).update(acceptance={})
    [seen] = found(town, "no_act")
    assert "1250,98" in seen


def test_spent_after_the_end(town: Town) -> None:
    contract = town.contract(town.world.group())
    town.turn(dt.date(2026, 11, 1))
    assert found(town, "after_end") == []
    Enrolment.objects.filter(application=contract.application).update(ends_on=dt.date(2026, 10, 20))
    assert len(found(town, "after_end")) == 1


def test_many_applications_of_one_operator(town: Town) -> None:
    group = town.world.group(capacity=100)
    child = town.world.family().child
    account = town.payer.account_id
    for number in range(41):
        state = "withdrawn" if number else "submitted"
        Application.objects.create(
            child=child, group=group, organisation=group.organisation, municipality=group.municipality,
            applicant_id=account, source="desk", funding="budget", state=state, starts_on=OCTOBER,
            submitted_at=at(2026, 10, 5),
        )  # fmt: skip
    [seen] = found(town, "same_day")
    assert seen.startswith("Заявок за один день: 41, ")


def test_two_places_and_one_teacher_twice(town: Town) -> None:
    teacher = Staff.objects.create(organisation=town.world.organisation, last_name="Дубов", first_name="Пётр")
    first, second = town.world.group(), town.world.group()
    one = learner(town, first)
    other = Enrolment.objects.create(
        child=one.child, group=second, organisation=one.organisation, municipality=one.municipality,
        funding="budget", focus_area="technical", starts_on=OCTOBER,
    )  # fmt: skip
    for group, enrolment in ((first, one), (second, other)):
        lesson = town.lesson(group, dt.date(2026, 10, 20), teacher=teacher)
        Attendance.objects.create(lesson=lesson, enrolment=enrolment, mark="present")
    assert len(found(town, "two_places")) == 1
    [seen] = found(town, "teacher_twice")
    assert seen.startswith("Дубов Пётр")


def test_a_journal_too_good(town: Town) -> None:
    group = town.world.group()
    learners = [
        Enrolment.objects.create(
            child=town.world.family().child, group=group, organisation=group.organisation,
            municipality=group.municipality, funding="budget", focus_area="technical", starts_on=OCTOBER,
        )
        for _ in range(10)
    ]  # fmt: skip
    for day in range(1, 8):
        lesson = town.lesson(group, dt.date(2026, 10, day))
        Attendance.objects.bulk_create([Attendance(lesson=lesson, enrolment=one, mark="present") for one in learners])
    [seen] = found(town, "perfect")
    assert seen == "Отметок за месяц: 70, ни одного пропуска"


def test_closed_with_a_note(town: Town) -> None:
    contract = town.contract(town.world.group(), dt.date(2026, 9, 20))
    with clock.frozen(TODAY):
        [row] = anomalies.rows(town.payer, "empty_journal")[1]
        with pytest.raises(Refused) as refused:
            anomalies.decide(town.payer, code="empty_journal", keys=[], verdict="", note="нет")
        assert {reason.code for reason in refused.value.reasons} == {"verdict", "note", "nothing"}
        done = {"code": "empty_journal", "keys": [row.key, "чужое"], "verdict": "explained", "note": "Педагог болел"}
        with pytest.raises(Refused):
            anomalies.decide(town.payer, **{**done, "note": "ок"})
        note = {**done, "note": "Педагог болел, занятия перенесены"}
        assert anomalies.decide(town.payer, **note) == 1
        assert anomalies.rows(town.payer, "empty_journal")[1] == []
        [closed] = anomalies.rows(town.payer, "empty_journal", decided=True)[1]
    assert closed.decision is not None and closed.decision.decided_by_id == town.payer.account_id
    assert closed.group is not None and closed.group.pk == contract.group_id
    assert AnomalyDecision.objects.count() == 1


def test_only_those_who_control(town: Town) -> None:
    for actor in (town.manager, Actor(account_id=1)):
        with pytest.raises(Forbidden):
            anomalies.counts(actor)
    with pytest.raises(Hidden):
        anomalies.rows(town.payer, "nothing")
    assert {kind.code for kind, _, _ in anomalies.counts(town.payer)} == set(anomalies.BY_CODE)


def assignment(town: Town, planned: str, **fields: object) -> MunicipalAssignment:
    data = {"organisation": town.world.organisation, "year": 2026, "planned_hours": Decimal(planned), **fields}
    return services.save_assignment(SYSTEM, MunicipalAssignment(), data)


def test_hours_of_those_enrolled_that_day(town: Town) -> None:
    """Lessons held × learners of their day; a lesson cancelled counts nothing; quarters by the day of the lesson."""
    group = town.world.group()
    first, second = learner(town, group), learner(town, group)
    Enrolment.objects.filter(pk=second.pk).update(ends_on=dt.date(2026, 10, 20))
    town.lesson(group, dt.date(2026, 9, 29))  # nobody yet
    one = town.lesson(group, dt.date(2026, 10, 20))  # both
    town.lesson(group, dt.date(2026, 10, 27))  # one left
    town.lesson(group, dt.date(2026, 11, 3), "cancelled")
    Attendance.objects.create(lesson=one, enrolment=first, mark="present")
    row = assignment(town, "6", plan_q4=Decimal(100))
    [found] = executed(town.payer, 2026)
    assert (found.execution.actual, found.execution.verdict) == (6, "within")
    assert [quarter[1] for quarter in found.quarters] == [0, 0, 0, 6]
    row.by_attendance = True
    row.save()
    [found] = executed(town.payer, 2026)
    assert (found.execution.actual, found.execution.verdict, found.planned_money) == (2, "below", 100)


def test_an_assignment_is_one_per_year(town: Town) -> None:
    assignment(town, "10")
    with pytest.raises(Refused):
        assignment(town, "20")


@BUSY
@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 100))
def test_deviation_is_inclusive_at_both_ends(planned: int, actual: int, deviation: int) -> None:
    found = Execution(Decimal(planned) / 100, Decimal(actual) / 100, Decimal(deviation))
    low, high = planned * (100 - deviation), planned * (100 + deviation)
    assert found.verdict == ("below" if actual * 100 < low else "above" if actual * 100 > high else "within")


def test_quarters() -> None:
    assert [quarter(month) for month in range(1, 13)] == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]
    with pytest.raises(ValueError, match="Месяц"):
        quarter(13)
