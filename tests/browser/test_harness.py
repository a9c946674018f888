"""The browser fixtures themselves: the page comes from our server and sees what the test has committed."""

import pytest
from playwright.sync_api import Browser, Error, Page

from opora.people.models import Account
from tests.browser.conftest import NARROW, NewPage

pytestmark = pytest.mark.browser


def test_sign_in_page_opens_at_both_widths(page: Page, phone: Page) -> None:
    for shown in (page, phone):
        response = shown.goto("/account/login/")
        assert response is not None
        assert response.status == 200
        assert shown.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_site_works_on_the_database_of_the_test(new_page: NewPage) -> None:
    account = Account.objects.create_user(email="harness@opora.example", password="a-long-password")
    page = new_page(account=account, viewport=NARROW, java_script_enabled=False)
    response = page.goto("/account/password/change/")
    assert response is not None
    assert response.status == 200
    assert "/account/login/" not in page.url


def test_database_of_the_test_before_is_gone(live_site: str) -> None:
    assert not Account.objects.filter(email="harness@opora.example").exists()


def test_nothing_outside_can_be_reached(browser: Browser) -> None:
    with browser.new_context() as context, pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        context.new_page().goto("https://opora.example/")
