"""Work on one district of a database of any size, in a process of its own: ``python -m opora.demo.bench.district``.

Called by :mod:`opora.demo.bench.growth` with ``load SCALE N``, ``people FAMILIES CONTRACTS``, ``measure REPETITION`` or
``check``; what it found comes as JSON.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

GROUPS = 100
TIMES = 5


def load(scale: str, municipalities: str) -> None:
    """So many municipalities of the region into the current, empty database."""
    from django.core.management import call_command

    from opora.core import clock
    from opora.demo.bench.loads import part, whole
    from opora.demo.bench.stage import Stage
    from opora.demo.region import load_region

    stage = Stage(Path(os.environ["OPORA_HOME"]), scale, 1)
    call_command("migrate", verbosity=0, interactive=False)
    load_region(clock.today(), part(whole(stage), int(municipalities)))


def people(families: str, contracts: str) -> None:
    """Families that apply, and certificates whose month turns: the same in every database."""
    from django.core.management import call_command

    from opora.demo.bench.contracts import load_contracts
    from opora.demo.bench.crowd import load_crowd

    call_command("migrate", verbosity=0, interactive=False)  # an older version may have loaded the districts
    load_crowd(GROUPS, int(families))
    load_contracts(int(contracts), 1, beside_crowd=True)


def measure(repetition: str) -> None:
    """Processor milliseconds, with those of the server: the showcase district's dashboard, a month of a contract."""
    import django.db

    from opora.core import clock
    from opora.demo.districts import showcase
    from opora.enrolment import services
    from opora.monitoring.indicators import Scope
    from opora.territory.models import Municipality

    shown = Municipality.objects.get(oktmo=showcase().oktmo)
    turning = Municipality.objects.get(oktmo="99601000")
    scope = Scope(clock.today(), frozenset({shown.pk}), shown.name, shown.oktmo)
    _dashboard(scope)
    _, dashboard = _cost(lambda: _dashboards(scope))
    month = dt.date(clock.today().year + 1, int(repetition), 1)
    moved, turned = _cost(lambda: services.month_turn(month, municipality_id=turning.pk))
    django.db.connection.close()
    json.dump({"dashboard": dashboard / TIMES, "month of a contract": turned / moved}, sys.stdout)


def check() -> None:
    """Names of the rules of places, contracts and money that do not hold."""
    from opora.enrolment.invariants import broken

    json.dump([f"{result.title}: {result.figure}" for result in broken()], sys.stdout)


def _dashboard(scope: object) -> None:
    """What the page of the figures asks for, without its template."""
    from opora.monitoring import dashboard
    from opora.monitoring.indicators import Scope

    assert isinstance(scope, Scope)
    cells, _ = dashboard.counted(scope, None)
    dashboard.stats(scope, cells)
    dashboard.by_focus_area(cells)
    dashboard.by_age(cells, scope)
    dashboard.by_locality(cells)
    dashboard.by_funding(cells)
    dashboard.targets(scope, cells)


def _dashboards(scope: object) -> None:
    for _ in range(TIMES):
        _dashboard(scope)


def _cost(work: Callable[[], object]) -> tuple[int, float]:
    """What the work gave (when a number) and its processor milliseconds, here and in the database server."""
    from opora.core.embedded.layout import Layout
    from opora.demo.bench import machine

    postmaster = int((Layout(Path(os.environ["OPORA_HOME"])).data / "postmaster.pid").read_text().split("\n", 1)[0])
    here, server = time.process_time(), machine.processor_seconds(postmaster)
    result = work()
    spent = time.process_time() - here + machine.processor_seconds(postmaster) - server
    return (result if isinstance(result, int) else 0), spent * 1000


def main() -> None:
    """Run the named work."""
    import django

    django.setup()
    work: dict[str, Callable[..., None]] = {"load": load, "people": people, "measure": measure, "check": check}
    work[sys.argv[1]](*sys.argv[2:])


if __name__ == "__main__":
    main()
