"""Every operation of the API × every role × every relation, with empty bodies. A new operation without a row fails."""

from __future__ import annotations

import pytest

from opora.core.access import ROLES
from opora.exchange.api.api import api
from tests.access.conftest import Asker
from tests.access.operations import OPERATIONS
from tests.access.test_matrix import RELATIONS


def test_every_operation_has_a_row():
    described = {
        f"{method.upper()} {path}" for path, methods in api.get_openapi_schema()["paths"].items() for method in methods
    }
    assert described == set(OPERATIONS)


def ask(asker: Asker, role: str | None, operation: str, relation: str) -> int:
    row = OPERATIONS[operation]
    address = row.address(operation.split(" /")[1], asker.side(relation))
    body = {"data": "{}", "content_type": "application/json"} if row.post else {}
    return asker.ask(role, address, post=row.post, **body)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_roles(operation: str, asker: Asker):
    row, wrong = OPERATIONS[operation], []
    for relation in RELATIONS if row.about else RELATIONS[:1]:
        for role in ROLES:
            status = ask(asker, role, operation, relation)
            if problem := asker.problem(status, row.opens(role, relation)):
                wrong.append(f"{role} {relation}: {problem}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_visitors(operation: str, asker: Asker):
    status = ask(asker, None, operation, "own")
    assert status == 200 if OPERATIONS[operation].public else status == 401
