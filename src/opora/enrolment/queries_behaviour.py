"""Contracts of a funding period as the simulation of a later one looks at them (D2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from opora.certificates.past import PastRow
from opora.certificates.rules import to_kopecks
from opora.certificates.rules.months import days_inclusive
from opora.core import clock
from opora.enrolment.models import Contract

_NEVER_MADE = ("refused", "withdrawn", "expired")
_FIELDS = (
    "certificate_id",
    "requested_at",
    "starts_on",
    "ends_on",
    "terminates_on",
    "price",
    "normative_cost",
    "focus_area",
    "state",
    "group__starts_on",
    "group__ends_on",
    "period__ends_on",
    "municipality__time_zone",
)


def contracts_of(period_id: int) -> Iterator[PastRow]:
    """Every contract and request of a period, without any name: what it would have cost, when and how long."""
    rows: Any = Contract.objects.filter(period_id=period_id).order_by("pk").values_list(*_FIELDS)
    for row in rows.iterator():
        yield _row(dict(zip(_FIELDS, row, strict=True)))


def _row(values: dict[str, Any]) -> PastRow:
    first, last = values["starts_on"], values["ends_on"]
    ended: dt.date | None = values["terminates_on"]
    cancelled = ended is not None and ended < first
    return PastRow(
        certificate_id=values["certificate_id"],
        asked_on=values["requested_at"].astimezone(clock.zone(values["municipality__time_zone"])).date(),
        starts_on=first,
        ends_on=last,
        ended_on=ended if ended is not None and ended < last and not cancelled else None,
        need=_need(values),
        focus_area=values["focus_area"],
        made=values["state"] not in _NEVER_MADE and not cancelled,
        to_end=last >= min(values["group__ends_on"], values["period__ends_on"]),
    )


def _need(values: dict[str, Any]) -> int:
    """min(total, norm) of the contract's days, as spec/financing.md has it, without the balance."""
    days = days_inclusive(values["starts_on"], values["ends_on"])
    whole = max(1, days_inclusive(values["group__starts_on"], values["group__ends_on"]))
    price, norm = to_kopecks(values["price"]), to_kopecks(values["normative_cost"])
    return min(days * price // whole, days * norm // whole)
