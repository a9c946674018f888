"""Every page of every register × every role × every relation. A new register without a row fails."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.urls import resolve

from opora.core import files, papers
from opora.core.access import ROLES, SYSTEM
from opora.core.registers import registry
from tests.access.conftest import Asker
from tests.access.registers import REGISTERS
from tests.access.rows import IN_SESSION, Row
from tests.access.test_matrix import routes

PREFIX = "office/<register:register>/"
PAGES = {
    "filters/save/": "list",
    "filters/<int:pk>/delete/": "list",
    "": "list",
    "new/": "new",
    "import/": "import",
    "import/template.xlsx": "import",
    "export.csv": "export",
    "export.xlsx": "export",
    "<key:key>/": "card",
    "<key:key>/edit/": "edit",
    "<key:key>/history/": "history",
    "<key:key>/files/": "edit",
    "<key:key>/files/<uuid:file>/": "card",
}
CASES = [
    (slug, path) for slug in sorted(REGISTERS) for path in PAGES if "/files/" not in path or registry.get(slug).files
]


def test_every_register_and_every_page_of_a_register_has_a_row():
    assert {item.slug for item in registry.every()} == set(REGISTERS)
    assert {path.removeprefix(PREFIX) for path in routes() if path.startswith(PREFIX)} == set(PAGES)


def has_own_page(slug: str, path: str) -> bool:
    """Some registers have an editor in place of the kit's form; it has its row in the table of pages."""
    return path == "new/" and not resolve(f"/office/{slug}/{path}").route.startswith(PREFIX)


def paper_of(about: Any) -> str:
    """The key of a file of the row, attached when it has none."""
    kept = papers.latest_of(about) or files.store(
        SYSTEM, owner=about, name="Акт.pdf", content_type=files.PDF, data=b"%PDF-1.7"
    )
    return str(kept.public_id)


@pytest.mark.parametrize(("slug", "path"), [case for case in CASES if not has_own_page(*case)])
def test_roles(slug: str, path: str, asker: Asker):
    """A role that may not open its own object's page is not asked about strangers' again."""
    table = REGISTERS[slug]
    row = table.row(PAGES[path]) or Row()
    in_session = table.row(PAGES[path], in_session=True) or Row()
    field = registry.get(slug).key_field
    wrong = []
    for relation in row.relations:
        for role in (*ROLES, IN_SESSION) if relation == "own" else (*sorted(row.roles), IN_SESSION):
            about = asker.side(relation).objects[REGISTERS[slug].about]
            address = f"/office/{slug}/{path}".replace("<key:key>", str(getattr(about, field)))
            address = address.replace("<int:pk>", "1").replace("<uuid:file>", paper_of(about))
            status = asker.ask(role, address)
            expected = (in_session if role == IN_SESSION else row).opens(role, relation)
            if problem := asker.problem(status, expected):
                wrong.append(f"{role} {relation}: {problem}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("slug", sorted(REGISTERS))
def test_visitors(slug: str, asker: Asker):
    for path in PAGES:
        address = f"/office/{slug}/{path}".replace("<key:key>", "1").replace("<int:pk>", "1")
        assert asker.ask(None, address.replace("<uuid:file>", str(UUID(int=1)))) in (401, 404)
