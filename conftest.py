"""What every test shares: the embedded server, a database copied from a migrated template, --soak."""

from collections.abc import Iterator

import pytest
from tests.support import environment

environment.prepare()  # before anything reads the settings

import django  # noqa: E402

django.setup()

from django.test import TransactionTestCase  # noqa: E402
from tests.support.databases import Databases  # noqa: E402

from opora.catalogue.live import live  # noqa: E402
from opora.config.env import env  # noqa: E402
from opora.core.embedded import Hold, hold  # noqa: E402


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="run the long tests too (marker soak)")
    parser.addoption("--cluster", action="store_true", help="run the test of a database cluster (marker cluster)")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "soak: takes minutes; left out unless --soak is given")
    config.addinivalue_line("markers", "cluster: needs etcd, HAProxy and Patroni; left out unless --cluster is given")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = {name for name in ("soak", "cluster") if not config.getoption(f"--{name}")}
    long = [item for item in items if any(item.get_closest_marker(name) for name in left_out)]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


@pytest.fixture(scope="session")
def embedded_server() -> Iterator[Hold]:
    """The embedded PostgreSQL of the test home, shared by all workers of all runs."""
    held = hold(env)
    assert held is not None
    yield held


@pytest.fixture(scope="session")
def databases(embedded_server: Hold, worker_id: str) -> Databases:
    """Factory of this worker's database."""
    return Databases(embedded_server, worker_id)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, databases: Databases) -> Iterator[None]:
    """Instead of pytest-django's own: copy the migrated template, and restore it after tests that commit.

    A flush would lose the rows that migrations wrote.
    """
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        databases.make_template()
        databases.copy_template()
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: databases.restore())
        with django_db_blocker.block():
            yield
        live.stop()
        databases.drop()


@pytest.fixture
def database_url(databases: Databases, transactional_db) -> str:
    """DATABASE_URL of this worker's database, for programs that a test starts."""
    return databases.url
