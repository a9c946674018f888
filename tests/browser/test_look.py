"""Components, sign-in and error pages in every mode: axe finds nothing, nothing runs sideways, no policy is broken."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from opora.core.ui.look import COOKIE
from opora.people.models import Account
from tests.browser.axe import findings
from tests.browser.conftest import NARROW, WIDE, NewPage

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
        assert page.locator("h1").count() == 1
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
        assert page.locator("h1").count() == 1


def test_without_javascript_charts_and_maps_are_tables_and_lists(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/style/")
    assert page.get_by_role("cell", name="2 390", exact=True).first.is_visible()
    assert page.locator(".map-box").is_hidden()
    page.get_by_text("Список мест").click()
    assert page.get_by_role("link", name="Станция юных техников").is_visible()


def test_charts_and_maps_are_drawn(page: Page) -> None:
    page.goto("/style/", wait_until="networkidle")
    assert page.locator(".chart-box canvas").count() == 2
    assert page.locator(".map-box path").count() >= 4


def test_low_vision_mode_without_javascript(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False, viewport=NARROW)
    page.goto("/account/login/")
    page.get_by_role("link", name="Версия для слабовидящих").first.click()
    page.get_by_role("link", name="Включить версию для слабовидящих").click()
    assert urlsplit(page.url).path == "/account/login/"
    assert page.locator("html").get_attribute("data-scheme") == "black-on-white"
    page.goto("/view/")
    page.get_by_label("Тёмно-синим по голубому").check()
    page.get_by_label("Крупнее вдвое").check()
    page.get_by_role("button", name="Сохранить").click()
    assert page.locator("html").get_attribute("data-size") == "200"
    page.goto("/view/")
    page.get_by_role("link", name="Вернуть обычный вид").click()
    assert page.locator("html").get_attribute("data-scheme") is None


def test_keyboard_reaches_content_first(page: Page) -> None:
    page.goto("/account/login/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Сразу к содержанию"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "login"
