"""A real browser against a real server that works on this worker's database."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from opora.catalogue.live import live
from opora.core import clock
from opora.navigator import labels, views_site
from tests.access.world import Access, make_access
from tests.browser_setup import find_chromium

WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 360, "height": 740}
ARGUMENTS = [
    "--no-sandbox",  # root has no sandbox, and every page here is ours
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
PATIENCE = 10_000  # milliseconds for anything to appear; the machine may be busy

MONDAY = dt.datetime(2026, 10, 12, 9, 0, tzinfo=dt.UTC)

NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one per worker; nothing outside this machine can be reached from it."""
    chromium = find_chromium()
    assert chromium, "run tests/browser_setup.py"
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's loop runs in this very thread, where Django would therefore refuse the ORM.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        launched = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def live_site(live_server: Any) -> str:
    """Address of a server in this process, without a slash at the end: ``live_site + "/navigator/"``."""
    return live_server.url


@pytest.fixture
def new_page(browser: Browser, live_site: str) -> Iterator[NewPage]:
    """Factory of pages in a fresh profile: ``new_page(viewport=NARROW, account=guardian, java_script_enabled=False)``.

    Further keywords are Playwright's (``color_scheme="dark"`` …). Relative addresses work: ``page.goto("/")``.
    At the end the test fails when a page asked a foreign host, threw an error or broke the security policy.
    """
    problems: list[str] = []
    contexts: list[BrowserContext] = []

    def make(account: Any = None, viewport: Any = None, **options: Any) -> Page:
        context = browser.new_context(
            base_url=live_site,
            viewport=viewport or WIDE,
            locale="ru-RU",
            timezone_id="Europe/Astrakhan",
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        if account is not None:
            sign_in(context, account, live_site)
        page = context.new_page()
        _watch(page, live_site, problems)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not problems


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A visitor at 1280 px."""
    return new_page()


@pytest.fixture
def phone(new_page: NewPage) -> Page:
    """A visitor at 360 px with touch."""
    return new_page(viewport=NARROW, has_touch=True, is_mobile=True)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, settings: Any, live_site: str) -> Access:
    """Two districts on a Monday of October: the server's threads see the same moment."""
    cache.clear()  # one letter of confirmation in three minutes: the rate limit remembers the road before
    settings.EMAIL_BACKEND = "opora.core.mail.OutboxBackend"
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    return make_access()


@pytest.fixture
def index(live_site: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The search index of this process; the test keeps it in step (`rebuild`, `catch_up`), not a thread."""
    monkeypatch.setattr(type(live), "ensure", lambda self: self._index)
    labels.forget()
    views_site._kept_stats.forget()
    live.rebuild()
    return live


def sign_in(context: BrowserContext, account: Any, live_site: str) -> None:
    """Put the session of ``account`` into the browser; journeys that test signing in use the form."""
    client = Client()
    client.force_login(account)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_site}])


def _watch(page: Page, live_site: str, problems: list[str]) -> None:
    def on_request(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != urlsplit(live_site).netloc:
            problems.append(f"asked a foreign host: {request.url}")

    page.on("request", on_request)
    page.on("pageerror", lambda error: problems.append(f"script error at {page.url}: {error}"))
    page.on(
        "console",
        lambda message: (
            problems.append(f"at {page.url}: {message.text}")
            if message.type == "error" and "Content Security Policy" in message.text
            else None
        ),
    )
