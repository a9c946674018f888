"""Files of reports: ordered by people, made by the worker or by the command, kept with their SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max

from opora.core import clock, files
from opora.core.access import SYSTEM, Actor
from opora.core.reasons import Hidden, Reason, Refused
from opora.core.transactions import act
from opora.reporting import content, policy, queries
from opora.reporting.documents import FORMATS
from opora.reporting.models import Report, ReportRun, ReportVersion
from opora.reporting.services import life
from opora.territory.models import Centre, Region

Progress = Callable[[int], None]
"""Told how many per cents are done."""
UNFINISHED = ("waiting", "running")


def order(actor: Actor, *, report: Report, run: ReportRun | None = None) -> ReportVersion:
    """Order the files of a report; the worker makes them. One order at a time waits for a report."""
    policy.reports.require(actor, "change")
    if not policy.reports.can(actor, "change", report):
        raise Hidden("report")
    from opora.reporting.jobs import make_version

    with act(actor):
        Report.objects.select_for_update(of=("self",), no_key=True).get(pk=report.pk)
        waiting = ReportVersion.objects.filter(report=report, state__in=UNFINISHED).first()
        if waiting is not None:
            if run is not None and waiting.run_id is None:
                waiting.run = run
                waiting.save(update_fields=["run"])
            return waiting
        last = ReportVersion.objects.filter(report=report).aggregate(last=Max("number"))["last"] or 0
        version = ReportVersion.objects.create(report=report, run=run, number=last + 1, created_by_id=actor.account_id)
        make_version.enqueue(version.pk)
    return version


def order_all(actor: Actor, *, region: Region, year: int) -> ReportRun:
    """Order the reports of all centres of a region and the region's own. Raises Refused while such an order runs."""
    policy.runs.require(actor, "create")
    run = ReportRun(region=region, year=year, created_by_id=actor.account_id)
    if not any(reach.everything or reach.place_id == region.pk for reach in actor.reaches) and not actor.system:
        raise Hidden("region")
    with act(actor):
        Region.objects.select_for_update(of=("self",), no_key=True).get(pk=region.pk)
        if ReportVersion.objects.filter(run__region=region, run__year=year, state__in=UNFINISHED).exists():
            raise Refused(Reason("already_running", "Отчёты за этот год уже собираются.", hint="Дождитесь окончания."))
        run.save()
        for report in [life.open_report(actor, year=year, region=region), *_of_centres(actor, region, year)]:
            order(actor, report=report, run=run)
    return run


def _of_centres(actor: Actor, region: Region, year: int) -> Iterable[Report]:
    centres = Centre.objects.filter(municipality__region=region, is_active=True)
    for centre in centres.select_related("municipality__region").order_by("sort_name", "pk"):
        yield life.open_report(actor, year=year, centre=centre)


def documents(
    report: Report, formats: Iterable[str], progress: Progress = lambda done: None
) -> list[tuple[dict[str, Any], bytes]]:
    """(manifest entry, bytes) of each format; the same snapshot, texts and state give the same bytes."""
    document = content.build(queries.source_of(report))
    wanted = list(formats)
    made = []
    for place, code in enumerate(wanted, start=1):
        data = FORMATS[code].write(document)
        name = f"{stem(report)}{FORMATS[code].suffix}"
        entry = {"format": code, "name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        made.append((entry, data))
        progress(10 + 85 * place // len(wanted))
    return made


def stem(report: Report) -> str:
    """The beginning of the files' names: «annual-2026-moc-zarechny»."""
    return f"{report.kind}-{report.year}-{report.centre.slug if report.centre else f'region-{report.region.code}'}"


def make(version_id: int) -> str:
    """Make the files of an ordered version; asked again after a crash it begins anew, a made one stays. → its state."""
    version = ReportVersion.objects.select_related(
        "report__centre__municipality__region", "report__region", "report__snapshot"
    ).get(pk=version_id)
    if version.state not in UNFINISHED:
        return version.state
    _tell(version, state=ReportVersion.State.RUNNING, progress=2)
    report = version.report
    try:
        report.snapshot = life.freeze(SYSTEM, report=report, anew=False)
        _tell(version, progress=10)
        made = documents(report, FORMATS, lambda done: _tell(version, progress=done))
    except Refused as refused:
        _tell(version, state=ReportVersion.State.FAILED, refusal=str(refused)[:500], finished_at=clock.now())
        return ReportVersion.State.FAILED
    with transaction.atomic():
        manifest = [entry | {"file": _kept(version, entry, data)} for entry, data in made]
        _tell(
            version,
            state=ReportVersion.State.DONE,
            progress=100,
            manifest=manifest,
            snapshot=report.snapshot,
            finished_at=clock.now(),
        )
    return ReportVersion.State.DONE


def _kept(version: ReportVersion, entry: dict[str, Any], data: bytes) -> int:
    content_type = FORMATS[entry["format"]].content_type
    return files.store(SYSTEM, owner=version, name=entry["name"], content_type=content_type, data=data).pk


def _tell(version: ReportVersion, **changes: Any) -> None:
    ReportVersion.objects.filter(pk=version.pk).update(**changes)
