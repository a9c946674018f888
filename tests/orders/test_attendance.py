"""The journal: lessons from the timetable, marks with versions, conflicts shown, late sending, access."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from opora.core import clock
from opora.core.reasons import Hidden, Refused
from opora.enrolment.models import Attendance, Enrolment, Lesson
from opora.enrolment.services.attendance import Sent, note_lesson
from opora.enrolment.services.lessons import ensure_lessons

MONDAY = dt.date(2026, 10, 12)


@pytest.fixture
def learners(world, taught):
    made = []
    for number in range(3):
        child = world.family(last_name=f"Ученик{number}").child
        made.append(
            Enrolment.objects.create(
                child=child,
                group=taught,
                organisation=world.organisation,
                municipality=world.municipality,
                funding="budget",
                focus_area="technical",
                starts_on=dt.date(2026, 9, 15),
            )
        )
    return made


@pytest.fixture
def lesson(world, taught, learners) -> Lesson:
    ensure_lessons(world.manager, group_ids=[taught.pk], first=MONDAY, last=MONDAY)
    return Lesson.objects.get()


@pytest.fixture
def teacher(staff) -> Client:
    made = Client()
    made.force_login(staff.account)
    return made


def test_lessons_come_from_the_timetable_without_holidays(world, taught):
    ensure_lessons(world.manager, group_ids=[taught.pk], first=dt.date(2026, 12, 21), last=dt.date(2027, 1, 18))
    days = list(Lesson.objects.order_by("date").values_list("date", flat=True))
    assert days == [dt.date(2026, 12, 21), dt.date(2026, 12, 28), dt.date(2027, 1, 11), dt.date(2027, 1, 18)]
    ensure_lessons(world.manager, group_ids=[taught.pk], first=dt.date(2026, 12, 21), last=dt.date(2027, 1, 18))
    assert Lesson.objects.count() == 4


def test_a_cancelled_lesson_follows_its_exception(world, taught, lesson):
    from opora.catalogue.services import add_exception

    add_exception(world.manager, group=taught, kind="cancelled", date=MONDAY, reason="Педагог заболел")
    ensure_lessons(world.manager, group_ids=[taught.pk], first=MONDAY, last=MONDAY)
    lesson.refresh_from_db()
    assert lesson.state == "cancelled" and lesson.reason == "Педагог заболел"
    with pytest.raises(Refused, match="отменено"):
        note_lesson(world.manager, lesson=lesson, marks={})


def test_marks_are_kept_and_repeated_without_change(world, lesson, learners):
    marks = {one.pk: Sent("present") for one in learners}
    first = note_lesson(world.manager, lesson=lesson, marks=marks, topic="Датчики")
    assert first.conflicts == [] and set(first.versions.values()) == {1}
    again = note_lesson(world.manager, lesson=lesson, marks=marks)
    assert again.conflicts == [] and set(again.versions.values()) == {1}
    lesson.refresh_from_db()
    assert (lesson.state, lesson.topic) == ("held", "Датчики")


def test_a_newer_mark_is_never_overwritten(world, lesson, learners):
    child = learners[0].pk
    note_lesson(world.manager, lesson=lesson, marks={child: Sent("ill")})
    late = note_lesson(world.manager, lesson=lesson, marks={child: Sent("present"), learners[1].pk: Sent("absent")})
    assert [(one.enrolment, one.theirs, one.mine) for one in late.conflicts] == [(child, "ill", "present")]
    assert Attendance.objects.get(enrolment_id=child).mark == "ill"
    assert Attendance.objects.get(enrolment=learners[1]).mark == "absent"
    known = note_lesson(world.manager, lesson=lesson, marks={child: Sent("present", version=1)})
    assert known.conflicts == [] and known.versions[child] == 2


def test_a_topic_of_another_device_stays(world, lesson):
    note_lesson(world.manager, lesson=lesson, marks={}, topic="Первая тема")
    late = note_lesson(world.manager, lesson=lesson, marks={}, topic="Другая тема", lesson_version=0)
    assert late.conflicts[0].enrolment is None
    lesson.refresh_from_db()
    assert lesson.topic == "Первая тема"


def test_refusals(world, taught, lesson, learners):
    with pytest.raises(Refused, match="Неизвестная отметка"):
        note_lesson(world.manager, lesson=lesson, marks={learners[0].pk: Sent("maybe")})
    with pytest.raises(Refused, match="не учатся"):
        note_lesson(world.manager, lesson=lesson, marks={999_999: Sent("present")})
    ensure_lessons(world.manager, group_ids=[taught.pk], first=dt.date(2026, 10, 19), last=dt.date(2026, 10, 19))
    with pytest.raises(Refused, match="ещё не началось"):
        note_lesson(world.manager, lesson=Lesson.objects.get(date=dt.date(2026, 10, 19)), marks={})
    assert not Attendance.objects.exists()


def test_a_stranger_marks_nothing(world, lesson):
    from tests.enrolment.world import make_world

    with pytest.raises(Hidden):
        note_lesson(make_world().manager, lesson=lesson, marks={})


def test_the_teachers_day(lesson, learners, teacher, stranger, guardian):
    day = teacher.get("/office/journal/").content.decode()
    assert "Первая группа" in day and "Не отмечено" in day
    page = f"/office/journal/{lesson.pk}/"
    shown = teacher.get(page).content.decode()
    assert "Ученик0" in shown and "timetable/change" not in shown
    assert stranger.get(page).status_code == 404
    assert guardian.get(page).status_code == 403
    form = {f"mark_{one.pk}": "present" for one in learners} | {"topic": "Моторы", "lesson_version": "0"}
    assert teacher.post(page, form).status_code == 302
    assert Attendance.objects.count() == 3
    clash = teacher.post(page, {f"mark_{learners[0].pk}": "ill", f"version_{learners[0].pk}": "0"})
    assert clash.status_code == 409 and "не изменена" in clash.content.decode()


def test_marks_sent_later_answer_in_json(lesson, learners, teacher):
    page, headers = f"/office/journal/{lesson.pk}/", {"accept": "application/json"}
    done = teacher.post(page, {f"mark_{learners[0].pk}": "ill"}, headers=headers)
    assert done.json()["conflicts"] == []
    late = teacher.post(page, {f"mark_{learners[0].pk}": "present"}, headers=headers).json()
    assert late["conflicts"][0]["theirs"] == "Болеет" and "Ученик0" in late["conflicts"][0]["name"]
    with clock.frozen(dt.datetime(2026, 10, 11, 9, tzinfo=dt.UTC)):
        early = teacher.post(page, {f"mark_{learners[0].pk}": "ill"}, headers=headers)
    assert early.status_code == 409 and "ещё не началось" in early.json()["refused"][0]


def test_the_month_and_papers(taught, lesson, learners, teacher, stranger, signatory):
    assert "Ученик1" in teacher.get(f"/office/groups/{taught.pk}/journal/?month=2026-10").content.decode()
    assert teacher.get(f"/office/groups/{taught.pk}/journal/?month=nonsense").status_code == 200
    for kind in ("list", "excursion", "journal"):
        paper = teacher.get(f"/office/groups/{taught.pk}/papers/{kind}.pdf")
        assert paper.status_code == 200 and paper.content.startswith(b"%PDF"), kind
        assert stranger.get(f"/office/groups/{taught.pk}/papers/{kind}.pdf").status_code == 404
    study = teacher.get(f"/office/enrolments/{learners[0].pk}/study.pdf")
    assert study.content.startswith(b"%PDF")
    assert stranger.get(f"/office/enrolments/{learners[0].pk}/study.pdf").status_code == 404


def test_the_safety_card_is_shown_to_its_teacher_and_logged(lesson, learners, teacher, stranger, methodologist):
    from opora.core.models import AccessLog
    from opora.enrolment.models import SafetyCard

    SafetyCard.objects.create(child=learners[0].child, collectors="бабушка Нина", medical_until=dt.date(2026, 1, 1))
    page = f"/office/enrolments/{learners[0].pk}/safety/"
    shown = teacher.get(page).content.decode()
    assert "бабушка Нина" in shown and "Срок медицинского допуска прошёл" in shown
    assert AccessLog.objects.filter(action="safety_card", object_id=learners[0].child_id).count() == 1
    assert stranger.get(page).status_code == 404
    assert methodologist.get(page).status_code == 403
