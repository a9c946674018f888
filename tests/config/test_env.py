"""Settings from the environment check themselves."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from opora.config.env import WrongSetting, default_home, load
from opora.core.embedded import database_settings


def test_defaults(tmp_path: Path) -> None:
    env = load({"OPORA_HOME": str(tmp_path / "home")})
    assert env.home == tmp_path / "home"
    assert (env.port, env.require_mfa, env.demo, env.batch) == (8000, True, False, False)
    assert (env.database_url, env.base_url, env.email_url, env.files_url, env.tiles_url) == (None,) * 5


def test_home_rule() -> None:
    assert default_home({"OPORA_HOME": "/srv/x"}, is_root=True) == Path("/srv/x")
    assert default_home({}, is_root=True) == Path("/var/lib/opora")
    assert default_home({}, is_root=False) == Path.home() / ".local/share/opora"


def test_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    first, second = (load({"OPORA_HOME": str(tmp_path)}).secret_key for _ in range(2))
    assert first == second
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert load({"OPORA_HOME": str(tmp_path), "OPORA_SECRET_KEY": "k" * 40}).secret_key == "k" * 40


def test_stateless_web_process_needs_no_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    load({"OPORA_HOME": str(home), "OPORA_SECRET_KEY": "k" * 40, "DATABASE_URL": "postgresql://db/opora"})
    assert not home.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "70000"),
        ("PORT", "-1"),
        ("PORT", "٣"),
        ("OPORA_REQUIRE_MFA", "maybe"),
        ("OPORA_DEMO", "2"),
        ("DATABASE_URL", "mysql://secret:secret@db/opora"),
        ("DATABASE_URL", "postgresql://user:secret@db"),
        ("DATABASE_URL", "secret"),
        ("OPORA_SECRET_KEY", "secret"),
        ("OPORA_BASE_URL", "opora.example"),
        ("OPORA_BASE_URL", "https://"),
        ("OPORA_EMAIL_URL", "http://mail"),
        ("OPORA_EMAIL_URL", "smtp://user:secret@mail:port"),
        ("OPORA_FILES_URL", "/srv/files"),
        ("OPORA_TILES_URL", "https://tiles.example/"),
    ],
)
def test_wrong_value_names_its_variable_and_keeps_secrets(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(WrongSetting, match=name) as caught:
        load({"OPORA_HOME": str(tmp_path), name: value})
    assert "secret" not in str(caught.value)


def test_good_addresses(tmp_path: Path) -> None:
    env = load(
        {
            "OPORA_HOME": str(tmp_path),
            "OPORA_BASE_URL": "https://opora.example/",
            "OPORA_EMAIL_URL": "smtp+tls://user:word@mail.example:587",
            "OPORA_TILES_URL": "https://tiles.example/{z}/{x}/{y}.png",
            "OPORA_REQUIRE_MFA": "нет",
        }
    )
    assert env.base_url == "https://opora.example"
    assert env.require_mfa is False


def test_wrong_value_ends_any_command_with_2(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "opora.config.cli", "manage", "check"],
        env=os.environ | {"PORT": "abc", "OPORA_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "PORT" in done.stderr
    assert done.stdout == ""


def test_database_url_becomes_django_settings(tmp_path: Path) -> None:
    env = load(
        {
            "OPORA_HOME": str(tmp_path),
            "DATABASE_URL": "postgresql://us%40er:p%2Fw@db.example:6432/opora?sslmode=require&options=-c%20x%3D1",
        }
    )
    found = database_settings(env)
    assert {key: found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "opora",
        "USER": "us@er",
        "PASSWORD": "p/w",
        "HOST": "db.example",
        "PORT": "6432",
    }
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["options"] == "-c x=1"


def test_web_has_limits_and_a_pool_and_a_command_has_neither(tmp_path: Path) -> None:
    web = database_settings(load({"OPORA_HOME": str(tmp_path)}))["OPTIONS"]
    batch = database_settings(load({"OPORA_HOME": str(tmp_path), "OPORA_BATCH": "1"}))["OPTIONS"]
    assert "statement_timeout=10s" in web["options"]
    assert "lock_timeout=2s" in web["options"]
    assert (web["pool"]["max_size"], web["pool"]["timeout"]) == (4, 2)
    assert "statement_timeout" not in batch["options"]
    assert "pool" not in batch
