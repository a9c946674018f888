"""Every address × every role × every relation to the object (spec/trust.md). A new address without a row fails.

Empty bodies only: authorisation precedes validation. "Open" means anything but sign-in, 403 and 404; a stranger's object
is 404 (or 403 where the role may not do it at all); nothing is ever a 500.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.access.rows import NOT_OURS, ROWS, WIDE, Row
from tests.access.world import Access, Side, make_access

from opora.core.access import ROLES
from opora.people.models import Account

RELATIONS = ("own", "sibling", "foreign")


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


@pytest.fixture(scope="module")
def access(django_db_setup: None, django_db_blocker: Any) -> Iterator[Access]:
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield make_access()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _undo(access: Access, django_db_blocker: Any) -> Iterator[None]:
    """Each check leaves the world as it was."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def client_of(account: Account | None) -> Client:
    client = Client(raise_request_exception=False)
    if account is not None:
        client.force_login(account, backend="opora.people.backends.AccountBackend")
    return client


def ask(client: Client, row: Row, side: Side) -> tuple[int, str]:
    address = row.address(side)
    answer = client.post(address) if row.post else client.get(address)
    return answer.status_code, answer.headers.get("Location", "")


def is_open(status: int, location: str) -> bool:
    return status not in (401, 403, 404) and "/account/login/" not in location


CASES = [(path, relation) for path in OURS for relation in (RELATIONS if ROWS.get(path) and ROWS[path].about else ("own",))]


@pytest.mark.parametrize(("path", "relation"), CASES, ids=lambda value: str(value))
def test_roles(path: str, relation: str, access: Access):
    row = ROWS[path]
    side: Side = getattr(access, relation)
    wrong = []
    for role in ROLES:
        from django.db import transaction

        with transaction.atomic():
            status, location = ask(client_of(access.accounts[role]), row, side)
            transaction.set_rollback(True)
        expected = expects(row, role, relation)
        if status >= 500 or is_open(status, location) != expected:
            wrong.append(f"{role}: {status} {location}, expected {'open' if expected else 'closed'}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", OURS)
def test_visitors(path: str, access: Access):
    row = ROWS[path]
    status, location = ask(client_of(None), row, access.own)
    assert status < 500
    if row.public:
        assert is_open(status, location), f"{status} {location}"
    else:
        assert "/account/login/" in location or status in (401, 404), f"{status} {location}"


def expects(row: Row, role: str, relation: str) -> bool:
    """What the row promises: the role is named and its place reaches the object."""
    if row.public:
        return True
    if role not in row.roles and "*" not in row.roles:
        return False
    if not row.about or relation == "own":
        return True
    if role == "administrator":
        return True
    return relation == "sibling" and role in WIDE and row.wide
