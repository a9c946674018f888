"""Steps that journeys share. Whatever leads to another page waits for it: nothing is counted on the page before."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from opora.core.models import Letter
from tests.browser.axe import findings

PASSWORD = "шесть-синих-лодок-7"


def look(page: Page, script: bool = True) -> None:
    """The page does not run sideways, has one heading of the first rank, and axe finds nothing."""
    page.wait_for_load_state("load")
    expect(page.locator("h1"), page.url).to_have_count(1)
    if not script:
        return
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, page.url
    assert [line.replace("\n", " ") for line in findings(page)] == [], page.url


def follow(page: Page, what: Locator) -> None:
    """Click what leads to another page, and be there."""
    with page.expect_navigation(wait_until="load"):
        what.click()


def press(page: Page, name: str) -> None:
    """Press the button of a form and be on the page that answers."""
    follow(page, page.get_by_role("button", name=name, exact=True))


def register(page: Page) -> None:
    """Sign up and confirm the address through the stored letter."""
    page.goto("/account/signup/")
    page.get_by_label("Фамилия").fill("Рябинина")
    page.get_by_label("Имя", exact=True).fill("Анна")
    page.locator("input[type=email]").fill("anna@example.org")
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("input[type=checkbox][name=consent]").check()
    press(page, "Зарегистрироваться")
    expect(page).to_have_url(re.compile("/confirm-email/"))
    letter = Letter.objects.filter(address="anna@example.org").latest("pk")
    link = re.search(r"/account/confirm-email/[^\s/]+/", letter.body)
    assert link, letter.body
    page.goto(link[0])
    press(page, "Да, это мой адрес")
    if "/login/" in page.url:
        page.locator("input[type=email]").fill("anna@example.org")
        page.locator("input[type=password]").fill(PASSWORD)
        press(page, "Войти")


def add_child(page: Page, script: bool, locality: int) -> str:
    """Add Пётр in three steps; returns his public id."""
    page.goto("/cabinet/children/add/")
    look(page, script)
    page.get_by_label("Фамилия ребёнка").fill("Рябинин")
    page.get_by_label("Имя", exact=True).fill("Пётр")
    page.get_by_label("Дата рождения").fill("2016-05-14")
    page.locator("input[name=sex][value=m]").check()
    press(page, "Дальше")
    look(page, script)
    page.locator("select[name=locality]").select_option(str(locality))
    press(page, "Дальше")
    look(page, script)
    page.locator("input[name=relation][value=mother]").check()
    page.locator("input[name=consent]").check()
    press(page, "Добавить ребёнка")
    expect(page.locator("h1")).to_contain_text("Пётр")
    look(page, script)
    return page.url.rstrip("/").split("/")[-1]


def ask_for_certificate(page: Page, script: bool, child: str) -> str:
    """Apply for money on a certificate; returns the address of the certificate."""
    page.goto(f"/cabinet/children/{child}/certificate/")
    look(page, script)
    page.locator("input[name=funding][value=funded]").check()
    press(page, "Подать заявление")
    expect(page).to_have_url(re.compile("/cabinet/certificates/"))
    look(page, script)
    return page.url


def prove_identity(operator: Page, child: str) -> None:
    """The desk: reason, documents, and the certificate is issued, active and funded."""
    operator.goto(f"/office/desk/children/{child}/")
    press(operator, "Открыть карточку")
    follow(operator, operator.get_by_role("link", name="Подтвердить личность по документам"))
    look(operator)
    operator.locator("input[name=kind]").first.check()
    operator.locator("input[name=number]").fill("I-КБ 123456, отдел ЗАГС, 20.05.2016")
    operator.locator("input[name=guardian]").fill("паспорт 6312 456789")
    press(operator, "Документы показаны, подтвердить")
    look(operator)


def apply(page: Page, script: bool, group: int, funding: str = "certificate") -> str:
    """Apply to a group; returns the address of the application."""
    page.goto(f"/cabinet/apply/?group={group}")
    look(page, script)
    page.locator(f"input[value={funding}]").check()
    press(page, "Дальше")
    look(page, script)
    press(page, "Отправить заявку")
    expect(page).to_have_url(re.compile("/cabinet/applications/"))
    look(page, script)
    return page.url.split("?")[0]
