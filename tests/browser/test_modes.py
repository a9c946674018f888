"""The main kinds of page in the dark theme and in a scheme for low vision, each with the account that works there."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from opora.catalogue.live import LiveIndex
from opora.core.ui.look import COOKIE
from tests.access.world import Access
from tests.browser.axe import findings
from tests.browser.conftest import NARROW, WIDE, NewPage
from tests.browser.test_look import MODES, SIDEWAYS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DRESSED = {"dark": "html[data-theme=dark]", "white on black": "html[data-scheme=white-on-black][data-size='200']"}


def pages_of(world: Access) -> dict[str, list[str]]:
    """Addresses by the role that opens them; a visitor has none."""
    own = world.own.objects
    child, programme, group = own["child"].public_id, own["programme"].pk, own["group"].pk
    sibling = world.own.world.group(capacity=5).pk
    return {
        "": ["/", "/navigator/", f"/navigator/{programme}/", "/account/login/"],
        "guardian": [
            "/cabinet/",
            f"/cabinet/children/{child}/",
            f"/cabinet/certificates/{own['certificate'].public_id}/statement/",
            f"/cabinet/apply/?group={sibling}&child={child}",
            f"/cabinet/children/{child}/timetable/",
        ],
        "provider_manager": [
            "/office/",
            f"/office/programmes/{programme}/editor/",
            f"/office/groups/{group}/work/",
            "/office/applications/",
        ],
        "coordinator": ["/office/figures/", "/office/figures/coverage/"],
        "methodologist": ["/office/moderation/", "/office/programmes/"],
    }


@pytest.mark.parametrize("mode", DRESSED)
def test_main_pages(new_page: NewPage, live_site: str, world: Access, mode: str, index: LiveIndex) -> None:
    index.rebuild()
    found: list[tuple[str, str]] = []
    for role, addresses in pages_of(world).items():
        page = new_page(account=world.accounts.get(role), viewport=NARROW if "scheme" in MODES[mode] else WIDE)
        page.context.add_cookies([{"name": COOKIE, "value": MODES[mode], "url": live_site}])
        for address in addresses:
            answer = page.goto(address)
            assert answer is not None and answer.status == 200, address
            expect(page.locator(DRESSED[mode]), address).to_have_count(1)
            found += [(address, line.replace("\n", " ")) for line in findings(page)]
            if page.evaluate(SIDEWAYS) > 0:
                found.append((address, "runs sideways"))
            expect(page.locator("h1"), address).to_have_count(1)
    assert found == []
