"""Two roads of families on a phone: brothers who go together or not at all, and a class that goes on after New Year."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect

from opora.core import clock
from opora.enrolment import invariants, services
from opora.enrolment.models import Application, Contract
from opora.people.models import Account, Child, RoleAssignment
from tests.browser.conftest import MONDAY, NARROW, NewPage
from tests.browser.steps import follow, look, press
from tests.enrolment.world import World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": NARROW, "has_touch": True, "is_mobile": True}


@pytest.fixture
def district(monkeypatch: pytest.MonkeyPatch, live_site: str) -> World:
    """A small district on a Monday of October; its manager signs in to the office."""
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    made = make_world()
    RoleAssignment.objects.create(
        account_id=made.manager.account_id,
        role="provider_manager",
        place_kind="organisation",
        place_id=made.organisation.pk,
        starts_on=dt.date(2020, 1, 1),
    )
    return made


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_brothers_together_or_not_at_all(new_page: NewPage, district: World, script: bool) -> None:
    """The elder does not fit the younger's group and gets one of his own; when that one closes, nobody is enrolled."""
    younger, older = district.group(name="Младшие", age_to=8), district.group(name="Старшие", age_from=9)
    family = district.family(children=2)
    small, big = family.children
    Child.objects.filter(pk=small.pk).update(birth_date=dt.date(2019, 4, 2))
    page = new_page(account=family.account, java_script_enabled=script, **PHONE)
    page.goto(f"/cabinet/apply/?group={younger.pk}")
    press(page, "Дальше")
    expect(page.get_by_text("Отметьте хотя бы одного ребёнка.")).to_be_visible()
    for one in (small, big):
        page.locator(f"input[value='{one.public_id}']").check()
    press(page, "Дальше")
    look(page, script)
    expect(page.get_by_role("link", name=f"Записать остальных, без {big.first_name}")).to_be_visible()
    page.locator(f"select[name='group-{big.public_id}']").select_option(str(older.pk))
    press(page, f"Показать оплату: {big.first_name}")
    look(page, script)
    for one in (small, big):
        page.locator(f"input[name='funding-{one.public_id}'][value=budget]").check()
    press(page, "Дальше")
    look(page, script)
    expect(page.locator(f"section[aria-labelledby=row-{big.pk}]")).to_contain_text("Старшие")

    type(older).objects.filter(pk=older.pk).update(state="closed")
    press(page, "Отправить заявку")
    look(page, script)
    expect(page.locator("h1")).to_have_text("Записаться так нельзя")
    assert not Application.objects.filter(child__in=family.children).exists()

    type(older).objects.filter(pk=older.pk).update(state="open")
    page.go_back()
    press(page, "Отправить заявку")
    look(page, script)
    done = Application.objects.filter(child__in=family.children).values_list("child", "group", "state")
    assert set(done) == {(small.pk, younger.pk, "submitted"), (big.pk, older.pk, "submitted")}
    assert not invariants.broken()


def _go(page: Page, manager: Page, contract: Contract) -> None:
    """Both sides say on their pages that the class goes on; the family changes its mind and comes back to it."""
    address = f"/cabinet/contracts/{contract.public_id}/"
    page.goto(address)
    press(page, "Хотим продолжить")
    look(page)
    press(page, "Больше не продолжать")
    expect(page.get_by_role("button", name="Хотим продолжить")).to_be_visible()
    manager.goto(f"/office/applications/{contract.application.public_id}/")
    press(manager, "Продолжить после Нового года")
    look(manager)
    expect(manager.get_by_text("семья пока не согласилась")).to_be_visible()
    page.goto(address)
    press(page, "Хотим продолжить")
    expect(page.get_by_text("Организация согласна")).to_be_visible()
    look(page)


def test_a_class_goes_on_after_new_year(new_page: NewPage, district: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Agreed by both, prolonged in the night of New Year, accepted in January; an ended contract agrees to nothing."""
    family, group = district.family(), district.group()
    district.certificate(family.child)
    made = services.apply(family.actor, child=family.child, group=group, funding="certificate")
    services.confirm(district.manager, application=made.application_id)
    first = Contract.objects.get(application=made.application_id)
    services.accept_contract(family.actor, contract=first, text_hash=services.terms_hash(first))
    page = new_page(account=family.account, **PHONE)
    _go(page, new_page(account=Account.objects.get(pk=district.manager.account_id)), first)

    services.month_turn(dt.date(2026, 12, 1))
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 12, 31, 22, tzinfo=dt.UTC))
    assert services.expire_due(clock.now())["prolonged"] == 1
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2027, 1, 4, 9, tzinfo=dt.UTC))
    page.goto("/cabinet/applications/")
    look(page)
    follow(page, page.get_by_role("link", name=re.compile("Прочитать|Открыть договор|договор", re.I)).first)
    look(page)
    second = Contract.objects.exclude(pk=first.pk).get(child=family.child)
    page.goto(f"/cabinet/contracts/{second.public_id}/")
    expect(page.locator("h1")).to_contain_text(second.number)
    look(page)
    press(page, "Принять договор")
    look(page)
    second.refresh_from_db()
    assert second.state == "active"
    page.goto(f"/cabinet/contracts/{first.public_id}/")
    look(page)
    expect(page.get_by_role("button", name="Больше не продолжать")).to_have_count(0)
    assert not invariants.broken()
