"""The main road in a real browser: a family searches, registers, gets a certificate, applies, learns, and leaves.

On a phone, on a desk and without JavaScript. Every kind of page on the way is looked at by axe. The sums are those
of the worked example of spec/financing.md.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from opora.catalogue.live import LiveIndex
from opora.certificates.models import CertificateBalance, CertificateEntry
from tests.access.world import Access, Side
from tests.browser.conftest import NARROW, WIDE, NewPage
from tests.browser.steps import (
    add_child,
    apply,
    ask_for_certificate,
    follow,
    look,
    press,
    prove_identity,
    register,
)
from tests.factories import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROADS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": NARROW, "has_touch": True, "is_mobile": True},
    "desk": {"viewport": WIDE},
    "no script": {"viewport": NARROW, "java_script_enabled": False},
}
APPLIED: list[tuple[str, ...]] = [
    ("+6 000,00 ₽", "–", "–", "6 000,00 ₽"),
    ("−5 066,40 ₽", "+5 066,40 ₽", "–", "933,60 ₽"),
    ("–", "−1 250,98 ₽", "+1 250,98 ₽", "933,60 ₽"),
]
LEFT = ("+3 815,42 ₽", "−3 815,42 ₽", "–", "4 749,02 ₽")


def make_catalogue(side: Side, index: LiveIndex) -> None:
    """Three more robotics programmes, each of which one condition of the search leaves out."""
    side.objects["venue"].latitude, side.objects["venue"].longitude = 58.042, 38.978
    side.objects["venue"].save()
    side.objects["locality"].latitude, side.objects["locality"].longitude = 58.04, 38.98
    side.objects["locality"].save()
    town = Town(
        side.world.municipality,
        side.objects["locality"],
        side.organisation,
        side.objects["venue"],
        side.objects["teacher"],
    )
    town.programme("Робототехника для старших", age_from=14, age_to=17)
    town.programme("Робототехника без свободных мест", group={"capacity": 8, "taken": 8})
    town.programme("Робототехника по субботам", group={"weekdays": (6,)})
    index.rebuild()


def condition(page: Page, name: str, value: int, script: bool) -> None:
    """Switch a condition on; with a script the list answers at once, without it the button is pressed later."""
    page.locator("label", has=page.locator(f"#f-{name}-{value}")).click()
    if script:
        expect(page).to_have_url(re.compile(rf"[?&]{name}={value}\b"))


def open_conditions(page: Page) -> None:
    """On a narrow page the conditions are folded."""
    if page.locator(".filters-toggle").is_visible():
        page.locator(".filters-toggle").click()


def choose(page: Page, name: str, value: str, script: bool) -> None:
    """Choose from a list of the conditions; each choice may bring the next list."""
    if not script and not page.locator(f"#f-{name}").is_visible():
        open_conditions(page)
    page.locator(f"#f-{name}").select_option(value)
    if script:
        expect(page).to_have_url(re.compile(rf"[?&]{name}={value}\b"))
    else:
        press(page, "Показать")


def find(page: Page, side: Side, script: bool) -> None:
    """«работотехника» with a typing error, then age, free places, weekday, distance; the map; two side by side."""
    page.goto("/")
    page.get_by_role("searchbox").fill("работотехника")
    press(page, "Найти")
    look(page, script)
    expect(page.get_by_text("Показано по запросу")).to_contain_text("робототехника")
    expect(page.get_by_role("heading", name="Найдено 5 программ")).to_be_visible()
    open_conditions(page)
    for name, value in (("age", 10), ("free", 1), ("weekday", 2)):
        condition(page, name, value, script)
    choose(page, "place", str(side.objects["locality"].pk), script)
    choose(page, "within", "3", script)
    expect(page.get_by_role("heading", name="Найдена 1 программа")).to_be_visible()
    card = page.locator("article.programme")
    expect(card).to_have_count(1)
    expect(card).to_contain_text(re.compile(r"\d\s(м|км)"))
    look(page, script)
    found = page.url

    follow(page, page.get_by_role("link", name="Карта", exact=True))
    if script:
        expect(page.locator(".map-box path").first).to_be_visible()
    else:
        expect(page.get_by_text("Список мест")).to_be_visible()
    look(page, script)
    compare(page, script)
    page.goto(found)
    follow(page, page.get_by_role("link", name="Робототехника", exact=True))


def compare(page: Page, script: bool) -> None:
    """Two programmes side by side."""
    page.goto("/navigator/?q=робототехника&age=10")
    names = ("Робототехника по субботам", "Робототехника без свободных мест")
    for name in names:
        card = page.locator("article.programme", has=page.get_by_role("link", name=name, exact=True))
        follow(page, card.locator(".acts a"))
    page.goto("/navigator/compare/")
    look(page, script)
    for name in names:
        expect(
            page.get_by_role("main").get_by_role("link", name=name, exact=True).locator("visible=true")
        ).to_be_visible()


def reserved(child: str) -> Decimal:
    """Roubles set aside for later months on the child's certificate."""
    rows = CertificateBalance.objects.filter(certificate__child__public_id=child)
    return sum((row.reserve for row in rows), Decimal(0))


