"""Every page of every register × every role × every relation. A new register without a row fails."""

from __future__ import annotations

import pytest
from django.urls import resolve

from opora.core.access import ROLES
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
}
CASES = [(slug, path) for slug in sorted(REGISTERS) for path in PAGES]


def test_every_register_and_every_page_of_a_register_has_a_row():
    assert {item.slug for item in registry.every()} == set(REGISTERS)
    assert {path.removeprefix(PREFIX) for path in routes() if path.startswith(PREFIX)} == set(PAGES)


def has_own_page(slug: str, path: str) -> bool:
    """Some registers have an editor in place of the kit's form; it has its row in the table of pages."""
    return path == "new/" and not resolve(f"/office/{slug}/{path}").route.startswith(PREFIX)


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
            key = str(getattr(asker.side(relation).objects[REGISTERS[slug].about], field))
            status = asker.ask(role, f"/office/{slug}/{path}".replace("<key:key>", key).replace("<int:pk>", "1"))
            expected = (in_session if role == IN_SESSION else row).opens(role, relation)
            if problem := asker.problem(status, expected):
                wrong.append(f"{role} {relation}: {problem}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("slug", sorted(REGISTERS))
def test_visitors(slug: str, asker: Asker):
    for path in PAGES:
        assert asker.ask(None, f"/office/{slug}/{path}".replace("<key:key>", "1").replace("<int:pk>", "1")) in (
            401,
            404,
        )
