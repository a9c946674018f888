"""Roads of the office in a real browser: the journal without a network, an order, duplicates, an administrator."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

import pytest
from playwright.sync_api import Page, expect

from opora.core import clock
from opora.core.models import AccessLog
from opora.enrolment.models import Application, Attendance, Enrolment
from opora.people.models import Child
from tests.access.world import Access, Side
from tests.browser.conftest import NARROW, WIDE, NewPage
from tests.browser.steps import apply, follow, look, press
from tests.browser.test_look import SIDEWAYS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": NARROW, "has_touch": True, "is_mobile": True}
TUESDAY = dt.datetime(2026, 10, 13, 15, 0, tzinfo=dt.UTC)


def second_learner(side: Side) -> Enrolment:
    """One more child in the group of the lesson."""
    return Enrolment.objects.create(
        child=side.world.family().child,
        group=side.objects["group"],
        organisation=side.organisation,
        municipality=side.world.municipality,
        funding="budget",
        focus_area="technical",
        starts_on=dt.date(2026, 10, 12),
    )


def mark(page: Page, enrolment: Enrolment, code: str) -> None:
    field = page.locator(f"input[name=mark_{enrolment.pk}][value={code}]")
    page.locator("label", has=field).click()
    expect(field).to_be_checked()


def open_lesson(page: Page, side: Side) -> None:
    page.goto("/office/journal/")
    look(page)
    follow(page, page.get_by_role("main").get_by_role("link", name=re.compile(side.objects["group"].name)).first)
    look(page)


def test_journal_without_a_network(new_page: NewPage, world: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks made without a connection are sent when it is back; a mark made meanwhile elsewhere is not overwritten."""
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)
    side = world.own
    first, second = side.objects["enrolment"], second_learner(side)
    phone = new_page(account=world.accounts["teacher"], **PHONE)
    open_lesson(phone, side)
    phone.context.set_offline(True)
    mark(phone, first, "present")
    mark(phone, second, "absent")
    phone.get_by_role("button", name="Сохранить", exact=True).click()
    expect(phone.locator("#journal-state")).to_contain_text("Отметки сохранены на этом устройстве")
    assert not Attendance.objects.exists()

    desk = new_page(account=world.accounts["provider_manager"])
    desk.goto(phone.url)
    mark(desk, first, "ill")
    press(desk, "Сохранить")
    expect(desk.get_by_text("Занятие отмечено.")).to_be_visible()

    phone.context.set_offline(False)
    told = phone.locator("#journal-state")
    expect(told).to_contain_text("уже поставлена с другого устройства и не изменена")
    expect(told).to_contain_text(re.compile(f"{first.child.last_name} {first.child.first_name}.*Здесь.*Болеет"))
    marks = dict(Attendance.objects.values_list("enrolment_id", "mark"))
    assert marks == {first.pk: "ill", second.pk: "absent"}
    phone.reload()
    look(phone)
    expect(phone.locator(f"input[name=mark_{first.pk}][value=ill]")).to_be_checked()
    expect(phone.locator(f"input[name=mark_{second.pk}][value=absent]")).to_be_checked()
    assert phone.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('opora-journal')).length") == 0


