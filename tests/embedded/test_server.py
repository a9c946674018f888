"""Starting, sharing and stopping the embedded server."""

import os
import signal
import stat
import time

from tests.support.homes import Home, temporary_home, wait_for

FIRST_START = 4.0  # seconds, on a quiet machine
LATER_START = 1.0
BUSY = 4  # how much slower a machine that runs other tests beside us may be


def test_first_start_makes_the_cluster_and_later_starts_reuse_it(home: Home) -> None:
    begun = time.monotonic()
    with home.client(), home.connect() as connection:
        assert time.monotonic() - begun < FIRST_START * BUSY
        connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
    home.stop()
    begun = time.monotonic()
    with home.client(), home.connect() as connection:
        assert time.monotonic() - begun < LATER_START * BUSY
        assert connection.execute("SELECT value FROM kept").fetchone() == (7,)


def test_server_speaks_cyrillic_and_has_our_settings(home: Home) -> None:
    with home.client(), home.connect() as connection:
        row = connection.execute(
            "SELECT lower('ЁЖИК'), upper('щука'), 'Ёж' ~* '^ёж$', current_setting('listen_addresses'),"
            " current_setting('jit'), current_setting('TimeZone'), current_setting('server_encoding'),"
            " current_setting('server_version_num')::int >= 170000"
        ).fetchone()
    assert row == ("ёжик", "ЩУКА", True, "", "off", "UTC", "UTF8", True)


def test_two_clients_at_once_share_one_server(home: Home) -> None:
    with home.begin_client() as first, home.begin_client() as second:
        for process in (first, second):
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        pid, supervisor = home.server_pid, home.supervisor_pid
        first.kill()
        first.wait()
        time.sleep(4)  # longer than the grace: the second client still holds
        assert home.server_lives(pid)
        assert home.supervisor_pid == supervisor
        second.kill()


def test_server_stops_when_its_last_client_is_killed(home: Home) -> None:
    with home.client() as client:
        pid = home.server_pid
        client.send_signal(signal.SIGKILL)
        client.wait()
        wait_for(lambda: not home.server_lives(pid))
        wait_for(lambda: not home.supervised)
        assert not (home.layout.data / "postmaster.pid").exists()


def test_terminated_client_leaves_no_server_behind(home: Home) -> None:
    with home.client() as client:
        pid = home.server_pid
        client.terminate()
        client.wait()
        wait_for(lambda: not home.server_lives(pid) and not home.supervised)


def test_next_command_finds_the_server_of_the_one_before(home: Home) -> None:
    with home.client():
        pid = home.server_pid
    with home.client():
        assert home.server_pid == pid


def test_client_that_comes_during_the_shutdown_gets_a_new_server(home: Home) -> None:
    with home.client():
        pid = home.server_pid
    wait_for(lambda: not (home.layout.data / "postmaster.pid").exists())
    with home.client():
        assert home.server_pid != pid


def test_long_home_gets_a_short_socket() -> None:
    with temporary_home(prefix="очень-длинное-имя-" * 4) as home:
        with home.client(), home.connect() as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        folder = home.layout.socket_folder
        assert home.layout.home not in folder.parents
        assert len(os.fsencode(folder / ".s.PGSQL.5432")) <= 100
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_two_homes_have_two_servers(home: Home) -> None:
    with temporary_home() as other, home.client(), other.client():
        assert home.server_pid != other.server_pid


def test_log_tells_no_personal_data(home: Home) -> None:
    with home.client(), home.connect() as connection:
        connection.execute("CREATE TABLE person (name text PRIMARY KEY)")
        for statement, values in (
            ("INSERT INTO person VALUES (%s)", ["Аглая Вымышленная"]),
            ("INSERT INTO person VALUES (%s)", ["Аглая Вымышленная"]),
            ("SELECT 'Аглая'::int", []),
            ("SELECT %s::date", ["Вымышленная"]),
        ):
            try:
                connection.execute(statement, values)
            except Exception:
                continue
        connection.execute("SELECT pg_reload_conf()")
        home.stop()
        log = home.layout.server_log.read_text(encoding="utf-8")
    assert "shut down" in log
    assert "Вымышленная" not in log
    assert "person" not in log
