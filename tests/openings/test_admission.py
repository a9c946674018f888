"""A full house: who is inside, who waits in turn, who is told to come again, and that nothing is lost."""

from __future__ import annotations

import threading
import time
from urllib.parse import urlencode

import pytest
from django.test import Client

from opora.core import admission, middleware
from opora.core.admission import Door
from opora.enrolment.models import Application
from tests.api.conftest import Caller
from tests.api.test_road import body
from tests.cabinet.conftest import Scene
from tests.cabinet.test_apply import check_page, hidden, text


def test_only_so_many_inside_and_the_others_in_order() -> None:
    door = Door(places=2, waiting=3, patience=5)
    assert door.enter() and door.enter()
    came: list[int] = []

    def wait(number: int) -> None:
        if door.enter():
            came.append(number)

    threads = []
    for number in range(3):
        threads.append(threading.Thread(target=wait, args=(number,)))
        threads[-1].start()
        while len(door._queue) <= number:
            time.sleep(0.001)
    assert not door.enter()  # no room to wait either
    assert door.crowded()
    for done in range(3):
        door.leave()
        threads[done].join(5)
        assert came == list(range(done + 1))
    for _ in range(2):
        door.leave()
    assert (door._inside, len(door._queue)) == (0, 0)
    assert door.enter()


def test_patience_ends() -> None:
    door = Door(places=1, waiting=3, patience=0.05)
    assert door.enter()
    begun = time.monotonic()
    assert not door.enter()
    assert time.monotonic() - begun < 2
    door.leave()
    assert door._inside == 0 and door.enter()


def test_many_threads_never_more_inside_than_places() -> None:
    door = Door(places=3, waiting=50, patience=10)
    inside, most, lock = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal inside, most
        for _ in range(30):
            if not door.enter():
                continue
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0)
            with lock:
                inside -= 1
            door.leave()

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most <= 3 and door._inside == 0 and not door._queue


def told(refused: int, served: int, seconds: float) -> list[int]:
    """What a thousand of those refused are told when so many left one place one after another in so many seconds."""
    moment = 100.0
    door = Door(places=1, waiting=0, now=lambda: moment)
    assert door.enter()
    for _ in range(served):
        moment += seconds / served
        door.leave()
        assert door.enter()
    for _ in range(refused):
        assert not door.enter()
    return [door.retry_after() for _ in range(1000)]


@pytest.mark.parametrize(
    ("refused", "served", "seconds", "most"),
    [
        (1, 20, 1, 2),  # as good as nobody waits
        (200, 20, 2, 20),  # ten a second: the last of them in twenty seconds
        (400, 400, 4, 4),
        (100, 0, 0, 10),  # the first moment: a guess
        (20_000, 20, 1, admission.LONGEST),
    ],
)
def test_those_refused_come_back_over_the_time_that_serving_them_takes(
    refused: int, served: int, seconds: float, most: int
) -> None:
    seen = told(refused, served, seconds)
    assert min(seen) == admission.SHORTEST and max(seen) == most
    assert all(seen.count(second) < 2500 / (most - 1) for second in range(2, most)), "they come in crowds"


@pytest.fixture
def full_house(monkeypatch: pytest.MonkeyPatch) -> Door:
    door = Door(places=1, waiting=0)
    assert door.enter()
    monkeypatch.setattr(middleware, "door", door)
    return door


def test_programs_get_a_problem(scene: Scene, guardian: Caller, full_house: Door, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        answer = guardian.post("/applications", body(scene), key="a" * 10)
    assert answer.status_code == 503 and answer["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert said["code"] == "busy" and said["title"] == "Сейчас очень много желающих"
    assert int(answer["Retry-After"]) >= 2 and answer["Retry-After"] in said["detail"]
    full_house.leave()
    assert guardian.post("/applications", body(scene), key="a" * 10).status_code == 201


def test_a_page_says_when_and_comes_again(scene: Scene, full_house: Door) -> None:
    answer = scene.client.get("/navigator/?q=шахматы")
    assert answer.status_code == 503 and answer["Retry-After"] == answer["Refresh"]
    assert f"Повторите через {answer['Retry-After']} секунд" in text(answer)
    for path in ("/healthz", "/opening/999/state/"):
        assert Client().get(path).status_code in (200, 404), path


def test_an_application_is_sent_again_as_it_was(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    form = hidden(check_page(scene)) | {"comment": "Звоните «вечером» <после 18>"}
    door = Door(places=1, waiting=0)
    assert door.enter()
    monkeypatch.setattr(middleware, "door", door)
    answer = scene.client.post("/cabinet/apply/", urlencode(form, doseq=True), content_type=middleware.FORM)
    assert answer.status_code == 503 and "Refresh" not in answer
    assert "заявка отправится сама" in text(answer)
    assert f'data-again="{answer["Retry-After"]}"' in answer.content.decode()
    again = hidden(answer)
    assert again["key"] == form["key"] and "<после" not in answer.content.decode()
    door.leave()
    sent = {name: [one.replace("&lt;", "<").replace("&gt;", ">") for one in values] for name, values in again.items()}
    for _ in range(2):  # the page sent it and the person pressed the button
        assert scene.client.post("/cabinet/apply/", sent).status_code == 302
    row = Application.objects.get()
    assert row.comment == "Звоните «вечером» <после 18>"


def test_a_password_is_never_repeated(full_house: Door) -> None:
    answer = Client().post("/account/login/", {"login": "a@example.org", "password": "тайное-слово"})
    assert answer.status_code == 503 and "тайное-слово" not in answer.content.decode()
