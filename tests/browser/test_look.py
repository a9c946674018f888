"""Components, sign-in and error pages in every mode: axe finds nothing, nothing runs sideways, no policy is broken."""

import re

import pytest
from playwright.sync_api import Page, expect

from opora.core.ui.look import COOKIE
from opora.people.models import Account
from tests.browser.axe import findings
from tests.browser.conftest import NARROW, WIDE, NewPage
from tests.browser.steps import follow, press

pytestmark = pytest.mark.browser

MODES = {
    "light": "theme:light",
    "dark": "theme:dark",
    "black on white": "scheme:black-on-white.size:150.spacing:wide",
    "white on black": "scheme:white-on-black.size:200",
    "blue on light": "scheme:blue-on-light.size:150.spacing:wider.images:off",
}
SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture(autouse=True)
def _demo(settings) -> None:
    settings.OPORA_DEMO = True


def _dress(page: Page, live_site: str, mode: str) -> None:
    page.context.add_cookies([{"name": COOKIE, "value": MODES[mode], "url": live_site}])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("address", ["/style/", "/style/?frame=office"])
def test_gallery(new_page: NewPage, live_site: str, mode: str, address: str) -> None:
    for viewport in (WIDE, NARROW):
        page = new_page(viewport=viewport)
        _dress(page, live_site, mode)
        page.goto(address, wait_until="networkidle")
        assert page.evaluate(SIDEWAYS) <= 0
        expect(page.locator("h1")).to_have_count(1)
        if mode == "light" or viewport is (NARROW if "scheme" in MODES[mode] else WIDE):
            assert findings(page) == []


@pytest.mark.parametrize("mode", MODES)
def test_public_pages(new_page: NewPage, live_site: str, mode: str) -> None:
    page = new_page(viewport=NARROW)
    _dress(page, live_site, mode)
    for address in ("/account/login/", "/account/signup/", "/account/password/reset/", "/view/", "/no-such-page/"):
        page.goto(address)
        assert [(address, line) for line in findings(page)] == []
        assert page.evaluate(SIDEWAYS) <= 0


def test_own_account_pages(new_page: NewPage) -> None:
    account = Account.objects.create_user(email="look@opora.example", password="a-long-password", first_name="Нина")
    page = new_page(account=account)
    for address in ("email/", "password/change/", "2fa/", "sessions/", "logout/"):
        page.goto(f"/account/{address}")
        assert [(address, line) for line in findings(page)] == []
        expect(page.locator("h1")).to_have_count(1)


def test_without_javascript_charts_and_maps_are_tables_and_lists(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/style/")
    expect(page.get_by_role("cell", name="2 390", exact=True).first).to_be_visible()
    expect(page.locator(".map-box")).to_be_hidden()
    page.get_by_text("Список мест").click()
    expect(page.get_by_role("link", name="Станция юных техников")).to_be_visible()


def test_charts_and_maps_are_drawn(page: Page) -> None:
    page.goto("/style/", wait_until="networkidle")
    expect(page.locator(".chart-box canvas")).to_have_count(2)
    expect(page.locator(".map-box path").nth(3)).to_be_attached()


def test_low_vision_mode_without_javascript(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False, viewport=NARROW)
    page.goto("/account/login/")
    html = page.locator("html")
    follow(page, page.get_by_role("link", name="Версия для слабовидящих").first)
    follow(page, page.get_by_role("link", name="Включить версию для слабовидящих"))
    expect(page).to_have_url(re.compile(r"/account/login/$"))
    expect(html).to_have_attribute("data-scheme", "black-on-white")
    page.goto("/view/")
    page.get_by_label("Тёмно-синим по голубому").check()
    page.get_by_label("Крупнее вдвое").check()
    press(page, "Сохранить")
    expect(html).to_have_attribute("data-size", "200")
    page.goto("/view/")
    follow(page, page.get_by_role("link", name="Вернуть обычный вид"))
    expect(html).not_to_have_attribute("data-scheme", re.compile("."))


def test_keyboard_reaches_content_first(page: Page) -> None:
    page.goto("/account/login/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Сразу к содержанию")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("input[name=login]")).to_be_focused()
