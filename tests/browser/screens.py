"""`make screens`: the key pages of the demo at 360 and 1280 px, written to a folder for README and review."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

BIN = Path(sys.executable).parent
WIDTHS = {"phone": 360, "desktop": 1280}
HEIGHTS = {"phone": 1500, "desktop": 900}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PAGES: dict[str, dict[str, str]] = {
    "": {
        "home": "/",
        "search": "/navigator/?q=работотехника",
        "sign-in": "/account/login/",
    },
    "guardian@opora.demo": {"cabinet": "/cabinet/", "applications": "/cabinet/applications/"},
    "centre_head@opora.demo": {
        "office": "/office/",
        "figures": "/office/figures/",
        "organisations": "/office/organisations/",
    },
    "provider_manager@opora.demo": {"provider-applications": "/office/applications/"},
}


def main(folder: Path) -> None:
    """Load the demo into a home of its own, serve it, take the pictures, end what was started."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="opora-screens-") as home:
        os.chmod(home, 0o755)
        port = _free_port()
        environment = os.environ | {"OPORA_HOME": home, "PORT": str(port), "OPORA_DEMO": "1"}
        subprocess.run([BIN / "opora", "demo", "--no-serve"], env=environment, check=True)
        server = subprocess.Popen([BIN / "opora", "serve"], env=environment)
        try:
            base = f"http://localhost:{port}"
            _wait(base + "/readyz")
            with sync_playwright() as play:
                browser = play.chromium.launch(
                    executable_path=os.environ.get("OPORA_CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS
                )
                for account, pages in PAGES.items():
                    _take(browser, base, account, pages, folder)
                browser.close()
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def _take(browser: Browser, base: str, account: str, pages: dict[str, str], folder: Path) -> None:
    for size, width in WIDTHS.items():
        context = browser.new_context(viewport={"width": width, "height": HEIGHTS[size]}, locale="ru-RU")
        page = context.new_page()
        if account:
            _sign_in(page, base, account)
        for name, path in pages.items():
            answer = page.goto(base + path)
            if answer is None or answer.status != 200:
                raise SystemExit(f"{path}: {answer.status if answer else 'no answer'}")
            page.wait_for_timeout(500)
            page.screenshot(path=folder / f"{name}-{size}.png")
        context.close()


def _sign_in(page: Page, base: str, account: str) -> None:
    page.goto(base + "/account/login/")
    page.fill("input[name=login]", account)
    page.fill("input[name=password]", "opora-demo")
    page.click("main form button[type=submit]")
    page.wait_for_url(lambda url: "login" not in url)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"{url} does not answer")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/screens"))
