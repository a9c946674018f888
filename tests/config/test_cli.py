"""The ``opora`` command: verbs, exit codes, what goes where."""

import os
import subprocess
import sys

import pytest

from opora.config import cli


def opora(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "opora.config.cli", *arguments]
    return subprocess.run(command, env=own | environment, capture_output=True, text=True, check=False)


def test_help_lists_what_is_there() -> None:
    asked = opora("--help")
    assert asked.returncode == 0
    for verb in ("serve", "manage", "work"):
        assert f"  {verb} " in asked.stdout
    bare = opora()
    assert (bare.returncode, bare.stdout) == (2, "")
    assert bare.stderr == asked.stdout


def test_unknown_verb_is_wrong_usage() -> None:
    done = opora("fly")
    assert (done.returncode, done.stdout) == (2, "")
    assert "«fly»" in done.stderr
    assert "serve" in done.stderr


def test_verb_without_its_command_is_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cli.COMMANDS, "fly", ("fly_away", "летать"))
    assert "fly" not in cli.known_verbs()
    assert list(cli.known_verbs())[:2] == ["serve", "manage"]


def test_command_speaks_under_its_short_name(embedded_server: object) -> None:
    done = opora("work", "--help")
    assert done.returncode == 0
    assert done.stdout.startswith("usage: opora work ")
    wrong = opora("work", "--fly")
    assert (wrong.returncode, wrong.stdout) == (2, "")


def test_manage_is_djangos(embedded_server: object) -> None:
    done = opora("manage", "shell", "--no-imports", "-c", "print(6 * 7)")
    assert (done.returncode, done.stdout) == (0, "42\n")
    refused = opora("manage", "migrate", "core", "9999")
    assert (refused.returncode, refused.stdout.strip()) == (1, "")


def test_unreachable_database_is_one_line() -> None:
    url = "postgresql://nobody@127.0.0.1:9/opora"
    done = opora("manage", "migrate", DATABASE_URL=url)
    assert done.returncode == 1
    assert "База недоступна" in done.stderr
    assert "Traceback" not in done.stderr


def test_wrong_port_of_serve_is_wrong_usage() -> None:
    done = opora("serve", "--port", "много")
    assert done.returncode == 2
