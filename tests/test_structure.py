"""The house's rules that no other tool holds: where the database is touched, where "now" comes from, how long files are."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1] / "src" / "opora"
SOURCES = sorted(
    path
    for path in ROOT.rglob("*.py")
    if "migrations" not in path.parts and "tests" not in path.relative_to(ROOT).parts
)
MANAGERS = re.compile(r"\b[A-Z][A-Za-z]+\.(_default_manager|objects)\b")
NOW = re.compile(r"\b(datetime\.now|datetime\.utcnow|date\.today|timezone\.now|localdate|localtime\(\))\b")
SERVER_DATE = re.compile(r"\b(clock\.today\(\s*\)|clock\.MOSCOW|\w+__date(__\w+)?=)")
LONGEST = 420


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_faces_and_rules_leave_the_database_to_queries_and_services(path: Path):
    if path.stem.startswith(("views", "forms", "urls", "rules", "policy")) or "rules" in path.parts:
        assert not MANAGERS.search(path.read_text()), "use a query or a service"


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_now_comes_from_the_clock(path: Path):
    if name(path) not in ("core/clock.py",) and "bench" not in path.parts:
        found = NOW.search(path.read_text())
        assert not found, f"{found.group() if found else ''}: use opora.core.clock"


@pytest.mark.parametrize("path", [p for p in SOURCES if name(p).split("/")[0] not in ("core", "demo")], ids=name)
def test_dates_are_those_of_a_municipality(path: Path):
    """A date names its zone: `clock.today(zone)`, `core.localtime` in queries; the server has no date of its own.

    The demo alone is loaded relative to the day of the machine.
    """
    found = SERVER_DATE.search(path.read_text())
    assert not found, f"{found.group() if found else ''}: say in whose zone (clock.today(zone), core.localtime)"


@pytest.mark.parametrize("path", [p for p in SOURCES if "content" not in p.parts], ids=name)
def test_files_stay_readable(path: Path):
    assert len(path.read_text().splitlines()) <= LONGEST, "split it by meaning"
