"""axe-core (tests/vendor, MPL-2.0) on an open page: WCAG 2.2 AA and the good practices that do not depend on taste."""

from pathlib import Path

from playwright.sync_api import Page

_SOURCE = Path(__file__).parent.parent / "vendor" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def findings(page: Page) -> list[str]:
    """What axe finds, one line per element: «rule: selector – why». Empty when there is nothing to mend."""
    page.evaluate(_SOURCE.read_text(encoding="utf-8"))
    found = page.evaluate("(tags) => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", _RULES)
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))} – {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
