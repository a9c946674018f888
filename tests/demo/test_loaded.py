"""The district in the database: figures through the indicators, invariants, accounts that can work."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connection

from opora.catalogue.models import Group, Programme, Slot
from opora.certificates.models import Certificate, CertificateEntry, FundingQueue
from opora.core.access import ROLES, SYSTEM
from opora.demo.districts import showcase
from opora.demo.frame import full_years
from opora.enrolment.models import Application, Enrolment, Lesson
from opora.monitoring.queries import figure
from opora.people.actors import actor_of
from opora.people.models import Account, Child, MergeTask
from opora.providers.models import Organisation, Staff
from opora.settlement.invariants import broken

FIGURES = {
    "organisations": 14,
    "teachers": 199,
    "enrolments": 8352,
    "enrolments.artistic": 2098,
    "enrolments.technical": 419,
    "enrolments.tourism": 426,
    "enrolments.natural_science": 1191,
    "enrolments.social_humanitarian": 1470,
    "enrolments.sport": 2748,
    "unique_children": 3761,
    "population": 8468,
}


@pytest.mark.parametrize("code", FIGURES)
def test_published_figures(loaded: dt.date, code: str) -> None:
    assert figure(SYSTEM, code, showcase().oktmo, loaded).value == FIGURES[code]


def test_published_ratios(loaded: dt.date) -> None:
    coverage = figure(SYSTEM, "coverage", showcase().oktmo, loaded)
    assert (coverage.numerator, coverage.denominator, str(coverage.value)) == (3761, 8468, "44.4")
    assert str(figure(SYSTEM, "multiplicity", showcase().oktmo, loaded).value) == "2.22"


def test_targets_of_certificates_are_met(loaded: dt.date) -> None:
    assert figure(SYSTEM, "certificates", showcase().oktmo, loaded).value >= 2117
    assert Certificate.objects.filter(kind="funded", state="active").count() >= 847


def test_kinds_of_organisations(loaded: dt.date) -> None:
    kinds = sorted(Organisation.objects.values_list("kind", flat=True))
    assert kinds == ["arts", "psychological", *["school"] * 8, *["sport"] * 2, *["supplementary"] * 2]


def test_all_invariants_hold(loaded: dt.date) -> None:
    assert broken() == []


def test_history_was_silent(loaded: dt.date) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM history")
        assert cursor.fetchone() == (0,)


def test_sequences_go_on(loaded: dt.date) -> None:
    last = Child.objects.order_by("-pk").first()
    assert last is not None
    made = Child.objects.create(
        last_name="Проверка", first_name="Анна", birth_date=dt.date(2015, 1, 1), sex="f", match_key="проверка|анна|"
    )
    assert made.pk == last.pk + 1
    made.delete()


def test_every_role_can_sign_in(loaded: dt.date) -> None:
    for role in ROLES:
        account = authenticate(None, username=f"{role}@opora.demo", password="opora-demo")
        assert account is not None, role
        actor = actor_of(Account.objects.get(pk=account.pk))
        assert role in actor.roles or role == "learner"
        if role not in ("guardian", "learner"):
            assert any(r.everything or r.municipalities or r.organisations for r in actor.reaches), role


def test_the_guardian_has_a_history(loaded: dt.date) -> None:
    actor = actor_of(Account.objects.get(email="guardian@opora.demo"))
    assert len(actor.children) == 2
    assert Enrolment.objects.filter(child__in=actor.children, ends_on=None).count() >= 4
    assert Application.objects.filter(child__in=actor.children, state="waiting").exists()
    acts = set(CertificateEntry.objects.filter(certificate__child__in=actor.children).values_list("act", flat=True))
    assert acts >= {"nominal", "request", "month", "terminate"}


def test_the_teacher_has_groups_today(loaded: dt.date) -> None:
    [staff] = Staff.objects.filter(account__email="teacher@opora.demo")
    assert Slot.objects.filter(teacher=staff, weekday=loaded.isoweekday()).exists()
    assert Lesson.objects.filter(teacher=staff, state="held").count() > 20


def test_the_learner_is_over_fourteen(loaded: dt.date) -> None:
    [pk] = actor_of(Account.objects.get(email="learner@opora.demo")).children
    assert full_years(Child.objects.get(pk=pk).birth_date, loaded) >= 14


def test_there_is_work_for_everybody(loaded: dt.date) -> None:
    states = set(Application.objects.values_list("state", flat=True))
    assert states >= {"submitted", "confirmed", "enrolled", "waiting", "place_offered", "refused", "withdrawn"}
    assert set(Programme.objects.values_list("state", flat=True)) == {"published", "draft", "moderation", "returned"}
    assert MergeTask.objects.filter(state="open").count() == 6
    assert FundingQueue.objects.filter(state="waiting").exists()
    assert Certificate.objects.filter(state="applied").exists() and Certificate.objects.filter(state="issued").exists()


def test_applications_fit_the_group(loaded: dt.date) -> None:
    groups = Group.objects.in_bulk()
    rows = Application.objects.exclude(state="enrolled").values_list("group_id", "starts_on", "child__birth_date")
    for group_id, starts_on, birth in rows:
        group = groups[group_id]
        assert group.age_from <= full_years(birth, starts_on) <= group.age_to


def test_second_start_loads_nothing(loaded: dt.date, capsys: pytest.CaptureFixture[str]) -> None:
    before = Child.objects.count()
    call_command("demo", no_serve=True)
    assert "уже загружены" in capsys.readouterr().err
    assert Child.objects.count() == before


def test_a_wrong_date_is_refused() -> None:
    with pytest.raises(CommandError, match="не разобрана"):
        call_command("demo", "--date", "вчера", "--no-serve")
