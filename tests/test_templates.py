"""What templates must keep that no linter sees."""

import re
from pathlib import Path

import pytest

from opora.core.office import menu

ROOT = Path(__file__).resolve().parents[1] / "src" / "opora"
TEMPLATES = sorted(ROOT.rglob("templates/**/*.html"))
BLOCK = re.compile(r"\{%\s*(block \w+|endblock[^%]*)\s*%\}")
NAMED = re.compile(r"\{% url [^%]* as (\w+) %\}")


def blocks(text: str) -> list[tuple[str, str]]:
    """Pieces of a template with the path of the block that they stand in, "" outside of blocks."""
    parts = BLOCK.split(text)
    stack: list[str] = []
    found = [("", parts[0])]
    for tag, piece in zip(parts[1::2], parts[2::2], strict=True):
        if tag.startswith("block"):
            stack.append(tag.split()[1])
        else:
            stack.pop()
        found.append(("/".join(stack), piece))
    return found


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_named_address_is_used_in_the_block_that_names_it(path: Path):
    """A name given in one block is empty in the next one: the link would lead to the same page."""
    pieces = blocks(path.read_text())
    for block, piece in pieces:
        for name in set(NAMED.findall(piece)) if block else ():
            homes = {place for place, other in pieces if name in NAMED.findall(other)}
            users = {place for place, other in pieces if re.search(rf"[\s|(={{]{name}\b(?! %}})", other)}
            stray = {user for user in users if not any(user == home or user.startswith(f"{home}/") for home in homes)}
            assert not stray, f"{name} is empty in {sorted(stray)}"


def test_the_menu_names_only_icons_that_exist() -> None:
    sprite = (ROOT / "core/static/opora/icons.svg").read_text(encoding="utf-8")
    named = {item.icon for item in (*menu._items, *menu._of_registers())}
    assert sorted(name for name in named if f'id="{name}"' not in sprite) == []
