"""What higher rooms know of the contracts of a past period (registered by enrolment): a simulation stands on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from opora.certificates.rules.money import Kopecks


@dataclass(frozen=True, slots=True)
class PastRow:
    """A contract or a request of a certificate; local dates. `need` is min(price, normative cost) for its days,
    whatever the balance was; `ended_on` is the last day when it ended early; `made` is false when it was refused,
    withdrawn, expired or cancelled before it began."""

    certificate_id: int
    asked_on: dt.date
    starts_on: dt.date
    ends_on: dt.date
    ended_on: dt.date | None
    need: Kopecks
    focus_area: str
    made: bool
    to_end: bool


Source = Callable[[int], Iterable[PastRow]]
"""funding period id → its contracts and requests."""
_sources: list[Source] = []


def register(source: Source) -> None:
    """Add a source; call from ``AppConfig.ready`` of a higher room."""
    if source not in _sources:
        _sources.append(source)


def contracts_of(period_id: int) -> list[PastRow]:
    """Everything known of the contracts of a period."""
    return [row for source in _sources for row in source(period_id)]
