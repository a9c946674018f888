"""Applications at the provider: list with deadlines, card, bulk decisions, desk, lists from a file."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from opora.core import clock
from opora.core.models import AccessLog
from opora.enrolment import services
from opora.enrolment.models import Application
from opora.enrolment.queries_office import deadline_text
from opora.people.models import Child


@pytest.fixture
def applied(world):
    group = world.group(name="Роботы", capacity=2)
    made = []
    for number in range(3):
        family = world.family(last_name=f"Заявитель{number}")
        done = services.apply(family.actor, child=family.child, group=group, funding="budget")
        made.append(Application.objects.get(pk=done.application_id))
    return made


def test_deadlines_in_words():
    now = dt.datetime(2026, 10, 12, 9, 0, tzinfo=dt.UTC)
    with clock.frozen(now):
        assert deadline_text(now - dt.timedelta(days=2), "Europe/Moscow") == ("просрочено на 2\xa0дня", "danger")
        assert deadline_text(now + dt.timedelta(hours=3), "Europe/Moscow")[0] == "ответить сегодня"
        assert "3" in deadline_text(now + dt.timedelta(days=3, hours=12), "Europe/Moscow")[0]
        assert deadline_text(None, "Europe/Moscow") == ("", "neutral")


def test_the_list_and_the_card(applied, manager, stranger, guardian, methodologist):
    page = manager.get("/office/applications/?state=submitted").content.decode()
    assert "Заявитель0" in page and "Заявитель2" not in page
    assert "Заявитель0" not in stranger.get("/office/applications/").content.decode()
    assert guardian.get("/office/applications/").status_code == 403
    card = f"/office/applications/{applied[0].public_id}/"
    assert "Подтвердить документы" in manager.get(card).content.decode()
    assert AccessLog.objects.filter(object_id=applied[0].pk, object_kind="enrolment.application").count() == 1
    assert stranger.get(card).status_code == 404
    assert "Отказать" not in methodologist.get(card).content.decode()


def test_confirming_and_refusing_in_bulk(applied, manager):
    first, second = applied[:2]
    manager.post("/office/applications/confirm/", {"pick": [str(first.public_id)]})
    first.refresh_from_db()
    assert first.state == "confirmed"
    again = manager.post("/office/applications/confirm/", {"pick": [str(first.public_id), "x"]}, follow=True)
    assert "невозможно" in again.content.decode()
    ask = manager.post("/office/applications/refuse/", {"pick": [str(second.public_id)]})
    assert ask.status_code == 200 and "Причина" in ask.content.decode()
    bad = manager.post("/office/applications/refuse/", {"pick": [str(second.public_id)], "code": "other"})
    assert bad.status_code == 422 and "Напишите причину" in bad.content.decode()
    manager.post("/office/applications/refuse/", {"pick": [str(second.public_id)], "code": "documents"})
    second.refresh_from_db()
    assert (second.state, second.reason_code) == ("refused", "documents")
    applied[2].refresh_from_db()
    assert applied[2].state == "place_offered"


def test_the_group_page_explains_the_queue(applied, manager, stranger):
    page = f"/office/groups/{applied[0].group_id}/work/"
    shown = manager.get(page).content.decode()
    assert "Почему такой порядок" in shown and "по времени подачи" in shown
    assert stranger.get(page).status_code == 404
    low = manager.post(f"/office/groups/{applied[0].group_id}/capacity/", {"capacity": "1"})
    assert low.status_code == 422
    assert manager.post(f"/office/groups/{applied[0].group_id}/capacity/", {"capacity": "3"}).status_code == 302
    applied[2].refresh_from_db()
    assert applied[2].state == "place_offered"


def test_priority_is_changed_by_the_provider_only(applied, manager, stranger):
    page = f"/office/applications/{applied[2].public_id}/priority/"
    assert stranger.post(page, {"priority_class": "10"}).status_code == 404
    manager.post(page, {"priority_class": "10"})
    applied[2].refresh_from_db()
    assert applied[2].priority_class == 10


def upload(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("дети.csv", text.encode(), content_type="text/csv")


def test_a_list_of_children_goes_whole_or_not_at_all(world, manager):
    group = world.group(capacity=1)
    known = [world.family(last_name=name, first_name="Оля", sex="f").child for name in ("Берёзова", "Клёнова")]
    page = f"/office/groups/{group.pk}/list/"
    head = "Фамилия;Имя;Отчество;Дата рождения\n"
    bad = head + "Берёзова;Оля;;02.04.2016\nНезнакомцева;Ира;;01.01.2015\nКлёнова;Оля;;вчера\n"
    answer = manager.post(page, {"file": upload(bad), "funding": "budget", "consent": "on"})
    shown = answer.content.decode()
    assert answer.status_code == 422 and "Незнакомцева" in shown and "Такого ребёнка в системе нет" in shown
    assert not Application.objects.exists()
    good = head + "берёзова;Оля;;02.04.2016\nКленова;Оля;;02.04.2016\n"
    answer = manager.post(page, {"file": upload(good), "funding": "budget", "consent": "on"}, follow=True)
    assert "в лист ожидания: 1" in answer.content.decode()
    assert {one.child_id for one in Application.objects.all()} == {one.pk for one in known}
    wrong = manager.post(page, {"file": upload("а;б\n1;2\n"), "funding": "budget", "consent": "on"})
    assert "Не нашлось колонок" in wrong.content.decode()


def test_an_application_on_paper_finds_the_child(world, manager, stranger):
    from opora.territory.models import Locality

    type(world.municipality).objects.update(is_served=True)
    place = Locality.objects.create(municipality=world.municipality, name="Лесной", kind="village")
    group = world.group()
    child = world.family(last_name="Берёзова", first_name="Оля", sex="f").child
    data = {
        "last_name": "Березова",
        "first_name": "Оля",
        "birth_date": "2016-04-02",
        "sex": "f",
        "locality": str(place.pk),
        "giver_name": "Берёзова Анна",
        "group": str(group.pk),
        "funding": "budget",
        "consent": "on",
    }
    assert manager.post("/office/applications/new/", {**data, "consent": ""}).status_code == 422
    unknown = manager.post("/office/applications/new/", {**data, "first_name": "Ира"})
    assert unknown.status_code == 422 and "Такого ребёнка" in unknown.content.decode()
    assert stranger.post("/office/applications/new/", data).status_code == 422
    assert manager.post("/office/applications/new/", data).status_code == 302
    made = Application.objects.get()
    assert (made.child_id, made.source) == (child.pk, "desk")
    assert Child.objects.count() == 1
