"""Two more roads on a phone: a full group that frees a place, and a programme from a draft to the navigator."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from opora.catalogue.live import LiveIndex
from opora.core.models import Letter
from tests.access.world import Access
from tests.browser.conftest import NARROW, NewPage
from tests.browser.steps import apply, follow, look, press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": NARROW, "has_touch": True, "is_mobile": True}
ANNOTATION = (
    "Учимся играть в шахматы с первого хода: разбираем партии, решаем задачи и каждую субботу играем турнир. "
    "Доски и часы есть в кабинете, дома они не нужны."
)


def withdraw(page: Page) -> None:
    """The family takes its application back after reading what that means."""
    follow(page, page.get_by_role("link", name="Отозвать заявку"))
    look(page)
    press(page, "Отозвать заявку")
    expect(page.get_by_text("Заявка отозвана.").first).to_be_visible()


def wait_in_line(page: Page, group: int) -> None:
    """Apply to a full group: the page says why one waits and at which place, before and after the button."""
    page.goto(f"/cabinet/apply/?group={group}")
    page.locator("input[value=certificate]").check()
    press(page, "Дальше")
    look(page)
    expect(page.get_by_text("Свободных мест сейчас нет")).to_be_visible()
    expect(page.get_by_text("место в очереди: 1")).to_be_visible()
    press(page, "Встать в лист ожидания")
    look(page)
    expect(page.locator(".queue-place")).to_have_text(re.compile(r"^1\s"))
    expect(page.get_by_text("Очередь идёт по времени подачи")).to_be_visible()


def test_full_group(new_page: NewPage, world: Access) -> None:
    district = world.own.world
    group = district.group(capacity=1)
    first, second = district.family(), district.family()
    for family in (first, second):
        district.certificate(family.child)

    holder = new_page(account=first.account, **PHONE)
    apply(holder, True, group.pk)
    expect(holder.get_by_text("принята")).to_be_visible()

    page = new_page(account=second.account, **PHONE)
    wait_in_line(page, group.pk)
    application = page.url.split("?")[0]

    withdraw(holder)
    look(holder)

    assert Letter.objects.filter(kind="place_offered", account_id=second.account.pk).count() == 1
    page.goto("/cabinet/applications/")
    look(page)
    follow(page, page.get_by_role("link", name="Ответить"))
    look(page)
    expect(page).to_have_url(application)
    offer = page.locator("section", has=page.get_by_role("heading", name="Для ребёнка есть место"))
    expect(offer).to_contain_text(re.compile(r"Ответьте до 14\s+октября"))
    expect(offer).to_contain_text("Сертификат платит")
    press(page, "Согласиться на место")
    look(page)
    expect(page.get_by_text("Место ваше.")).to_be_visible()
    expect(page.get_by_text("Место за ребёнком. Организация проверит заявку")).to_be_visible()


def draft(page: Page) -> str:
    """A draft with its description; returns the address of the editor."""
    page.goto("/office/programmes/new/")
    look(page)
    page.get_by_label("Название").fill("Шахматный дебют")
    page.get_by_label("Направленность").select_option("sport")
    page.get_by_label("Возраст с").fill("7")
    page.get_by_label("Возраст по").fill("12")
    press(page, "Создать черновик")
    look(page)
    editor = page.url
    page.locator("[name=annotation]").fill(ANNOTATION)
    page.locator("[name=audience]").fill("Для всех желающих, подготовка не нужна.")
    press(page, "Сохранить")
    expect(page.get_by_text("Сохранено.")).to_be_visible()
    return editor


def module_and_group(page: Page, teacher: int, venue: int) -> None:
    """A module with hours and a price, a group in it, two lessons a week, enrolment open."""
    follow(page, page.get_by_role("link", name="Добавить модуль"))
    look(page)
    page.locator("[name=name]").fill("Первый год")
    page.locator("[name=hours]").fill("72")
    page.locator("[name=price]").fill("0")
    press(page, "Сохранить")
    look(page)
    follow(page, page.get_by_role("link", name=re.compile("Добавить группу")))
    look(page)
    page.locator("[name=teacher]").select_option(str(teacher))
    page.locator("[name=venue]").select_option(str(venue))
    page.locator("[name=for_budget]").check()
    press(page, "Сохранить")
    look(page)
    for number, day in enumerate(("2", "4")):
        page.locator(f"[name$='-{number}-weekday']").select_option(day)
        page.locator(f"[name$='-{number}-starts_at']").fill("16:00")
        page.locator(f"[name$='-{number}-ends_at']").fill("17:30")
    press(page, "Сохранить расписание")
    look(page)
    follow(page, page.get_by_role("link", name="К группе"))
    look(page)
    press(page, "Открыть запись")
    look(page)
    expect(page.get_by_role("button", name="Закрыть запись")).to_be_visible()


def decide(page: Page, decision: str, remark: str = "") -> None:
    """The centre opens the programme from its queue and decides."""
    page.goto("/office/moderation/")
    look(page)
    follow(page, page.get_by_role("link", name="Шахматный дебют"))
    look(page)
    if remark:
        page.get_by_label("Чему научится").fill(remark)
    press(page, decision)
    look(page)


def mend(page: Page, editor: str, remark: str) -> None:
    """The provider sees the remark at its field, answers it and sends the programme again."""
    page.goto("/office/")
    look(page)
    expect(page.get_by_text("Исправить программы по замечаниям центра")).to_be_visible()
    page.goto(editor)
    look(page)
    here = page.locator("div", has=page.locator(":scope > .remark-here")).last
    expect(here).to_contain_text(remark)
    here.locator("[name=results]").fill("Знает дебюты, записывает партию, играет на турнирах района.")
    press(page, "Сохранить")
    press(page, "Отправить на модерацию")
    expect(page.get_by_text("Программа отправлена на модерацию")).to_be_visible()


def test_programme(new_page: NewPage, world: Access, index: LiveIndex) -> None:
    index.rebuild()
    remark = "Напишите, что ребёнок будет уметь в конце года."

    manager = new_page(account=world.accounts["provider_manager"], **PHONE)
    editor = draft(manager)
    module_and_group(manager, world.own.objects["teacher"].pk, world.own.objects["venue"].pk)
    manager.goto(editor)
    press(manager, "Отправить на модерацию")
    look(manager)

    methodologist = new_page(account=world.accounts["methodologist"], **PHONE)
    decide(methodologist, "Вернуть с замечаниями", remark)
    mend(manager, editor, remark)

    visitor = new_page(**PHONE)
    index.catch_up()
    visitor.goto("/navigator/?q=шахматный дебют")
    expect(visitor.get_by_role("link", name="Шахматный дебют", exact=True)).to_have_count(0)

    decide(methodologist, "Опубликовать")
    index.catch_up()
    visitor.goto("/")
    visitor.get_by_role("searchbox").fill("шохматный дибют")
    press(visitor, "Найти")
    look(visitor)
    follow(visitor, visitor.get_by_role("link", name="Шахматный дебют", exact=True))
    look(visitor)
    expect(visitor.locator("h1")).to_have_text("Шахматный дебют")
    expect(visitor.get_by_role("main")).to_contain_text(re.compile(r"16:00\W+17:30"))
    expect(visitor.get_by_role("link", name="Записаться").first).to_be_visible()
