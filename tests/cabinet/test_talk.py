"""A teacher writes to the families of a group, a guardian reports an absence: the whole road (E7)."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from opora.core import clock, history
from opora.core.models import Letter, Outbox
from opora.core.reasons import Hidden, Refused
from opora.enrolment.models import AbsenceNotice, Attendance, Enrolment, GroupMessage, Lesson
from opora.enrolment.services import absence, messages
from opora.enrolment.services.lessons import ensure_lessons
from opora.people.models import Account, RoleAssignment
from opora.providers.models import Staff
from tests.enrolment.world import REQUEST_DAY

from .conftest import Scene

TUESDAY = dt.date(2026, 10, 13)
DAY = dt.timedelta(days=1)


@pytest.fixture
def school(scene: Scene, settings, tmp_path) -> Scene:
    """The scene's group has its teacher; the family's child and another family's learn in it."""
    settings.MEDIA_ROOT = tmp_path / "files"
    account = Account.objects.create(email="teacher@example.org", last_name="Белый", first_name="Илья")
    scene.group.teacher = Staff.objects.create(
        organisation=scene.world.organisation, account=account, last_name="Белый", first_name="Илья", post="Педагог"
    )
    scene.group.save()
    RoleAssignment.objects.create(
        account=account,
        role="teacher",
        place_kind="organisation",
        place_id=scene.world.organisation.pk,
        starts_on=dt.date(2026, 1, 1),
    )
    learn(scene, scene.child)
    return scene


def learn(scene: Scene, child, group=None) -> Enrolment:
    return Enrolment.objects.create(
        child=child,
        group=group or scene.group,
        organisation=scene.world.organisation,
        municipality=scene.world.municipality,
        funding="budget",
        focus_area="technical",
        starts_on=dt.date(2026, 9, 15),
    )


def teacher(scene: Scene) -> Client:
    made = Client()
    made.force_login(scene.group.teacher.account)
    return made


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode()).replace("\xa0", " ")


def test_a_message_reaches_every_family_and_says_who_read_it(school: Scene) -> None:
    other, former = school.world.family(), school.world.family()
    learn(school, other.child)
    Enrolment.objects.filter(pk=learn(school, former.child).pk).update(ends_on=dt.date(2026, 10, 1))
    page = f"/office/groups/{school.group.pk}/messages/"
    browser = teacher(school)
    assert "2 получателя" in text(browser.get(page))
    file = SimpleUploadedFile("Что взять.pdf", b"%PDF-1.7 list")
    sent = browser.post(page, {"text": "В субботу поход. Возьмите воду.", "file": file})
    message = GroupMessage.objects.get()
    assert sent.headers["Location"] == f"{page}{message.pk}/"
    letter = Letter.objects.get(kind="group_message", account_id=school.family.account.pk)
    assert letter.subject.startswith(f"Сообщение семьям кружка «{school.group.programme.name}, группа")
    assert "поход" in letter.body and "Белый Илья" in letter.body
    assert not Letter.objects.filter(kind="group_message", account_id=former.account.pk).exists()
    assert Outbox.objects.filter(kind="group.message").count() == 1
    assert [change.op for change in history.of(message)] == ["I"]
    assert "Вам написали из кружка" in text(school.client.get("/cabinet/"))
    own = f"/cabinet/group-messages/{message.public_id}/"
    assert "Возьмите воду" in text(school.client.get(own))
    assert not message.readers.filter(read_at__isnull=False).exists(), "opening changes nothing"
    assert school.client.get(f"{own}file/").content == b"%PDF-1.7 list"
    assert school.client.post(own).status_code == 302
    shown = text(browser.get(f"{page}{message.pk}/"))
    assert "Прочитали: 1 из 2" in shown and f"Лесной {school.child.first_name}" in shown
    assert browser.get(f"{page}{message.pk}/file/").content == b"%PDF-1.7 list"
    assert "Вам написали" not in text(school.client.get("/cabinet/"))
    for address in (own, f"{own}file/"):
        assert school.browser(former).get(address).status_code == 404


def test_what_cannot_be_sent(school: Scene) -> None:
    page = f"/office/groups/{school.group.pk}/messages/"
    browser = teacher(school)
    assert "Напишите текст сообщения." in text(browser.post(page, {"text": " "}))
    odd = SimpleUploadedFile("run.exe", b"MZ")
    assert "Файл не открыть" in text(browser.post(page, {"text": "Вот файл.", "file": odd}))
    assert not GroupMessage.objects.exists() and not Letter.objects.filter(kind="group_message").exists()
    for number in range(messages.MOST_A_DAY):
        messages.send(school.world.manager, group=school.group, text=f"Новость {number}")
    refused = browser.post(page, {"text": "Ещё одна"})
    assert refused.status_code == 422 and "не больше 5 раз за сутки" in text(refused)
    with clock.frozen(REQUEST_DAY + DAY):
        messages.send(school.world.manager, group=school.group, text="Назавтра можно")
    empty = school.world.group()
    with pytest.raises(Refused) as nobody:
        messages.send(school.world.manager, group=empty, text="Есть кто?")
    assert nobody.value.reasons[0].code == "nobody_to_tell"
    assert teacher(school).get(f"/office/groups/{empty.pk}/messages/").status_code == 404