def test_journal_where_the_network_only_seems_to_be(
    new_page: NewPage, world: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The phone believes in a connection that does not carry: nothing is lost, and the next try sends the marks."""
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)
    side = world.own
    phone = new_page(account=world.accounts["teacher"], **PHONE)
    open_lesson(phone, side)
    mark(phone, side.objects["enrolment"], "present")
    phone.context.route("**/*", lambda route: route.abort("internetdisconnected"))
    phone.get_by_role("button", name="Сохранить", exact=True).click()
    expect(phone.locator("#journal-state")).to_contain_text("Отметки сохранены на этом устройстве")
    phone.context.unroute_all()
    press(phone, "Сохранить")
    expect(phone.get_by_text("Занятие отмечено.")).to_be_visible()
    assert Attendance.objects.get().mark == "present"


def test_order(new_page: NewPage, world: Access) -> None:
    """An application is confirmed, an order is composed and issued, its DOCX names the child."""
    side = world.own
    family = side.world.family()
    guardian = new_page(account=family.account, **PHONE)
    apply(guardian, True, side.world.group(for_certificate=False, for_paid=False).pk, "budget")

    manager = new_page(account=world.accounts["provider_manager"])
    manager.goto("/office/")
    look(manager)
    follow(manager, manager.get_by_role("link", name="Ответить на заявки"))
    look(manager)
    application = Application.objects.get(child=family.child)
    manager.goto(f"/office/applications/{application.public_id}/")
    press(manager, "Подтвердить документы")
    manager.goto("/office/")
    follow(manager, manager.get_by_role("link", name="Издать приказ о зачислении"))
    look(manager)
    if manager.get_by_role("button", name="Выбрать детей").is_visible():
        manager.locator("input[name=kind][value=enrolment]").check()
        press(manager, "Выбрать детей")
    look(manager)
    expect(manager.locator(f"input[value='{application.public_id}']")).to_be_checked()
    press(manager, "Составить проект приказа")
    look(manager)
    press(manager, "Издать приказ")
    look(manager)
    expect(manager.get_by_text("Издан", exact=True)).to_be_visible()
    with manager.expect_download() as downloading:
        manager.get_by_role("link", name="Скачать приказ").click()
    content = downloading.value.path().read_bytes()
    text = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert family.child.last_name in text and family.child.first_name in text
    application.refresh_from_db()
    assert application.state == "enrolled"


def test_duplicates(new_page: NewPage, world: Access) -> None:
    """The centre compares two records, keeps one; the other leads to it from then on."""
    side = world.own
    child = side.objects["child"]
    twin = side.objects["merge"].right
    operator = new_page(account=world.accounts["desk_operator"])
    operator.goto("/office/")
    follow(operator, operator.get_by_role("main").get_by_role("link", name=re.compile("Возможные двойники")))
    look(operator)
    follow(operator, operator.get_by_role("link", name=child.full_name))
    look(operator)
    expect(operator.get_by_text("отличается").first).to_be_visible()
    operator.locator(f"input[value=keep_{child.pk}]").check()
    press(operator, "Записать решение")
    look(operator)
    expect(operator.get_by_text("Карточки объединены")).to_be_visible()
    twin.refresh_from_db()
    assert (twin.state, twin.matched_to_id) == (Child.State.MERGED, child.pk)


def test_administrator(new_page: NewPage, world: Access) -> None:
    """Children are closed until a session with a reason is opened, and closed again after it."""
    page = new_page(account=world.accounts["administrator"])
    page.goto("/office/children/")
    look(page)
    expect(page.get_by_text(world.own.objects["child"].first_name)).to_have_count(0)
    follow(page, page.get_by_role("link", name="Открыть сеанс"))
    look(page)
    page.locator("textarea[name=reason]").fill("Обращение № 15: мать не видит сертификат сына")
    press(page, "Открыть сеанс")
    look(page)
    page.goto("/office/children/")
    look(page)
    expect(page.get_by_text(world.own.objects["child"].first_name, exact=True)).to_be_visible()
    page.goto("/office/personal-session/")
    press(page, "Закрыть сейчас")
    look(page)
    page.goto("/office/children/")
    expect(page.get_by_text(world.own.objects["child"].first_name)).to_have_count(0)
    opened = AccessLog.objects.filter(action="personal_session.open").get()
    assert "Обращение № 15" in opened.reason


HOMES = {
    "provider_manager": ("/office/applications/", "/office/orders/", "/office/programmes/", "/office/figures/"),
    "teacher": ("/office/journal/", "/office/groups/", "/office/figures/learners/?own=1"),
    "desk_operator": ("/office/desk/", "/office/certificates/", "/office/applications/new/"),
    "centre_head": ("/office/moderation/", "/office/merge/", "/office/organisations/", "/office/figures/"),
    "coordinator": ("/office/funding/", "/office/legal_acts/new/"),
    "payer": ("/office/contracts/", "/office/figures/money_spent/"),
    "expert": ("/office/organisations/",),
    "regional_operator": ("/office/municipalities/",),
    "observer": ("/office/figures/coverage/",),
    "administrator": ("/office/accounts/", "/office/roles/new/"),
}


def test_office_on_a_phone(new_page: NewPage, world: Access) -> None:
    """The home and the first pages of each role fit into 360 px; axe looks at the homes."""
    for role, addresses in HOMES.items():
        page = new_page(account=world.accounts[role], **PHONE)
        page.goto("/office/")
        look(page)
        for address in addresses:
            answer = page.goto(address)
            assert answer is not None and answer.status == 200, (role, address)
            look(page, False)
            assert page.evaluate(SIDEWAYS) <= 0, (role, address)


def test_figures_of_a_role_are_its_own(new_page: NewPage, world: Access) -> None:
    """A provider counts its own learners, a teacher those of own groups; the sibling's are nobody's business."""
    second_learner(world.own)
    second_learner(world.sibling)
    for role in ("provider_manager", "teacher"):
        page = new_page(account=world.accounts[role], viewport=WIDE)
        page.goto("/office/")
        card = page.locator(".stat", has_text="Обучающиеся")
        expect(card.locator(".figure")).to_have_text(re.compile(r"^\s*2\s"))
        follow(page, card.get_by_role("link"))
        look(page)
        expect(page.get_by_role("table").locator("tbody tr")).to_have_count(2)