def statement(page: Page, certificate: str, script: bool, expected: list[tuple[str, ...]]) -> None:
    """Each row of the statement with its sums, and as many rows as the ledger has entries."""
    page.goto(certificate + "statement/")
    look(page, script)
    rows = page.get_by_role("table").first.locator("tbody tr")
    expect(rows).to_have_count(len(expected))
    for row, sums in zip(rows.all(), expected, strict=True):
        shown = tuple(text.replace("\u00a0", " ").strip() for text in row.locator("td.num").all_inner_texts())
        assert tuple(text.split("\n")[-1] for text in shown) == sums
        expect(row.locator("td").nth(1)).not_to_have_text("")
    number = certificate.rstrip("/").split("/")[-1]
    entries = CertificateEntry.objects.filter(certificate__public_id=number)
    expect(page.locator("tbody tr")).to_have_count(entries.count())


def calendar_file(page: Page, child: str) -> None:
    """The address of the calendar gives a file that a parser reads, with the lessons from the first day on."""
    page.goto(f"/cabinet/children/{child}/calendar/")
    address = page.locator("#feed-address").input_value()
    answer = page.request.get(urlsplit(address).path)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    events = Calendar.from_ical(answer.body()).walk("VEVENT")
    days = [event.decoded("dtstart") for event in events]
    assert f"{min(days):%d.%m.%Y %H:%M}" == "13.10.2026 16:00"
    assert {day.isoweekday() for day in days} == {2}
    assert all(event.decoded("dtend") - event.decoded("dtstart") == dt.timedelta(minutes=90) for event in events)
    assert {str(event["summary"]) for event in events} == {"Робототехника"}
    assert len({str(event["uid"]) for event in events}) == len(events) > 5


@pytest.mark.parametrize("road", ROADS)
def test_guardian(road: str, new_page: NewPage, world: Access, index: LiveIndex) -> None:
    script = road != "no script"
    page = new_page(**ROADS[road])
    side = world.own
    if road == "desk":  # this family comes from a search engine straight to the page
        page.goto(f"/navigator/{side.objects['programme'].pk}/")
    else:
        make_catalogue(side, index)
        find(page, side, script)
    expect(page.locator("h1")).to_have_text("Робототехника")
    look(page, script)
    register(page)
    child = add_child(page, script, side.objects["locality"].pk)
    certificate = ask_for_certificate(page, script, child)

    operator = new_page(account=world.accounts["desk_operator"])
    prove_identity(operator, child)

    application = apply(page, script, side.objects["group"].pk)

    manager = new_page(account=world.accounts["provider_manager"])
    manager.goto(f"/office/applications/{application.rstrip('/').split('/')[-1]}/")
    look(manager)
    press(manager, "Подтвердить документы")
    look(manager)

    page.goto(application)
    look(page, script)
    follow(page, page.locator("a[href*='/cabinet/contracts/']").first)
    look(page, script)
    contract = page.url
    press(page, "Принять договор")
    look(page, script)
    page.goto(certificate)
    look(page, script)
    statement(page, certificate, script, APPLIED)

    page.goto(f"/cabinet/children/{child}/timetable/")
    look(page, script)
    calendar_file(page, child)
    look(page, script)

    assert reserved(child) > 0
    page.goto(contract)
    follow(page, page.get_by_role("link", name="Расторгнуть договор"))
    look(page, script)
    page.locator("form.form [name=reason]").first.fill("Переезжаем")
    press(page, "Расторгнуть договор")
    look(page, script)
    assert reserved(child) == 0, "money of later months is back"
    statement(page, certificate, script, [*APPLIED, LEFT])
