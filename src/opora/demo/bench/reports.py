"""``report.annual``: the four formats of one centre's report, figures included; of all centres and the region."""

from __future__ import annotations

import time
from collections.abc import Iterable

from django.db import connection, transaction

from opora.core import clock
from opora.core.access import SYSTEM
from opora.demo.bench.figures import Outcome, Repetition, Target
from opora.demo.bench.stage import Stage
from opora.reporting.documents import MAIN
from opora.reporting.models import Report
from opora.reporting.services import files, life


def report_annual(stage: Stage) -> Outcome:
    """Seconds for a centre and for everybody, each from records to bytes; nothing stays in the database."""
    from opora.territory.models import Centre, Region

    year = clock.today().year
    centres = list(Centre.objects.filter(is_active=True).select_related("municipality__region").order_by("slug"))
    region = Region.objects.get(pk=centres[0].municipality.region_id)
    repetitions: list[Repetition] = []
    for number in range(stage.repetitions):
        one = centres[number % len(centres)]
        with transaction.atomic():
            report = life.open_report(SYSTEM, year=year, centre=one)
            single, _ = _made([report])
            transaction.set_rollback(True)
        with transaction.atomic():
            reports = [life.open_report(SYSTEM, year=year, centre=centre) for centre in centres]
            reports.append(life.open_report(SYSTEM, year=year, region=region))
            whole, processor = _made(reports)
            transaction.set_rollback(True)
        repetitions.append({"centre s": single, "all s": whole, "all processor s": processor})
    return Outcome(
        {"centres": len(centres), "formats": len(MAIN)},
        repetitions,
        [Target("centre s", 10), Target("all s", 180)],
        ["числа считаются из записей, файлы пишутся в памяти"],
    )


def _made(reports: Iterable[Report]) -> tuple[float, float]:
    """Seconds by the clock and of this processor for freezing and writing."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
    began, worked = time.monotonic(), time.process_time()
    for report in reports:
        report.snapshot = life.freeze(SYSTEM, report=report)
        files.documents(report, MAIN)
    return time.monotonic() - began, time.process_time() - worked
