"""``region.load``: ``opora demo --size region`` as a person runs it, and how its time grows with districts."""

from __future__ import annotations

import time

from opora.core import clock
from opora.demo.bench.figures import Outcome, Repetition, Target
from opora.demo.bench.stage import Stage
from opora.demo.region import WHOLE, Size, load_region

TINY = Size(2, 2, 14_000, 40, 600, 15_500)
QUICK = Size(5, 6, 40_000, 180, 2_400, 89_000)
HUNDRED = Size(100, 100, 847_000, 3_570, 47_600, 1_785_000)


def whole(stage: Stage) -> Size:
    """The region of this scale."""
    return {"full": WHOLE, "quick": QUICK, "tiny": TINY, "hundred": HUNDRED}[stage.scale]


def part(size: Size, municipalities: int) -> Size:
    """So many municipalities of the region, with their share of everything."""
    share = municipalities / size.municipalities
    return Size(
        municipalities=municipalities,
        centres=municipalities,
        children=round(size.children * share),
        organisations=round(size.organisations * share),
        programmes=round(size.programmes * share),
        enrolments=round(size.enrolments * share),
        covered=size.covered,
    )


def load_whole(stage: Stage) -> None:
    """The region into the current, migrated database."""
    load_region(clock.today(), whole(stage))


def region_load(stage: Stage) -> Outcome:
    """Load a part and the whole by turns, each into an empty database."""
    size = whole(stage)
    smaller = part(size, max(size.municipalities // 4, 2))
    repetitions: list[Repetition] = []
    for number in range(stage.repetitions):
        stage.say(f"  загрузка {number + 1} из {stage.repetitions}")
        few, many = _load(stage, smaller), _load(stage, size)
        repetitions.append(
            {
                "minutes": many / 60,
                "enrolments /s": size.enrolments / many,
                "s per district": many / size.municipalities,
                "growth per child": (many / size.children) / (few / smaller.children),
            }
        )
    return Outcome(
        dataset={"whole": _words(size), "part": _words(smaller)},
        repetitions=repetitions,
        targets=[Target("minutes", 10), Target("growth per child", 1.5)],
    )


def _load(stage: Stage, size: Size) -> float:
    """Seconds that loading takes, the migration of the empty database not counted."""
    from django.core.management import call_command
    from django.db import connection

    database = connection.settings_dict["NAME"]
    connection.close()
    stage.create(database)
    call_command("migrate", verbosity=0, interactive=False)
    began = time.monotonic()
    load_region(clock.today(), size)
    return time.monotonic() - began


def _words(size: Size) -> dict[str, int]:
    names = ("municipalities", "children", "organisations", "programmes", "enrolments")
    return {name: getattr(size, name) for name in names}
