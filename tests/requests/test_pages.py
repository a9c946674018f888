"""The pages as people use them: a form is built, asked with, filled in; two people, wrong values, no scripts."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from opora.monitoring.requests.models import DataRequest
from opora.people.models import Account
from opora.surveys.models import FormTemplate
from opora.surveys.queries import draft
from opora.surveys.rules.definition import from_json

from .conftest import ANSWER, Land
from .test_road import answer_of, answered, sent

FORMS = "/office/form_templates/"


def as_(role: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(email=f"{role}@example.org"), backend="opora.people.backends.AccountBackend")
    return client


def test_a_form_is_built_without_scripts(land: Land) -> None:
    client = as_("centre_head")
    made = client.post(f"{FORMS}new/", {"title": "Каникулы"})
    template = FormTemplate.objects.get(title="Каникулы")
    page = f"{FORMS}{template.pk}/"
    assert made.headers["Location"] == page

    def step(op: str, **more: str) -> Any:
        version = draft(template.pk)
        assert version is not None
        return client.post(f"{page}do/step/", {"op": op, "revision": version.revision, **more})

    def form() -> Any:
        return from_json(draft(template.pk).definition)  # type: ignore[union-attr]

    assert step("field_add:1", kind="table", title="Дети").headers["Location"] == f"{page}fields/1/"
    step("section_add:", title="Выводы")
    step("field_add:2", kind="text", title="Что мешает")
    table = {
        "revision": str(draft(template.pk).revision), "title": "Дети", "col-1-code": "3", "col-1-title": "Всего",  # type: ignore[union-attr]
        "col-1-kind": "number", "col-1-digits": "0", "row-1-code": "01", "row-1-title": "город", "rows_list": "село",
        "op": "col_add",
    }  # fmt: skip
    assert client.get(f"{page}fields/1/").status_code == 200
    assert client.post(f"{page}fields/1/", table).status_code == 302
    [one] = form().sections[0].fields
    assert [c.code for c in one.columns] == ["3", "4"] and [r.title for r in one.rows] == ["город", "село"]
    stale = client.post(f"{page}fields/1/", {**table, "title": "Другое"}, follow=True)
    assert "форму изменил кто-то другой" in stale.content.decode()
    check = f"{page}sections/1/checks/new/"
    wrong = client.post(check, {"text": "Гр. 9 >= Гр. 3", "revision": draft(template.pk).revision})  # type: ignore[union-attr]
    assert wrong.status_code == 422 and "нет графы 9" in wrong.content.decode()
    client.post(check, {"text": "Гр. 3 >= Гр. 4", "revision": draft(template.pk).revision})  # type: ignore[union-attr]
    step("section_up:2")
    assert [section.title for section in form().sections] == ["Выводы", "Общие сведения"]
    assert form().checks[0].section == "2"
    assert client.get(page).status_code == client.get(f"{page}preview/").status_code == 200
    published = client.post(f"{page}do/publish/", follow=True)
    assert "Форма действует, версия 1" in published.content.decode()
    client.post(f"{page}do/draft/")
    assert draft(template.pk).number == 2  # type: ignore[union-attr]


def test_an_empty_form_is_not_published(land: Land) -> None:
    client = as_("centre_head")
    client.post(f"{FORMS}new/", {"title": "Пустая"})
    template = FormTemplate.objects.get(title="Пустая")
    answer = client.post(f"{FORMS}{template.pk}/do/publish/", follow=True).content.decode()
    assert "В форме нет ни одного поля" in answer and "Раздел 1 пуст" in answer


def test_a_copy_is_a_form_of_its_own(land: Land) -> None:
    assert land.version is not None
    client = as_("regional_operator")
    client.post(f"{FORMS}new/", {"title": "Копия", "sample": str(land.version.template_id)})
    copy = FormTemplate.objects.get(title="Копия")
    version = draft(copy.pk)
    assert version is not None and version.definition == land.version.definition


def test_a_request_is_made_sent_and_answered(land: Land) -> None:
    assert land.version is not None
    client = as_("regional_operator")
    body = {
        "place": f"region:{land.region.pk}", "subject": "Итоги", "template": str(land.version.template_id),
        "audience": "centres", "working_days": "3",
    }  # fmt: skip
    to = client.post("/office/data_requests/new/", body).headers["Location"]
    one = DataRequest.objects.get()
    assert to == f"/office/data_requests/{one.pk}/recipients/" and client.get(to).status_code == 200
    client.post(to, {"do": "all"})
    said = client.post(f"/office/data_requests/{one.pk}/do/send/", follow=True).content.decode()
    assert "Запрос № 1 отправлен" in said
    again = client.post(f"/office/data_requests/{one.pk}/do/send/", follow=True).content.decode()
    assert "второй раз он не уйдёт" in again
    mine = answer_of(one, centre=land.centres[0])
    head, page = as_("centre_head"), f"/office/data_request_answers/{mine.pk}/"
    assert client.get(page).content.decode().count("Ответ ещё не отправлен") >= 1
    assert head.get(page).status_code == head.get(f"{page}fill/1/").status_code == 200
    wrong = head.post(f"{page}fill/1/", {**ANSWER, "v-1": "много", "revision": "0"})
    assert (
        wrong.status_code == 422
        and "«много» – не число" in wrong.content.decode()
        and 'value="30"' in wrong.content.decode()
    )
    head.post(f"{page}fill/1/", {**ANSWER, "revision": "0", "go": "next"})
    late = head.post(f"{page}fill/1/", {**ANSWER, "v-1": "13", "revision": "0"})
    assert (
        late.status_code == 409
        and "другой человек: 12" in late.content.decode()
        and 'value="13"' in late.content.decode()
    )
    assert "исходящий № 1" in head.post(f"{page}do/send/", follow=True).content.decode()
    for file in ("letter.docx", "answer.xlsx"):
        assert head.get(page + file).status_code == 200
    returned = client.post(page, {"remarks": "Уточните село"}, follow=True).content.decode()
    assert "возвращён с замечаниями" in returned
    assert client.get(f"/office/data_requests/{one.pk}/summary/").status_code == 200


def test_an_observer_sees_sums_without_texts(land: Land) -> None:
    one = sent(land)
    manager = land.actors["provider_manager"]
    mine = answer_of(one, land.organisations[0])
    from opora.monitoring.requests.services import answering

    answering.save_section(manager, pk=mine.pk, section="2", posted={"v-3": "Иванова Анна не пришла"}, revision=0)
    answered(land, one)
    page = f"/office/data_requests/{one.pk}/summary/"
    seen = as_("observer").get(page).content.decode()
    assert "Иванова" not in seen and ">30" in seen.replace(" ", "")
    assert "Иванова" in as_("centre_head").get(page).content.decode()
    assert as_("observer").get(f"/office/data_request_answers/{mine.pk}/").status_code == 403


@pytest.mark.parametrize("path", ["/office/data_requests/new/", f"{FORMS}new/"])
def test_new_pages_open(land: Land, path: str) -> None:
    assert as_("coordinator").get(path).status_code == 200
