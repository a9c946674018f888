"""The waiting list of a group: one order, positions, fair promotion with bundles (spec/enrolment.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

ORDER_BY = ("priority_class", "submitted_at", "id")
"""The same order for database queries; a test keeps it equal to waitlist_key."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One application in a queue.

    priority_class: lower goes first; bundle: siblings that want all or nothing share it, None = each alone.
    """

    id: int
    group: int
    priority_class: int
    submitted_at: datetime
    bundle: UUID | str | None = None


def waitlist_key(entry: Waiting) -> tuple[int, datetime, int]:
    """The one order of every waiting list: screen, API and promotion."""
    return (entry.priority_class, entry.submitted_at, entry.id)


def queue_of(entries: Iterable[Waiting], group: int) -> list[Waiting]:
    """The queue of one group in its order."""
    return sorted((entry for entry in entries if entry.group == group), key=waitlist_key)


def positions(entries: Iterable[Waiting]) -> dict[int, int]:
    """Application id → its place in its group's queue, from 1."""
    result: dict[int, int] = {}
    counted: Counter[int] = Counter()
    for entry in sorted(entries, key=waitlist_key):
        counted[entry.group] += 1
        result[entry.id] = counted[entry.group]
    return result


@dataclass(frozen=True, slots=True)
class Promotion:
    """offered: who gets a place now, in queue order; passed_over: bundles told that they do not fit yet."""

    offered: tuple[Waiting, ...]
    passed_over: frozenset[UUID | str]


def _everybody_fits(entry: Waiting) -> bool:
    return True


def promote(
    entries: Iterable[Waiting],
    free: Mapping[int, int],
    fits: Callable[[Waiting], bool] = _everybody_fits,
) -> Promotion:
    """Share the free places (group → count) among the waiting; `fits` re-runs eligibility.

    Within a group nobody who fits is overtaken. A bundle gets places for all its members at once or none and
    keeps its position; a bundle with a member that does not fit waits as a whole.
    """
    waiting = sorted(entries, key=waitlist_key)
    unfit = {entry.id for entry in waiting if not fits(entry)}
    members: dict[UUID | str, list[Waiting]] = {}
    for entry in waiting:
        if entry.bundle is not None:
            members.setdefault(entry.bundle, []).append(entry)
    blocked = {bundle for bundle, family in members.items() if any(entry.id in unfit for entry in family)}
    candidates = [entry for entry in waiting if entry.id not in unfit and entry.bundle not in blocked]
    out = _bundles_left_out(candidates, free, members, set(members) - blocked)
    chosen = _first_in_line(candidates, free, out)
    return Promotion(tuple(entry for entry in candidates if entry.id in chosen), frozenset(out | blocked))


def _first_in_line(candidates: list[Waiting], free: Mapping[int, int], out: set[UUID | str]) -> set[int]:
    """The heads of every queue, bundles in `out` passed over."""
    left = dict(free)
    chosen: set[int] = set()
    for entry in candidates:
        if entry.bundle not in out and left.get(entry.group, 0) > 0:
            left[entry.group] -= 1
            chosen.add(entry.id)
    return chosen


def _bundles_left_out(
    candidates: list[Waiting],
    free: Mapping[int, int],
    members: Mapping[UUID | str, list[Waiting]],
    bundles: set[UUID | str],
) -> set[UUID | str]:
    """Bundles that cannot all be seated: the latest incomplete leaves first, then each tries to return."""
    by_key = sorted(bundles, key=lambda bundle: max(map(waitlist_key, members[bundle])))
    out: set[UUID | str] = set()

    def incomplete(left_out: set[UUID | str]) -> list[UUID | str]:
        chosen = _first_in_line(candidates, free, left_out)
        return [
            bundle
            for bundle in by_key
            if bundle not in left_out and not all(entry.id in chosen for entry in members[bundle])
        ]

    while broken := incomplete(out):
        out.add(broken[-1])
    returned = True
    while returned:
        returned = False
        for bundle in by_key:
            if bundle in out and not incomplete(out - {bundle}):
                out.discard(bundle)
                returned = True
    return out
