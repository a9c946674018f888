"""``opora report annual``: the files of a centre's annual report, or of all centres and the region, with a manifest."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandParser
from tqdm import tqdm

from opora.core.access import SYSTEM
from opora.core.reasons import Refused
from opora.reporting import content, queries, sections
from opora.reporting.documents import FORMATS, MAIN
from opora.reporting.models import Report
from opora.reporting.services import files, life
from opora.territory.models import Centre, Region

MANIFEST = "manifest.json"


class Command(BaseCommand):
    """Writes files and manifest.json with their SHA-256; with --all each report into a folder of its own.

    A report that cannot be made does not stop the others: it is named at the end, and the command ends with 1.
    """

    help = "Сделать файлы годового отчёта центра или всех центров региона."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "kind",
            choices=[code for code in sections.BY_KIND if code != Report.Kind.SELF],
            help="annual – годовой отчёт, остальное – аналитические записки",
        )
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--centre", metavar="SLUG", help="код центра")
        whose.add_argument("--region", metavar="CODE", help="код региона: сводный отчёт")
        whose.add_argument("--all", action="store_true", help="все центры и сводный отчёт; готовые не делаются снова")
        parser.add_argument("--year", type=int, required=True, help="год")
        parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="папка для файлов")
        parser.add_argument("--formats", default=",".join(MAIN), help=f"через запятую: {', '.join(FORMATS)}")
        parser.add_argument("--json", action="store_true", help="напечатать описание файлов")

    def handle(self, *args: Any, **options: Any) -> None:
        formats = [one.strip() for one in options["formats"].split(",") if one.strip()]
        if unknown := [one for one in formats if one not in FORMATS]:
            self.stderr.write(f"Формата {', '.join(unknown)} нет. Есть: {', '.join(FORMATS)}.")
            raise SystemExit(2)
        self.failed: list[str] = []
        try:
            manifests = self._made(options, formats)
        except (Refused, LookupError) as error:
            self.stderr.write(str(error))
            raise SystemExit(1) from None
        if options["json"]:
            self.stdout.write(json.dumps(manifests if options["all"] else manifests[0], ensure_ascii=False))
        if self.failed:
            self.stderr.write("\n".join(["Не сделаны:", *self.failed]))
            raise SystemExit(1)

    def _made(self, options: dict[str, Any], formats: list[str]) -> list[dict[str, Any]]:
        out, year, kind = options["out"], options["year"], options["kind"]
        if not options["all"]:
            report = life.open_report(SYSTEM, year=year, kind=kind, **_place(options))
            return [write(report, out, formats)]
        manifests = []
        reports = list(_every(year, kind))
        quiet = not sys.stderr.isatty()  # a log gets a line for each report instead of a moving bar
        for place, report in enumerate(tqdm(reports, desc="Отчёты", file=sys.stderr, disable=quiet), start=1):
            folder = out / files.stem(report)
            told = "готов"
            try:
                made = finished(folder, report, formats)
                told = "был готов" if made else told
                manifests.append(made or write(report, folder, formats))
            except (Refused, OSError) as error:
                told = f"не сделан: {error}"
                self.failed.append(f"{report.place}: {error}")
            if quiet:
                self.stderr.write(f"{place} из {len(reports)}: {report.place} – {told}")
        return manifests


def _place(options: dict[str, Any]) -> dict[str, Any]:
    if options["centre"]:
        centre = Centre.objects.select_related("municipality__region").filter(slug=options["centre"]).first()
        if centre is None:
            known = ", ".join(Centre.objects.order_by("slug").values_list("slug", flat=True)[:10])
            raise LookupError(f"Центра «{options['centre']}» нет. Есть, например: {known}.")
        return {"centre": centre}
    region = Region.objects.filter(code=options["region"]).first()
    if region is None:
        raise LookupError(f"Региона с кодом «{options['region']}» нет.")
    return {"region": region}


def _every(year: int, kind: str) -> list[Report]:
    centres = Centre.objects.filter(is_active=True).select_related("municipality__region").order_by("slug")
    found = [life.open_report(SYSTEM, year=year, centre=centre, kind=kind) for centre in centres]
    regions = {one.centre.municipality.region_id: one.region for one in found if one.centre}
    return [*found, *(life.open_report(SYSTEM, year=year, region=region, kind=kind) for region in regions.values())]


def write(report: Report, folder: Path, formats: list[str]) -> dict[str, Any]:
    """Freeze the figures if the year has none yet, write the files, and the manifest last: it means «all is there»."""
    report.snapshot = life.freeze(SYSTEM, report=report, anew=False)
    made = files.documents(report, formats)
    folder.mkdir(parents=True, exist_ok=True)
    for entry, data in made:
        (folder / entry["name"]).write_bytes(data)
    manifest = {
        "report": report.kind,
        "centre": report.centre.slug if report.centre else None,
        "region": report.region.code,
        "year": report.year,
        "state": report.state,
        "fingerprint": content.fingerprint(queries.source_of(report)),
        "snapshot": {"id": report.snapshot.pk, "date": report.snapshot.date.isoformat()},
        "files": [entry for entry, _ in made],
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return manifest


def finished(folder: Path, report: Report, formats: list[str]) -> dict[str, Any] | None:
    """The manifest of a folder that holds exactly what would be made now; a run that was stopped goes on from there."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        whole = all(
            hashlib.sha256((folder / one["name"]).read_bytes()).hexdigest() == one["sha256"]
            for one in manifest["files"]
        )
    except (OSError, ValueError, KeyError):
        return None
    same = report.snapshot is not None and {one["format"] for one in manifest["files"]} == set(formats)
    same = same and manifest.get("fingerprint") == content.fingerprint(queries.source_of(report))
    return manifest if whole and same else None
