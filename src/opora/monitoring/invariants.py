"""Is the coverage cube true. Part of ``opora doctor``."""

from __future__ import annotations

from collections.abc import Iterable

from opora.core import doctor
from opora.core.doctor import Finding
from opora.monitoring import coverage
from opora.monitoring.requests import invariants as of_requests  # noqa: F401  declared there


def examine() -> Iterable[Finding]:
    """Cubes that pass for fresh are counted anew and compared."""
    wrong = coverage.untrue_cubes()
    yield Finding(
        "coverage.cube",
        "Сводный подсчёт охвата равен подсчёту по записям",
        not wrong,
        len(wrong),
        "Удалите строки таблицы cube_refresh: исполнитель заданий пересчитает их за минуту.",
        tuple(wrong),
    )


doctor.declare("monitoring", examine)
