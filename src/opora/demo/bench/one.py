"""One benchmark in a process of its own: ``python -m opora.demo.bench.one NAME --scale S --repetitions N``.

Started by ``opora bench`` in the benchmarks' home, whose database server runs. Writes the outcome as JSON.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from opora.demo.bench import BENCHMARKS
from opora.demo.bench.figures import Outcome
from opora.demo.bench.stage import SCALES, CannotMeasure, Stage

PLACES = {
    "rush.service": ("rush", "rush"),
    "rush.http": ("rush_http", "rush"),
    "rush.hot": ("rush", "rush"),
    "rush.page": ("rush_page", "rush"),
    "rush.overload": ("rush_overload", "rush"),
    "search.api": ("searching", "region"),
    "search.page": ("searching", "region"),
    "pages": ("visiting", "region"),
    "fresh": ("fresh", "region"),
    "coverage": ("coverage", "region"),
    "growth": ("growth", "region"),
    "import.children": ("importing", "children"),
    "month.turn": ("turning", "months"),
    "rollover": ("rolling", "school"),
    "report.annual": ("reports", "region"),
    "region.load": ("loads", "unused"),
    "start": ("starting", "unused"),
}
"""Name → module, database."""


def main() -> int:
    """Prepare the database and run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=tuple(BENCHMARKS))
    parser.add_argument("--scale", choices=SCALES, default="full")
    parser.add_argument("--repetitions", type=int, default=5)
    chosen = parser.parse_args()
    stage = Stage(Path(os.environ["OPORA_HOME"]), chosen.scale, chosen.repetitions)
    try:
        document = run(stage, chosen.name).document()
    except CannotMeasure as error:
        document = {"refused": str(error)}
    json.dump(document | {"work": BENCHMARKS[chosen.name]}, sys.stdout, ensure_ascii=False)
    return 0


def run(stage: Stage, name: str) -> Outcome:
    """Run one benchmark on the stage; Django is set up for the benchmark's database."""
    module, database = PLACES[name]
    os.environ["DATABASE_URL"] = stage.url(database)
    ready = stage.is_ready(database)
    if not ready:
        stage.create(database)
    import django

    django.setup()
    _refuse_other(database)
    prepare_database(stage, database, ready)
    measure: Callable[[Stage], Outcome] = getattr(
        importlib.import_module(f"opora.demo.bench.{module}"), name.replace(".", "_")
    )
    return measure(stage)


def _refuse_other(database: str) -> None:
    """Settings that were read too early name another database: nothing of it may be measured, let alone written."""
    from django.db import connection

    if (found := connection.settings_dict["NAME"]) != database:
        raise RuntimeError(f"the benchmark works on {database}, but Django on {found}: who imported the settings?")


def prepare_database(stage: Stage, database: str, ready: bool) -> None:
    """Migrate, and load what the benchmark works on unless an earlier one left it."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, interactive=False)
    if ready or database == "unused":
        return
    stage.say("Загружаем данные для замера …")
    if database == "rush":
        from opora.demo.bench import crowd

        crowd.load_crowd(*crowd.sizes(stage))
    elif database == "region":
        from opora.demo.bench.loads import load_whole

        load_whole(stage)
    elif database == "months":
        from opora.demo.bench import contracts

        contracts.load_contracts(stage.size(300_000, 20_000, 600), contracts.MUNICIPALITIES)
    elif database == "school":
        from opora.demo.bench import school

        school.load_schools(stage.size(2000, 400, 40), min(stage.repetitions, school.REPETITIONS))
    connection.close()
    stage.set_ready(database)


if __name__ == "__main__":
    sys.exit(main())
