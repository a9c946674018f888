"""Folders and their permissions: a home of ours is opened for the server's user, a foreign folder never."""

import os
import pwd
import shutil
import stat
from pathlib import Path

import pytest

from opora.core.embedded.binaries import OVERRIDE, find_binaries
from opora.core.embedded.errors import DatabaseUnavailable
from opora.core.embedded.layout import Layout, blocking_folder, claim_home, is_ours, private_folder
from opora.core.embedded.owner import server_owner
from tests.support.homes import Home, temporary_home

STRANGER = 54321  # a user id that owns nothing here


def test_blocking_folder_is_the_first_one_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    outer = tmp_path / "outer"
    inner = outer / "inner"
    inner.mkdir(parents=True)
    for folder in (outer, inner):
        folder.chmod(0o755)
    start = blocking_folder(tmp_path, STRANGER, [])  # pytest's own folder may be closed to strangers
    assert blocking_folder(inner, STRANGER, []) == start
    inner.chmod(0o700)
    outer.chmod(0o750)
    assert blocking_folder(inner, STRANGER, []) == (start or outer)
    assert blocking_folder(inner, STRANGER, [outer.stat().st_gid, tmp_path.stat().st_gid]) in (start, inner)
    assert blocking_folder(inner, os.geteuid(), os.getgroups()) is None
    assert blocking_folder(inner, 0, []) is None


def test_missing_or_empty_home_is_ours_and_a_used_folder_is_not(tmp_path: Path) -> None:
    for name in ("missing", "empty", "used"):
        home = tmp_path / name
        if name != "missing":
            home.mkdir()
        if name == "used":
            (home / "letter.txt").touch()
        claim_home(home)
        claim_home(home)
        assert is_ours(home) == (name != "used")


def test_home_that_cannot_be_made_names_the_obstacle(tmp_path: Path) -> None:
    obstacle = tmp_path / "файл"
    obstacle.touch()
    with pytest.raises(DatabaseUnavailable, match="файл"):
        claim_home(obstacle / "home")


def test_private_folder_refuses_what_belongs_to_another(tmp_path: Path) -> None:
    mine = os.geteuid(), os.getegid()
    private_folder(tmp_path / "made", *mine)
    private_folder(tmp_path / "made", *mine)
    assert stat.S_IMODE((tmp_path / "made").stat().st_mode) == 0o700
    (tmp_path / "link").symlink_to(tmp_path / "made")
    (tmp_path / "file").touch()
    for name in ("link", "file"):
        with pytest.raises(DatabaseUnavailable, match=name):
            private_folder(tmp_path / name, *mine)


def test_socket_folder_depends_on_the_home_alone(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 90)
    assert Layout(long).socket_folder == Layout(long).socket_folder
    assert Layout(long).socket_folder != Layout(long / "y").socket_folder
    assert Layout(Path("/srv/o")).socket_folder == Path("/srv/o/pg/run")


def test_server_never_runs_as_root(home: Home) -> None:
    """Started by root in a home with mode 0700 it runs as the user ``opora``; by others, as themselves."""
    with home.client():
        uid = Path(f"/proc/{home.server_pid}").stat().st_uid
        mode = stat.S_IMODE(home.layout.home.stat().st_mode)
        assert stat.S_IMODE(home.layout.socket_folder.stat().st_mode) == 0o700
        assert home.layout.socket_folder.stat().st_uid == uid
    assert uid == server_owner().uid != 0
    if os.geteuid() == 0:
        assert pwd.getpwuid(uid).pw_name == "opora"
        assert mode == 0o710
        assert home.layout.home.stat().st_gid == server_owner().gid
    else:
        assert mode == 0o700


def test_foreign_closed_folder_is_named_and_left_alone(home: Home) -> None:
    """A home inside somebody's closed folder: root's server user cannot pass, and we do not open the way."""
    closed = home.layout.home
    (closed / "letter.txt").touch()
    inside = Home(closed / "home")
    try:
        if os.geteuid() == 0:
            assert str(closed) in inside.failure()
        else:
            with inside.client():
                pass
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    finally:
        inside.stop()


def test_programs_behind_a_closed_folder_are_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clone in /root: the server's user cannot read its environment."""
    with temporary_home() as place, temporary_home() as home:
        package = find_binaries().parents[1]
        for folder in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(folder, place.layout.home / folder.name)
        monkeypatch.setenv(OVERRIDE, str(place.layout.home / package.name / "pginstall18" / "bin"))
        with home.client(), home.connect() as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        copies = list((home.layout.home / "server").rglob("bin/postgres"))
        assert len(copies) == (1 if os.geteuid() == 0 else 0)


def test_missing_programs_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(OVERRIDE, str(tmp_path))
    with pytest.raises(DatabaseUnavailable, match=OVERRIDE):
        find_binaries()
