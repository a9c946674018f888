"""Every operation answers as the OpenAPI document says, whatever is sent (schemathesis, in this process)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from opora.catalogue.queries import search_docs
from opora.catalogue.search.index import Index
from opora.config.wsgi import application
from opora.exchange.api import catalogue
from opora.exchange.api.api import api
from tests.cabinet.conftest import Scene

ROOT = Path(__file__).parents[2]
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
schema = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"))))
schema.app = application
bounded = settings(
    max_examples=8,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


def test_kept_document_is_current() -> None:
    call_command("export_openapi", ROOT / "docs" / "openapi.json", check=True)


def test_problems_are_declared() -> None:
    """Every operation declares its 4xx as problem documents."""
    for path, operations in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items():
        for method, operation in operations.items():
            declared = {int(code) for code in operation["responses"] if int(code) >= 400}
            assert {404, 422, 503} <= declared, (method, path)
            if method == "post":
                assert {400, 401, 403, 409} <= declared, (method, path)


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Requests of the WSGI application work in the test's transaction, as those of Django's client do."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize("who", ["visitor", "guardian", "provider"])
@pytest.mark.django_db
def test_answers_follow_the_schema(
    who: str, scene: Scene, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "live", Index().build(search_docs()))  # without its thread
    token = "" if who == "visitor" else request.getfixturevalue(who).token
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    for found in schema.get_all_operations():
        operation = found.ok()

        @bounded
        @given(case=operation.as_strategy())
        def check(case: schemathesis.Case) -> None:
            case.call_and_validate(headers=headers, checks=CHECKS)

        check()
