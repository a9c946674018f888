"""Every address × every role × every relation to the object (spec/trust.md). A new address without a row fails.

Empty bodies only: authorisation precedes validation. "Open" means anything but sign-in, 403 and 404; a stranger's object
is 404 (or 403 where the role may not do it at all); nothing is ever a 500.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from opora.core.access import ROLES
from tests.access.conftest import Asker
from tests.access.pages import NOT_OURS, ROWS
from tests.access.rows import IN_SESSION


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield path
        else:
            yield from routes(pattern, path)


OURS = sorted({path for path in routes() if not path.startswith(NOT_OURS)})


def test_every_address_has_a_row_and_no_row_is_stale():
    assert set(OURS) - set(ROWS) == set(), "addresses without a row"
    assert set(ROWS) - set(OURS) == set(), "rows without an address"


@pytest.mark.parametrize("path", [path for path in OURS if path in ROWS])
def test_roles(path: str, asker: Asker):
    row = ROWS[path]
    wrong = []
    for relation in row.relations:
        for role in (*ROLES, IN_SESSION):
            status = asker.ask(role, row.address(path, asker.side(relation)), post=row.post)
            if problem := asker.problem(status, row.opens(role, relation)):
                wrong.append(f"{role} {relation}: {problem}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", [path for path in OURS if path in ROWS])
def test_visitors(path: str, asker: Asker):
    row = ROWS[path]
    status = asker.ask(None, row.address(path, asker.side("own")), post=row.post)
    if row.public:
        assert status < 400 or status in (405, 422, 503 if path == "readyz" else 422)
    else:
        assert status in (401, 404)


def test_metrics(asker: Asker):
    """Operation's figures never leave the machine, directly or through the proxy."""
    assert asker.client(None).get("/metrics", REMOTE_ADDR="10.0.0.7").status_code == 404
    assert asker.client("administrator").get("/metrics", HTTP_X_FORWARDED_FOR="127.0.0.1").status_code == 404


@pytest.mark.parametrize("path", [path for path in OURS if path in ROWS and not ROWS[path].public])
def test_a_token_opens_no_page(path: str, asker: Asker):
    """Bearer tokens are for the API alone: on pages their holder is a visitor."""
    row = ROWS[path]
    for role in (*ROLES, IN_SESSION):
        status = asker.ask_by_token(role, row.address(path, asker.side("own")), post=row.post)
        assert status in (401, 403, 404), role
