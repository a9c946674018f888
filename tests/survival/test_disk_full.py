"""The disk fills up under a working installation: plain words, nothing half-written, and it goes on by itself.

As root on Linux a small file system is mounted for it; where that is not allowed the same is tried at the seams
(tests/config/test_outage.py).
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from opora.core.survival import restore
from opora.enrolment import invariants
from opora.enrolment.models import Application
from tests.support.homes import Home, wait_for
from tests.survival.conftest import Installation
from tests.survival.openings import get, open_now, pointed_at, post
from tests.survival.test_killed import Own, Serving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]
SIZE = 200  # MB: the programs' copy, a cluster, its log
FILLED = "filled"


@contextmanager
def small_disk() -> Iterator[Path | None]:
    """A file system of its own, or None where we may not mount one."""
    folder = Path(tempfile.mkdtemp(prefix="opora-disk-"))
    folder.chmod(0o755)
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m,mode=0755", "tmpfs", str(folder)]
    mounted = (
        sys.platform.startswith("linux")
        and os.geteuid() == 0
        and not subprocess.run(command, capture_output=True, check=False).returncode
    )
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def fill(disk: Path) -> None:
    """Leave not a block free."""
    with open(disk / FILLED, "ab", buffering=0) as file:
        for block in (1 << 20, 1 << 12):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"x" * block)


def test_a_full_disk_is_told_and_survived(here: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPORA_PG_FSYNC", "on")
    empty = tmp_path / "empty.zip"
    assert here.call("backup", empty).returncode == 0
    with small_disk() as disk:
        if disk is None:
            return
        home = Home(disk / "home")
        own = Own(home)
        own.installation.home.mkdir(mode=0o755)
        (own.installation.home / ".opora-home").touch()
        try:
            with home.client():
                with pointed_at(own.conninfo):
                    restore.put_back(empty)
                lived_through(own, disk)
        finally:
            home.stop()


def lived_through(own: Own, disk: Path) -> None:
    with pointed_at(own.conninfo):
        opening = open_now(60)
    serving = Serving(own)
    base = f"http://127.0.0.1:{serving.port}"
    try:
        serving.wait_until_up()
        assert post(serving.port, opening.tasks[0])[0] == 201
        fill(disk)
        status, text = get(f"{base}/readyz")
        assert status == 503 and json.loads(text)["reason"] in ("disk", "database"), text
        refused = {}
        for task in opening.tasks[1:40]:  # the tables' pages have some room left at first
            status, problem = post(serving.port, task)
            assert status in (201, 503), (status, problem)
            if status == 503:
                refused = problem
                break
        assert refused["code"] in ("storage_full", "database_unavailable"), refused
        assert refused["title"] and refused["detail"]
        full = own.installation.run("backup", disk / "copy.zip")
        assert full.returncode == 1 and "Traceback" not in full.stderr, full.stderr
        assert [one.name for one in disk.iterdir() if "copy" in one.name] == []
        (disk / FILLED).unlink()
        wait_for(lambda: get(f"{base}/readyz")[0] == 200, 60)
        for task in opening.tasks:
            status, answer = post(serving.port, task)
            assert status in (200, 201), answer
        with pointed_at(own.conninfo):
            assert Application.objects.count() == len(opening.tasks)
            assert invariants.broken() == []
    finally:
        serving.end()
