"""What ``make test`` says when Chromium is missing and may not be installed."""

import pytest

from tests import browser_setup


def test_missing_browser_is_one_line_and_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(browser_setup.OVERRIDE, "/nonexistent/chromium")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert browser_setup.main() == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "apt-get install chromium" in said.err


def test_present_browser_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser_setup, "install", lambda: pytest.fail("nothing to install"))
    assert browser_setup.main() == 0
