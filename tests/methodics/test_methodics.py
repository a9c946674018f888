"""Partners and agreements (G3), development of staff (G4): reminders, shares, measures."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opora.core import clock, measures
from opora.core.access import SYSTEM
from opora.core.measures import Span
from opora.core.models import Letter
from opora.core.office import work
from opora.core.reasons import Refused
from opora.core.registers import registry
from opora.core.registers.importing.run import import_file
from opora.governance.models import CentreMember
from opora.methodics import rules, services
from opora.methodics.models import Agreement, Competence, Deficit, DeficitSurvey, Partner, PlacementSite, Training
from opora.monitoring.indicators import Scope, get
from opora.providers.models import Staff
from tests.registers.samples import World, actor, make_world

DAY = dt.date(2026, 10, 12)
NOW = dt.datetime(2026, 10, 12, 9, tzinfo=dt.UTC)


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def agreement(world: World, number: str = "1", kind: str = "business", **more: Any) -> Agreement:
    partner, _ = Partner.objects.get_or_create(municipality=world.here, kind=kind, name=f"Партнёр {kind}")
    values = {"signed_on": DAY, "topic": "career", "subject": "Пробы", "starts_on": DAY} | more
    return Agreement.objects.create(centre=world.centre, partner=partner, number=number, **values)


def teacher(world: World, name: str = "Липова", kind: str = "teacher") -> Staff:
    return Staff.objects.create(organisation=world.mine, last_name=name, first_name="Вера", post="педагог", kind=kind)


def trained(staff: Staff, finished: dt.date, **more: Any) -> Training:
    values = {"programme": f"Курс {finished}", "institution": "Институт", "hours": 36, "state": "finished"} | more
    return Training.objects.create(staff=staff, starts_on=finished, finished_on=finished, **values)


def share(code: str, world: World, day: dt.date = DAY) -> tuple[Any, Any, Any]:
    figure = get(code).figure(Scope(day, frozenset({world.here.pk})))
    return figure.value, figure.numerator, figure.denominator


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dates(dt.date(2026, 1, 1), dt.date(2027, 1, 1)), st.integers(-30, 200))
def test_reminders_come_three_times_and_never_after_the_end(today: dt.date, left: int) -> None:
    due = rules.due_reminder(today, today + dt.timedelta(days=left))
    assert due == (None if left < 0 or left > 60 else 7 if left <= 7 else 30 if left <= 30 else 60)


def test_the_centre_is_reminded_once_for_each_term(world: World) -> None:
    agreement(world, ends_on=DAY + dt.timedelta(days=25))
    agreement(world, "2", ends_on=DAY + dt.timedelta(days=5), state="terminated")
    agreement(world, "3")
    for day, letters in ((0, 2), (1, 2), (20, 4), (40, 4)):
        with clock.frozen(NOW + dt.timedelta(days=day)):
            services.remind()
        assert Letter.objects.filter(kind="agreement").count() == letters, "head and methodologist, at 30 and 7 days"
    with clock.frozen(NOW):
        head = {item.title: item for item in work.waiting_for(actor(world, "centre_head"))}
        assert head["Продлить соглашения с партнёрами"].count == 1
        assert "Продлить соглашения с партнёрами" not in [i.title for i in work.waiting_for(actor(world, "stranger"))]


def test_plans_count_agreements_by_partner_kind(world: World) -> None:
    agreement(world)
    agreement(world, "2", "university")
    agreement(world, "3", signed_on=DAY + dt.timedelta(days=400))
    agreement(world, "4", state="draft")
    span = Span(frozenset({world.here.pk}), dt.date(2026, 1, 1), dt.date(2026, 12, 31), world.centre.pk)
    measure = measures.get("agreements_signed")
    assert measure.counted(span).value == 2
    assert measure.counted(span, {"kind": "university"}).value == 1
    assert measure.found(span, {"kind": "business"}).get().number == "1"
    elsewhere = Span(frozenset({world.there.pk}), span.starts_on, span.ends_on)
    assert measure.counted(elsewhere).value == 0
    with clock.frozen(NOW):
        assert share("partner_agreements", world)[1] == 3


def test_agreements_are_imported_with_their_partners(world: World, tmp_path: Path) -> None:
    partners, path = tmp_path / "partners.csv", tmp_path / "agreements.csv"
    partners.write_text("Наименование;Вид\nЗавод «Луч»;Бизнес\nКолледж;Колледж\n", encoding="cp1251")
    report = import_file(SYSTEM, registry.get("partners"), partners, into=world.here.oktmo)
    assert (report.created, report.errors) == (2, [])
    path.write_text(
        "Номер;Партнёр;Дата;Тема;Предмет;Начало;Окончание\n"
        "7;завод «Луч»;12.10.2026;Наставничество и проекты;Наставники;12.10.2026;31.12.2027\n"
        "8;Неизвестный;12.10.2026;Мероприятия;Смотр;12.10.2026;\n",
        encoding="utf-8",
    )
    report = import_file(SYSTEM, registry.get("agreements"), path, accept_valid=True)
    assert (report.created, report.rejected) == (1, 1), report.errors
    assert report.errors[0].row == 3
    kept = Agreement.objects.get()
    assert (kept.centre, kept.partner.kind, kept.ends_on) == (world.centre, "business", dt.date(2027, 12, 31))


def test_shares_of_trained_staff(world: World) -> None:
    head, first, second = teacher(world, "Ильина", "head"), teacher(world), teacher(world, "Дубова", "methodologist")
    for staff in (first, second):
        CentreMember.objects.create(centre=world.centre, staff=staff, post="методист", starts_on=DAY)
    CentreMember.objects.create(centre=world.centre, staff=head, post="участник", role="member", starts_on=DAY)
    trained(first, dt.date(2024, 5, 1))
    trained(second, dt.date(2023, 10, 12))
    trained(head, dt.date(2026, 10, 13))
    assert share("trained_centre_staff", world) == (50, 1, 2)
    assert share("trained_centre_staff", world, dt.date(2026, 10, 11)) == (None, 0, 0), "not yet working there"
    assert share("trained_heads", world) == (0, 0, 1)
    assert share("trained_heads", world, dt.date(2026, 10, 13)) == (100, 1, 1)
    Training.objects.filter(staff=first).update(state="dropped")
    assert share("trained_centre_staff", world) == (0, 0, 2)


def test_share_of_teachers_whose_deficit_is_closed(world: World) -> None:
    digital, projects = (Competence.objects.create(code=code, name=code) for code in ("digital", "projects"))
    older, survey = (
        DeficitSurvey.objects.create(municipality=world.here, name="Опрос", held_on=day)
        for day in (dt.date(2025, 3, 1), dt.date(2026, 3, 1))
    )
    people = [teacher(world, name) for name in ("Липова", "Дубова", "Вязова", "Ивина")]
    Deficit.objects.create(survey=older, staff=people[3], competence=digital, level="full")
    for staff, level in zip(people, ("full", "partial", "full", "none"), strict=True):
        Deficit.objects.create(survey=survey, staff=staff, competence=digital, level=level)
    trained(people[0], dt.date(2026, 5, 1), competence=digital)
    trained(people[1], dt.date(2026, 5, 1), competence=projects)
    trained(people[2], dt.date(2026, 2, 1), competence=digital)
    assert share("trained_deficit_teachers", world) == (Decimal("33.3"), 1, 3)
    rows = get("trained_deficit_teachers").rows(Scope(DAY, frozenset({world.here.pk})))
    assert list(rows) == [people[0]]
    assert share("trained_deficit_teachers", world, dt.date(2025, 6, 1)) == (0, 0, 1), "by the survey of that time"


def test_a_training_is_whole(world: World) -> None:
    staff = teacher(world)
    site = PlacementSite.objects.create(organisation=world.mine, topic="Модули", capacity=1, starts_on=DAY)
    data = {
        "staff": staff, "kind": "placement", "programme": "Модули", "competence": None, "institution": "Дом", "hours": 8,
        "site": site, "starts_on": DAY, "finished_on": DAY, "state": "finished",
    }  # fmt: skip
    services.save_training(SYSTEM, Training(), dict(data))
    cases = (
        ({"programme": "Ещё", "staff": teacher(world, "Дубова")}, "room"),
        ({"kind": "advanced", "site": None}, "hours"),
        ({"kind": "advanced", "hours": 36}, "site"),
        ({"site": None, "finished_on": None}, "finished"),
        ({"site": None, "finished_on": DAY - dt.timedelta(days=1)}, "term"),
    )
    for change, code in cases:
        with pytest.raises(Refused) as refused:
            services.save_training(SYSTEM, Training(), data | change)
        assert [reason.code for reason in refused.value.reasons] == [code]


def test_a_teacher_sees_its_own_and_the_survey_its_results(world: World, client: Client) -> None:
    from opora.people.models import RoleAssignment

    account = world.people["guardian"]
    RoleAssignment.objects.create(
        account=account, role="teacher", place_kind="organisation", place_id=world.mine.pk, starts_on=DAY
    )
    own, other = teacher(world), teacher(world, "Дубова")
    Staff.objects.filter(pk=own.pk).update(account=account)
    mine, foreign = trained(own, DAY), trained(other, DAY)
    survey = DeficitSurvey.objects.create(municipality=world.here, name="Опрос", held_on=dt.date(2026, 3, 1))
    competence = Competence.objects.create(code="digital", name="Цифровые навыки")
    Deficit.objects.create(survey=survey, staff=own, competence=competence, level="full")
    trained(own, dt.date(2026, 6, 1), competence=competence)
    with clock.frozen(NOW):
        client.force_login(account, backend="opora.people.backends.AccountBackend")
        assert client.get(f"/office/trainings/{mine.pk}/").status_code == 200
        assert client.get(f"/office/trainings/{foreign.pk}/").status_code == 404
        client.force_login(world.people["centre_head"], backend="opora.people.backends.AccountBackend")
        page = client.get(f"/office/deficit_surveys/{survey.pk}/").content.decode()
    assert "Из них обучено" in page
    assert "Цифровые навыки" in page
