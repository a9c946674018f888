"""The state of an opening of enrolment in words: before its moment, while it runs, when it is over (E4)."""

from __future__ import annotations

import datetime as dt
import threading
import time
from dataclasses import dataclass

from opora.catalogue.models import EnrolmentOpening
from opora.core import admission, clock, russian
from opora.core.ui.shapes import Stat
from opora.enrolment import queries_openings as queries
from opora.enrolment.queries_openings import OpeningFigures

KEEP_SECONDS = 1.0
BEFORE, RUNNING, OVER = "before", "running", "over"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says. `phase` comes from the moment itself, not from the job that notices it."""

    opening: EnrolmentOpening
    phase: str
    when: str
    left: str
    busy: bool
    stats: tuple[Stat, ...]
    at: str


def phase_of(row: EnrolmentOpening, now: dt.datetime) -> str:
    """before → running at the very moment → over."""
    if row.state == EnrolmentOpening.State.FINISHED:
        return OVER
    return BEFORE if now < row.opens_at else RUNNING


def left(row: EnrolmentOpening, now: dt.datetime) -> str:
    """How long until it opens: «2 дня 3 часа», «5 минут», «меньше минуты»; empty when it has begun."""
    seconds = int((row.opens_at - now).total_seconds())
    if seconds < 0:
        return ""
    days, rest = divmod(seconds, 86400)
    hours, minutes = rest // 3600, rest % 3600 // 60
    parts = [
        russian.plural(days, "день", "дня", "дней") if days else "",
        russian.plural(hours, "час", "часа", "часов") if hours else "",
        russian.plural(minutes, "минута", "минуты", "минут") if minutes and not days else "",
    ]
    return " ".join(part for part in parts if part) or "меньше минуты"


@dataclass(frozen=True, slots=True)
class Line:
    """An opening in the list."""

    opening: EnrolmentOpening
    phase: str
    when: str


def line(row: EnrolmentOpening) -> Line:
    """The opening in one line."""
    now, zone = clock.now(), clock.zone(row.municipality.time_zone)
    return Line(
        row, phase_of(row, now), russian.day_and_time(row.opens_at.astimezone(zone), now.astimezone(zone).date())
    )


def shown(row: EnrolmentOpening, found: OpeningFigures) -> Shown:
    """The opening at this moment."""
    now = clock.now()
    zone = clock.zone(row.municipality.time_zone)
    local, phase = row.opens_at.astimezone(zone), phase_of(row, now)
    return Shown(
        opening=row,
        phase=phase,
        when=russian.day_and_time(local, now.astimezone(zone).date()),
        left=left(row, now) if phase == BEFORE else "",
        busy=phase == RUNNING and admission.door.crowded(),
        stats=_stats(found, phase),
        at=f"{now.astimezone(zone):%H:%M:%S}",
    )


def _stats(found: OpeningFigures, phase: str) -> tuple[Stat, ...]:
    groups = russian.plural(found.groups, "группе", "группах", "группах")
    programmes = russian.plural(found.programmes, "программы", "программ", "программ")
    if phase == BEFORE:
        return (Stat("Мест", russian.number(found.free), note=f"в{russian.NBSP}{groups} {programmes}"),)
    late = f"за последнюю минуту {russian.number(found.lately)}" if phase == RUNNING else ""
    return (
        Stat("Свободно мест", russian.number(found.free), note=f"из {russian.number(found.capacity)}"),
        Stat("Подано заявок", russian.number(found.taken), note=late),
        Stat("Ждут в очереди", russian.number(found.waiting), note="места предложат по порядку подачи"),
    )


class Kept:
    """One answer for all who ask within a second: one of them counts, the others get the last answer meanwhile."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[float, Shown]] = {}
        self._counting: dict[int, threading.Lock] = {}

    def get(self, pk: int) -> Shown:
        """Raises Hidden for an opening that is not announced."""
        kept = self._kept.get(pk)
        if kept is not None and time.monotonic() < kept[0]:
            return kept[1]
        lock = self._counting.setdefault(pk, threading.Lock()) if kept else threading.Lock()
        if kept is not None and not lock.acquire(blocking=False):
            return kept[1]
        try:
            row = queries.opening(pk)
            fresh = shown(row, queries.figures(row))
            self._kept[pk] = (time.monotonic() + KEEP_SECONDS, fresh)
            return fresh
        finally:
            if kept is not None:
                lock.release()

    def forget(self) -> None:
        """Count again at the next call (tests)."""
        self._kept.clear()


kept = Kept()
