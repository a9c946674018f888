"""Rates and coefficients of a period, focus-area limits by an act, a new period copied from an earlier one (D2, D3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from opora.catalogue.vocabulary import FocusArea
from opora.certificates import policy, queries, queries_rates
from opora.certificates.models import (
    CertificateGroup,
    FocusAreaLimit,
    FundingPeriod,
    FundingProgramme,
    PeriodAmendment,
    ProgrammeLimit,
)
from opora.certificates.models_funding import KINDS, FundingCoefficient, FundingRate
from opora.certificates.rules.normative import CONDITIONS, Coefficient
from opora.certificates.services_acts import Ground, record_amendment
from opora.certificates.services_amendments import amending_act
from opora.certificates.services_periods import locked, only_draft, save_period
from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act

Rates = dict[tuple[str, str], Decimal]
"""(focus area, programme kind) → roubles per learner-hour."""
_AREAS, _KINDS = dict(FocusArea.choices), dict(KINDS)


def save_rates(
    actor: Actor,
    *,
    period: FundingPeriod,
    rates: Rates,
    coefficients: Sequence[Coefficient],
    ground: Ground | None = None,
) -> PeriodAmendment | None:
    """Set all rates and coefficients of a period: freely in a draft, by an amending act once it is approved.

    Costs of modules do not change by themselves: see services_normative.recalculate.
    """
    with act(actor):
        approved = period.state == FundingPeriod.State.APPROVED
        row = locked(actor, period, "amend" if approved else "edit")
        legal_act = amending_act(actor, row, ground) if approved else None
        if not approved:
            only_draft(row)
        if reasons := _reasons(rates, coefficients):
            raise Refused(reasons)
        found = _differences(row, rates, coefficients)
        if approved and not found:
            raise Refused(Reason("nothing_changed", "Ни одна ставка и ни один коэффициент не изменены."))
        _write(row, rates, coefficients)
        return record_amendment(actor, row, legal_act, found) if legal_act else None


def _reasons(rates: Rates, coefficients: Sequence[Coefficient]) -> list[Reason]:
    found = []
    for (area, kind), rate in rates.items():
        if rate <= 0:
            message = f"Ставка «{_AREAS[area]}, {_KINDS[kind].lower()}» должна быть больше нуля."
            found.append(Reason("rate_not_positive", message, field=f"rate__{area}__{kind}"))
    seen = set()
    for one in coefficients:
        if one.value <= 0 or one.value >= 100:
            message = f"Коэффициент «{one.title}» должен быть больше нуля и меньше ста."
            found.append(Reason("coefficient_range", message, field=f"factor__{one.kind}__{one.code}"))
        if (one.kind, one.code) in seen:
            found.append(Reason("coefficient_twice", f"Условие «{one.title}» указано дважды.", field="size_1"))
        seen.add((one.kind, one.code))
    return found


def _differences(
    period: FundingPeriod, rates: Rates, coefficients: Sequence[Coefficient]
) -> list[tuple[str, str | None, str | None]]:
    """(label, was, now) of every rate and coefficient that differs; None = there was none."""
    was = queries_rates.rates_of(period)
    found: list[tuple[str, str | None, str | None]] = []
    for area, kind in sorted(was.keys() | rates.keys()):
        before, after = was.get((area, kind)), rates.get((area, kind))
        if before != after:
            found.append((f"Ставка, ₽: {_AREAS[area]}, {_KINDS[kind].lower()}", _text(before), _text(after)))
    old = {(one.kind, one.code): one for one in queries_rates.coefficients_of(period)}
    new = {(one.kind, one.code): one for one in coefficients}
    for key in sorted(old.keys() | new.keys()):
        was_value, now_value = _value(old.get(key)), _value(new.get(key))
        if was_value != now_value:
            one = new.get(key) or old[key]
            label = f"Коэффициент: {CONDITIONS[one.kind][0].lower()}, {one.title}"
            found.append((label, _text(was_value), _text(now_value)))
    return found


def _value(one: Coefficient | None) -> Decimal | None:
    return one.value if one else None


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _write(period: FundingPeriod, rates: Rates, coefficients: Sequence[Coefficient]) -> None:
    for area, kind in queries_rates.rates_of(period).keys() - rates.keys():
        FundingRate.objects.filter(period=period, focus_area=area, programme_kind=kind).delete()
    for (area, kind), rate in rates.items():
        FundingRate.objects.update_or_create(
            period=period, focus_area=area, programme_kind=kind, defaults={"rate": rate}
        )
    kept = {(one.kind, one.code) for one in coefficients}
    for one in queries_rates.coefficients_of(period):
        if (one.kind, one.code) not in kept:
            FundingCoefficient.objects.filter(period=period, kind=one.kind, code=one.code).delete()
    for one in coefficients:
        FundingCoefficient.objects.update_or_create(
            period=period, kind=one.kind, code=one.code, defaults={"value": one.value}
        )


def copy_period(
    actor: Actor, *, programme: FundingProgramme, like: FundingPeriod, name: str, starts_on: dt.date, ends_on: dt.date
) -> FundingPeriod:
    """A new draft that begins as another period was: groups, limits, rates, coefficients, deadlines."""
    with act(actor):
        source: FundingPeriod = policy.PERIOD.get(actor, "edit", pk=like.pk)
        fresh = save_period(
            actor,
            programme=programme,
            period=None,
            name=name,
            starts_on=starts_on,
            ends_on=ends_on,
            parameters=queries.parameters_of(source),
        )
        copied: tuple[Any, ...] = (CertificateGroup, FocusAreaLimit, ProgrammeLimit, FundingRate, FundingCoefficient)
        for model in copied:
            for row in model.objects.filter(period=source).order_by("pk"):
                row.pk, row.period = None, fresh
                row._state.adding = True
                row.save()
    return fresh


def dates_after(like: FundingPeriod) -> tuple[dt.date, dt.date]:
    """The same months of the next year: where a copy usually begins."""
    first, last = (
        day.replace(year=day.year + 1, day=min(day.day, 28)) if (day.month, day.day) == (2, 29)
        else day.replace(year=day.year + 1)
        for day in (like.starts_on, like.ends_on)
    )  # fmt: skip
    return first, last
