"""Pages of planning as people use them: the table, an item with its rows, evidence, approval, files, import."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from opora.catalogue.models import Programme
from opora.planning import services
from opora.planning.models import Evidence, FoundingStep, PlanItem

from .test_import import word
from .world import NOW, TODAY, Town

DAY = TODAY.isoformat()


@pytest.fixture
def head(town: Town, client: Client) -> Client:
    return signed_in(town, client, "centre_head")


def signed_in(town: Town, client: Client, role: str) -> Client:
    client.force_login(town.access.accounts[role], backend="opora.people.backends.AccountBackend")
    return client


def url(name: str, *args: object) -> str:
    return reverse(f"planning:{name}", args=args)


def test_the_plan_is_the_table_that_people_know(town: Town, head: Client) -> None:
    town.item("1.1", content="Медиаплан", quantity="1 медиаплан", report_form="Приказ", responsible="Белозёрова М. С.")
    town.item("3.1", content="Договоры", quantity="не менее 6 договоров", due="сентябрь", responsible="Липова В. А.")
    page = head.get(url("plan", town.plan.pk)).content.decode()
    for text in ("Медиаплан", "0 из 6", "Просрочено", "В работе", "Белозёрова М. С.", "Выполнено 0 из 2"):
        assert text in page.replace("\u00a0", " "), text
    filtered = head.get(url("plan", town.plan.pk), {"responsible": "Липова В. А."}).content.decode()
    assert "Договоры" in filtered
    assert "Медиаплан" not in filtered.split("plan-section")[1]
    assert head.get(url("plan", town.plan.pk), {"section": "x", "year": "1", "state": "?"}).status_code == 200
    assert head.get(url("newest")).headers["Location"] == url("plan", town.plan.pk)


def test_an_item_opens_the_rows_behind_its_figure(town: Town, head: Client) -> None:
    item = town.item(quantity="не менее 1 программы", due="в течение года")
    services.bind(town.head, item=item, measure="programmes_published")
    name = town.own.objects["programme"].name
    Programme.objects.filter(pk=town.own.objects["programme"].pk).update(published_at=NOW)
    page = head.get(url("item", item.pk)).content.decode()
    assert "Из чего сложилось" in page
    assert name in page
    assert "Выполнено" in page


def test_names_are_closed_to_those_who_see_only_totals(town: Town, client: Client) -> None:
    item = town.item(quantity="не менее 1 зачисления")
    services.bind(town.head, item=item, measure="enrolments_begun", counted_from=dt.date(2026, 1, 1))
    child = str(town.own.objects["child"])
    assert child in signed_in(town, client, "centre_head").get(url("item", item.pk)).content.decode()
    page = signed_in(town, client, "observer").get(url("item", item.pk)).content.decode()
    assert child not in page
    assert "виден только итог" in page


def test_evidence_with_a_file_goes_round(town: Town, head: Client) -> None:
    item = town.item(due="сентябрь")
    address = url("evidence", item.pk)
    assert head.post(address, {"date": DAY}).status_code == 422
    file = SimpleUploadedFile("Справка.pdf", b"%PDF-1.7", "application/pdf")
    answer = head.post(address, {"date": DAY, "text": "Справка", "closes": "on", "file": file})
    assert answer.status_code == 302
    one = Evidence.objects.get(item=item)
    assert b"".join(head.get(url("evidence_file", one.pk))) == b"%PDF-1.7"
    assert "Выполнено" in head.get(url("item", item.pk)).content.decode()
    assert head.post(url("withdraw", one.pk), {"reason": "Ошибка"}).status_code == 302
    assert "отозвано: Ошибка" in head.get(url("item", item.pk)).content.decode()
    wrong = SimpleUploadedFile("x.exe", b"MZ", "application/octet-stream")
    refused = head.post(address, {"date": DAY, "text": "Справка", "file": wrong})
    assert refused.status_code == 422
    assert "Такой файл не хранится" in refused.content.decode()


def test_a_measure_is_chosen_in_two_steps(town: Town, head: Client) -> None:
    item = town.item(quantity="не менее 2 программ")
    address = url("measure", item.pk)
    assert "Опубликовано программ" in head.get(address).content.decode()
    chosen = head.get(address, {"measure": "programmes_published"}).content.decode()
    assert "Форма обучения" in chosen
    data = {"measure": "programmes_published", "by_level": "advanced", "by_study_form": ""}
    assert head.post(address, data).status_code == 302
    item.refresh_from_db()
    assert (item.measure, item.narrowing) == ("programmes_published", {"level": "advanced"})
    assert head.post(address, {"measure": ""}).status_code == 302
    item.refresh_from_db()
    assert item.measure == ""
    assert head.post(address, {"measure": "nothing"}).status_code == 422


def test_the_road_to_approval(town: Town, client: Client) -> None:
    town.item(content="Медиаплан")
    head = signed_in(town, client, "centre_head")
    assert head.post(url("act", town.plan.pk, "submit")).status_code == 302
    coordinator = signed_in(town, Client(), "coordinator")
    page = coordinator.get(url("approval", town.plan.pk)).content.decode()
    assert "Решение координатора" in page
    assert coordinator.post(url("approval", town.plan.pk), {"decision": "return"}).status_code == 422
    sent = coordinator.post(url("approval", town.plan.pk), {"decision": "return", "remark": "Назовите сроки"})
    assert sent.status_code == 302
    assert "Назовите сроки" in head.get(url("plan", town.plan.pk)).content.decode()
    head.post(url("act", town.plan.pk, "submit"))
    coordinator.post(url("approval", town.plan.pk), {"decision": "approve", "document": "Приказ № 7"})
    assert "Приказ № 7" in head.get(url("plan", town.plan.pk)).content.decode()
    assert "Медиаплан" in head.get(url("version", town.plan.pk, 1)).content.decode()
    assert head.get(url("version", town.plan.pk, 9)).status_code == 404
    assert head.post(url("approval", town.plan.pk), {"decision": "approve"}).status_code == 403


def test_items_are_written_on_the_kit(town: Town, head: Client) -> None:
    section = town.section(1)
    page = head.get(f"/office/plan_items/new/?section={section.pk}").content.decode()
    assert section.title in page
    data = {"section": section.pk, "content": "Медиаплан", "due": "вчера"}
    refused = head.post("/office/plan_items/new/", data)
    assert refused.status_code == 422
    assert "не понят" in refused.content.decode()
    assert head.post("/office/plan_items/new/", data | {"due": "май"}).status_code == 302
    item = PlanItem.objects.get(plan=town.plan)
    assert (item.number, item.due_on) == ("1.1", dt.date(2026, 5, 31))
    assert head.post(url("cancel", item.pk), {"reason": ""}).status_code == 422
    assert head.post(url("cancel", item.pk), {"reason": "Не нужен"}).status_code == 302
    assert "Пункт отменён" in head.get(url("item", item.pk)).content.decode()
    assert head.post(url("restore", item.pk)).status_code == 302


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_papers_are_downloaded(town: Town, head: Client, kind: str) -> None:
    town.item(content="Медиаплан")
    answer = head.get(url("paper", town.plan.pk, kind))
    assert answer.status_code == 200
    assert answer.content.startswith(b"PK")
    assert head.get(url("paper", town.plan.pk, "pdf")).status_code == 404


def test_a_file_goes_into_the_plan_it_was_opened_for(town: Town, head: Client, tmp_path: Path) -> None:
    other = services.create_plan(town.head, centre=town.centre, year=2027)
    path = word(tmp_path / "План.docx")
    address = f"/office/plan_items/import/?into={town.plan.slug}"
    assert f'value="{town.plan.slug}"' in head.get(address).content.decode()
    file = SimpleUploadedFile("План.docx", path.read_bytes())
    checked = head.post(
        "/office/plan_items/import/", {"file": file, "do": "check", "into": town.plan.slug}, follow=True
    )
    assert "Файл проверен" in checked.content.decode()
    upload = checked.context["upload"]
    written = head.post("/office/plan_items/import/", {"upload": upload, "do": "write"}, follow=True)
    assert "Загружено" in written.content.decode()
    assert PlanItem.objects.filter(plan=town.plan).count() == 11
    assert not PlanItem.objects.filter(plan=other).exists()


def test_concepts_show_what_is_reached(town: Town, head: Client) -> None:
    target = town.own.objects["concept_target"]
    page = head.get(url("concept", town.own.objects["concept"].pk)).content.decode()
    assert "Охват" in page
    assert "Достигнуто 0 из 1" in page
    course = head.get(url("target", target.pk))
    assert course.status_code == 200
    assert "По месяцам" in course.content.decode()
    assert head.post(url("target", target.pk), {"text": "x"}).status_code == 404


def test_the_founding_checklist(town: Town, head: Client) -> None:
    step = town.own.objects["founding_step"]
    page = head.get(url("founding"), {"centre": town.centre.pk}).content.decode()
    assert "Сделано 0 из 1" in page.replace("\u00a0", " ")
    FoundingStep.objects.filter(pk=step.pk).update(file=None)
    assert head.post(url("close_step", step.pk), {"done_on": DAY}).status_code == 422
    act = town.own.objects["legal_act"].pk
    assert head.post(url("close_step", step.pk), {"done_on": DAY, "legal_act": act}).status_code == 302
    assert "Сделано 1 из 1" in head.get(url("founding"), {"centre": town.centre.pk}).content.decode().replace(
        "\u00a0", " "
    )
    assert head.get(url("founding"), {"centre": town.access.foreign.objects["centre"].pk}).status_code == 404


def test_the_overdue_list_grows_without_more_queries(town: Town, head: Client, django_assert_max_num_queries) -> None:
    town.item("1.1", due="май")
    town.approve()
    head.get(url("overdue"))
    with django_assert_max_num_queries(30) as first:
        assert "1.1" in head.get(url("overdue")).content.decode()
    services.act_on_plan(town.head, plan=town.plan, code="amend")
    for number in range(2, 8):
        town.item(f"1.{number}", due="июнь")
    with django_assert_max_num_queries(len(first)):
        assert "1.7" in head.get(url("overdue")).content.decode()
