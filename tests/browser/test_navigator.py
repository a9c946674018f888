"""The public pages in a real browser: with and without JavaScript, narrow and wide, in every mode."""

import re

import pytest
from playwright.sync_api import expect

from opora.catalogue.live import LiveIndex
from opora.core.ui.look import COOKIE
from tests.browser.axe import findings
from tests.browser.conftest import NARROW, WIDE, NewPage
from tests.browser.steps import follow
from tests.browser.test_look import MODES, SIDEWAYS
from tests.factories import Town, town

pytestmark = pytest.mark.browser


@pytest.fixture
def place(index: LiveIndex) -> Town:
    """A town with two programmes in the index."""
    made = town()
    made.programme("Робототехника", groups=2)
    made.programme("Хор", focus_area="artistic", group={"capacity": 10, "taken": 10, "waiting": 2})
    index.rebuild()
    return made


def test_family_finds_a_club_without_javascript(new_page: NewPage, place: Town) -> None:
    page = new_page(viewport=NARROW, java_script_enabled=False)
    page.goto("/")
    page.get_by_role("searchbox").fill("работотехника")
    page.get_by_role("button", name="Найти").click()
    expect(page.get_by_text("Показано по запросу")).to_be_visible()
    page.locator(".filters-toggle").click()
    page.locator("label.pill", has_text="9").first.click()
    page.get_by_role("button", name="Показать").click()
    expect(page.get_by_role("heading", name="Найдена 1 программа")).to_be_visible()
    page.get_by_role("link", name="Робототехника", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Робототехника")).to_be_visible()
    page.get_by_role("link", name="Записаться", exact=True).click()
    expect(page).to_have_url(re.compile("#groups$"))
    page.get_by_role("button", name="В избранное").click()
    expect(page.get_by_role("button", name="В избранном, убрать")).to_be_visible()
    follow(page, page.get_by_role("link", name="Сравнить", exact=True))
    page.goto("/navigator/compare/")
    expect(page.get_by_role("heading", name="Робототехника")).to_be_visible()


def test_conditions_work_at_once_with_javascript(new_page: NewPage, place: Town) -> None:
    page = new_page(viewport=WIDE)
    page.goto("/navigator/")
    page.get_by_role("checkbox", name="Художественная").check()
    expect(page.get_by_role("heading", name="Найдена 1 программа")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/navigator/\?focus_area=artistic$"))
    page.get_by_role("link", name=re.compile("Убрать условие")).click()
    expect(page.get_by_role("heading", name="Найдены 2 программы")).to_be_visible()
    page.get_by_role("searchbox").press_sequentially("робо")
    page.locator(".suggestions").get_by_role("link", name="робототехника").click()
    expect(page.get_by_role("heading", name="Найдена 1 программа")).to_be_visible()


@pytest.mark.parametrize("mode", MODES)
def test_every_page_in_every_mode(new_page: NewPage, live_site: str, place: Town, mode: str) -> None:
    ids = [programme.pk for programme in place.organisation.programmes.order_by("pk")]
    addresses = [
        *("/", "/navigator/", "/navigator/?view=map", "/navigator/?q=щщщщ&age=9", f"/navigator/{ids[0]}/"),
        *(f"/navigator/{ids[1]}/", f"/navigator/compare/?ids={ids[0]},{ids[1]}", "/navigator/favourites/"),
        f"/navigator/organisations/{place.organisation.slug}/",
    ]
    page = new_page(viewport=NARROW if "scheme" in MODES[mode] else WIDE)
    page.context.add_cookies([{"name": COOKIE, "value": MODES[mode], "url": live_site}])
    for address in addresses:
        page.goto(address, wait_until="networkidle")
        assert page.evaluate(SIDEWAYS) <= 0, address
        expect(page.locator("h1"), address).to_have_count(1)
        assert [(address, line) for line in findings(page)] == []
