"""A letter, its link, and the place is accepted: without signing in, on a phone and without a script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from opora.core.letters import links_of
from opora.core.models import Letter
from opora.enrolment import services
from opora.enrolment.models import Application
from tests.access.world import Access
from tests.browser.conftest import NARROW, NewPage
from tests.browser.steps import look, press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_place_by_the_link_of_a_letter(new_page: NewPage, world: Access, script: bool) -> None:
    district = world.own.world
    group = district.group(capacity=1)
    holder, family = district.family(), district.family()
    district.certificate(family.child)
    first = services.apply(holder.actor, child=holder.child, group=group, funding="budget")
    mine = services.apply(family.actor, child=family.child, group=group, funding="certificate")
    services.withdraw(holder.actor, application=first.application_id)
    letter = Letter.objects.get(kind="place_offered", account_id=family.account.pk)
    address = links_of(letter)[0].url

    page = new_page(viewport=NARROW, java_script_enabled=script)
    page.goto(address)
    look(page, script)
    expect(page.get_by_role("heading", name="Для ребёнка есть место")).to_be_visible()
    expect(page.get_by_text(re.compile("Сертификат платит"))).to_be_visible()
    expect(page.get_by_text("Что произойдёт")).to_be_visible()
    press(page, "Согласиться на место")
    look(page, script)
    expect(page.get_by_role("heading", name="Вы согласились на место")).to_be_visible()
    assert Application.objects.get(pk=mine.application_id).state == "submitted"

    page.goto(address)
    expect(page.get_by_role("heading", name="Вы согласились на место")).to_be_visible()
    page.get_by_role("link", name="Открыть в личном кабинете").click()
    expect(page).to_have_url(re.compile("/account/login/"))
    page.goto(address[:-3] + "aa/")
    look(page, script)
    expect(page.get_by_role("heading", name="Ссылка не действует")).to_be_visible()
