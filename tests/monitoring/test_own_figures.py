"""Figures and homes by role: organisations and teachers count what is theirs, and nothing else is shown as theirs."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from opora.core import clock
from opora.core.access import ROLES
from opora.core.office.shortcuts import shortcuts_for
from opora.core.reasons import Hidden
from opora.enrolment.models import Attendance, Enrolment
from opora.monitoring import policy, queries
from opora.monitoring.indicators import Scope, get
from opora.people.actors import actor_of
from tests.access.world import Access, Side, make_access

NOW = dt.datetime(2026, 10, 14, 9, 0, tzinfo=dt.UTC)
DAY = NOW.date()
STAFF = [role for role in ROLES if role not in ("guardian", "learner")]
pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Access:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return make_access()


def enrol(side: Side, **fields: object) -> Enrolment:
    values = {"group": side.objects["group"], "funding": "budget", "starts_on": dt.date(2026, 10, 1)}
    return Enrolment.objects.create(
        child=side.world.family().child,
        organisation=side.organisation,
        municipality=side.world.municipality,
        focus_area="technical",
        **(values | fields),
    )


def test_a_provider_counts_its_own_learners(world: Access) -> None:
    enrol(world.sibling)
    enrol(world.foreign)
    enrol(world.own, ends_on=dt.date(2026, 10, 13))
    scope = queries.own_scope(actor_of(world.accounts["provider_manager"]))
    assert scope is not None
    assert scope.filters == (("organisation", frozenset({world.own.organisation.pk})),)
    assert get("learners").figure(scope).value == 1
    enrol(world.own)
    assert get("learners").figure(scope).value == get("learners").rows(scope).count() == 2


def test_a_teacher_counts_own_groups_only(world: Access) -> None:
    enrol(world.own)
    enrol(world.own, group=world.own.world.group())
    scope = queries.own_scope(actor_of(world.accounts["teacher"]))
    assert scope is not None
    assert scope.name == "Мои группы"
    assert get("learners").figure(scope).value == 2


def test_attendance_counts_marks_of_thirty_days(world: Access) -> None:
    lesson, first, second = world.own.objects["lesson"], world.own.objects["enrolment"], enrol(world.own)
    Attendance.objects.create(lesson=lesson, enrolment=first, mark="present")
    Attendance.objects.create(lesson=lesson, enrolment=second, mark="ill")
    scope = queries.own_scope(actor_of(world.accounts["provider_manager"]))
    assert scope is not None
    assert get("attendance").figure(scope).value is None, "a lesson not held is not counted"
    type(lesson).objects.filter(pk=lesson.pk).update(state="held")
    figure = get("attendance").figure(scope)
    assert (figure.numerator, figure.denominator, figure.value) == (1, 2, 50)
    later = Scope(DAY + dt.timedelta(days=40), None, "", "", scope.filters)
    assert get("attendance").figure(later).value is None


def test_money_of_certificates_by_period(world: Access) -> None:
    here = world.own.world
    autumn = Scope(DAY, frozenset({here.municipality.pk}))
    spring = Scope(dt.date(2027, 2, 1), autumn.municipalities)
    before = [get("money_nominal").figure(scope).numerator for scope in (autumn, spring)]
    here.certificate(here.family().child)
    world.foreign.world.certificate(world.foreign.world.family().child)
    after = [get("money_nominal").figure(scope).numerator for scope in (autumn, spring)]
    assert [new - old for new, old in zip(after, before, strict=True)] == [6_000, 12_000]
    assert get("money_nominal").rows(autumn).count() == get("money_spent").rows(autumn).count()


def test_a_figure_that_cannot_be_narrowed_is_not_there(world: Access) -> None:
    own = Scope(DAY, None, "", "", (("organisation", frozenset({world.own.organisation.pk})),))
    with pytest.raises(Hidden):
        get("money_spent").figure(own)


@pytest.mark.parametrize(
    "role", ["coordinator", "payer", "centre_head", "regional_operator", "observer", "administrator"]
)
def test_who_reaches_a_territory_has_no_own_scope(world: Access, role: str) -> None:
    assert queries.own_scope(actor_of(world.accounts[role])) is None


def test_names_behind_own_figures_open_for_the_provider_not_for_an_expert(world: Access) -> None:
    for role, opened in (("provider_manager", True), ("teacher", True), ("expert", False)):
        actor = actor_of(world.accounts[role])
        scope = queries.own_scope(actor)
        assert scope is not None
        assert policy.may_open_own(actor, get("learners"), scope) is opened


def page(world: Access, role: str, address: str) -> tuple[int, str]:
    client = Client()
    client.force_login(world.accounts[role])
    answer = client.get(address)
    return answer.status_code, answer.content.decode()


def test_rows_behind_own_figures(world: Access) -> None:
    child = world.own.objects["child"]
    stranger = enrol(world.sibling).child
    for role, seen in (("provider_manager", True), ("teacher", True), ("expert", False)):
        status, html = page(world, role, "/office/figures/learners/?own=1")
        assert status == 200
        assert (child.first_name in html) is seen
        assert f"{stranger.first_name}<" not in html
    assert page(world, "provider_manager", "/office/figures/coverage/?own=1")[0] == 404
    assert page(world, "coordinator", "/office/figures/learners/?own=1")[0] == 404
    assert page(world, "teacher", "/office/figures/teachers/?own=1")[0] == 404


@pytest.mark.parametrize("role", ["provider_manager", "teacher", "expert"])
def test_dashboard_of_an_organisation(world: Access, role: str) -> None:
    status, html = page(world, role, "/office/figures/")
    assert status == 200
    assert "По программам" in html
    status, html = page(world, role, f"/office/figures/?territory={world.own.world.municipality.oktmo}")
    assert status == 200
    assert "свои показатели" in html
    client = Client()
    client.force_login(world.accounts[role])
    assert "Робототехника" in client.get("/office/figures/?csv=programme").content.decode()


@pytest.mark.parametrize("role", STAFF)
def test_every_role_has_a_home_and_each_of_its_links_opens(world: Access, role: str) -> None:
    client = Client()
    client.force_login(world.accounts[role])
    answer = client.get("/office/")
    assert answer.status_code == 200
    assert answer.context["figures"]
    assert len(answer.context["shortcuts"]) >= 2
    links = [one.url for one in (*answer.context["figures"], *answer.context["shortcuts"], *answer.context["work"])]
    links += [row.url for panel in answer.context["panels"] for row in panel.rows if row.url]
    for link in dict.fromkeys(links):
        assert client.get(link).status_code == 200, link


def test_shortcuts_are_few_and_each_once(world: Access) -> None:
    for role in STAFF:
        found = shortcuts_for(actor_of(world.accounts[role]))
        assert len(found) <= 6
        assert len({one.url for one in found}) == len(found)


def test_the_door_for_staff_is_shown_by_role(world: Access) -> None:
    for role, said in (("guardian", None), ("teacher", "Открыть рабочий стол")):
        status, html = page(world, role, "/")
        assert status == 200
        assert "Войти на рабочее место" not in html
        assert said is None or said in html
    assert "Войти на рабочее место" in Client().get("/").content.decode()
