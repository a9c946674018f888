"""What an application would cost and what stands in its way, before anything is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from opora.catalogue.models import Group, Slot
from opora.catalogue.rules import WeeklySlot, weekly_clashes
from opora.certificates.rules import Split, to_roubles
from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Hidden, Reason
from opora.core.russian import WEEKDAYS, quoted
from opora.core.workdays import Deadline
from opora.enrolment import rules
from opora.enrolment.models import Application
from opora.enrolment.policy import require_apply
from opora.enrolment.rules import Stage
from opora.enrolment.services import facts as reading
from opora.enrolment.services.facts import Facts
from opora.people.models import Child


@dataclass(frozen=True, slots=True)
class QuoteMonth:
    """One calendar month of the split, roubles."""

    month: dt.date
    certificate: Decimal
    guardian: Decimal


@dataclass(frozen=True, slots=True)
class Quote:
    """The answer before submitting. `reasons`: everything that refuses; `warnings`: clashes; sums in roubles.

    `waits`: no place is free now, the application would join the queue at `position`.
    """

    funding: str
    starts_on: dt.date
    ends_on: dt.date
    total: Decimal
    certificate: Decimal
    guardian: Decimal
    balance: Decimal
    months: tuple[QuoteMonth, ...]
    reasons: tuple[Reason, ...]
    warnings: tuple[Reason, ...]
    deadline: Deadline
    waits: bool
    free_places: int
    position: int | None

    @property
    def possible(self) -> bool:
        return not self.reasons


def quote(
    actor: Actor, *, child: Child | int, group: Group | int, funding: str, starts_on: dt.date | None = None
) -> Quote:
    """Return the split, every failing reason, warnings and the provider's deadline. Writes nothing.

    Raises Hidden for a stranger's child or an unknown group, Forbidden without a role.
    """
    known = reading.read(child_id=key(child), group_id=key(group), funding=funding, starts_on=starts_on)
    if known is None:
        raise Hidden("quote")
    authorise(actor, known)
    return _quoted(known, funding, tuple(rules.clash_warnings(clashes(known.child_id, known.group_id))))


def quotes(actor: Actor, *, child: Child | int, groups: Iterable[Group | int], funding: str) -> dict[int, Quote]:
    """The same answer for many groups by id, in one query and without warnings of clashes (lists of programmes).

    Unknown groups are left out. Raises Hidden for a stranger's child, Forbidden without a role.
    """
    found = reading.read_many(child_id=key(child), group_ids=[key(group) for group in groups], funding=funding)
    for known in found:
        authorise(actor, known)
    return {known.group_id: _quoted(known, funding, ()) for known in found}


def _quoted(known: Facts, funding: str, warnings: tuple[Reason, ...]) -> Quote:
    split = reading.split_of(known, funding)
    waits = known.free <= 0
    reasons = reading.reasons_of(known, funding, Stage.WAIT if waits else Stage.APPLY, split)
    return Quote(
        funding=funding,
        starts_on=known.start,
        ends_on=split.end if split else known.group_ends,
        total=to_roubles(split.total if split else 0),
        certificate=to_roubles(split.certificate if split else 0),
        guardian=to_roubles(split.guardian if split else 0),
        balance=known.balance or Decimal("0.00"),
        months=_months(split),
        reasons=tuple(reasons),
        warnings=warnings,
        deadline=answer_deadline(known),
        waits=waits,
        free_places=max(known.free, 0),
        position=known.waiting + 1 if waits else None,
    )


def authorise(actor: Actor, known: Facts) -> None:
    require_apply(
        actor,
        child_id=known.child_id,
        organisation_id=known.organisation_id,
        municipality_id=known.municipality_id,
    )


def answer_deadline(known: Facts) -> Deadline:
    """When the provider has to answer, in working days of the municipality."""
    parameters = known.parameters
    return rules.provider_answer(
        clock.now(),
        known.calendar,
        clock.zone(known.time_zone),
        entrance_tests=known.entrance_tests,
        workdays=parameters.application_workdays,
        workdays_with_tests=parameters.application_workdays_with_tests,
    )


def clashes(child_id: int, group_id: int) -> list[str]:
    """Lessons of the child's other groups at the same time as the group's: «понедельник 15:00, «Шахматы»»."""
    own = Application.objects.filter(child_id=child_id, state__in=Application.HOLDING).exclude(group_id=group_id)
    others = _weekly(group__in=own.values("group_id"))
    if not others:
        return []
    pairs = weekly_clashes([slot for slot, _ in _weekly(group_id=group_id)], [slot for slot, _ in others])
    names = {slot.id: name for slot, name in others}
    return [f"{WEEKDAYS[mine.weekday - 1]} {mine.starts_at:%H:%M}, {quoted(names[other.id])}" for mine, other in pairs]


def _weekly(**condition: Any) -> list[tuple[WeeklySlot, str]]:
    """Lines of timetables with their programme's name; whole rows would cost an application most of its time."""
    rows = Slot.objects.filter(**condition).values_list(
        "pk", "weekday", "starts_at", "ends_at", "academic_hours", "valid_from", "valid_to", "group__programme__name"
    )
    return [
        (WeeklySlot(pk, day, begin, end, hours, valid_from=valid_from, valid_to=valid_to), name)
        for pk, day, begin, end, hours, valid_from, valid_to, name in rows
    ]


def key(value: Child | Group | int) -> int:
    """Services take the object or its id."""
    return value if isinstance(value, int) else int(value.pk)


def _months(split: Split | None) -> tuple[QuoteMonth, ...]:
    if split is None:
        return ()
    return tuple(
        QuoteMonth(part.month, to_roubles(part.certificate), to_roubles(part.guardian)) for part in split.months
    )
