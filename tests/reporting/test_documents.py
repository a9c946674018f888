"""Files of a report: the same snapshot gives the same bytes, they open, and what must be hidden is hidden."""

from __future__ import annotations

import io
import json
import zipfile

import docx
import pytest
from django.core.management import call_command
from pptx import Presentation
from python_calamine import CalamineWorkbook

from opora.core import clock, files
from opora.core.access import SYSTEM
from opora.core.jobs.worker import drain
from opora.core.models import StoredFile
from opora.reporting import content, queries, services
from opora.reporting.documents import FORMATS
from opora.reporting.models import Report, ReportVersion
from opora.territory.models import Centre
from tests.reporting.conftest import NOW, actor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with clock.frozen(NOW):
        yield


def made(report: Report, code: str) -> bytes:
    return FORMATS[code].write(content.build(queries.source_of(report)))


@pytest.mark.parametrize("code", FORMATS)
def test_the_same_snapshot_gives_the_same_bytes(report: Report, code: str) -> None:
    first = made(report, code)
    with clock.frozen(NOW.replace(year=2027)):
        assert made(Report.objects.get(pk=report.pk), code) == first


def test_members_of_office_files_bear_no_time(report: Report) -> None:
    for code in ("docx", "pptx", "xlsx", "letter"):
        with zipfile.ZipFile(io.BytesIO(made(report, code))) as archive:
            assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}, code
            core = archive.read("docProps/core.xml").decode()
            assert "2026-10-12T00:00:00Z" in core, code


def test_the_text_document_has_contents_captions_and_native_charts(report: Report) -> None:
    data = made(report, "docx")
    document = docx.Document(io.BytesIO(data))
    heads = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    assert heads[0] == "1. Общие сведения"
    assert heads[-1].startswith("Приложение.")
    lines = [one for one in document.paragraphs if one.style.name == "TOC 1"]
    assert len(lines) >= len(heads)
    captions = [one.text for one in document.paragraphs if one.style.name == "Caption"]
    assert any(one.startswith("Таблица\u00a01 – ") for one in captions)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert any(name.startswith("word/charts/") for name in archive.namelist())
        assert any(name.startswith("word/embeddings/") for name in archive.namelist())


def test_slides_have_titles_and_native_charts(report: Report) -> None:
    deck = Presentation(io.BytesIO(made(report, "pptx")))
    assert all(slide.shapes.title is not None and slide.shapes.title.text for slide in deck.slides)
    assert any(shape.has_chart for slide in deck.slides for shape in slide.shapes)


def test_the_book_keeps_numbers(report: Report) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(made(report, "xlsx")))
    rows = book.get_sheet_by_index(2).to_python()
    row = next(row for row in rows if row[0] == "Техническая")
    assert row[1:3] == [7.0, 7.0]


def test_the_paper_is_archival(report: Report) -> None:
    data = made(report, "pdf")
    assert data.startswith(b"%PDF-")
    assert b"pdfaid" in data


def test_small_counts_of_children_are_hidden_everywhere(report: Report) -> None:
    snapshot = report.snapshot
    table = snapshot.values["data"]["tables"]["by_age"]
    table["rows"][0][1], table["rows"][1][1] = 2, 40
    printed = content.build(queries.source_of(report))
    part = next(part for part in printed.parts if part.code == "coverage")
    by_age = next(block for block in part.blocks if getattr(block, "caption", "") == "Охват по возрасту")
    assert by_age.rows[0][1].number is None
    assert by_age.rows[0][3].number is None, "the share would tell it"
    assert by_age.note


def test_the_worker_makes_all_files_once(report: Report, centre: Centre, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    head = actor("centre_head", centre)
    version = services.order(head, report=report)
    assert services.order(head, report=report) == version, "one order at a time"
    drain()
    version.refresh_from_db()
    assert (version.state, version.progress) == ("done", 100)
    assert {entry["format"] for entry in version.manifest} == set(FORMATS)
    assert services.make(version.pk) == "done", "asked again it does nothing"
    assert StoredFile.objects.filter(owner_id=version.pk).count() == len(FORMATS)
    _, stored = queries.file_of(head, version.pk, "docx")
    entry = next(one for one in version.manifest if one["format"] == "docx")
    assert stored.sha256 == entry["sha256"]
    assert files.read(stored) == made(Report.objects.get(pk=report.pk), "docx")


def test_a_run_makes_every_centre_and_the_region(centre: Centre, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    operator = actor("regional_operator", centre)
    run = services.order_all(operator, region=centre.municipality.region, year=2026)
    assert queries.run_state(run).total == 2
    drain()
    state = queries.run_state(run)
    assert (state.done, state.failed, state.finished) == (2, 0, True)
    assert ReportVersion.objects.get(report__centre=None).snapshot.region_id == centre.municipality.region_id


def test_the_command_writes_files_and_manifest(centre: Centre, tmp_path, capsys) -> None:
    call_command("report", "annual", centre="moc", year=2026, out=tmp_path, json=True)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert json.loads(capsys.readouterr().out) == manifest
    assert [one["format"] for one in manifest["files"]] == ["docx", "pptx", "xlsx", "pdf"]
    for one in manifest["files"]:
        assert (tmp_path / one["name"]).stat().st_size == one["size"]


def test_the_command_for_all_goes_on_where_it_stopped(centre: Centre, tmp_path, monkeypatch) -> None:
    for _ in range(2):
        call_command("report", "annual", all=True, year=2026, out=tmp_path, formats="xlsx")
    assert len(list(tmp_path.glob("*/manifest.json"))) == 2
    monkeypatch.setattr("opora.reporting.management.commands.report.write", None)
    call_command("report", "annual", all=True, year=2026, out=tmp_path, formats="xlsx")


def test_an_unknown_centre_is_named(db, tmp_path, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("report", "annual", centre="nobody", year=2026, out=tmp_path)
    assert ended.value.code == 1


def test_a_deliberately_wrong_text_fails_the_version_with_a_reason(report: Report) -> None:
    report.texts.create(section="tasks", text="{nothing}")
    version = services.order(SYSTEM, report=report)
    drain()
    version.refresh_from_db()
    assert version.state == "failed"
    assert "nothing" in version.refusal
