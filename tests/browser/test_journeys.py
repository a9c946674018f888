"""The main road in a real browser: a family registers, gets a certificate, applies, learns, and leaves.

On a phone, on a desk and without JavaScript. Every kind of page on the way is looked at by axe.
"""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from opora.certificates.models import CertificateBalance
from opora.core.models import Letter
from tests.access.world import Access
from tests.browser.axe import findings
from tests.browser.conftest import NARROW, WIDE, NewPage

pytestmark = pytest.mark.browser

PASSWORD = "шесть-синих-лодок-7"
ROADS = {
    "phone": {"viewport": NARROW, "has_touch": True, "is_mobile": True},
    "desk": {"viewport": WIDE},
    "no script": {"viewport": NARROW, "java_script_enabled": False},
}


def look(page: Page, script: bool) -> None:
    """The page does not run sideways, has one heading of the first rank, and axe finds nothing."""
    page.wait_for_load_state("load")
    expect(page.locator("h1"), page.url).to_have_count(1)
    if not script:
        return
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, page.url
    assert [line.replace("\n", " ") for line in findings(page)] == [], page.url


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def register(page: Page, live_site: str) -> None:
    """Sign up and confirm the address through the stored letter."""
    page.goto("/account/signup/")
    page.get_by_label("Фамилия").fill("Рябинина")
    page.get_by_label("Имя", exact=True).fill("Анна")
    page.locator("input[type=email]").fill("anna@example.org")
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("input[type=checkbox][name=consent]").check()
    press(page, "Зарегистрироваться")
    page.wait_for_url("**/confirm-email/**")
    letter = Letter.objects.filter(address="anna@example.org").latest("pk")
    link = re.search(r"/account/confirm-email/[^\s/]+/", letter.body)
    assert link, letter.body
    page.goto(link[0])
    press(page, "Да, это мой адрес")
    if "/login/" in page.url:
        page.locator("input[type=email]").fill("anna@example.org")
        page.locator("input[type=password]").fill(PASSWORD)
        press(page, "Войти")


def add_child(page: Page, script: bool, locality: int) -> None:
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


def ask_for_certificate(page: Page, script: bool) -> None:
    page.goto(page.url.rstrip("/") + "/certificate/")
    look(page, script)
    page.locator("input[name=funding][value=funded]").check()
    press(page, "Подать заявление")
    look(page, script)


def prove_identity(operator: Page, child_url: str) -> None:
    """The desk: reason, documents, and the certificate is issued, active and funded."""
    operator.goto(f"/office/desk/children/{child_url}/")
    press(operator, "Открыть карточку")
    operator.get_by_role("link", name="Подтвердить личность по документам").click()
    look(operator, True)
    operator.locator("input[name=kind]").first.check()
    operator.locator("input[name=number]").fill("I-КБ 123456, отдел ЗАГС, 20.05.2016")
    operator.locator("input[name=guardian]").fill("паспорт 6312 456789")
    press(operator, "Документы показаны, подтвердить")
    look(operator, True)


def apply(page: Page, script: bool, group: int) -> None:
    page.goto(f"/cabinet/apply/?group={group}")
    look(page, script)
    page.locator("input[value=certificate]").check()
    press(page, "Дальше")
    look(page, script)
    press(page, "Отправить заявку")
    look(page, script)
    assert "/cabinet/applications/" in page.url


def reserved(child: str) -> Decimal:
    """Roubles set aside for later months on the child's certificate."""
    rows = CertificateBalance.objects.filter(certificate__child__public_id=child)
    return sum((row.reserve for row in rows), Decimal(0))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("road", ROADS)
def test_guardian(road: str, new_page: NewPage, live_site: str, world: Access) -> None:
    script = road != "no script"
    page = new_page(**ROADS[road])
    side = world.own
    page.goto(f"/navigator/{side.objects['programme'].pk}/")
    expect(page.locator("h1")).to_contain_text("Робототехника")
    look(page, script)
    register(page, live_site)
    add_child(page, script, side.objects["locality"].pk)
    child = page.url.rstrip("/").split("/")[-1]
    ask_for_certificate(page, script)
    certificate = page.url

    operator = new_page(account=world.accounts["desk_operator"])
    prove_identity(operator, child)

    apply(page, script, side.objects["group"].pk)
    application = page.url.split("?")[0]

    manager = new_page(account=world.accounts["provider_manager"])
    manager.goto(f"/office/applications/{application.rstrip('/').split('/')[-1]}/")
    look(manager, True)
    press(manager, "Подтвердить документы")
    look(manager, True)

    page.goto(application)
    look(page, script)
    page.locator("a[href*='/cabinet/contracts/']").first.click()
    look(page, script)
    contract = page.url
    press(page, "Принять договор")
    look(page, script)
    page.goto(certificate)
    look(page, script)
    page.goto(certificate + "statement/")
    look(page, script)
    assert page.locator("tbody tr").count() >= 2

    page.goto(f"/cabinet/children/{child}/timetable/")
    look(page, script)
    page.goto(f"/cabinet/children/{child}/calendar/")
    look(page, script)

    assert reserved(child) > 0
    page.goto(contract)
    page.get_by_role("link", name="Расторгнуть договор").click()
    look(page, script)
    page.locator("form.form [name=reason]").first.fill("Переезжаем")
    press(page, "Расторгнуть договор")
    look(page, script)
    assert reserved(child) == 0, "money of later months is back"
    page.goto(certificate + "statement/")
    assert page.locator("tbody tr").count() >= 3
