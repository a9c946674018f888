"""The embedded server and its keepers are killed; nothing acknowledged is lost, nothing stays behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from types import SimpleNamespace

import psycopg
import pytest

from opora.core.embedded.client import Hold
from tests.support.homes import Home, temporary_home, wait_for

pytestmark = pytest.mark.fault


@pytest.fixture
def durable_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A home whose server syncs its writes, as in real use."""
    monkeypatch.setenv("OPORA_PG_FSYNC", "on")
    with temporary_home() as home:
        yield home


def test_acknowledged_commits_survive_kill_of_the_server(durable_home: Home) -> None:
    home = durable_home
    with home.client():
        with home.connect() as connection:
            connection.execute("CREATE TABLE entry (id int PRIMARY KEY)")
        for round_number in range(3):
            acknowledged = _write_until_killed(home, round_number * 100_000)
            with home.connect_when_back() as connection:
                found = {row[0] for row in connection.execute("SELECT id FROM entry")}
            assert acknowledged
            assert acknowledged <= found


def _write_until_killed(home: Home, start: int) -> set[int]:
    """Commit row after row; kill the server with SIGKILL in the middle of it; what was acknowledged."""
    acknowledged: set[int] = set()
    pid = home.server_pid
    killer = subprocess.Popen([sys.executable, "-c", f"import os,time; time.sleep(.4); os.kill({pid}, 9)"])
    with killer, home.connect() as connection:
        for number in range(start, start + 100_000):
            try:
                connection.execute("INSERT INTO entry VALUES (%s)", [number])
            except psycopg.OperationalError:
                break
            acknowledged.add(number)
    return acknowledged


def test_server_is_back_quickly(durable_home: Home) -> None:
    with durable_home.client():
        pid = durable_home.server_pid
        os.kill(pid, signal.SIGKILL)
        begun = time.monotonic()
        durable_home.connect_when_back().close()
        assert time.monotonic() - begun < 5
        assert durable_home.server_pid != pid


def test_killed_supervisor_takes_the_server_along_and_ensure_brings_both_back(durable_home: Home) -> None:
    home = durable_home
    held = Hold(home.layout)
    held.take()
    try:
        with home.connect() as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
        pid = home.server_pid
        os.kill(home.supervisor_pid, signal.SIGKILL)
        wait_for(lambda: not home.server_lives(pid))

        def mended() -> bool:
            held.ensure()  # as the web server's parent does, several times a second
            return home.supervised

        wait_for(mended)
        with home.connect_when_back() as connection:
            assert connection.execute("SELECT value FROM kept").fetchone() == (7,)
    finally:
        held.release()


def test_pid_files_of_other_processes_do_not_stop_the_start(durable_home: Home) -> None:
    """A dead process, a zombie and a living one that is no server (the number was given again)."""
    home = durable_home
    with home.client():
        good = (home.layout.data / "postmaster.pid").read_text()
    home.stop()
    zombie = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
    for pid in (2**22 + 1, zombie.pid, os.getpid()):
        path = home.layout.data / "postmaster.pid"
        path.write_text(good.replace(good.split("\n", 1)[0], str(pid), 1))
        os.chown(path, *_ids(home))
        with home.client(), home.connect() as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        home.stop()
    zombie.wait()


def _ids(home: Home) -> tuple[int, int]:
    info = home.layout.data.stat()
    return info.st_uid, info.st_gid


def test_interrupted_initdb_is_begun_anew(durable_home: Home) -> None:
    home = durable_home
    with home.client():
        pass
    home.stop()
    home.layout.data.rename(home.layout.data.with_name("data.unfinished"))
    with home.client(), home.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_server_that_cannot_start_is_given_up_with_a_reason(durable_home: Home) -> None:
    home = durable_home
    with home.client():
        pass
    home.stop()
    (home.layout.data / "global" / "pg_control").rename(home.layout.data / "pg_control.lost")
    assert str(home.layout.server_log) in home.failure()


def test_data_of_another_postgresql_is_refused(durable_home: Home) -> None:
    home = durable_home
    with home.client():
        pass
    home.stop()
    (home.layout.data / "PG_VERSION").write_text("16\n")
    assert "PostgreSQL 16" in home.failure()


def test_env_of_hold_is_the_documented_one() -> None:
    """hold() does nothing when DATABASE_URL names another server."""
    from opora.core.embedded import hold

    assert hold(SimpleNamespace(home=None, database_url="postgresql:///x", batch=True)) is None
