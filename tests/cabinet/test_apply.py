"""Applying in the cabinet: the exact split, refusals with reasons, one application per submit."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.test import Client

from opora.core import clock
from opora.enrolment import services
from opora.enrolment.models import Application, Contract
from opora.people.models import Consent, ConsentText
from opora.territory.models import Locality

from .conftest import Scene

NBSP = "\u00a0"


def text(response: Any) -> str:
    """What a person reads: tags away, no-break spaces plain."""
    bare = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(bare).replace(NBSP, " "))


def hidden(response: Any) -> dict[str, Any]:
    """Names and values of the hidden fields of the page."""
    found: dict[str, Any] = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', response.content.decode()):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and name[1] != "csrfmiddlewaretoken":
            found.setdefault(name[1], []).append(value[1])
    return found


def check_page(scene: Scene, funding: str = "certificate") -> Any:
    query = {"group": scene.group.pk, "child": scene.child.public_id, "funding": funding}
    return scene.client.get("/cabinet/apply/", query)


def test_whole_road(scene: Scene) -> None:
    first = scene.client.get("/cabinet/apply/", {"group": scene.group.pk})
    assert first.status_code == 302 and str(scene.child.public_id) in first["Location"]
    choice = scene.client.get(first["Location"])
    assert "Сертификат платит 5 066,40 ₽, вы платите 562,94 ₽" in text(choice)
    page = check_page(scene)
    seen = text(page)
    assert "Сертификат платит 5 066,40 ₽, вы платите 562,94 ₽" in seen
    assert "октябрь 2026 1 250,98 ₽ 139,00 ₽" in seen and "декабрь 2026 1 907,71 ₽ 211,97 ₽" in seen
    assert "Организация ответит не позже 15 октября, чт" in seen
    done = scene.client.post("/cabinet/apply/", hidden(page) | {"comment": "Звоните вечером"}, follow=True)
    application = Application.objects.get()
    assert f"Заявка № {application.pk} принята" in text(done)
    assert (application.state, application.funding, application.comment) == (
        "submitted",
        "certificate",
        "Звоните вечером",
    )
    assert application.guardian_sum + application.certificate_sum == application.total_sum


def test_double_submit_makes_one_application(scene: Scene) -> None:
    form = hidden(check_page(scene))
    answers = [scene.client.post("/cabinet/apply/", form)["Location"] for _ in range(2)]
    assert answers[0] == answers[1]
    assert Application.objects.count() == 1


def test_changed_sum_is_refused_and_shown_again(scene: Scene) -> None:
    form = hidden(check_page(scene))
    scene.group.price = "20000.00"
    scene.group.save()
    again = scene.client.post("/cabinet/apply/", form)
    assert again.status_code == 409 and Application.objects.count() == 0
    assert "Пока вы заполняли заявку, сумма изменилась" in text(again)
    fresh = hidden(again)
    assert fresh[f"sum-{scene.child.public_id}"] != form[f"sum-{scene.child.public_id}"]
    assert scene.client.post("/cabinet/apply/", fresh).status_code == 302
    assert Application.objects.count() == 1


def test_all_reasons_at_once_with_what_to_do(scene: Scene) -> None:
    other = scene.world.family(birth_date=dt.date(2008, 10, 1), sex="f", municipality=None)
    group = scene.world.group(sex="m", age_to=10, residents_only=True, needs_medical=True, for_budget=False)
    client = scene.browser(other)
    page = client.get("/cabinet/apply/", {"group": group.pk, "child": other.child.public_id})
    seen = text(page)
    for part in (
        "записаться сейчас нельзя",
        "Группа для возраста 5–10 лет",
        "Группа только для мальчиков",
        "место жительства ребёнка не указано",
        "нужен медицинский допуск",
        "У ребёнка нет сертификата",
        "Основание: 273-ФЗ",
    ):
        assert part in seen, part
    assert f"/cabinet/children/{other.child.public_id}/safety/" in page.content.decode()
    sent = {"group": group.pk, "child": other.child.public_id, "funding": "paid"}
    refused = client.post("/cabinet/apply/", sent | {f"sum-{other.child.public_id}": "0.00", "key": "k" * 10})
    assert refused.status_code == 409 and not Application.objects.exists()


def test_strangers_child_and_bad_input(scene: Scene) -> None:
    stranger = scene.world.family().child
    group = {"group": scene.group.pk}
    assert scene.client.get("/cabinet/apply/", group | {"child": stranger.public_id}).status_code == 404
    posted = group | {"child": stranger.public_id, "funding": "paid", f"sum-{stranger.public_id}": "0"}
    assert scene.client.post("/cabinet/apply/", posted).status_code == 404
    for value in ("abc", "-1", "999999999", "1e3", "²"):
        assert scene.client.get("/cabinet/apply/", {"group": value}).status_code == 404, value
    assert scene.client.get("/cabinet/apply/", group | {"child": "не число"}).status_code == 404
    wrong = scene.client.get("/cabinet/apply/", group | {"child": scene.child.public_id, "starts_on": "32.13"})
    assert wrong.status_code == 422 and "Укажите дату полностью" in text(wrong)
    odd = scene.client.get("/cabinet/apply/", group | {"child": scene.child.public_id, "funding": "gold"})
    assert odd.status_code == 200 and "Как оплатим" in text(odd)
    form = hidden(check_page(scene))
    form[f"sum-{scene.child.public_id}"] = ["много"]
    assert scene.client.post("/cabinet/apply/", form).status_code == 200 and not Application.objects.exists()
    assert Client().get("/cabinet/apply/", group).status_code == 302  # to the entrance, and back


def test_clash_warns_only(scene: Scene) -> None:
    services.apply(scene.family.actor, child=scene.child, group=scene.group, funding="budget")
    other = scene.world.group()
    slot = scene.group.slots.get()
    slot.pk, slot.group = None, other
    slot.save()
    page = scene.client.get("/cabinet/apply/", {"group": other.pk, "child": scene.child.public_id, "funding": "paid"})
    assert "Занятия совпадают по времени: вторник 16:30" in text(page)
    assert scene.client.post("/cabinet/apply/", hidden(page)).status_code == 302


def test_full_group_waits_and_the_place_comes(scene: Scene) -> None:
    group = scene.world.group(capacity=1)
    first = scene.world.family()
    held = services.apply(first.actor, child=first.child, group=group, funding="budget")
    page = scene.client.get(
        "/cabinet/apply/", {"group": group.pk, "child": scene.child.public_id, "funding": "certificate"}
    )
    assert "Вы встанете в лист ожидания, место в очереди: 1" in text(page)
    done = scene.client.post("/cabinet/apply/", hidden(page), follow=True)
    assert "Вы в листе ожидания, место в очереди: 1" in text(done)
    services.withdraw(first.actor, application=held.application_id)
    application = Application.objects.get(child=scene.child)
    assert application.state == "place_offered"
    card = scene.client.get(f"/cabinet/applications/{application.public_id}/")
    seen = text(card)
    assert "Ответьте до 14 октября, ср, 12:00: осталось 2 дня" in seen and "Сертификат платит 5 066,40 ₽" in seen
    assert "Есть место" in text(scene.client.get("/cabinet/"))
    wrong = scene.client.post(
        f"/cabinet/applications/{application.public_id}/answer/", {"answer": "yes", "sum": "1.00"}
    )
    assert wrong.status_code == 409 and "сумма изменилась" in text(wrong)
    scene.client.post(f"/cabinet/applications/{application.public_id}/answer/", hidden(card) | {"answer": "yes"})
    application.refresh_from_db()
    assert application.state == "submitted"


def test_declined_place_passes_on(scene: Scene) -> None:
    group = scene.world.group(capacity=1)
    first, last = scene.world.family(), scene.world.family()
    held = services.apply(first.actor, child=first.child, group=group, funding="budget")
    mine = services.apply(scene.family.actor, child=scene.child, group=group, funding="budget")
    after = services.apply(last.actor, child=last.child, group=group, funding="budget")
    services.withdraw(first.actor, application=held.application_id)
    scene.client.post(f"/cabinet/applications/{mine.public_id}/answer/", {"answer": "no"})
    assert [Application.objects.get(pk=one.application_id).state for one in (mine, after)] == [
        "withdrawn",
        "place_offered",
    ]


@pytest.mark.parametrize("together", ["yes", "no"])
def test_siblings(scene: Scene, together: str) -> None:
    family = scene.world.family(children=2)
    group = scene.world.group(capacity=1)
    client = scene.browser(family)
    who = client.get("/cabinet/apply/", {"group": group.pk})
    assert who.status_code == 200 and "Кого записываем" in text(who)
    assert client.get("/cabinet/apply/", {"group": group.pk, "asked": "1"}).status_code == 422
    ids = [child.public_id for child in family.children]
    page = client.get("/cabinet/apply/", {"group": group.pk, "child": ids, "funding": "budget"})
    assert client.post("/cabinet/apply/", hidden(page) | {"together": together}).status_code == 302
    states = sorted(Application.objects.values_list("state", flat=True))
    assert states == (["waiting", "waiting"] if together == "yes" else ["submitted", "waiting"])


def test_family_without_children_is_led_to_add_one_and_back(scene: Scene) -> None:
    family = scene.world.family(children=0)
    client = scene.browser(family)
    place = Locality.objects.create(municipality=scene.world.municipality, name="Ольховка")
    scene.world.municipality.is_served = True
    scene.world.municipality.save()
    page = client.get("/cabinet/apply/", {"group": scene.group.pk})
    assert "Сначала добавьте ребёнка" in text(page)
    link = re.search(r'href="(/cabinet/children/add/\?[^"]*)"', page.content.decode())
    assert link
    client.get(html.unescape(link[1]))
    born = {"last_name": "Лесная", "first_name": "Даша", "birth_date": "2016-05-01", "sex": "f"}
    client.post("/cabinet/children/add/", born)
    client.post("/cabinet/children/add/where/", {"locality": place.pk})
    form = client.get("/cabinet/children/add/check/").context["form"]
    answers = {name: "on" for name in form.fields if name != "relation"} | {"relation": "mother"}
    back = client.post("/cabinet/children/add/check/", answers)
    assert back.status_code == 302 and back["Location"] == f"/cabinet/apply/?group={scene.group.pk}"
    outside = client.get("/cabinet/children/add/", {"next": "https://example.org/"})
    assert outside.status_code == 200 and "return_to" not in client.session


def test_refusal_is_shown_with_its_reason(scene: Scene) -> None:
    done = services.apply(scene.family.actor, child=scene.child, group=scene.group, funding="budget")
    from opora.core.reasons import Reason

    services.refuse(
        scene.world.manager, application=done.application_id, reasons=[Reason("tests", "Не пройден отбор.")]
    )
    seen = text(scene.client.get(f"/cabinet/applications/{done.public_id}/"))
    assert "Причина: Не пройден отбор." in seen and "Подать новую заявку" in seen


def test_withdrawing(scene: Scene) -> None:
    done = services.apply(scene.family.actor, child=scene.child, group=scene.group, funding="certificate")
    page = scene.client.get(f"/cabinet/applications/{done.public_id}/withdraw/")
    assert "5 066,40 ₽ вернутся на сертификат сразу" in text(page)
    scene.client.post(f"/cabinet/applications/{done.public_id}/withdraw/", {"reason": "Передумали"})
    assert Application.objects.get().state == "withdrawn" and Contract.objects.get().state == "withdrawn"
    again = scene.client.post(f"/cabinet/applications/{done.public_id}/withdraw/", {})
    assert again.status_code == 200 and Application.objects.get().state == "withdrawn"


def test_leaving_a_budget_place(scene: Scene) -> None:
    done = services.apply(scene.family.actor, child=scene.child, group=scene.group, funding="budget")
    services.confirm(scene.world.manager, application=done.application_id)
    services.enrol(scene.world.manager, application=done.application_id)
    url = f"/cabinet/applications/{done.public_id}/leave/"
    early = scene.client.post(url, {"on": "2026-10-01"})
    assert early.status_code == 200 and "День отчисления" in text(early)
    assert scene.client.post(url, {"on": "2026-10-20"}).status_code == 302
    assert "Последний день 20 октября 2026" in text(scene.client.get(f"/cabinet/applications/{done.public_id}/"))


def test_strangers_pages_are_hidden(scene: Scene) -> None:
    done = services.apply(scene.family.actor, child=scene.child, group=scene.group, funding="certificate")
    contract = Contract.objects.get()
    stranger = scene.browser(scene.world.family())
    for path in (
        f"/cabinet/applications/{done.public_id}/",
        f"/cabinet/applications/{done.public_id}/withdraw/",
        f"/cabinet/applications/{done.public_id}/leave/",
        f"/cabinet/contracts/{contract.public_id}/",
        f"/cabinet/contracts/{contract.public_id}/print/",
        f"/cabinet/contracts/{contract.public_id}/terminate/",
        f"/cabinet/children/{scene.child.public_id}/timetable/",
        f"/cabinet/children/{scene.child.public_id}/calendar/",
        f"/cabinet/children/{scene.child.public_id}/safety/",
    ):
        assert stranger.get(path).status_code == 404, path
        assert Client().get(path).status_code == 302, path
    assert stranger.post(f"/cabinet/contracts/{contract.public_id}/accept/").status_code == 404
    assert stranger.post(f"/cabinet/applications/{done.public_id}/answer/").status_code == 404


def test_safety_card_needs_consent_for_health(scene: Scene) -> None:
    url = f"/cabinet/children/{scene.child.public_id}/safety/"
    values = {"collectors": "Лесная Анна, мама", "medical_until": "2027-05-01"}
    refused = scene.client.post(url, values)
    assert refused.status_code == 200 and "Отметьте согласие" in text(refused)
    assert scene.client.post(url, values | {"health_consent": "on"}).status_code == 302
    assert Consent.objects.filter(child=scene.child, text__kind=ConsentText.Kind.SENSITIVE).count() == 1
    group = scene.world.group(needs_medical=True)
    with clock.frozen(dt.datetime(2026, 10, 13, 9, tzinfo=dt.UTC)):
        assert services.quote(scene.family.actor, child=scene.child, group=group, funding="budget").possible
