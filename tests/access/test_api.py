"""Every operation of the API × every role × every relation, with empty bodies. A new operation without a row fails."""

from __future__ import annotations

import pytest

from opora.core.access import ROLES
from opora.exchange.api.api import api
from opora.people.models import ApiToken
from tests.access.conftest import Asker
from tests.access.operations import OPERATIONS
from tests.access.rows import IN_SESSION


def test_every_operation_has_a_row():
    described = {
        f"{method.upper()} {path}" for path, methods in api.get_openapi_schema()["paths"].items() for method in methods
    }
    assert described == set(OPERATIONS)


def ask(asker: Asker, role: str | None, operation: str, relation: str, *, by_token: bool = False) -> int:
    row = OPERATIONS[operation]
    address = row.address(operation.split(" /")[1], asker.side(relation))
    body = {"data": "{}", "content_type": "application/json"} if row.post else {}
    if by_token and role is not None:
        return asker.ask_by_token(role, address, post=row.post, **body)
    return asker.ask(role, address, post=row.post, **body)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_roles(operation: str, asker: Asker):
    row, wrong = OPERATIONS[operation], []
    for relation in row.relations:
        for role in (*ROLES, IN_SESSION):
            status = ask(asker, role, operation, relation)
            if problem := asker.problem(status, row.opens(role, relation)):
                wrong.append(f"{role} {relation}: {problem}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_tokens(operation: str, asker: Asker):
    """A token opens what the session of its account opens, no more and no less."""
    row, wrong = OPERATIONS[operation], []
    for relation in row.relations:
        for role in (*ROLES, IN_SESSION):
            status = ask(asker, role, operation, relation, by_token=True)
            if problem := asker.problem(status, row.opens(role, relation)):
                wrong.append(f"{role} {relation}: {problem}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("operation", [name for name, row in OPERATIONS.items() if row.post])
def test_a_reading_token_writes_nothing(operation: str, asker: Asker):
    ApiToken.objects.filter(account__in=asker.access.accounts.values()).update(scopes=["read"])
    try:
        for role in (*ROLES, IN_SESSION):
            assert ask(asker, role, operation, "own", by_token=True) == 403, role
    finally:
        ApiToken.objects.filter(account__in=asker.access.accounts.values()).update(scopes=["read", "write"])


@pytest.mark.parametrize("operation", OPERATIONS)
def test_visitors(operation: str, asker: Asker):
    status = ask(asker, None, operation, "own")
    assert status == 200 if OPERATIONS[operation].public else status == 401
