"""The batch in the browser: draft, rows in bulk, asking, the family's answer, carrying out, the table of outcomes."""

from __future__ import annotations

import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from opora.core import clock
from opora.core.jobs import worker
from opora.core.letters import links_of
from opora.core.models import Job, Letter
from opora.enrolment.models import Rollover, RolloverGroup
from opora.enrolment.services import rollover_edit
from tests.orders.conftest import account, client

from .conftest import DRAFT_DAY, RUN_DAY, School


@pytest.fixture(autouse=True)
def plain_static(settings) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def manager(school: School) -> Client:
    return client(account("provider_manager", "organisation", school.world.organisation.pk, "own"))


def text(response) -> str:
    return response.content.decode().replace("\xa0", " ")


def test_the_road_in_the_browser(school: School, manager: Client):
    yes, silent = school.learner(last_name="Ёлкин"), school.learner(last_name="Арбузов")
    family = client(yes.account)
    with clock.frozen(DRAFT_DAY):
        page = manager.get("/office/rollovers/new/")
        assert "2026/2027" in text(page)
        made = manager.post("/office/rollovers/new/", {"organisation": school.world.organisation.pk, "from_year": 2026})
        batch = Rollover.objects.get()
        assert made.url == f"/office/rollovers/{batch.pk}/"
        assert (
            manager.post(
                "/office/rollovers/new/", {"organisation": school.world.organisation.pk, "from_year": 2026}
            ).status_code
            == 422
        )
        card = text(manager.get(made.url))
        assert "Проверьте состав" in card and "2 ребёнка" in card
        assert "Роботы 2027/2028" in text(manager.get(f"/office/rollover_groups/?rollover={batch.pk}"))
        assert "Ёлкин" in text(manager.get(f"/office/rollover_learners/?rollover={batch.pk}"))
        assert manager.post(f"{made.url}settle/", {"silence": "no", "opens_on": "2027-08-20"}).status_code == 302
        assert manager.post(f"{made.url}ask/", {"last_day": "2027-04-13"}).status_code == 422
        assert manager.post(f"{made.url}ask/", {"last_day": "2027-04-30"}).status_code == 302
        home = text(family.get("/cabinet/"))
        question = f"/cabinet/next-year/{school.row(batch, yes).public_id}/"
        assert question in home
        asked = text(family.get(question))
        assert "Продолжит ли" in asked and "понедельник 15:00–16:30" in asked
        assert family.post(question, {"answer": "yes"}).status_code == 302
        assert "Вы ответили: продолжает" in text(family.get(question))
        assert question not in text(family.get("/cabinet/"))
        assert client(silent.account).get(question).status_code == 404
        assert "ещё не прошёл, не ответили: 1" in text(
            manager.post(f"{made.url}start/", {"signatory": school.signatory.pk})
        )
    with clock.frozen(RUN_DAY):
        assert "Срок прошёл" in text(manager.get(made.url))
        assert "Выполнить переход: срок ответов прошёл" in text(manager.get("/office/"))
        assert manager.post(f"{made.url}start/", {}).status_code == 422
        assert manager.post(f"{made.url}start/", {"signatory": school.signatory.pk}).status_code == 302
        assert "Выполнено групп: 0 из 2" in text(manager.get(made.url))
        assert worker.drain() == 1
        assert Job.objects.get().state == "done"
        done = text(manager.get(made.url))
        assert "Переход выполнен" in done and "1-пг" in done and "Семья не ответила" in done
        assert "зачислен в группу" in text(family.get(question))
        assert family.post(question, {"answer": "no"}).status_code == 422
        file = manager.get(f"{made.url}outcome.xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(file.content))
    rows = book.get_sheet_by_name("Дети").to_python()[3:]
    assert {row[0].split()[0]: row[9] for row in rows} == {"Ёлкин": "Зачислен", "Арбузов": "Семья не ответила"}
    groups = book.get_sheet_by_name("Группы").to_python()[3:]
    assert [row[4:7] for row in groups] == [[10, 2, 1], ["", 0, 0]]


def test_a_group_is_edited_with_its_timetable(school: School, manager: Client):
    school.learner()
    school.draft()
    line = RolloverGroup.objects.get(from_group=school.first)
    page = f"/office/rollover_groups/{line.pk}/"
    assert "Второй год" in text(manager.get(page))
    data = {
        "plan": "next_module", "name": "Роботы-2", "teacher": "", "capacity": "12", "starts_on": "2027-09-20",
        "ends_on": "2028-05-25", "age_from": "7", "age_to": "12", "slot-TOTAL_FORMS": "1", "slot-INITIAL_FORMS": "1",
        "slot-0-weekday": "3", "slot-0-starts_at": "16:00", "slot-0-ends_at": "17:30", "slot-0-academic_hours": "",
        "slot-0-room": "8", "slot-0-venue": "", "slot-0-teacher": "",
    }  # fmt: skip
    assert manager.post(page, data | {"starts_on": "2027-05-01"}).status_code == 422
    assert manager.post(page, data).status_code == 302
    line.refresh_from_db()
    assert line.name == "Роботы-2" and line.slots[0]["room"] == "8" and line.slots[0]["academic_hours"] == "2"


def test_rows_change_in_bulk(school: School, manager: Client):
    one = school.learner()
    batch = school.draft()
    line = RolloverGroup.objects.get(from_group=school.first)
    listed = f"http://testserver/office/rollover_groups/?rollover={batch.pk}"
    answer = manager.post("/office/rollover_groups/ends/", {"pick": [line.pk]}, headers={"Referer": listed})
    assert answer.url == f"/office/rollover_groups/?rollover={batch.pk}"
    line.refresh_from_db()
    assert line.plan == "ends" and not school.row(batch, one).included
    said = manager.post("/office/rollover_learners/include/", {"pick": [school.row(batch, one).public_id]}, follow=True)
    assert "Не изменено детей: 1" in text(said)
    assert "Отметьте в списке" in text(manager.post("/office/rollover_learners/include/", {}, follow=True))


def test_pages_cost_the_same_for_few_and_for_many(school: School, manager: Client):
    for _ in range(2):
        school.learner()
    batch = school.draft()
    line = RolloverGroup.objects.get(from_group=school.first)
    pages = [
        f"/office/rollovers/{batch.pk}/",
        f"/office/rollover_groups/?rollover={batch.pk}",
        f"/office/rollover_learners/?rollover={batch.pk}",
        f"/office/rollover_groups/{line.pk}/",
    ]
    assert manager.get(pages[0]).status_code == 200  # the account's roles are remembered
    few = [queries(manager, page) for page in pages]
    with clock.frozen(DRAFT_DAY):
        for _ in range(8):
            school.learner()
        rollover_edit.refresh(school.world.manager, rollover=batch)
    assert [queries(manager, page) for page in pages] == few


def queries(of: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert of.get(page).status_code == 200
    return len(caught)


def test_one_click_in_the_letter_answers(school: School):
    one, other = school.learner(), school.learner()
    batch = school.asked()
    letter = Letter.objects.get(kind="rollover_asked", account_id=one.account.pk)
    address = next(link.url for link in links_of(letter) if link.url.startswith("/answers/"))
    with clock.frozen(DRAFT_DAY):
        page = Client().get(address)
        assert "Продолжит ли" in text(page) and not school.row(batch, one).answer
        assert Client().post(address, {"answer": "yes"}).status_code in (200, 302)
        row = school.row(batch, one)
        assert (row.answer, row.channel, row.answered_by_id) == ("yes", "link", one.account.pk)
        assert "Вы ответили: продолжает" in text(Client().get(address))
    late = Letter.objects.get(kind="rollover_asked", account_id=other.account.pk)
    address = next(link.url for link in links_of(late) if link.url.startswith("/answers/"))
    with clock.frozen(RUN_DAY):
        assert "Срок ответа прошёл" in text(Client().get(address))
        assert school.row(batch, other).answer == ""
