"""`opora backup` under load and `opora restore` elsewhere: equal by checksum of every table and document."""

from __future__ import annotations

import contextlib
import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from opora.core import files
from opora.core.access import SYSTEM
from opora.core.history_guard import erase
from opora.core.models import StoredFile
from opora.core.survival import archive, checksums, erasures, restore
from opora.core.survival.errors import SurvivalError
from opora.core.survival.manifest import DUMP, NAME, Manifest
from opora.core.transactions import act
from opora.enrolment.models import Application
from opora.people.models import Child
from tests.enrolment.world import make_world
from tests.faults.conftest import Served
from tests.races.crowd import families
from tests.support.homes import temporary_home
from tests.survival.conftest import Installation

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]
Elsewhere = Callable[[str], Installation]


def a_document(text: str = "Справка") -> StoredFile:
    region = make_world().municipality
    return files.store(SYSTEM, owner=region, name="справка.txt", content_type="text/plain", data=text.encode())


def content(url: str) -> dict[str, int]:
    with psycopg.connect(url) as database:
        return {one.name: hash(one) for one in checksums.sums(database)}


def test_backup_during_a_rush_is_restored_elsewhere_equal_and_serves(
    here: Installation, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    world = make_world()
    group = world.group(capacity=60)
    people = families(world, 160)
    tasks = [{"account": one.account.pk, "child": one.child.pk, "group": group.pk} for one in people]
    rush = subprocess.Popen(
        [sys.executable, "-m", "tests.survival.rush"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=here.environment | {"OPORA_BATCH": "1"},
    )
    assert rush.stdin is not None and rush.stdout is not None
    copy = tmp_path / "copy.zip"
    with rush:
        rush.stdin.write(json.dumps(tasks) + "\n")
        rush.stdin.flush()
        before = dict(map(int, rush.stdout.readline().split()) for _ in range(5))
        backup = subprocess.Popen(here.command("backup", copy), env=here.environment, stderr=subprocess.PIPE, text=True)
        said = backup.communicate(timeout=120)[1]
        assert backup.returncode == 0, said
        rest = rush.stdout.read()
    assert len(before) + len(rest.splitlines()) == 160, "the rush was stopped by the backup"
    assert archive.verify(copy).lost == []

    there = elsewhere("elsewhere")
    done = there.run("restore", copy, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    with psycopg.connect(there.url) as database:
        kept = dict(database.execute("SELECT child_id, id FROM application").fetchall())
        documents = {row[0] for row in database.execute("SELECT sha256 FROM stored_file").fetchall()}
        history = database.execute("SELECT count(*) FROM history").fetchone()
    assert before.items() <= kept.items(), "acknowledged before the snapshot, but not in the copy"
    assert len(kept) == len(documents) == told["files_written"] <= 160
    for digest in documents:
        assert (there.home / "files" / digest[:2] / digest).is_file()
    manifest = archive.verify(copy)
    assert history == (next(one.rows for one in manifest.tables if one.name == "history"),)

    doctor = there.run("doctor", "--json")
    assert doctor.returncode == 0, doctor.stdout
    served = Served(there.url, [])
    try:
        served.wait_until_up()
        assert served.status("/readyz") == 200 and served.status("/navigator/") == 200
    finally:
        served.end()


def test_a_quiet_database_comes_back_byte_for_byte(here: Installation, elsewhere: Elsewhere, tmp_path: Path) -> None:
    """The checksums themselves are not trusted here: rows are compared as COPY writes them."""
    world = make_world()
    families(world, 3)
    world.group()
    a_document()
    copy = tmp_path / "copy.zip"
    assert here.call("backup", copy).returncode == 0
    there = elsewhere("elsewhere")
    assert there.call("restore", copy).returncode == 0
    assert rows_of(here.url) == rows_of(there.url)
    with psycopg.connect(there.url) as database:  # the next numbers go on behind the restored ones
        assert checksums.sequences_behind(database) == []
        database.execute("SELECT setval(pg_get_serial_sequence('child', 'id'), 1, false)")
        assert checksums.sequences_behind(database) == ["child_id_seq"]


def rows_of(url: str) -> dict[str, list[bytes]]:
    found = {}
    with psycopg.connect(url) as database:
        names = [one.name for one in checksums.sums(database)]
        for name in names:
            with database.cursor().copy(f'COPY (SELECT * FROM "{name}") TO STDOUT') as lines:
                found[name] = sorted(bytes(line) for line in lines)
    return found


def test_the_embedded_database_of_one_home_comes_to_another_home(tmp_path: Path, here: Installation) -> None:
    a_document()
    copy = tmp_path / "copy.zip"
    assert here.call("backup", copy).returncode == 0
    second = tmp_path / "second.zip"
    with temporary_home() as own:
        home = Installation(own.layout.home, None)
        done = home.run("restore", copy)
        assert done.returncode == 0, done.stderr
        assert "равны" in done.stdout
        assert home.run("backup", second).returncode == 0
    first, again = archive.verify(copy), archive.verify(second)
    assert (first.tables, first.files) == (again.tables, again.files)


@contextlib.contextmanager
def former_left_alone(installation: Installation):
    before = content(installation.url)
    yield
    assert content(installation.url) == before


def test_a_database_with_data_is_refused_unless_forced(
    here: Installation, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    a_document()
    copy, later = tmp_path / "copy.zip", tmp_path / "later.zip"
    assert here.call("backup", copy).returncode == 0
    families(make_world(), 2)
    assert here.call("backup", later).returncode == 0
    there = elsewhere("elsewhere")
    assert there.call("restore", later).returncode == 0
    with former_left_alone(there):
        refused = there.call("restore", copy)
        assert refused.returncode == 1 and "--force" in refused.stderr and "Traceback" not in refused.stderr
    with psycopg.connect(there.url), former_left_alone(there):
        refused = there.call("restore", copy, "--force")
        assert refused.returncode == 1 and "Остановите opora serve" in refused.stderr
    forced = there.call("restore", copy, "--force")
    assert forced.returncode == 0 and "заменены" in forced.stdout and "Уже на месте и целы: 1" in forced.stdout
    with psycopg.connect(there.url) as database:
        assert {one.name: one for one in checksums.sums(database)} == {
            one.name: one for one in archive.verify(copy).tables
        }
        # a restore that was killed between moving aside and loading
        database.execute("ALTER SCHEMA public RENAME TO before_restore")
        database.execute("CREATE SCHEMA public")
    refused = there.call("restore", later)
    assert refused.returncode == 1 and "--force" in refused.stderr, "the former tables did not come back"
    assert there.call("restore", later, "--force").returncode == 0
    assert content(there.url) == content(here.url)


def test_what_is_not_equal_is_not_kept(here: Installation, elsewhere: Elsewhere, tmp_path: Path) -> None:
    """The negative control of the proof: the manifest tells one row more than the dump has."""
    a_document()
    copy, wrong = tmp_path / "copy.zip", tmp_path / "wrong.zip"
    assert here.call("backup", copy).returncode == 0
    rewritten(copy, wrong, change=lambda one: one["tables"][0].update(rows=one["tables"][0]["rows"] + 1))
    there = elsewhere("elsewhere")
    done = there.call("restore", wrong)
    assert done.returncode == 1 and "не равно копии" in done.stderr
    with psycopg.connect(there.url) as database:
        assert checksums.sums(database) == []


def rewritten(source: Path, target: Path, *, change: Callable[[dict], None] = lambda _: None, flip: str = "") -> None:
    """A copy of a backup with another manifest, or with one byte of a member changed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == NAME:
                document = json.loads(data)
                change(document)
                data = json.dumps(document).encode()
            if name == flip:
                data = data[:-1] + bytes([data[-1] ^ 1])
            new.writestr(name, data)


def test_damaged_foreign_and_newer_files_are_refused(here: Installation, elsewhere: Elsewhere, tmp_path: Path) -> None:
    document = a_document()
    copy = tmp_path / "copy.zip"
    assert here.call("backup", copy).returncode == 0
    checked = here.call("backup", "--check", copy)
    assert checked.returncode == 0 and "Копия цела" in checked.stdout
    member = f"files/{document.sha256[:2]}/{document.sha256}"
    cases = {"cut.zip": "повреждена", "text.zip": "повреждена", "zip.zip": "не похож", "absent.zip": "нет такой папки"}
    (tmp_path / "cut.zip").write_bytes(copy.read_bytes()[:-100])
    (tmp_path / "text.zip").write_text("Копия")
    with zipfile.ZipFile(tmp_path / "zip.zip", "w") as other:
        other.writestr("a.txt", "")
    rewritten(copy, tmp_path / "dump.zip", flip=DUMP)
    rewritten(copy, tmp_path / "document.zip", flip=member)
    rewritten(copy, tmp_path / "newer.zip", change=lambda one: one["migrations"].append("core.9999_later"))
    rewritten(copy, tmp_path / "format.zip", change=lambda one: one.update(format=99))
    rewritten(copy, tmp_path / "server.zip", change=lambda one: one.update(postgresql=990000))
    cases |= {"dump.zip": DUMP, "document.zip": member, "newer.zip": "более новой версией", "format.zip": "более новой"}
    cases |= {"server.zip": "PostgreSQL 99"}
    connection.close()
    for name, words in cases.items():
        with pytest.raises(SurvivalError, match=words):
            restore.put_back(tmp_path / name, force=True)
    there = elsewhere("elsewhere")
    refused = there.call("restore", tmp_path / "cut.zip", "--json")
    assert refused.returncode == 1 and json.loads(refused.stdout)["ok"] is False
    assert "Traceback" not in refused.stderr


def test_a_backup_that_cannot_be_written_leaves_nothing(here: Installation, tmp_path: Path) -> None:
    a_document()
    taken = tmp_path / "taken.zip"
    taken.write_text("важное")
    refused = here.call("backup", taken)
    assert refused.returncode == 1 and "уже есть" in refused.stderr and taken.read_text() == "важное"
    refused = here.call("backup", tmp_path / "no" / "copy.zip")
    assert refused.returncode == 1 and "нет такой папки" in refused.stderr
    folder = tmp_path / "small"
    folder.mkdir()
    full = here.run(
        "backup", folder / "copy.zip", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (9999,) * 2)
    )
    assert full.returncode == 1 and "файл стал больше" in full.stderr, full.stderr
    assert "Traceback" not in full.stderr and "Exception ignored" not in full.stderr
    assert list(folder.iterdir()) == []


def test_lost_and_altered_documents_are_told_but_the_rest_is_saved(here: Installation, tmp_path: Path) -> None:
    lost, altered, whole = (a_document(f"Справка {number}") for number in range(3))
    files.path_of(lost.sha256).unlink()
    files.path_of(altered.sha256).write_text("другое")
    done = here.call("backup", tmp_path / "copy.zip")
    assert done.returncode == 0
    assert lost.sha256 in done.stderr and altered.sha256 in done.stderr and whole.sha256 not in done.stderr
    manifest = archive.verify(tmp_path / "copy.zip")
    assert manifest.lost == sorted([lost.sha256, altered.sha256])
    assert [one.sha256 for one in manifest.files] == [whole.sha256]


def test_the_file_is_for_its_owner_alone_and_says_what_it_is(here: Installation, tmp_path: Path) -> None:
    a_document()
    copy = tmp_path / "copy.zip"
    told = json.loads(here.call("backup", copy, "--json").stdout)
    assert told["ok"] and told["files"] == 1 and told["bytes"] == copy.stat().st_size
    assert copy.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(copy) as archived:
        manifest = Manifest.of_json(archived.read(NAME))
    assert manifest.postgresql >= 170000 and "core.0001_initial" in manifest.migrations
    assert not Application.objects.exists() and manifest.rows > 0


def test_erasures_after_the_backup_are_made_again(here: Installation, elsewhere: Elsewhere, tmp_path: Path) -> None:
    """On the spot from the database that is replaced, elsewhere from the list beside the backup."""
    family = make_world().family()
    with act(SYSTEM):
        Child.objects.filter(pk=family.child.pk).update(school_name="Школа № 9")
    copies = tmp_path / "copies"
    copies.mkdir()
    copy = copies / "copy.zip"
    assert here.call("backup", copy).returncode == 0
    with act(SYSTEM):
        erase(SYSTEM, family.child, keys=["school_name"], ground="заявление законного представителя")
    erasures.keep(copies)
    there = elsewhere("elsewhere")
    done = there.call("restore", copy)
    assert "Повторено после копии: 1" in done.stdout, done.stderr
    assert told_of(there.url, "Школа № 9") == 0 and told_of(there.url, "erased:") > 0
    (copies / erasures.NAME).unlink()
    again = there.call("restore", copy, "--force")
    assert "Повторено после копии: 1" in again.stdout, again.stderr
    assert told_of(there.url, "Школа № 9") == 0
    (copies / erasures.NAME).write_text("{")
    refused = there.call("restore", copy, "--force")
    assert refused.returncode == 1 and "не читается" in refused.stderr


def told_of(url: str, words: str) -> int:
    """Records of the change history that hold the words."""
    with psycopg.connect(url) as database:
        row = database.execute(
            "SELECT count(*) FROM history WHERE concat(before, after) LIKE %s", [f"%{words}%"]
        ).fetchone()
    assert row is not None
    return row[0]
