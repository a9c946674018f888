"""Files of reports: ordered by people, made by the worker or by the command, kept with their SHA-256."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Max, QuerySet

from opora.core import clock, files
from opora.core.access import SYSTEM, Actor
from opora.core.models import Job
from opora.core.reasons import Hidden, Reason, Refused
from opora.core.transactions import act
from opora.reporting import content, policy, queries
from opora.reporting.documents import FORMATS
from opora.reporting.models import Report, ReportRun, ReportVersion
from opora.reporting.services import life
from opora.territory.models import Centre, Region

logger = logging.getLogger("opora.reporting")
TASK = "opora.reporting.jobs.make_version"
Progress = Callable[[int], None]
"""Told how many per cents are done."""
UNFINISHED = ("waiting", "running")
BROKEN = "Сборка прервалась. Закажите файлы ещё раз; если повторится, покажите администратору."


def order(actor: Actor, *, report: Report, run: ReportRun | None = None) -> ReportVersion:
    """Order the files of a report; the worker makes them. One order at a time waits for a report."""
    from opora.reporting.jobs import make_version

    life.reached(actor, report, "change")
    with act(actor):
        Report.objects.select_for_update(of=("self",), no_key=True).get(pk=report.pk)
        _end_stuck(ReportVersion.objects.filter(report=report))
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
    """Order the reports of all centres of a region and the region's own; what is made already is not made again.

    Raises Refused while such an order runs.
    """
    policy.runs.require(actor, "create")
    run = ReportRun(region=region, year=year, created_by_id=actor.account_id)
    if not any(reach.everything or reach.place_id == region.pk for reach in actor.reaches) and not actor.system:
        raise Hidden("region")
    with act(actor):
        Region.objects.select_for_update(of=("self",), no_key=True).get(pk=region.pk)
        running = ReportVersion.objects.filter(run__region=region, run__year=year)
        _end_stuck(running)
        if running.filter(state__in=UNFINISHED).exists():
            raise Refused(Reason("already_running", "Отчёты за этот год уже собираются.", hint="Дождитесь окончания."))
        run.save()
        for report in [life.open_report(actor, year=year, region=region), *_of_centres(actor, region, year)]:
            made = queries.finished_files(report)
            if made is None:
                order(actor, report=report, run=run)
            else:
                ReportVersion.objects.filter(pk=made.pk).update(run=run)
    return run


def _end_stuck(versions: QuerySet[ReportVersion]) -> None:
    """Versions whose job is no more (it took its worker with it each time) will not be made: they say so."""
    waiting = list(versions.filter(state__in=UNFINISHED))
    if not waiting:
        return
    alive = Job.objects.filter(task=TASK, state__in=(Job.State.READY, Job.State.RUNNING)).values_list("args", flat=True)
    living = {args[0] for args in alive if args}
    for version in waiting:
        if version.pk not in living:
            _tell(version, state=ReportVersion.State.FAILED, refusal=BROKEN, finished_at=clock.now())


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
    whose = report.organisation or report.centre
    return f"{report.kind}-{report.year}-{whose.slug if whose else f'region-{report.region.code}'}"


def make(version_id: int) -> str:
    """Make the files of an ordered version; asked again after a crash it begins anew, a made one stays. → its state."""
    version = ReportVersion.objects.select_related(*(f"report__{name}" for name in life.JOINED)).get(pk=version_id)
    if version.state not in UNFINISHED:
        return version.state
    _tell(version, state=ReportVersion.State.RUNNING, progress=2)
    report = version.report
    try:
        return _made(version, report)
    except Refused as refused:
        refusal = str(refused)[:500]
    except (OperationalError, InterfaceError):  # the database is away: the job is tried again
        raise
    except Exception as error:  # one report must not stop the others; where it broke stands in the log
        logger.error("report was not made", extra={"event": f"version {version.pk}"}, exc_info=error)
        refusal = BROKEN
    _tell(version, state=ReportVersion.State.FAILED, refusal=refusal, finished_at=clock.now())
    return ReportVersion.State.FAILED


def _made(version: ReportVersion, report: Report) -> str:
    """Figures, bytes, files: each step tells how far it is."""
    report.snapshot = life.freeze(SYSTEM, report=report, anew=False)
    _tell(version, progress=10)
    made = documents(report, FORMATS, lambda done: _tell(version, progress=done))
    with transaction.atomic():
        manifest = [entry | {"file": _kept(version, entry, data)} for entry, data in made]
        _tell(
            version,
            state=ReportVersion.State.DONE,
            progress=100,
            manifest=manifest,
            snapshot=report.snapshot,
            fingerprint=content.fingerprint(queries.source_of(report)),
            finished_at=clock.now(),
        )
    return ReportVersion.State.DONE


def _kept(version: ReportVersion, entry: dict[str, Any], data: bytes) -> int:
    content_type = FORMATS[entry["format"]].content_type
    return files.store(SYSTEM, owner=version, name=entry["name"], content_type=content_type, data=data).pk


def _tell(version: ReportVersion, **changes: Any) -> None:
    ReportVersion.objects.filter(pk=version.pk).update(**changes)