def test_an_absence_goes_from_the_timetable_to_the_journal(school: Scene) -> None:
    child = school.child.public_id
    address = f"/cabinet/children/{child}/absence/"
    week = text(school.client.get("/cabinet/timetable/"))
    assert f"{address}?on=2026-10-13&amp;group={school.group.pk}" in week
    form = text(school.client.get(f"{address}?on=2026-10-13&group={school.group.pk}"))
    assert 'value="2026-10-13"' in form
    wish = {"first_day": "2026-10-13", "last_day": "", "group": str(school.group.pk), "cause": "ill"}
    assert school.client.post(address, wish | {"comment": "Вернёмся через неделю"}).status_code == 302
    notice = AbsenceNotice.objects.get()
    assert (notice.first_day, notice.last_day, notice.group_id) == (TUESDAY, TUESDAY, school.group.pk)
    letter = Letter.objects.get(kind="absence", account_id=school.group.teacher.account_id)
    assert school.child.first_name not in letter.subject and school.child.first_name in letter.body
    assert "Не придёт" in text(school.client.get("/cabinet/timetable/"))
    ensure_lessons(school.world.manager, group_ids=[school.group.pk], first=TUESDAY, last=TUESDAY)
    lesson = Lesson.objects.get()
    browser = teacher(school)
    assert "Семья предупредила" in text(browser.get(f"/office/journal/{lesson.pk}/"))
    with clock.frozen(REQUEST_DAY + DAY):
        shown = text(browser.get(f"/office/journal/{lesson.pk}/"))
        row = Enrolment.objects.get()
        assert f'name="mark_{row.pk}" value="ill" checked' in shown
        assert "болеет" in shown and "Вернёмся через неделю" in shown
        assert not Attendance.objects.exists(), "nothing is noted until the teacher saves"
        browser.post(f"/office/journal/{lesson.pk}/", {f"mark_{row.pk}": "present", f"version_{row.pk}": "0"})
        assert Attendance.objects.get().mark == "present"
        assert 'value="present" checked' in text(browser.get(f"/office/journal/{lesson.pk}/"))


def test_an_absence_taken_back(school: Scene) -> None:
    address = f"/cabinet/children/{school.child.public_id}/absence/"
    school.client.post(address, {"first_day": "2026-10-13", "last_day": "2026-10-20", "cause": "family"})
    notice = AbsenceNotice.objects.get()
    assert notice.group_id is None
    assert "Вы уже предупредили" in text(school.client.get(address))
    assert school.client.post(f"{address}{notice.public_id}/withdraw/").status_code == 302
    assert school.client.post(f"{address}{notice.public_id}/withdraw/").status_code == 404
    assert "Не придёт" not in text(school.client.get("/cabinet/timetable/"))
    assert Letter.objects.filter(kind="absence").count() == 2
    assert [change.op for change in history.of(notice)] == ["U", "I"]
    stranger = school.world.family()
    assert school.browser(stranger).get(address).status_code == 404


@pytest.mark.parametrize(
    ("first", "last", "cause", "code"),
    [
        (-1, -1, "ill", "absence_past"),
        (2, 1, "ill", "absence_days"),
        (1, 90, "ill", "absence_long"),
        (1, 1, "bored", "unknown_cause"),
    ],
)
def test_what_cannot_be_reported(school: Scene, first: int, last: int, cause: str, code: str) -> None:
    today = REQUEST_DAY.date()
    with pytest.raises(Refused) as refused:
        absence.report(
            school.family.actor,
            child=school.child,
            first_day=today + first * DAY,
            last_day=today + last * DAY,
            cause=cause,
        )
    assert code in [reason.code for reason in refused.value.reasons]
    assert not AbsenceNotice.objects.exists()


def test_strangers_repeats_and_too_many(school: Scene) -> None:
    stranger = school.world.family()
    wish = {"child": school.child, "first_day": TUESDAY, "last_day": TUESDAY, "cause": "ill"}
    with pytest.raises(Hidden):
        absence.report(stranger.actor, **wish)
    with pytest.raises(Refused) as nowhere:
        absence.report(stranger.actor, **(wish | {"child": stranger.child}))
    assert [reason.code for reason in nowhere.value.reasons] == ["no_study"]
    absence.report(school.family.actor, **wish)
    with pytest.raises(Refused) as again:
        absence.report(school.family.actor, **wish)
    assert [reason.code for reason in again.value.reasons] == ["already_reported"]
    for number in range(1, absence.MOST_A_DAY):
        absence.report(school.family.actor, **(wish | {"last_day": TUESDAY + number * DAY}))
    with pytest.raises(Refused) as often:
        absence.report(school.family.actor, **(wish | {"last_day": TUESDAY + 30 * DAY}))
    assert [reason.code for reason in often.value.reasons] == ["absence_often"]
