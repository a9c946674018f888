"""Files too large for the person to wait: upload → job of the worker → true progress → verdict → written."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from opora.core.access import SYSTEM
from opora.core.jobs import worker
from opora.core.reasons import Busy
from opora.core.registers import get
from opora.core.registers.importing import jobs
from opora.core.registers.importing.reading import open_source
from opora.core.registers.importing.run import import_file
from opora.core.registers.importing.uploads import Upload
from opora.demo.bench.importing import HEADINGS, children
from opora.people.models import Child

from .samples import World

ADDRESS = "/office/children/import/"
MEGABYTE = 1_000_000


@pytest.fixture
def office(world: World, signed_in: Callable[[str], Client], settings: Any, tmp_path: Path) -> Client:
    settings.MEDIA_ROOT = tmp_path
    return signed_in("centre_head")


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What the page could have shown: (state, per cent) each time the upload was saved."""
    seen: list[tuple[str, int]] = []
    save = Upload.save

    def noted(upload: Upload) -> None:
        seen.append((upload.state, upload.progress))
        save(upload)

    monkeypatch.setattr(Upload, "save", noted)
    return seen


def rows(count: int) -> Iterator[list[Any]]:
    for row in children(count):
        yield [*row[:6], "63602000", *row[7:]]


def table(count: int) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(HEADINGS)
    for row in rows(count):
        writer.writerow([cell.strftime("%d.%m.%Y") if isinstance(cell, dt.date) else cell for cell in row])
    return text.getvalue().encode()


def workbook(count: int, path: Path) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    for line, row in enumerate([list(HEADINGS), *rows(count)]):
        sheet.write_row(line, 0, row)
        if line:
            sheet.write_datetime(line, 3, dt.datetime.combine(row[3], dt.time()), day)
    book.close()
    return path


def upload(client: Client, content: bytes, name: str) -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(ADDRESS, {"do": "check", "file": file}, follow=True)


def said_by(response: Any) -> str:
    """The page with plain blanks."""
    return str(response.content.decode().replace("\xa0", " ").replace("&nbsp;", " "))


def is_true(progress: list[int]) -> bool:
    """Grows step by step through the whole of the work."""
    return progress == sorted(progress) and len(set(progress)) > 10 and min(progress) < 10 and 85 <= max(progress) < 100


@pytest.mark.timeout(180)
def test_a_large_file_goes_through_the_worker(office: Client, steps: list[tuple[str, int]]) -> None:
    content = table(20_000)
    assert len(content) > 3 * MEGABYTE
    shown = upload(office, content, "дети.csv")
    page = shown.redirect_chain[-1][0]
    assert "Файл «дети.csv» проверяется: 0 %" in said_by(shown)
    assert worker.drain() == 1
    checked = office.get(page)
    assert "Файл проверен, можно загружать" in said_by(checked)
    assert checked.context["report"].created == 20_000
    assert not Child.objects.exists()
    assert is_true([percent for state, percent in steps if state == "running"])

    steps.clear()
    shown = office.post(ADDRESS, {"do": "write", "upload": checked.context["upload"]}, follow=True)
    assert "Файл «дети.csv» загружается: 0 %" in said_by(shown)
    assert worker.drain() == 1
    assert "Загружено" in said_by(office.get(page))
    assert Child.objects.count() == 20_000
    assert is_true([percent for state, percent in steps if state == "running"])
    again = office.post(ADDRESS, {"do": "write", "upload": checked.context["upload"]}, follow=True)
    assert "Файл уже загружен" in said_by(again)


def test_the_page_tells_the_progress(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "INLINE_BYTES", 1000)
    page = upload(office, table(3000), "дети.csv").redirect_chain[-1][0]
    kept: list[Upload] = []
    save = Upload.save
    monkeypatch.setattr(Upload, "save", lambda one: (kept.append(replace(one)), save(one)))
    worker.drain()
    monkeypatch.undo()
    assert "можно загружать" in said_by(office.get(page))
    next(one for one in kept if one.rows).save()
    text = said_by(office.get(page))
    assert "Прочитано 1 000 строк" in text
    assert 'id="progress"' in text and 'hx-get="/office/children/import/?upload=' in text


def test_children_of_another_territory_are_refused(office: Client) -> None:
    text = table(3).decode().replace("63602000", "63603000", 1).encode()
    shown = upload(office, text, "дети.csv")
    assert [problem.row for problem in shown.context["report"].errors] == [2]
    office.post(ADDRESS, {"do": "write_valid", "upload": shown.context["upload"]})
    assert Child.objects.values_list("municipality__oktmo", flat=True).distinct().get() == "63602000"


def test_rows_of_a_workbook_and_of_json_are_counted(world: World, tmp_path: Path) -> None:
    path = workbook(3000, tmp_path / "дети.xlsx")
    told: list[float] = []
    report = import_file(SYSTEM, get("children"), path, dry_run=True, progress=lambda share, _: told.append(share))
    assert (report.created, report.errors) == (3000, [])
    assert told == sorted(told) and len(told) == 5
    assert told[0] == pytest.approx(0.8 / 3, abs=0.01)
    source = open_source(path)
    assert len(list(source)) == 3001 and source.place() == 1.0
    path = tmp_path / "a.json"
    path.write_text('[{"a": 1}, {"a": 2}, {"a": 3}]')
    source = open_source(path)
    source.peek(2)
    assert source.place() == 0.5


@pytest.mark.parametrize(
    ("failure", "said", "done"),
    [
        (Busy(), "меняет кто-то ещё", 1),
        (MemoryError(), "прервалась из-за сбоя, ничего не записано", 1),
    ],
)
def test_a_file_that_fails_on_the_way_says_so_in_place_of_the_progress(
    office: Client, monkeypatch: pytest.MonkeyPatch, failure: Exception, said: str, done: int
) -> None:
    monkeypatch.setattr(jobs, "INLINE_BYTES", 10)
    page = upload(office, table(5), "дети.csv").redirect_chain[-1][0]

    def fails(*_: Any, **__: Any) -> None:
        raise failure

    monkeypatch.setattr(jobs, "import_file", fails)
    assert worker.drain() == done
    text = said_by(office.get(page))
    assert said in text and "Выберите файл" not in text
    assert text.index('<div id="progress">') < text.index(said)
    monkeypatch.undo()
    worker.drain()  # a later try of the job does nothing behind the person's back
    assert said in said_by(office.get(page)) and not Child.objects.exists()
