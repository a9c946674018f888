"""Two roads end to end in the browser: siblings who wait together, a class that goes on after New Year."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from opora.core import clock
from opora.core.models import Letter
from opora.enrolment import invariants, services
from opora.enrolment.models import Application, Contract
from opora.people.models import Account
from tests.enrolment.world import make_world

from .conftest import Scene


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode().replace("\xa0", " ").replace("\u202f", " "))


def hidden(response: Any) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', response.content.decode())
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def office(scene: Scene) -> Client:
    made = Client()
    made.force_login(Account.objects.get(pk=scene.world.manager.account_id))
    return made


def test_siblings_wait_are_passed_over_and_get_their_places_together(scene: Scene) -> None:
    group = scene.world.group(capacity=1)
    holder, family, single = scene.world.family(), scene.world.family(children=2), scene.world.family()
    first = services.apply(holder.actor, child=holder.child, group=group, funding="budget")
    both = family.children
    browser = scene.browser(family)
    asked = "&".join([f"child={one.public_id}" for one in both] + [f"funding-{one.public_id}=budget" for one in both])
    page = browser.get(f"/cabinet/apply/?group={group.pk}&{asked}&starts_on=2026-10-12")
    assert "Только вместе" in text(page)
    sent = hidden(page) | {"child": [str(one.public_id) for one in both], "together": "yes"}
    assert browser.post("/cabinet/apply/", sent).status_code == 302
    waiting = list(Application.objects.filter(child__in=both).order_by("pk"))
    assert [one.state for one in waiting] == ["waiting", "waiting"] and len({one.bundle for one in waiting}) == 1
    services.apply(single.actor, child=single.child, group=group, funding="budget")
    services.withdraw(holder.actor, application=first.application_id)
    card = text(browser.get(f"/cabinet/applications/{waiting[0].public_id}/"))
    assert "Вы просили записать детей только вместе" in card
    told = Letter.objects.get(kind="bundle_passed_over", account_id=family.account.pk)
    assert "Ваше место в очереди сохраняется" in told.body
    assert office(scene).post(f"/office/groups/{group.pk}/capacity/", {"capacity": "3"}).status_code == 302
    assert Letter.objects.filter(kind="place_offered", account_id=family.account.pk).count() == 2
    for one in waiting:
        shown = browser.get(f"/cabinet/applications/{one.public_id}/")
        assert browser.post(f"/cabinet/applications/{one.public_id}/answer/", hidden(shown) | {"answer": "yes"})
    assert set(Application.objects.filter(child__in=both).values_list("state", flat=True)) == {"submitted"}
    assert not invariants.broken()


@pytest.mark.parametrize("order", ["provider first", "family first"])
def test_a_class_goes_on_after_new_year_when_both_sides_say_so(scene: Scene, order: str) -> None:
    applied = services.apply(scene.family.actor, child=scene.child, group=scene.group, funding="certificate")
    desk = office(scene)
    card = f"/office/applications/{applied.public_id}/"
    assert "организация ещё не ответила" in text(desk.get(card))
    if order == "provider first":
        desk.post(f"{card}prolong/", {"agrees": "yes"})
        assert "организация согласна продолжить" in text(desk.get(card))
    assert desk.post(f"{card}confirm/").status_code == 302
    first = Contract.objects.get()
    address = f"/cabinet/contracts/{first.public_id}/"
    page = scene.client.get(address)
    assert ("Продолжить занятия после Нового года" in text(page)) == (order == "provider first")
    scene.client.post(
        f"{address}accept/", hidden(page) | {"prolongation": "1"} if order == "provider first" else hidden(page)
    )
    if order == "family first":
        assert "Хотим продолжить" in text(scene.client.get(address))
        scene.client.post(f"{address}prolong/", {"agrees": "yes"})
        assert "Организация ещё не ответила" in text(scene.client.get(address))
        desk.post(f"{card}prolong/", {"agrees": "yes"})
    assert "семья согласна" in text(desk.get(card))
    assert "Организация согласна" in text(scene.client.get(address))
    services.month_turn(dt.date(2026, 12, 1))
    done = services.expire_due(dt.datetime(2026, 12, 31, 22, tzinfo=dt.UTC))
    assert (done["prolonged"], done["ended"]) == (1, 0)
    second = Contract.objects.exclude(pk=first.pk).get()
    assert (second.certificate_sum, second.guardian_sum) == (Decimal("9444.78"), Decimal("1049.42"))
    letter = Letter.objects.get(kind="prolonged", account_id=scene.family.account.pk)
    assert "1 049,42" in letter.body.replace("\xa0", " ")
    with clock.frozen(dt.datetime(2027, 1, 11, 9, tzinfo=dt.UTC)):
        scene.client.force_login(scene.family.account)
        page = scene.client.get(f"/cabinet/contracts/{second.public_id}/")
        shown = text(page)
        assert "1 939,02" in shown and shown.count("1 876,44") >= 4
        scene.client.post(f"/cabinet/contracts/{second.public_id}/accept/", hidden(page))
        assert "После Нового года" not in text(scene.client.get(f"/cabinet/contracts/{second.public_id}/"))
    second.refresh_from_db()
    assert second.state == "active"
    assert not invariants.broken()


def test_one_side_alone_or_a_change_of_mind_prolongs_nothing(scene: Scene) -> None:
    applied = services.apply(scene.family.actor, child=scene.child, group=scene.group, funding="certificate")
    desk = office(scene)
    card = f"/office/applications/{applied.public_id}/"
    desk.post(f"{card}prolong/", {"agrees": "yes"})
    desk.post(f"{card}confirm/")
    first = Contract.objects.get()
    address = f"/cabinet/contracts/{first.public_id}/"
    scene.client.post(f"{address}accept/", hidden(scene.client.get(address)) | {"prolongation": "1"})
    scene.client.post(f"{address}prolong/", {"agrees": "no"})
    services.month_turn(dt.date(2026, 12, 1))
    done = services.expire_due(dt.datetime(2026, 12, 31, 22, tzinfo=dt.UTC))
    assert (done["prolonged"], done["ended"]) == (0, 1)
    refused = scene.client.post(f"{address}prolong/", {"agrees": "yes"})
    assert refused.status_code == 409 and "не продлевается" in text(refused)
    desk.post(f"{card}prolong/", {"agrees": "yes"})
    first.refresh_from_db()
    assert first.acceptance["guardian_prolongs"] is False
    assert not invariants.broken()


def test_siblings_go_to_groups_of_their_own(scene: Scene) -> None:
    """Each its group of the house; together or nobody, and the one who stands in the way is named."""
    younger = scene.world.group(name="Младшие", age_to=8, capacity=1)
    older = scene.world.group(name="Старшие", age_from=9)
    stranger = make_world().group()
    family = scene.world.family(children=2)
    first, second = family.children
    type(first).objects.filter(pk=first.pk).update(birth_date=dt.date(2019, 4, 2))
    browser = scene.browser(family)
    both = f"child={first.public_id}&child={second.public_id}"
    page = browser.get(f"/cabinet/apply/?group={younger.pk}&{both}")
    shown = text(page)
    assert f"Записать остальных, без {second.first_name}" in shown, "the elder is too old for this group"
    assert shown.count("Робототехника: Старшие") == 1, "a group is offered to whom it fits"
    alone = browser.get(f"/cabinet/apply/?group={younger.pk}&child={first.public_id}")
    assert "Записать остальных" not in text(alone) and "Показать оплату" not in text(alone)
    asked = f"/cabinet/apply/?group={younger.pk}&{both}&group-{second.public_id}={older.pk}"
    again = text(browser.get(f"{asked}&again={second.public_id}"))
    assert "Записать остальных" not in again and f'value="{older.pk}" selected' in again
    budget = "".join(f"&funding-{one.public_id}=budget" for one in (first, second))
    check = browser.get(asked + budget)
    assert "Робототехника: Старшие" in text(check) and "Проверьте заявку" in text(check)
    assert browser.get(f"{asked}&group-{first.public_id}={stranger.pk}").status_code == 404, "another house"
    assert browser.get(f"{asked}&group-{first.public_id}=x").status_code == 404
    sent = hidden(check) | {"child": [str(first.public_id), str(second.public_id)], "together": "yes"}
    older.window_from = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
    older.save(update_fields=["window_from"])
    refused = browser.post("/cabinet/apply/", sent)
    assert refused.status_code == 409 and not Application.objects.filter(child__in=(first, second)).exists()
    said = text(refused)
    assert "Записаться так нельзя" in said and said.index(second.first_name) < said.index("Запись откроется")
    older.window_from = None
    older.save(update_fields=["window_from"])
    assert browser.post("/cabinet/apply/", sent).status_code == 302
    done = dict(Application.objects.filter(child__in=(first, second)).values_list("child", "group"))
    assert done == {first.pk: younger.pk, second.pk: older.pk}
    assert not invariants.broken()
