"""Backups by themselves: one a day, the newest kept, foreign files left alone; doctor says when they stopped."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
from pathlib import Path

import pytest

from opora.config import env as configured
from opora.core import clock, installation
from opora.core.jobs import registered
from opora.core.survival import archive, retention
from opora.core.survival.errors import SurvivalError
from tests.survival.conftest import Installation

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]
NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "copies"
    settings = dataclasses.replace(configured.env, backup_dir=made, backup_keep=2)
    monkeypatch.setattr(retention, "env", settings)
    monkeypatch.setattr(installation, "env", settings)
    return made


def test_the_worker_makes_one_a_day_and_keeps_the_newest(here: Installation, folder: Path) -> None:
    assert any(one.code == "core.backup" and one.every == dt.timedelta(days=1) for one in registered())
    folder.mkdir()
    (folder / "заметка.txt").write_text("моё")
    (folder / "opora-old.zip").write_text("моё")
    for day in range(4):
        with clock.frozen(NOW + dt.timedelta(days=day)):
            done = retention.back_up.func()
    assert done["removed"] == 1
    assert [one.name for one in retention.made(folder)] == [
        "opora-2026-11-24-030000.zip",
        "opora-2026-11-25-030000.zip",
    ]
    assert sorted(one.name for one in folder.iterdir())[3:] == ["opora-old.zip", "заметка.txt"]
    assert archive.verify(retention.made(folder)[-1]).rows > 0


def test_drafts_of_killed_backups_go(here: Installation, folder: Path) -> None:
    folder.mkdir()
    old, young = (folder / f".opora-2026-11-20-030000.zip.{pid}.part" for pid in (1, 2))
    for path in (old, young):
        path.write_text("")
    os.utime(old, (0, 0))
    retention.clean(folder, 2)
    assert list(folder.iterdir()) == [young]


def test_a_folder_that_cannot_be_is_told(here: Installation, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SurvivalError, match="Не удалось создать папку копий"):
        retention.into(tmp_path / "file" / "copies", 2)


def test_doctor_says_when_they_stopped(here: Installation, folder: Path) -> None:
    def fresh() -> installation.Finding:
        return next(one for one in installation.check() if one.name == "backup.fresh")

    assert not fresh().ok and "OPORA_BACKUP_DIR" in fresh().advice
    with clock.frozen(NOW):
        retention.back_up.func()
    made = retention.made(folder)[0]
    os.utime(made, (NOW.timestamp(),) * 2)
    with clock.frozen(NOW + dt.timedelta(hours=30)):
        assert fresh().ok
    with clock.frozen(NOW + dt.timedelta(hours=60)):
        assert not fresh().ok and fresh().figure == 60
