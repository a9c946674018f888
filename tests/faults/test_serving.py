"""``opora serve`` and its processes are killed; it mends itself or leaves nothing behind."""

import os
import signal
import socket
import time
from collections.abc import Callable

import psycopg
import pytest

from tests.faults.conftest import Served, alive, descendants, free_port
from tests.support.databases import Databases
from tests.support.homes import wait_for

pytestmark = pytest.mark.fault

Serve = Callable[..., Served]


def test_terminated_server_ends_all_it_started(serve: Serve) -> None:
    served = serve()
    served.wait_until_up()
    family = descendants(served.process.pid)
    assert len(family) >= 3  # the web server and its two processes
    said = served.end()
    assert served.process.returncode == 0
    assert f"http://localhost:{served.port}/" in said
    assert not any(map(alive, family))


def test_killed_server_leaves_nothing_behind(serve: Serve) -> None:
    served = serve()
    served.wait_until_up()
    family = descendants(served.process.pid)
    served.process.kill()
    wait_for(lambda: not any(map(alive, family)))
    assert served.status() is None


@pytest.mark.parametrize("victim", [max, min], ids=["the one that answers", "the one above it"])
def test_killed_web_process_is_started_again(serve: Serve, victim: Callable[[set[int]], int]) -> None:
    served = serve("--workers", "1")
    served.wait_until_up()
    family = descendants(served.process.pid)
    os.kill(victim(family), signal.SIGKILL)
    wait_for(lambda: not alive(victim(family)))
    served.wait_until_up()
    wait_for(lambda: len(descendants(served.process.pid)) >= 2)
    served.end()
    assert not any(map(alive, family))


def test_requests_survive_a_lost_database_connection(serve: Serve, databases: Databases) -> None:
    """Every pooled connection is dead after the server's restart; no visitor may see it."""
    served = serve("--workers", "1")
    served.wait_until_up()
    with psycopg.connect(databases.url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert [served.status() for _ in range(8)] == [200] * 8


def test_occupied_port_is_refused(serve: Serve) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        served = serve("--port", str(port))
        assert served.process.wait(60) == 1
    assert str(port) in served.end()


def test_unmigrated_database_is_refused(databases: Databases, embedded_server: object) -> None:
    name = f"{databases.name}_empty"
    with databases.server() as server:
        server.execute(f"CREATE DATABASE {name}")
    try:
        served = Served(databases.url.replace(databases.name, name), [])
        assert served.process.wait(60) == 1
        assert "opora manage migrate" in served.end()
    finally:
        with databases.server() as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_unreachable_database_is_refused_with_a_reason() -> None:
    begun = time.monotonic()
    served = Served(f"postgresql://nobody@127.0.0.1:{free_port()}/opora", [])
    assert served.process.wait(60) == 1
    assert "База недоступна" in served.end()
    assert time.monotonic() - begun < 20
