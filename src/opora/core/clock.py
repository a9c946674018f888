"""The only source of "now" (spec/architecture: Day one, Time).

All moments are aware UTC datetimes; dates and months are taken in a municipality's zone.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from contextvars import ContextVar
from zoneinfo import ZoneInfo

_frozen: ContextVar[dt.datetime | None] = ContextVar("opora_frozen_now", default=None)

MOSCOW = ZoneInfo("Europe/Moscow")
WESTERNMOST = ZoneInfo("Europe/Kaliningrad")
"""Where a day begins last: for limits that no municipality of the country may lose a day of."""
EASTERNMOST = ZoneInfo("Asia/Kamchatka")
"""Where a day begins first: for what may not lie in the future anywhere."""


def now() -> dt.datetime:
    """Return the present moment as an aware UTC datetime."""
    return _frozen.get() or dt.datetime.now(dt.UTC)


def zone(name: str | None) -> ZoneInfo:
    """Return the zone with that IANA name; an empty name means Moscow."""
    return ZoneInfo(name) if name else MOSCOW


def today(tz: str | ZoneInfo | None = None) -> dt.date:
    """Return the present date in the given zone (default Moscow)."""
    where = tz if isinstance(tz, ZoneInfo) else zone(tz)
    return now().astimezone(where).date()


@contextlib.contextmanager
def frozen(moment: dt.datetime) -> Iterator[None]:
    """Hold the clock at an aware moment inside the block (tests, replays of a month turn)."""
    if moment.tzinfo is None:
        raise ValueError("the clock needs an aware moment")
    token = _frozen.set(moment.astimezone(dt.UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
