"""What higher rooms tell about merging two children: which rows move, what forbids it, what happens before.

Every foreign key to :class:`people.Child` moves by itself (Django knows them all); a room registers only what it
knows better: a relation whose repeat may stay behind, facts that forbid a merge, acts to be done before it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from opora.core.access import Actor
from opora.people.rules import MergeSide

Facts = Callable[[int], dict[str, object]]
Prepare = Callable[[Actor, int, int], None]


@dataclass(frozen=True, slots=True)
class Mover:
    """How rows of a model follow the child. `repeats_stay`: a row that the kept child already has stays behind."""

    model: str
    repeats_stay: bool = False


_movers: dict[str, Mover] = {}
_facts: list[Facts] = []
_prepare: list[Prepare] = []


def mover(model: str, *, repeats_stay: bool = False) -> None:
    """Declare that rows of `model` (label such as ``enrolment.SafetyCard``) may repeat: the repeat stays behind."""
    _movers[model.lower()] = Mover(model.lower(), repeats_stay)


def facts(source: Facts) -> None:
    """Add a source of facts of one child for the check: keys of :class:`people.rules.MergeSide`."""
    if source not in _facts:
        _facts.append(source)


def prepare(step: Prepare) -> None:
    """Add an act done before the rows move, in the same transaction: step(actor, kept_id, merged_id)."""
    if step not in _prepare:
        _prepare.append(step)


def mover_of(model_label: str) -> Mover:
    return _movers.get(model_label.lower(), Mover(model_label.lower()))


def side_of(child_id: int, snils: str) -> MergeSide:
    """Collect what all rooms know about one side of a merge."""
    used, groups = False, frozenset[int]()
    for source in _facts:
        known = source(child_id)
        used = used or bool(known.get("has_used_balance"))
        groups |= frozenset(known.get("living_groups", ()))  # type: ignore[call-overload]
    return MergeSide(child_id, snils=snils, has_used_balance=used, living_groups=groups)


def run_preparations(actor: Actor, kept_id: int, merged_id: int) -> None:
    for step in _prepare:
        step(actor, kept_id, merged_id)


mover("people.Guardianship", repeats_stay=True)
mover("people.ChildCategory", repeats_stay=True)
mover("people.MergeTask", repeats_stay=True)
