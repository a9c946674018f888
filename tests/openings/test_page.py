"""The public page of an opening: true numbers, nothing about anybody, one count a second."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from opora.catalogue import services as catalogue
from opora.catalogue.models import Group
from opora.core import clock
from opora.core.access import Actor
from opora.enrolment import services
from opora.navigator import openings
from tests.cabinet.conftest import Scene
from tests.cabinet.test_apply import text

from .conftest import OPENS, Draft


def seen(pk: int) -> str:
    openings.kept.forget()
    page, part = Client().get(f"/opening/{pk}/"), Client().get(f"/opening/{pk}/state/")
    assert page.status_code == part.status_code == 200
    assert text(part).strip() in text(page)
    assert part["Cache-Control"] == "public, max-age=1" and not part.cookies
    return text(page)


def test_before_during_and_after(scene: Scene, later: Group, draft: Draft, coordinator: Actor) -> None:
    row = draft(note="Возьмите паспорт")
    assert Client().get(f"/opening/{row.pk}/").status_code == 404  # a draft is nobody's business
    catalogue.announce(coordinator, opening=row)
    with clock.frozen(OPENS - dt.timedelta(days=2, hours=3, minutes=5)):
        said = seen(row.pk)
        assert "Запись откроется 16 ноября в 10:00" in said and "До открытия 2 дня 3 часа" in said
        assert "Мест 2 в 1 группе 1 программы" in said and "Возьмите паспорт" in said
    with clock.frozen(OPENS):
        assert "Запись идёт" in seen(row.pk) and "Свободно мест 2 из 2 Подано заявок 0" in seen(row.pk)
    for number in range(3):
        with clock.frozen(OPENS + dt.timedelta(seconds=number * 50)):
            family = scene.world.family()
            services.apply(family.actor, child=family.child, group=later, funding="budget")
    with clock.frozen(OPENS + dt.timedelta(seconds=101)):
        said = seen(row.pk)
        assert "Свободно мест 0 из 2 Подано заявок 3 за последнюю минуту 2 Ждут в очереди 1" in said
        assert "Лесной" not in said and "parent" not in said
        catalogue.finish(coordinator, opening=row)
    with clock.frozen(OPENS + dt.timedelta(hours=1)):
        withdrawn = scene.world.family()
        services.apply(withdrawn.actor, child=withdrawn.child, group=later, funding="budget")
        said = seen(row.pk)
        assert "Запись завершена" in said and "Подано заявок 3 Ждут в очереди 2" in said


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (dt.timedelta(days=1), "1 день"),
        (dt.timedelta(days=11, hours=21, minutes=59), "11 дней 21 час"),
        (dt.timedelta(hours=2, minutes=15), "2 часа 15 минут"),
        (dt.timedelta(minutes=1, seconds=59), "1 минута"),
        (dt.timedelta(seconds=59), "меньше минуты"),
        (dt.timedelta(0), "меньше минуты"),
        (dt.timedelta(seconds=-1), ""),
    ],
)
def test_how_long(before: dt.timedelta, said: str, draft: Draft) -> None:
    assert openings.left(draft(), OPENS - before).replace("\u00a0", " ") == said


def test_one_count_serves_all_who_ask_within_a_second(
    scene: Scene, later: Group, draft: Draft, coordinator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = draft()
    catalogue.announce(coordinator, opening=row)
    assert Client().get(f"/opening/{row.pk}/state/").status_code == 200
    with CaptureQueriesContext(connection) as asked:
        for _ in range(5):
            assert Client().get(f"/opening/{row.pk}/state/").status_code == 200
    assert [one["sql"] for one in asked if "learning_group" in one["sql"]] == []
    monkeypatch.setattr(openings.time, "monotonic", lambda: openings.kept._kept[row.pk][0] + 0.01)
    with CaptureQueriesContext(connection) as asked:
        Client().get(f"/opening/{row.pk}/state/")
    assert any("learning_group" in one["sql"] for one in asked)


def test_list_and_programme_page(
    scene: Scene, later: Group, draft: Draft, coordinator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "не объявлено" in text(Client().get("/opening/"))
    row = draft()
    draft(name="Черновик")
    catalogue.announce(coordinator, opening=row)
    said = text(Client().get("/opening/"))
    assert "Объявлена Набор на весну 16 ноября в 10:00" in said and "Черновик" not in said
    monkeypatch.setattr("opora.navigator.programme.similar", lambda *_: [])
    scene.group.state = "closed"
    scene.group.save()
    page = text(Client().get(f"/navigator/{scene.world.programme.slug}-{scene.world.programme.pk}/"))
    assert "Запись откроется 16 ноября в 10:00" in page
